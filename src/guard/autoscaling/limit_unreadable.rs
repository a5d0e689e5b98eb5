//! The limits of a ClusterAutoscaler have the types that its CRD gives them.
//!
//! Source: cluster-autoscaler-operator `pkg/apis/autoscaling/v1/clusterautoscaler_types.go`.

use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::json::Value as Json;
use crate::rule;

rule! {
    /// A limit that the API server drops or refuses.
    pub RULE = "ASC080", "cluster-limit-unreadable", Error,
    "the limits of a ClusterAutoscaler are whole numbers from 0 on, of 32 bits, the least not above the most"
}

/// Checks every ClusterAutoscaler.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in subject.of_kind("ClusterAutoscaler") {
        for limit in unreadable(&object.value["spec"]["resourceLimits"]) {
            let message = format!(
                "ClusterAutoscaler `{}` has a limit `{limit}` that the API server drops or refuses",
                object.name()
            );
            let help = "write whole numbers from 0 on, the least not above the most";
            findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
        }
    }
}

/// The limits that cannot be read, by their paths below `resourceLimits`.
fn unreadable(limits: &Json) -> Vec<String> {
    const KNOWN: [&str; 4] = ["maxNodesTotal", "cores", "memory", "gpus"];
    let keys = limits.as_object().into_iter().flatten().map(|(key, _)| key.to_string());
    let mut paths: Vec<String> = keys.filter(|key| !KNOWN.contains(&key.as_str())).collect();
    if !limits["maxNodesTotal"].is_null() && number(&limits["maxNodesTotal"]).is_none() {
        paths.push("maxNodesTotal".to_owned());
    }
    for name in ["cores", "memory"] {
        if !limits[name].is_null() && !is_range(&limits[name]) {
            paths.push(name.to_owned());
        }
    }
    let gpus = &limits["gpus"];
    match gpus.as_array() {
        Some(gpus) => {
            let faulty = |gpu: &Json| !gpu["type"].is_string() || !is_range(gpu);
            let faulty = gpus.iter().enumerate().filter(|(_, gpu)| faulty(gpu));
            paths.extend(faulty.map(|(index, _)| format!("gpus[{index}]")));
        }
        None if gpus.is_null() => {}
        None => paths.push("gpus".to_owned()),
    }
    paths
}

fn is_range(range: &Json) -> bool {
    matches!((number(&range["min"]), number(&range["max"])), (Some(least), Some(most)) if least <= most)
}

fn number(value: &Json) -> Option<i32> {
    value.as_i64().and_then(|number| i32::try_from(number).ok()).filter(|number| *number >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn every_limit_is_looked_at() {
        let sound = json!({"maxNodesTotal": 24, "cores": {"min": 0, "max": 8}, "memory": {"min": 4, "max": 4},
                           "gpus": [{"type": "nvidia-t4", "min": 0, "max": 4}]});
        assert_eq!(unreadable(&sound), [""; 0]);
        assert_eq!(unreadable(&Json::Null), [""; 0]);
        let faulty = json!({"maxNodesTotal": "24", "cores": {"min": 9, "max": 8}, "memory": {"max": 4},
                            "gpus": [{"type": "a", "min": 0, "max": 1}, {"type": "b", "min": 0, "max": "4"}, {"min": 0, "max": 4}]});
        assert_eq!(unreadable(&faulty), ["maxNodesTotal", "cores", "memory", "gpus[1]", "gpus[2]"]);
        assert_eq!(unreadable(&json!({"maxNodeTotal": 24})), ["maxNodeTotal"]);
        assert_eq!(unreadable(&json!({"maxNodesTotal": -1, "gpus": {}})), ["maxNodesTotal", "gpus"]);
        assert_eq!(unreadable(&json!({"maxNodesTotal": 1_u64 << 31})), ["maxNodesTotal"]);
    }
}
