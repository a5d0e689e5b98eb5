//! Where limits are stated, every pool counts against one.
//!
//! Accounts have a limit for each group of families and one apart for Spot; a family that is in none of the
//! known groups, or in none on Spot, would be judged by nothing (field report at
//! cluster-api-provider-aws).

use super::Subject;
use crate::diag::{Finding, Findings};
use crate::plan::quotas::NotCounted;
use crate::rule;

rule! {
    /// A pool of which nobody knows what it counts against.
    pub RULE = "QTA004", "type-without-quota", Warning, waivable,
    "where limits are stated, it is known which of them a pool counts against"
}

/// Checks every pool that counts against no bucket.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let quotas = &subject.plan.quotas;
    if !quotas.stated {
        return;
    }
    let unknown = quotas.uncounted.iter().filter(|pool| pool.why == NotCounted::NoBucket && pool.max > 0);
    for unknown in unknown {
        let pool = subject.plan.pools.iter().find(|pool| pool.name == unknown.pool);
        let market = if pool.is_some_and(|pool| pool.interruptible) { "on Spot" } else { "on demand" };
        let message = format!(
            "pool `{}` is in no sum: it is not known which quota {} counts against {market}",
            unknown.pool, unknown.instance_type
        );
        findings.push(
            Finding::new(&RULE, message)
                .at(subject.values.locate(&["pools", &unknown.pool, "instanceType"]))
                .help("check the limit of this instance type by hand and waive the rule, or choose another type")
                .pool(unknown.pool.as_str()),
        );
    }
}
