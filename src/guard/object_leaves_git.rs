//! What leaves Git stays in the cluster, and goes on.
//!
//! Nothing that is rendered is ever pruned. A health check or an autoscaler that is taken out of the values
//! goes on acting, and an Application under an old name goes on syncing; the run that takes it out of the
//! committed output is the last one that knows of it.

use super::changes::{self, REMOVING_A_POOL};
use super::{Subject, machine_sets};
use crate::diag::{Finding, Findings, ObjectRef};
use crate::json::Value as Json;
use crate::rule;
use crate::sorted::IntoSorted;
use std::collections::BTreeSet;

rule! {
    /// A committed object that is rendered no more.
    pub RULE = "TRN018", "object-leaves-git", Note,
    "an object that leaves Git stays in the cluster until it is deleted by hand"
}

/// Reports every committed object of this cluster that is rendered no more and that no other rule of
/// changes speaks of.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(committed) = subject.committed else { return };
    if committed.of_kind("MachineSet").any(|set| changes::is_foreign(subject, set)) {
        // It is another cluster's output, which is refused.
        return;
    }
    let rendered: BTreeSet<ObjectRef> =
        subject.objects.iter().map(|object| changes::reference(&object.value)).into_set();
    // A MachineSet that stays or may not go yet is spoken of with its MachineAutoscaler.
    let spoken_of: BTreeSet<&str> = changes::all(subject)
        .iter()
        .filter(|change| change.now.is_some() || change.hands_before != machine_sets::Hands::Person)
        .map(|change| machine_sets::name(change.before))
        .into_set();
    for object in committed.objects.iter().map(|object| &object.value) {
        let reference = changes::reference(object);
        let is_spoken_of = match reference.kind.as_str() {
            "MachineSet" => spoken_of.contains(reference.name.as_str()),
            "MachineAutoscaler" => target(object).is_some_and(|target| spoken_of.contains(target)),
            _ => false,
        };
        if rendered.contains(&reference) || reference.name.is_empty() || is_spoken_of {
            continue;
        }
        findings.push(leaving(subject, object, reference));
    }
}

fn target(autoscaler: &Json) -> Option<&str> {
    autoscaler["spec"]["scaleTargetRef"]["name"].as_str()
}

fn leaving(subject: &Subject<'_>, object: &Json, reference: ObjectRef) -> Finding {
    let message = format!(
        "{} `{}` leaves Git: nothing is pruned, so it stays in the cluster and goes on",
        reference.kind, reference.name
    );
    let namespace = match &reference.namespace {
        Some(namespace) => format!(" -n {namespace}"),
        None => String::new(),
    };
    let command = format!("`oc delete {} {}{namespace}`", resource(object), reference.name);
    let help = match reference.kind.as_str() {
        "MachineSet" => {
            format!("once it is synced and has no machines, run {command}, as {REMOVING_A_POOL} says")
        }
        "Namespace" => {
            "leave it while anything stands in it: who deletes a Namespace deletes all of that".to_owned()
        }
        _ => format!("run {command} after the sync, unless somebody else keeps it from now on"),
    };
    let finding = Finding::new(&RULE, message).help(help).object(reference);
    match machine_sets::pool(object) {
        Some(pool) if subject.values.find(&["pools", pool]).is_some() => {
            finding.at(subject.values.locate_key(&["pools", pool])).pool(pool)
        }
        _ => finding,
    }
}

/// The resource as `oc` takes it: `kind.group`, in lower case.
fn resource(object: &Json) -> String {
    let kind = object["kind"].as_str().unwrap_or_default().to_ascii_lowercase();
    match object["apiVersion"].as_str().unwrap_or_default().split_once('/') {
        Some((group, _)) => format!("{kind}.{group}"),
        None => kind,
    }
}
