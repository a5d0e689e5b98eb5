//! A MachineSet selects its own Machines.
//!
//! Source: machine-api-operator `pkg/webhooks/machineset_webhook.go` and
//! `pkg/controller/machineset/controller.go`, which refuses an empty selector that the webhook lets pass.

use super::{Subject, selector};
use crate::diag::{Finding, Findings};
use crate::guard::rendered_set;
use crate::rule;

rule! {
    /// A selector that does not fit the MachineSet's own Machines.
    pub RULE = "MCH001", "selector-mismatch", Error, seat belt 6,
    "the selector of a MachineSet is not empty and matches the labels of its template"
}

/// Checks every MachineSet.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for set in rendered_set::all(subject) {
        let object = set.object;
        let own = &set.spec["selector"];
        let labels = set.machine_labels;
        let (message, help) = if own.is_null() || selector::is_empty(own) {
            (
                format!(
                    "the selector of MachineSet `{}` is empty and would claim every Machine",
                    object.name()
                ),
                "select by the label machine.openshift.io/cluster-api-machineset",
            )
        } else if !selector::matches(own, labels) {
            (
                format!(
                    "the selector of MachineSet `{}` does not match the labels that its Machines get: {own} against {labels}",
                    object.name()
                ),
                "give the template every label of the selector",
            )
        } else {
            continue;
        };
        findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
    }
}
