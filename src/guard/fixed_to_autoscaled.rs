//! A fixed MachineSet keeps its size when the autoscaler takes over.
//!
//! The MachineSet and the Application that ignores its size are synced by different Applications, so a
//! sync may write the size once more before it is ignored (argo-cd `docs/operator-manual/health.md`:
//! waves do not wait for child Applications).

use super::Subject;
use super::changes::{self, machines};
use super::machine_sets::{self, Hands};
use crate::diag::{Finding, Findings};
use crate::render::{Object, Origin};
use crate::rule;

rule! {
    /// A fixed MachineSet that becomes autoscaled with another size.
    pub RULE = "TRN001", "fixed-to-autoscaled", Error, seat belt 5,
    "a fixed MachineSet that becomes autoscaled keeps its committed size as initial"
}

/// Checks every MachineSet that was fixed and is now autoscaled.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for change in changes::all(subject) {
        let (Hands::Git, Some((object, Hands::Autoscaler))) = (change.hands_before, change.now) else {
            continue;
        };
        let before = machine_sets::replicas(change.before).unwrap_or(1);
        let now = machine_sets::replicas(&object.value);
        if now == Some(before) {
            continue;
        }
        let message = format!(
            "MachineSet `{}` had a fixed size of {} and becomes autoscaled with {}: a sync would write that before Argo CD knows to ignore it",
            object.name(),
            machines(before),
            now.map_or_else(|| "none stated".to_owned(), |now| now.to_string()),
        );
        let help = format!(
            "state `initial` so that the MachineSet begins with {before} (and let `max` allow it): {}",
            example(subject, object, before)
        );
        findings.push(subject.about(place(subject, object, Finding::new(&RULE, message).help(help)), object));
    }
}

fn place(subject: &Subject<'_>, object: &Object, finding: Finding) -> Finding {
    match &object.origin {
        Origin::Pool { pool, .. } => finding.at(subject.values.locate(&["pools", pool, "size"])),
        _ => finding,
    }
}

/// What to write so that every MachineSet of the pool keeps its committed size, where that can be said.
fn example(subject: &Subject<'_>, object: &Object, before: u64) -> String {
    let Origin::Pool { pool, .. } = &object.origin else { return format!("`initial: {before}`") };
    let sizes: Vec<u64> = changes::all(subject)
        .iter()
        .filter(|change| matches!(change.now, Some((_, Hands::Autoscaler))))
        .filter(|change| machine_sets::pool(change.before) == Some(pool))
        .filter_map(|change| machine_sets::replicas(change.before))
        .collect();
    match sizes.as_slice() {
        [_] => format!("`initial: {before}`"),
        [first, rest @ ..] if rest.iter().all(|size| size == first) => {
            format!("`initial: {first}, per: zone`")
        }
        _ => format!(
            "`initial: {}, per: total`, which the first zones get the remainder of",
            sizes.iter().sum::<u64>()
        ),
    }
}
