//! What workloads ask of a node's labels.

use crate::json::Value as Json;
use crate::render::Object;

/// Where a pod's spec stands in the kinds that make pods.
fn pod_specs(value: &Json) -> [&Json; 4] {
    let spec = &value["spec"];
    fn of_template(value: &Json) -> &Json {
        &value["template"]["spec"]
    }
    [spec, of_template(spec), of_template(&spec["jobTemplate"]["spec"]), of_template(value)]
}

/// A label that a node must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The key.
    pub key: String,
    /// The values of which it has one; any when there are none.
    pub values: Vec<String>,
}

impl Wanted {
    /// Whether a label with this value is what is wanted.
    pub(super) fn is(&self, value: &str) -> bool {
        self.values.is_empty() || self.values.iter().any(|wanted| wanted == value)
    }
}

/// The ways in which the pods of an object can be placed, each with all that it asks for; none when it
/// makes no pods or lets them land anywhere.
pub(super) fn alternatives(object: &Object) -> Vec<Vec<Wanted>> {
    // Nodes do not come for a DaemonSet, and MachineSets have a template of another kind.
    if object.kind() == "DaemonSet" || object.group() == "machine.openshift.io" {
        return Vec::new();
    }
    if object.kind() == "ResourceFlavor" {
        return in_order(vec![map(&object.value["spec"]["nodeLabels"])]);
    }
    let specs = pod_specs(&object.value).into_iter();
    specs.filter(|spec| spec["containers"].is_array()).flat_map(of_pod).collect()
}

fn of_pod(spec: &Json) -> Vec<Vec<Wanted>> {
    let selector = map(&spec["nodeSelector"]);
    let affinity = &spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    let terms = affinity["nodeSelectorTerms"].as_array().map(Vec::as_slice).unwrap_or_default();
    if terms.is_empty() {
        return in_order(vec![selector]);
    }
    in_order(terms.iter().map(|term| selector.iter().cloned().chain(expressions(term)).collect()).collect())
}

/// Only what asks for something.
fn in_order(alternatives: Vec<Vec<Wanted>>) -> Vec<Vec<Wanted>> {
    alternatives.into_iter().filter(|wanted| !wanted.is_empty()).collect()
}

fn map(labels: &Json) -> Vec<Wanted> {
    let entries = labels.as_object().into_iter().flatten();
    entries
        .filter_map(|(key, value)| {
            Some(Wanted { key: key.to_string(), values: vec![value.as_str()?.to_owned()] })
        })
        .collect()
}

/// What a term asks for; that a label is absent or different asks for nothing that a node could lack.
fn expressions(term: &Json) -> Vec<Wanted> {
    let all = term["matchExpressions"].as_array().into_iter().flatten();
    all.filter(|one| matches!(one["operator"].as_str(), Some("In" | "Exists")))
        .filter_map(|one| {
            let values = one["values"].as_array().into_iter().flatten().filter_map(Json::as_str);
            Some(Wanted { key: one["key"].as_str()?.to_owned(), values: values.map(str::to_owned).collect() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;
    use crate::render::{Bundle, Origin};

    fn keys(value: Json) -> Vec<Vec<String>> {
        let object = Object { bundle: Bundle::Capacity, value, origin: Origin::Project };
        alternatives(&object)
            .into_iter()
            .map(|wanted| wanted.into_iter().map(|wanted| wanted.key).collect())
            .collect()
    }

    #[test]
    fn selectors_and_affinities_count_together() {
        let pod = json!({"containers": [], "nodeSelector": {"a": "1"}, "affinity": {"nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
                {"matchExpressions": [{"key": "b", "operator": "In", "values": ["x"]}]},
                {"matchExpressions": [{"key": "c", "operator": "DoesNotExist"}, {"key": "d", "operator": "Exists"}]},
            ]},
        }}});
        assert_eq!(keys(json!({"kind": "Pod", "spec": pod.clone()})), [["a", "b"], ["a", "d"]]);
        assert_eq!(keys(json!({"kind": "Deployment", "spec": {"template": {"spec": pod.clone()}}})).len(), 2);
        assert_eq!(keys(json!({"kind": "CronJob", "spec": {"jobTemplate": {"spec": {"template": {"spec": pod.clone()}}}}})).len(), 2);
        assert_eq!(keys(json!({"kind": "ResourceFlavor", "spec": {"nodeLabels": {"a": "1"}}})), [["a"]]);
        assert!(keys(json!({"kind": "DaemonSet", "spec": {"template": {"spec": pod}}})).is_empty());
        for odd in [json!(null), json!({"spec": 3}), json!({"spec": {"containers": [], "nodeSelector": [1]}})]
        {
            assert!(keys(odd).is_empty());
        }
    }
}
