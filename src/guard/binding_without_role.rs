//! A ClusterRoleBinding binds a ClusterRole that is there.
//!
//! The reference is immutable, so a wrong one has to be deleted by hand before it can be put right
//! (kubernetes `pkg/apis/rbac/validation/validation.go`, `ValidateClusterRoleBindingUpdate`).

use super::Subject;
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A ClusterRoleBinding that grants nothing.
    pub RULE = "OUT051", "binding-without-role", Error,
    "a ClusterRoleBinding names a ClusterRole that is rendered with it"
}

/// Checks every ClusterRoleBinding.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    const GROUP: &str = "rbac.authorization.k8s.io";
    for object in subject.of_kind("ClusterRoleBinding") {
        let role = &object.value["roleRef"];
        let is_role = role["apiGroup"] == GROUP && role["kind"] == "ClusterRole";
        let is_there = || subject.of_kind("ClusterRole").any(|rendered| role["name"] == rendered.name());
        if !is_role || !is_there() {
            let message =
                format!("ClusterRoleBinding `{}` names no ClusterRole that is rendered", object.name());
            let help = "report this with the input that shows it: it is a fault of poolsmith's own";
            findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
        }
    }
}
