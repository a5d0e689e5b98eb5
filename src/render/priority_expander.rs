//! The ConfigMap of the priority expander: in which order the autoscaler tries the pools.
//!
//! Its one value is YAML text, a map from a priority to regular expressions over
//! `MachineSet/openshift-machine-api/<name>`; which ones is the plan's decision (openshift/kubernetes-autoscaler
//! `cluster-autoscaler/expander/priority/`). Without the ConfigMap nothing is filtered, so it comes
//! before the ClusterAutoscaler that names the expander.

use super::fields::Fields;
use super::object::{Bundle, MACHINE_API_NAMESPACE, Metadata, Object, Origin};
use crate::json::{Value as Json, json};
use crate::plan::Plan;
use crate::yaml;

/// The only name that the autoscaler reads.
const NAME: &str = "cluster-autoscaler-priority-expander";

/// The ConfigMap, if there are priorities.
pub(super) fn render(plan: &Plan) -> Vec<Object> {
    if plan.autoscaler.priorities.is_empty() {
        return Vec::new();
    }
    let metadata = Metadata::named(NAME).namespace(MACHINE_API_NAMESPACE);
    let data = json!({"priorities": priorities(&plan.autoscaler.priorities)});
    let origin = Origin::Section(vec!["autoscaler".to_owned()]);
    vec![Fields::new().with("data", data).into_object(
        Bundle::Capacity,
        ("v1", "ConfigMap"),
        metadata,
        origin,
    )]
}

/// The priorities as YAML text. The keys are bare numbers: the autoscaler decodes them as integers and
/// refuses a quoted one, and all keys of a JSON object would be texts.
fn priorities(priorities: &[(u32, Vec<String>)]) -> String {
    let mut text = String::new();
    for (priority, patterns) in priorities {
        let patterns = yaml::emit_document(&patterns.iter().map(String::as_str).collect::<Json>())
            .expect("a list of texts can always be written");
        text.push_str(&format!("{priority}:\n{patterns}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn the_text_is_a_map_from_integers_to_patterns() {
        let written = vec![
            (50, vec!["^MachineSet/openshift-machine-api/prod-7kx2p-gpu-(a|b)$".to_owned()]),
            (1, vec![".*".to_owned(), "- \"odd\": {#".to_owned()]),
        ];
        let mut findings = crate::diag::Findings::new();
        let (file, limits) = (yaml::FileId::default(), yaml::Limits::default());
        let read = yaml::parse_one(&priorities(&written), file, &limits, &mut findings).unwrap().to_json();
        let read: BTreeMap<u32, Vec<String>> = serde_json::from_value(read.into()).unwrap();
        assert_eq!(read.into_iter().rev().collect::<Vec<_>>(), written);
    }
}
