//! Spot nodes hear of their interruption.
//!
//! The termination handler's DaemonSet tolerates NoSchedule taints and no NoExecute ones, so a NoExecute
//! taint drives it off the node that it is to watch (machine-api-operator `pkg/operator/sync.go`).

use super::super::Subject;
use super::{SPOT, distinct_of_each_pool, setting};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A taint that keeps the termination handler off.
    pub RULE = "MCH022", "no-execute-on-spot", Warning, waivable,
    "a Spot pool has no NoExecute taint, which would drive the termination handler away"
}

/// Checks the MachineSets of each pool, once where they are alike.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for set in distinct_of_each_pool(subject) {
        let spec = set.provider_spec;
        let spot = SPOT.iter().any(|key| {
            spec.get(key).is_some_and(|value| value.is_object() || *value == true || *value == "Spot")
        });
        let taints = set.machine["taints"].as_array();
        let Some(taint) = taints.into_iter().flatten().find(|taint| spot && taint["effect"] == "NoExecute")
        else {
            continue;
        };
        let pool = set.pool;
        let message = format!(
            "the taint `{}` with NoExecute keeps the termination handler off the Spot nodes of pool `{pool}`: they vanish without being drained",
            taint["key"].as_str().unwrap_or_default()
        );
        let finding = Finding::new(&RULE, message)
            .at(setting(subject, pool, &["taints"]))
            .help("write the effect NoSchedule");
        findings.push(subject.about(finding, set.object));
    }
}
