//! ACC054: rendered operands that a rendered taint keeps away.
//!
//! Sources: NVIDIA/gpu-operator `controllers/object_controls.go` (the list replaces the operands' own, which
//! is `nvidia.com/gpu` alone); openshift/cluster-nfd-operator `internal/daemonset/worker.go` (workers
//! tolerate every `NoSchedule` taint).

use super::Subject;
use crate::diag::{Finding, Findings};
use crate::guard::autoscaling::has_nvidia;
use crate::guard::rendered_set;
use crate::json::{Value as Json, json};
use crate::plan::accelerators::WORKER_TOLERATIONS_SINCE;
use crate::rule;
use std::collections::BTreeSet;

rule! {
    /// Operands that a taint keeps away.
    pub RULE = "ACC054", "operand-tolerations-incomplete", Error,
    "the rendered operands tolerate key, value and effect of every taint on the rendered GPU nodes"
}

/// Compares the taints of the GPU MachineSets with the tolerations of the ClusterPolicy and of Node Feature
/// Discovery.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let operands = subject
        .identified()
        .filter(|(_, identity)| matches!(identity.kind, "ClusterPolicy" | "NodeFeatureDiscovery"));
    let mut operands = operands.map(|(object, _)| object).peekable();
    if operands.peek().is_none() {
        return;
    }
    let own = json!([{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]);
    let mut machine_sets: Vec<_> =
        rendered_set::all(subject).iter().filter(|set| set.planned.is_some_and(has_nvidia)).collect();
    // What is said of one is not said again of the next with the same taints.
    machine_sets.dedup_by(|next, kept| next.machine["taints"] == kept.machine["taints"]);
    for object in operands {
        let (kind, tolerations) = (object.kind(), &object.value["spec"]);
        let (tolerations, effects): (&Json, &[&str]) = match kind {
            "ClusterPolicy" if object.group() == "nvidia.com" => {
                let written = &tolerations["daemonsets"]["tolerations"];
                (if written.is_null() { &own } else { written }, &["NoSchedule", "NoExecute"])
            }
            "NodeFeatureDiscovery" => {
                let known = subject.plan.cluster.version.min >= WORKER_TOLERATIONS_SINCE;
                (
                    if known { &tolerations["operand"]["workerTolerations"] } else { &Json::Null },
                    &["NoExecute"],
                )
            }
            _ => continue,
        };
        let mut said = BTreeSet::new();
        for machine_set in &machine_sets {
            for taint in machine_set.taints() {
                let concerns = taint["effect"].as_str().is_some_and(|effect| effects.contains(&effect));
                let list = tolerations.as_array().map(Vec::as_slice).unwrap_or_default();
                if !concerns
                    || list.iter().any(|toleration| tolerates(toleration, taint))
                    || !said.insert(written(taint))
                {
                    continue;
                }
                let message = format!(
                    "{kind} `{}` does not tolerate the taint `{}` of MachineSet `{}`: its pods never get there, or not for long",
                    object.name(),
                    written(taint),
                    machine_set.name
                );
                let help = "add a toleration with this key and effect and the operator Exists";
                findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
            }
        }
    }
}

fn written(taint: &Json) -> String {
    let text = |key: &str| taint[key].as_str().unwrap_or_default();
    match text("value") {
        "" => format!("{}:{}", text("key"), text("effect")),
        value => format!("{}={value}:{}", text("key"), text("effect")),
    }
}

/// Whether a toleration lets a pod stay where the taint is, as Kubernetes decides it.
fn tolerates(toleration: &Json, taint: &Json) -> bool {
    fn of<'a>(value: &'a Json, key: &str) -> &'a str {
        value[key].as_str().unwrap_or_default()
    }
    let (key, effect) = (of(toleration, "key"), of(toleration, "effect"));
    let exists = of(toleration, "operator") == "Exists";
    let same_key = if key.is_empty() { exists } else { key == of(taint, "key") };
    let same_value = exists || of(toleration, "value") == of(taint, "value");
    // With a limit in time the pod is evicted all the same.
    let lasts = taint["effect"] != "NoExecute" || toleration["tolerationSeconds"].is_null();
    same_key && same_value && lasts && (effect.is_empty() || effect == of(taint, "effect"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_value_and_effect_count() {
        let taint = json!({"key": "a", "value": "true", "effect": "NoExecute"});
        for toleration in [
            json!({"operator": "Exists"}),
            json!({"key": "a", "operator": "Exists"}),
            json!({"key": "a", "value": "true", "effect": "NoExecute"}),
        ] {
            assert!(tolerates(&toleration, &taint), "{toleration}");
        }
        for toleration in [
            json!({}),
            json!(null),
            json!("a"),
            json!({"key": "b", "operator": "Exists"}),
            json!({"key": "a", "operator": "Equal", "value": "present"}),
            json!({"key": "a", "operator": "Exists", "effect": "NoSchedule"}),
            json!({"key": "a", "operator": "Exists", "tolerationSeconds": 300}),
        ] {
            assert!(!tolerates(&toleration, &taint), "{toleration}");
        }
    }
}
