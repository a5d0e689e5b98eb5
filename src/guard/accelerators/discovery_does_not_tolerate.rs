//! ACC014: nodes that Node Feature Discovery's workers are evicted from.

use super::{Subject, nvidia, setting, taint_place, toleration_for, written};
use crate::diag::{Finding, Findings};
use crate::plan::accelerators::{WORKER_TOLERATIONS_SINCE, nvidia_pools};
use crate::rule;
use crate::spec::Management;
use crate::spec::pool::Effect;

rule! {
    /// Nodes that the workers are evicted from.
    pub RULE = "ACC014", "discovery-does-not-tolerate", Error, waivable,
    "the workers of Node Feature Discovery tolerate the NoExecute taints of every pool with NVIDIA GPUs"
}

/// Finds `NoExecute` taints that the workers do not tolerate. They tolerate every `NoSchedule` one.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((spec, plan)) = nvidia(subject) else { return };
    let managed = spec.nfd == Management::Managed;
    let min = subject.plan.cluster.version.min;
    let dropped = managed && min < WORKER_TOLERATIONS_SINCE;
    if dropped && !spec.node_feature_discovery.tolerations.is_empty() {
        let message = format!(
            "the workers of Node Feature Discovery have tolerations from OpenShift {WORKER_TOLERATIONS_SINCE} on, \
             and the cluster may be {min}"
        );
        let place = setting(subject, &["nodeFeatureDiscovery", "tolerations"]);
        findings.push(
            Finding::new(&RULE, message).at(place).help("remove `tolerations`, or upgrade the cluster first"),
        );
    }
    for pool in nvidia_pools(&subject.plan.pools) {
        for taint in pool.taints.iter().filter(|taint| taint.effect == Effect::NoExecute) {
            if plan.discovery_tolerated.iter().any(|toleration| toleration.tolerates(taint)) {
                continue;
            }
            let (reason, help) = if dropped {
                (
                    format!(
                        "its tolerations need OpenShift {WORKER_TOLERATIONS_SINCE}, and the cluster may be {min}"
                    ),
                    "write `effect: NoSchedule`, which the workers always tolerate".to_owned(),
                )
            } else {
                let wanted = toleration_for(&taint.key, taint.effect);
                (
                    "the external Node Feature Discovery is not known to tolerate it".to_owned(),
                    format!(
                        "add `{wanted}` to its `operand.workerTolerations` and to \
                         `accelerators.nvidia.nodeFeatureDiscovery.tolerations`, or write `effect: NoSchedule`"
                    ),
                )
            };
            let message = format!(
                "pool `{}` has the taint `{}`: {reason}, so its GPUs are never found",
                pool.name,
                written(taint)
            );
            let place = taint_place(subject, pool, taint);
            findings.push(Finding::new(&RULE, message).at(place).help(help).pool(&pool.name));
        }
    }
}
