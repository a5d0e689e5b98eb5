//! A pool of accelerators has more than one place to get them from.
//!
//! Accelerators are what clouds run out of: one instance type in one zone answers with
//! InsufficientInstanceCapacity for hours (field reports at kubernetes-on-aws, perses, rosa). A capacity
//! block is paid for and lies in one zone by nature.

use super::Subject;
use crate::diag::{Finding, Findings};
use crate::plan::quotas::NotCounted;
use crate::rule;

rule! {
    /// A pool with accelerators of one type from one zone.
    pub RULE = "QTA006", "accelerator-of-one-source", Note, waivable,
    "a pool with accelerators has more than one zone to get its machines from"
}

/// Checks every pool with accelerators that may hold a machine.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let plan = subject.plan;
    let reserved = |name: &str| {
        let mut uncounted = plan.quotas.uncounted.iter();
        uncounted.any(|pool| pool.pool == name && pool.why == NotCounted::CapacityBlock)
    };
    for pool in plan.pools.iter().filter(|pool| pool.accelerator.is_some() && !pool.retiring) {
        let mut growing = pool.machine_sets.iter().filter(|set| set.scaling.max() > 0);
        let (Some(only), None) = (growing.next(), growing.next()) else { continue };
        if reserved(&pool.name) {
            continue;
        }
        let message = format!(
            "pool `{}` gets its accelerators as one instance type from one zone: {} in {}",
            pool.name, pool.instance_type, only.zone
        );
        findings.push(
            Finding::new(&RULE, message)
                .at(subject.values.locate(&["pools", &pool.name, "zones"]))
                .help(
                    "add a zone, or a second pool of another instance type, for when the cloud has none left",
                )
                .pool(pool.name.as_str()),
        );
    }
}
