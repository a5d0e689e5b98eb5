//! A lower fixed size deletes machines, and this is said.

use super::Subject;
use super::changes::{self, machines};
use super::machine_sets::{self, Hands};
use super::zone_share_lowered;
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A fixed size that is lower than the committed one.
    pub RULE = "TRN017", "fixed-size-lowered", Note,
    "a lower fixed size deletes machines at the next sync"
}

/// Reports every fixed MachineSet that gets fewer machines than it was committed with.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let reshared = zone_share_lowered::reshared(subject);
    for change in changes::all(subject) {
        let (Hands::Git, Some((object, Hands::Git))) = (change.hands_before, change.now) else { continue };
        let before = machine_sets::replicas(change.before).unwrap_or(1);
        let now = machine_sets::replicas(&object.value).unwrap_or(1);
        let said_already = machine_sets::pool(&object.value).is_some_and(|pool| reshared.contains_key(pool));
        if now >= before || said_already {
            continue;
        }
        let message = format!(
            "MachineSet `{}` goes from {} to {now}: a sync deletes {}",
            object.name(),
            machines(before),
            machines(before - now)
        );
        let finding = Finding::new(&RULE, message)
            .help("where that is not meant, write the size that is committed; `deletePolicy` says which machines go first")
            .at(changes::size_place(subject, object));
        findings.push(subject.about(finding, object));
    }
}
