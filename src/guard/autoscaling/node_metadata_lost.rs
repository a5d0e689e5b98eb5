//! ASC027: labels and taints that the autoscaler cannot see before a node is there.
//!
//! Source: kubernetes-autoscaler `cloudprovider/openshift/openshift_unstructured.go`: at zero it plans
//! with `spec.template.spec.metadata.labels` and `spec.template.spec.taints`, and with nothing that comes
//! to a node later.

use crate::diag::{Finding, Findings};
use crate::guard::{Subject, rendered_set};
use crate::rule;

rule! {
    /// A label or a taint of the pool that is not in the template.
    pub RULE = "ASC027", "node-metadata-lost", Error,
    "a MachineSet carries every node label and taint of its pool, where the autoscaler reads them at zero"
}

/// Compares every MachineSet with its pool.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for set in rendered_set::all(subject) {
        let object = set.object;
        let Some(pool) = set.planned else { continue };
        let labels = set.node_labels;
        let mut lost: Vec<String> = pool
            .node_labels
            .iter()
            .filter(|(key, value)| labels[key.as_str()].as_str() != Some(value))
            .map(|(key, value)| format!("the label `{key}={value}`"))
            .collect();
        lost.extend(pool.taints.iter().filter_map(|taint| {
            let same = |written: &crate::json::Value| {
                written["key"] == taint.key.as_str()
                    && written["effect"] == taint.effect.as_str()
                    && written["value"].as_str().unwrap_or_default()
                        == taint.value.as_deref().unwrap_or_default()
            };
            let found = set.taints().any(same);
            (!found).then(|| format!("the taint `{}:{}`", taint.key, taint.effect.as_str()))
        }));
        if lost.is_empty() {
            continue;
        }
        let message = format!(
            "MachineSet `{}` lacks {} of pool `{}`: pods that ask for it never make an empty group grow",
            object.name(),
            lost.join(", "),
            pool.name
        );
        let help = "write labels under `spec.template.spec.metadata.labels` and taints under `spec.template.spec.taints`";
        findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
    }
}
