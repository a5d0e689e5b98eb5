//! ACC013: nodes that the GPU Operator's operands are kept away from.

use super::{Subject, nvidia, taint_place, toleration_for, written};
use crate::diag::{Finding, Findings};
use crate::plan::accelerators::nvidia_pools;
use crate::rule;
use crate::spec::pool::Effect;

rule! {
    /// Nodes that the operands are kept away from.
    pub RULE = "ACC013", "operands-do-not-tolerate", Error, waivable,
    "the operands tolerate the taints of every pool with NVIDIA GPUs"
}

/// Finds taints that an external ClusterPolicy is not known to tolerate.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((_, plan)) = nvidia(subject) else { return };
    for pool in nvidia_pools(&subject.plan.pools) {
        for taint in pool.taints.iter().filter(|taint| taint.effect != Effect::PreferNoSchedule) {
            if plan.tolerated.iter().any(|toleration| toleration.tolerates(taint)) {
                continue;
            }
            let message = format!(
                "pool `{}` has the taint `{}`, which the external ClusterPolicy does not tolerate: its nodes get no driver",
                pool.name,
                written(taint)
            );
            let wanted = toleration_for(&taint.key, taint.effect);
            findings.push(
                Finding::new(&RULE, message)
                    .at(taint_place(subject, pool, taint))
                    .help(format!(
                        "add `{wanted}` to the ClusterPolicy's `daemonsets.tolerations`, then state all of that \
                         list under `accelerators.nvidia.tolerations`"
                    ))
                    .pool(&pool.name),
            );
        }
    }
}
