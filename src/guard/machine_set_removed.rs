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
    let successor = successor(subject, change);
    let finding = match successor {
        Some((successor, new_pool, zone)) => {
            let with_its_pool = match pool {
                Some(pool) if pool != new_pool => format!(", as pool `{pool}` becomes `{new_pool}`"),
                _ => String::new(),
            };
            let message = format!(
                "MachineSet `{name}` is renamed to `{}`{with_its_pool}: the old one would go on without Git, and the new one would start beside it",
                successor.name()
            );
            Finding::new(&RULE, message)
                .help(format!("keep the name: write `adopt: {{{zone}: {{name: {name}}}}}` in pool `{new_pool}`, with the `selector` of the MachineSet if it differs; or leave the old one in the values as `state: retiring`"))
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
    let place = match successor {
        Some((_, new_pool, _)) => subject.values.locate_key(&["pools", new_pool]),
        None => place(subject, pool),
    };
    let finding = finding.at(place).object(changes::reference(change.before));
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

/// The MachineSet that came into the place of a removed one: new, of the same zone, and of the same
/// pool or of one that the pool was renamed to.
fn successor<'a>(subject: &'a Subject<'_>, change: &Change<'_>) -> Option<(&'a Object, &'a str, &'a str)> {
    let zone = machine_sets::zone(change.before)?;
    let pool = machine_sets::pool(change.before)?;
    let before = subject.committed?;
    let committed = changes::committed_names(before);
    let new = || {
        subject.of_kind("MachineSet").filter_map(|object| {
            let Origin::Pool { pool, zone: Some(place) } = &object.origin else { return None };
            let is_new =
                machine_sets::zone(&object.value) == Some(zone) && !committed.contains(object.name());
            is_new.then_some((object, pool.as_str(), place.as_str()))
        })
    };
    if let Some(same) = new().find(|(_, new_pool, _)| *new_pool == pool) {
        return Some(same);
    }
    if subject.spec.pools.contains_key(pool) {
        return None;
    }
    // The pool is gone; a new one with the same machines bears its new name, if there is only one.
    let is_new =
        |name: &str| !changes::of_any_cluster(before).any(|set| machine_sets::pool(set) == Some(name));
    let mut renamed = new().filter(|(object, new_pool, _)| {
        is_new(new_pool)
            && machine_sets::instance_type(&object.value) == machine_sets::instance_type(change.before)
    });
    match (renamed.next(), renamed.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

fn place(subject: &Subject<'_>, pool: Option<&str>) -> Position {
    match pool {
        Some(pool) => subject.values.locate_key(&["pools", pool]),
        None => subject.values.locate_key(&["pools"]),
    }
}
