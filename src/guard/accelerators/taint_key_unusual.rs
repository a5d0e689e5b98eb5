//! ACC055: a taint that only the GPU Operator is told of.

use super::{Subject, taint_place, written};
use crate::diag::{Finding, Findings};
use crate::plan::accelerators::nvidia_pools;
use crate::rule;
use crate::spec::pool::Effect;

rule! {
    /// A taint that only the GPU Operator is told of.
    pub RULE = "ACC055", "taint-key-unusual", Note,
    "the taints of a pool with NVIDIA GPUs have the key nvidia.com/gpu"
}

/// Finds taints with other keys on pools with NVIDIA GPUs.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for pool in nvidia_pools(&subject.plan.pools) {
        let others = pool.taints.iter().filter(|taint| taint.effect != Effect::PreferNoSchedule);
        for taint in others.filter(|taint| taint.key != "nvidia.com/gpu") {
            let message = format!(
                "pool `{}` has the taint `{}`, which operators beside the GPU Operator, such as the Network Operator, do not tolerate by themselves",
                pool.name,
                written(taint)
            );
            findings.push(
                Finding::new(&RULE, message)
                    .at(taint_place(subject, pool, taint))
                    .help("keep to `nvidia.com/gpu`, or tell every operator whose pods belong on these nodes")
                    .pool(&pool.name),
            );
        }
    }
}
