//! ACC051: GPU nodes that any pod may sit on.

use super::{Subject, pool_setting};
use crate::diag::{Finding, Findings};
use crate::guard::autoscaling::has_nvidia;
use crate::guard::rendered_set;
use crate::rule;
use std::collections::BTreeSet;

rule! {
    /// GPU nodes that any pod may sit on.
    pub RULE = "ACC051", "gpu-pool-untainted", Warning, waivable,
    "a pool with NVIDIA GPUs has a taint that keeps other pods away"
}

/// Checks the MachineSets of pools with NVIDIA GPUs.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut said: BTreeSet<&str> = BTreeSet::new();
    for set in rendered_set::all(subject) {
        let object = set.object;
        let Some(pool) = set.planned.filter(|pool| has_nvidia(pool)) else { continue };
        let keeps_away = |taint: &crate::json::Value| {
            matches!(taint["effect"].as_str(), Some("NoSchedule" | "NoExecute")) && taint["key"].is_string()
        };
        if set.taints().any(keeps_away) || !said.insert(&pool.name) {
            continue;
        }
        let message = format!(
            "the nodes of pool `{}` have no taint: ordinary pods land on the GPU nodes, make them grow and keep them from going",
            pool.name
        );
        let finding = Finding::new(&RULE, message)
            .at(pool_setting(subject, pool, &["dedicated"]))
            .help("remove `dedicated: false`: the taint `nvidia.com/gpu` is then added by itself");
        findings.push(subject.about(finding, object));
    }
}
