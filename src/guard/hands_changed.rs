//! Who decides the size of a MachineSet changes, as it may: what that means is said.
//!
//! What may not be is refused by the rules beside this one; here are the changes that keep every machine,
//! with what a person has to do for them.

use super::Subject;
use super::changes::{self, REMOVING_A_POOL, machines};
use super::machine_sets::{self, Hands};
use crate::diag::{Finding, Findings};
use crate::render::object::MACHINE_API_NAMESPACE;
use crate::render::{Object, Origin};
use crate::rule;
use crate::yaml::Position;
use std::collections::{BTreeMap, BTreeSet};

rule! {
    /// A size that passes into other hands.
    pub RULE = "TRN010", "size-changes-hands", Note,
    "the size of a pool passes into other hands"
}

/// Reports every change of hands that is not refused, pool by pool.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut passing: BTreeMap<(&str, Hands, Hands), Vec<&Object>> = BTreeMap::new();
    let mut refused: BTreeSet<&str> = BTreeSet::new();
    for change in changes::all(subject) {
        let Some((object, now)) = change.now else { continue };
        let Origin::Pool { pool, .. } = &object.origin else { continue };
        if change.hands_before == now {
            continue;
        }
        let keeps_its_size = machine_sets::replicas(change.before).unwrap_or(1)
            == machine_sets::replicas(&object.value).unwrap_or(1);
        match (change.hands_before, now) {
            (Hands::Git, _) if !keeps_its_size => _ = refused.insert(pool),
            (Hands::Autoscaler, Hands::Git) => _ = refused.insert(pool),
            (before, now) => passing.entry((pool, before, now)).or_default().push(object),
        }
    }
    passing.retain(|(pool, ..), _| !refused.contains(pool));
    for ((pool, before, now), objects) in passing {
        let finding = match now {
            Hands::Person => given_up(pool, before, &objects),
            Hands::Autoscaler => to_the_autoscaler(pool, before, &objects),
            Hands::Git => to_git(pool, &objects),
        };
        let finding = finding.at(place(subject, pool, now, &objects)).pool(pool);
        findings.push(match objects.as_slice() {
            [only] => finding.object(only.reference()),
            _ => finding,
        });
    }
}

fn given_up(pool: &str, before: Hands, objects: &[&Object]) -> Finding {
    let names = changes::names(objects);
    let message = format!(
        "pool `{pool}` gives up {names}: once this is synced Argo CD ignores the size, and a person decides it"
    );
    let bare: Vec<&str> = objects.iter().map(|object| object.name()).collect();
    let (bare, namespace) = (bare.join(" "), format!("-n {MACHINE_API_NAMESPACE}"));
    let finding = Finding::new(&RULE, message).help(format!(
        "commit it, sync the `argocd` and the `capacity` bundle, and go on as {REMOVING_A_POOL} says"
    ));
    let finding = match before {
        Hands::Autoscaler => {
            finding.note(format!("first `oc delete machineautoscaler {bare} {namespace}`: nothing is pruned"))
        }
        _ => finding,
    };
    finding.note(format!(
        "`oc scale machineset {bare} --replicas=0 {namespace}` drains and deletes the machines"
    ))
}

fn to_the_autoscaler(pool: &str, before: Hands, objects: &[&Object]) -> Finding {
    let (from, sizes) = match before {
        Hands::Git => {
            let size = |object: &&Object| {
                let replicas = machine_sets::replicas(&object.value).unwrap_or(1);
                format!("`{}` begins with the {} that it has", object.name(), machines(replicas))
            };
            ("Git", objects.iter().map(size).collect::<Vec<_>>().join(", "))
        }
        _ => ("a person", format!("the size stays in {}", changes::names(objects))),
    };
    let message = format!("the size of pool `{pool}` passes from {from} to the autoscaler: {sizes}");
    Finding::new(&RULE, message)
        .help("commit it, and sync the `argocd` bundle as well: it tells Argo CD to ignore `replicas`")
}

fn to_git(pool: &str, objects: &[&Object]) -> Finding {
    let size = |object: &&Object| {
        let replicas = machine_sets::replicas(&object.value).unwrap_or(1);
        format!("`{}` to {}", object.name(), machines(replicas))
    };
    let sizes: Vec<String> = objects.iter().map(size).collect();
    let message = format!(
        "the size of pool `{pool}` passes from a person to Git: a sync brings {}, whatever runs by then",
        sizes.join(", ")
    );
    Finding::new(&RULE, message)
        .help(format!("see first that they have this size, and no MachineAutoscaler any more: `oc get machineset,machineautoscaler -n {MACHINE_API_NAMESPACE}`"))
}

/// What the user wrote that hands the size on.
fn place(subject: &Subject<'_>, pool: &str, now: Hands, objects: &[&Object]) -> Position {
    let state = ["pools", pool, "state"];
    match objects.first() {
        Some(first) if now == Hands::Person && subject.values.find(&state).is_none() => {
            subject.place_of(first)
        }
        _ if now == Hands::Person => subject.values.locate(&state),
        _ => subject.values.locate(&["pools", pool, "size"]),
    }
}
