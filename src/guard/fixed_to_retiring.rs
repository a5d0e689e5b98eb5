//! A fixed MachineSet keeps its size in Git while it is being given up.
//!
//! As when the autoscaler takes over (`fixed_to_autoscaled`), the size may be written once more before
//! Argo CD knows to ignore it.

use super::Subject;
use super::changes::{self, REMOVING_A_POOL, machines};
use super::machine_sets::{self, Hands};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A fixed MachineSet that retires with another size.
    pub RULE = "TRN007", "fixed-to-retiring", Error, seat belt 5,
    "a fixed MachineSet that is being given up keeps its committed size in Git"
}

/// Checks every MachineSet that was fixed and is now retiring.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for change in changes::all(subject) {
        let (Hands::Git, Some((object, Hands::Person))) = (change.hands_before, change.now) else { continue };
        let before = machine_sets::replicas(change.before).unwrap_or(1);
        let now = machine_sets::replicas(&object.value);
        if now == Some(before) {
            continue;
        }
        let message = format!(
            "MachineSet `{}` had a fixed size of {} and retires with {}: a sync would write that before Argo CD knows to ignore it",
            object.name(),
            machines(before),
            now.map_or_else(|| "none stated".to_owned(), |now| now.to_string()),
        );
        let finding = Finding::new(&RULE, message)
            .help(format!("write `state: retiring` with the pool's size unchanged, sync, and only then take the zone out; see {REMOVING_A_POOL}"))
            .note(format!("to give up the machines at once, commit the lower fixed size first: it says so in so many words ({before} machines run now)"));
        findings.push(subject.about(finding, object));
    }
}
