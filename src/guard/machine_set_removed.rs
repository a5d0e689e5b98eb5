//! A MachineSet leaves Git only once it has been retiring.

use super::Subject;
use super::changes::{self, Change, REMOVING_A_POOL, machines};
use super::machine_sets::{self, Hands};
use crate::diag::{Finding, Findings};
use crate::render::object::MACHINE_API_NAMESPACE;
use crate::render::{Object, Origin};
use crate::rule;
use crate::yaml::Position;

rule! {
    /// A committed MachineSet that is rendered no more.
    pub RULE = "TRN002", "machine-set-removed", Error, seat belt 5,
    "a MachineSet leaves Git only after it was committed as retiring, and keeps its name"
}

/// Checks every committed MachineSet.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for change in changes::all(subject) {
        if change.now.is_none() && change.hands_before != Hands::Person {
            findings.push(removed(subject, &change));
        }
    }
}

fn removed(subject: &Subject<'_>, change: &Change<'_>) -> Finding {
    let name = machine_sets::name(change.before);
    let pool = machine_sets::pool(change.before);
    let finding = match successor(subject, change) {
        Some((successor, pool, zone)) => {
            let message = format!(
                "MachineSet `{name}` is renamed to `{}`: the old one would go on without Git, and the new one would start beside it",
                successor.name()
            );
            Finding::new(&RULE, message)
                .help(format!("keep the name: write `adopt: {{{zone}: {{name: {name}}}}}` in pool `{pool}`, with the `selector` of the MachineSet if it differs"))
        }
        None => {
            let whose = match change.hands_before {
                Hands::Autoscaler => "autoscaled".to_owned(),
                _ => machines(machine_sets::replicas(change.before).unwrap_or(1)),
            };
            let message = format!(
                "MachineSet `{name}` ({whose}) is committed but no longer rendered: its machines would go on without Git"
            );
            let pool = pool.unwrap_or("its pool");
            Finding::new(&RULE, message)
                .help(format!("write `state: retiring` in pool `{pool}`, or move the zone to its `retiringZones`, and commit and sync that first; see {REMOVING_A_POOL}"))
                .note(way_out(name, change.hands_before))
        }
    };
    let finding = finding.at(place(subject, pool)).object(changes::reference(change.before));
    match pool {
        Some(pool) => finding.pool(pool),
        None => finding,
    }
}

/// The commands between the sync of the retirement and the end.
fn way_out(name: &str, hands: Hands) -> String {
    let namespace = format!("-n {MACHINE_API_NAMESPACE}");
    let autoscaler = match hands {
        Hands::Autoscaler => format!("`oc delete machineautoscaler {name} {namespace}`, "),
        _ => String::new(),
    };
    format!(
        "then run {autoscaler}`oc scale machineset {name} --replicas=0 {namespace}`, wait until its machines are gone, run `oc delete machineset {name} {namespace}`, and remove it from the values last"
    )
}

/// The MachineSet that came into the place of a removed one: of the same pool and zone, and new.
fn successor<'a>(subject: &'a Subject<'_>, change: &Change<'_>) -> Option<(&'a Object, &'a str, &'a str)> {
    let zone = machine_sets::zone(change.before)?;
    let pool = machine_sets::pool(change.before)?;
    let committed = changes::committed_names(subject.committed?);
    subject.of_kind("MachineSet").find_map(|object| {
        let same = machine_sets::pool(&object.value) == Some(pool)
            && machine_sets::zone(&object.value) == Some(zone);
        let Origin::Pool { pool, zone: Some(zone) } = &object.origin else { return None };
        (same && !committed.contains(object.name())).then_some((object, pool.as_str(), zone.as_str()))
    })
}

fn place(subject: &Subject<'_>, pool: Option<&str>) -> Position {
    match pool {
        Some(pool) => subject.values.locate_key(&["pools", pool]),
        None => subject.values.locate_key(&["pools"]),
    }
}
