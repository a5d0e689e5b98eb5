//! ASC039: work that waits for Spot capacity and has nowhere else to go.
//!
//! Sources: openshift/enhancements pull request 199, kubernetes/autoscaler issues 838 and 2075: the
//! autoscaler does not know Spot from on demand and tries the same group until it gives up.

use super::{Sizes, most};
use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::plan::PoolPlan;
use crate::rule;
use crate::spec::pool::Effect;

rule! {
    /// A Spot pool whose work fits nowhere else.
    pub RULE = "ASC039", "spot-without-fallback", Note,
    "the work of an autoscaled Spot pool fits a pool that the cloud cannot take back"
}

/// Looks for a pool on demand that takes the pods of each autoscaled Spot pool.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let pools = &subject.plan.pools;
    let sizes = Sizes::of(subject);
    let stays: Vec<&PoolPlan> = pools
        .iter()
        .filter(|pool| !pool.interruptible && !pool.retiring && sizes.nodes(pool, most) > 0)
        .collect();
    for pool in pools.iter().filter(|pool| pool.interruptible && super::is_autoscaled(pool)) {
        if stays.iter().any(|other| takes_the_work_of(other, pool)) {
            continue;
        }
        let message = format!(
            "pool `{}` is Spot, and no pool on demand takes its pods: without Spot capacity they wait",
            pool.name
        );
        findings.push(
            Finding::new(&RULE, message)
                .at(subject.values.locate_key(&["pools", &pool.name]))
                .help("add a pool on demand with the same accelerator and taints, and give it the lower `expanderPriority`")
                .pool(&pool.name),
        );
    }
}

/// Whether pods that are made for `pool` fit `other`: the same architecture and accelerator resource, and
/// no taint that they need not tolerate on `pool`.
fn takes_the_work_of(other: &PoolPlan, pool: &PoolPlan) -> bool {
    let resource = |pool: &PoolPlan| pool.accelerator.as_ref().map(|accelerator| accelerator.resource);
    let architecture = |pool: &PoolPlan| pool.capacity.map(|capacity| capacity.architecture);
    let tolerated = |pool: &PoolPlan, key: &str| {
        pool.taints.iter().any(|taint| taint.key == key && taint.effect != Effect::PreferNoSchedule)
    };
    resource(other) == resource(pool)
        && architecture(other) == architecture(pool)
        && other
            .taints
            .iter()
            .filter(|taint| taint.effect != Effect::PreferNoSchedule)
            .all(|taint| tolerated(pool, &taint.key))
}
