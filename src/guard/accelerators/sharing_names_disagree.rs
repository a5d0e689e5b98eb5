//! ACC057: names of a way of sharing that do not meet.
//!
//! Source: NVIDIA/k8s-device-plugin `cmd/config-manager/main.go`: a key that is not in the ConfigMap is an
//! error on the node that asks for it.

use super::{SHARING_LABEL, Subject};
use crate::diag::{Finding, Findings};
use crate::guard::autoscaling::{has_nvidia, node_labels, pool_of};
use crate::json::Value as Json;
use crate::render::Object;
use crate::rule;
use crate::sorted::IntoSorted;
use std::collections::BTreeSet;

rule! {
    /// A ConfigMap, a default or a label that names what is not there.
    pub RULE = "ACC057", "sharing-names-disagree", Error,
    "the ClusterPolicy names a rendered ConfigMap, and its default and the node labels name keys of it"
}

/// Follows the names from each ClusterPolicy to the ConfigMap, and from the nodes.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for policy in subject.of_kind("ClusterPolicy").filter(|object| object.group() == "nvidia.com") {
        let config = &policy.value["spec"]["devicePlugin"]["config"];
        let found = config_map(subject, policy);
        let keys: BTreeSet<&str> = found
            .and_then(|object| object.value["data"].as_object())
            .into_iter()
            .flat_map(|data| data.keys().map(|key| key.as_str()))
            .into_set();
        let mut report = |object: &Object, message: String, help: String| {
            findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
        };
        if let Some(name) = config["name"].as_str().filter(|_| found.is_none()) {
            let namespace = namespace(subject);
            let message = format!(
                "ClusterPolicy `{}` names the ConfigMap `{name}`, which is not rendered in `{namespace}`",
                policy.name()
            );
            report(policy, message, format!("render the ConfigMap `{name}` in `{namespace}`"));
            continue;
        }
        let known = || keys.iter().copied().collect::<Vec<_>>().join(", ");
        if let Some(default) =
            config["default"].as_str().filter(|name| !name.is_empty() && !keys.contains(name))
        {
            let message = format!(
                "ClusterPolicy `{}` has the default `{default}`, which is no key of its ConfigMap",
                policy.name()
            );
            report(policy, message, format!("write one of: {}", known()));
        }
        let mut said = BTreeSet::new();
        for set in subject.of_kind("MachineSet").filter(|set| pool_of(subject, set).is_some_and(has_nvidia)) {
            let label = &node_labels(&set.value)[SHARING_LABEL];
            let wanted = label.as_str().unwrap_or_default();
            if label.is_null() || keys.contains(wanted) || !said.insert(wanted) {
                continue;
            }
            let message = format!(
                "the nodes of MachineSet `{}` share as `{wanted}`, which is no key of the ClusterPolicy's ConfigMap",
                set.name()
            );
            let help = if keys.is_empty() {
                "remove the label: no sharing is stated".to_owned()
            } else {
                format!("write one of: {}", known())
            };
            report(set, message, help);
        }
    }
}

/// The namespace of the operator, where it looks for the ConfigMap.
pub fn namespace<'a>(subject: &'a Subject<'_>) -> &'a str {
    subject.plan.accelerators.nvidia.as_ref().map_or("", |nvidia| nvidia.namespace.as_str())
}

/// The rendered ConfigMap that a ClusterPolicy names.
pub fn config_map<'a>(subject: &'a Subject<'_>, policy: &Object) -> Option<&'a Object> {
    let Json::String(name) = &policy.value["spec"]["devicePlugin"]["config"]["name"] else { return None };
    subject
        .of_kind("ConfigMap")
        .find(|object| object.name() == name && object.namespace() == Some(namespace(subject)))
}
