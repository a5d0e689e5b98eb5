//! A fixed MachineSet keeps its size when the autoscaler takes over.
//!
//! The MachineSet and the Application that ignores its size are synced by different Applications, so a
//! sync may write the size once more before it is ignored (argo-cd `docs/operator-manual/health.md`:
//! waves do not wait for child Applications).

use super::Subject;
use super::changes::{self, machines};
use super::machine_sets::{self, Hands};
use crate::diag::{Finding, Findings};
use crate::plan::share;
use crate::render::{Object, Origin};
use crate::rule;
use crate::sorted::{IntoSorted, sort_by};
use std::collections::BTreeMap;

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
        let help = cure(subject, object, before);
        findings.push(subject.about(place(subject, object, Finding::new(&RULE, message).help(help)), object));
    }
}

fn place(subject: &Subject<'_>, object: &Object, finding: Finding) -> Finding {
    match &object.origin {
        Origin::Pool { pool, .. } => finding.at(subject.values.locate(&["pools", pool, "size"])),
        _ => finding,
    }
}

/// What to write so that every MachineSet of the pool keeps its committed size.
fn cure(subject: &Subject<'_>, object: &Object, before: u64) -> String {
    let state = |initial: String| {
        format!(
            "state `initial` so that the MachineSet begins with {before} (and let `max` allow it): {initial}"
        )
    };
    let Origin::Pool { pool, .. } = &object.origin else { return state(format!("`initial: {before}`")) };
    let sizes = sizes(subject, pool);
    let total: u64 = sizes.iter().sum();
    let shared = |sizes: &[u64]| {
        let total = u32::try_from(total).unwrap_or(u32::MAX);
        share(total, sizes.len()).into_iter().map(u64::from).eq(sizes.iter().copied())
    };
    let mut largest_first = sizes.clone();
    sort_by(&mut largest_first, |one, other| other.cmp(one));
    match sizes.as_slice() {
        [_] => state(format!("`initial: {before}`")),
        [first, rest @ ..] if rest.iter().all(|size| size == first) => {
            state(format!("`initial: {first}, per: zone`"))
        }
        sizes if shared(sizes) => {
            state(format!("`initial: {total}, per: total`, which the first zones get the remainder of"))
        }
        _ if shared(&largest_first) => state(format!(
            "`initial: {total}, per: total`, with the zones of the most machines first in `zones`"
        )),
        sizes => {
            let each: Vec<String> = sizes.iter().map(u64::to_string).collect();
            format!(
                "the zones have {} machines, which no `initial` can state: first commit and sync a fixed size that gives each of them as many",
                each.join(", ")
            )
        }
    }
}

/// The committed sizes of a pool's MachineSets that become autoscaled, in the order of its zones.
fn sizes(subject: &Subject<'_>, pool: &str) -> Vec<u64> {
    let committed: BTreeMap<&str, u64> = changes::all(subject)
        .iter()
        .filter(|change| matches!(change.now, Some((_, Hands::Autoscaler))))
        .map(|change| (machine_sets::name(change.before), machine_sets::replicas(change.before).unwrap_or(1)))
        .into_map();
    let planned = subject.plan.pools.iter().filter(|planned| planned.name == pool);
    planned
        .flat_map(|planned| &planned.machine_sets)
        .filter_map(|set| committed.get(set.name.as_str()).copied())
        .collect()
}
