//! The selector of a MachineSet never changes.
//!
//! Source: machine-api-operator `pkg/webhooks/machineset_webhook.go`: an update of the selector is
//! refused, so every sync of the Application would fail.

use super::Subject;
use super::changes;
use crate::diag::{Finding, Findings};
use crate::render::Origin;
use crate::rule;

rule! {
    /// A selector that differs from the committed one.
    pub RULE = "TRN005", "selector-changed", Error, seat belt 5,
    "the selector of a committed MachineSet stays as it is"
}

/// Checks every committed MachineSet that is still rendered.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for change in changes::all(subject) {
        let Some((object, _)) = change.now else { continue };
        let (before, now) = (&change.before["spec"]["selector"], &object.value["spec"]["selector"]);
        if before == now {
            continue;
        }
        let message = format!(
            "the selector of MachineSet `{}` changes from {before} to {now}, which the API server refuses",
            object.name()
        );
        let mut finding = Finding::new(&RULE, message).help(
            "keep the committed selector under `adopt`, or retire this MachineSet and use a new pool name",
        );
        if let Origin::Pool { pool, zone: Some(zone) } = &object.origin
            && subject.values.find(&["pools", pool, "adopt", zone]).is_some()
        {
            finding = finding.at(subject.values.locate(&["pools", pool, "adopt", zone, "selector"]));
        }
        findings.push(subject.about(finding, object));
    }
}
