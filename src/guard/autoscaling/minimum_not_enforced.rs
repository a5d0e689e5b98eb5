//! ASC037: a minimum that was raised and that nobody brings about.
//!
//! Source: the autoscaler's flag `enforce-node-group-min-size` is off by default (kubernetes/autoscaler
//! issue 4942), and Argo CD ignores the replicas of an autoscaled MachineSet.

use super::pool_of;
use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::plan::{ENFORCES_MINIMUM, PoolPlan};
use crate::render::Object;
use crate::rule;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

rule! {
    /// A raised minimum that changes nothing.
    pub RULE = "ASC037", "minimum-not-enforced", Note,
    "a minimum that is raised is brought about by somebody"
}

/// Compares the minimums with the committed ones.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let enforced = |object: &Object| object.value["spec"]["enforceNodeGroupMinSize"] == "Enabled";
    let Some(committed) = subject.committed else { return };
    if subject.of_kind("ClusterAutoscaler").any(enforced) {
        return;
    }
    let target =
        |value: &Json| value["spec"]["scaleTargetRef"]["name"].as_str().unwrap_or_default().to_owned();
    let before: BTreeMap<String, u64> = committed
        .of_kind("MachineAutoscaler")
        .filter_map(|value| Some((target(value), value["spec"]["minReplicas"].as_u64()?)))
        .collect();
    let mut said: BTreeSet<&str> = BTreeSet::new();
    for object in subject.of_kind("MachineAutoscaler") {
        let Some(before) = before.get(&target(&object.value)) else { continue };
        let Some(now) = object.value["spec"]["minReplicas"].as_u64().filter(|now| now > before) else {
            continue;
        };
        let Some(pool) = pool_of(subject, object).filter(|pool| said.insert(&pool.name)) else { continue };
        findings.push(subject.about(finding(subject, pool, *before, now), object));
    }
}

fn finding(subject: &Subject<'_>, pool: &PoolPlan, before: u64, now: u64) -> Finding {
    let message = format!(
        "the minimum of pool `{}` rises from {before} to {now}, but the autoscaler does not grow a smaller group to its minimum by itself: the current size stays",
        pool.name
    );
    let help = if subject.plan.cluster.version.min >= ENFORCES_MINIMUM {
        "write `enforceNodeGroupMinSize: Enabled` under `autoscaler`".to_owned()
    } else {
        format!(
            "scale the MachineSets by hand once; from OpenShift {ENFORCES_MINIMUM} on `enforceNodeGroupMinSize: Enabled` does it"
        )
    };
    Finding::new(&RULE, message).at(subject.values.locate(&["pools", &pool.name, "size"])).help(help)
}
