//! The mark that skips the drain stands only where somebody means it.
//!
//! On a Machine `machine.openshift.io/exclude-node-draining` deletes the instance under its running pods;
//! on a MachineSet it does nothing, since a Machine gets the metadata of the template alone
//! (machine-api-operator `pkg/controller/machine/controller.go`, `pkg/controller/machineset/machine.go`).

use super::super::{Subject, rendered_set};
use super::setting;
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// Machines that go without being drained.
    pub RULE = "MCH029", "drain-mark", Warning, waivable,
    "no mark keeps Machines from being drained before they go"
}

const MARK: &str = "machine.openshift.io/exclude-node-draining";

/// Checks every MachineSet.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for set in rendered_set::all(subject) {
        let object = set.object;
        let template = &set.spec["template"]["metadata"];
        let on_machines = ["labels", "annotations"].iter().any(|map| !template[*map][MARK].is_null());
        let message = if on_machines {
            format!(
                "the Machines of MachineSet `{}` are marked by `{MARK}`: their pods are not moved away before the instance goes",
                object.name()
            )
        } else if object.annotation(MARK).is_some() {
            format!(
                "`{MARK}` on MachineSet `{}` has no effect: only Machines are asked for it",
                object.name()
            )
        } else {
            continue;
        };
        let finding = Finding::new(&RULE, message)
            .at(setting(subject, set.pool, &["machineSetAnnotations", MARK]))
            .help("remove it, and annotate the one Machine that is to go at once");
        findings.push(subject.about(finding, object));
    }
}
