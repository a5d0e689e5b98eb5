//! There is one ClusterAutoscaler, and it is named `default`.
//!
//! Source: cluster-autoscaler-operator `pkg/operator/config.go`, `pkg/controller/clusterautoscaler/`:
//! any other name is refused, or ignored where the webhook is down.

use super::Subject;
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A ClusterAutoscaler that nobody reads, or a second one.
    pub RULE = "ASC001", "cluster-autoscaler-name", Error, seat belt 7,
    "there is at most one ClusterAutoscaler, named default"
}

/// Checks the ClusterAutoscalers.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (index, object) in subject.of_kind("ClusterAutoscaler").enumerate() {
        let name = object.name();
        let message = if name != "default" {
            format!("ClusterAutoscaler `{name}` is not named `default`, so its operator ignores it")
        } else if index > 0 {
            "there is a second ClusterAutoscaler".to_owned()
        } else {
            continue;
        };
        let finding = Finding::new(&RULE, message).help("keep one, named `default`");
        findings.push(subject.about(finding, object));
    }
}
