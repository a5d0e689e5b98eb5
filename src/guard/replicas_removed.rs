//! A size that was in Git stays in Git.
//!
//! What was applied once and is left out is removed by the three-way patch, and the CRD's default puts
//! one machine in its place (kubectl apply; the CRD of MachineSets).

use super::changes::{self, machines};
use super::{Subject, machine_sets};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A `replicas` that is gone.
    pub RULE = "TRN004", "replicas-removed", Error, seat belt 5,
    "a committed MachineSet that states replicas goes on stating them"
}

/// Checks every committed MachineSet that is still rendered.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for change in changes::all(subject) {
        let (Some(before), Some((object, _))) = (machine_sets::replicas(change.before), change.now) else {
            continue;
        };
        if machine_sets::replicas(&object.value).is_some() {
            continue;
        }
        let message = format!(
            "MachineSet `{}` was committed with {} and states no `replicas` any more: the next sync would leave one machine",
            object.name(),
            machines(before)
        );
        let finding = Finding::new(&RULE, message)
            .help("write `replicas`; Argo CD is told to ignore it where the autoscaler decides");
        findings.push(subject.about(finding, object));
    }
}
