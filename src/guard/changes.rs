//! What the rules about changes of hands share: the MachineSets as they were committed and as they are
//! rendered now.

use super::machine_sets::{self, Hands};
use super::{CommittedObjects, Subject};
use crate::diag::ObjectRef;
use crate::json::Value as Json;
use crate::render::Object;
use crate::render::Origin;
use crate::sorted::IntoSorted;
use crate::yaml::Position;
use std::collections::{BTreeMap, BTreeSet};

/// The page that says how a pool is given up.
pub(super) const REMOVING_A_POOL: &str = "docs/removing-a-pool.md";

/// A committed MachineSet, and what it is now.
pub(super) struct Change<'a> {
    /// As it was committed.
    pub before: &'a Json,
    /// In whose hands it was.
    pub hands_before: Hands,
    /// As it is rendered, unless it is gone.
    pub now: Option<(&'a Object, Hands)>,
}

/// Every committed MachineSet of this cluster with its rendering, by name; none where nothing is
/// committed.
pub(super) fn all<'a>(subject: &'a Subject<'_>) -> Vec<Change<'a>> {
    let Some(committed) = subject.committed else { return Vec::new() };
    let autoscaled_before = autoscaled_before(committed);
    let autoscaled_now = machine_sets::autoscaled_now(subject);
    let rendered: BTreeMap<&str, &Object> =
        subject.of_kind("MachineSet").map(|object| (object.name(), object)).into_map();
    committed_machine_sets(committed)
        .filter(|before| !is_foreign(subject, before))
        .map(|before| Change {
            before,
            hands_before: machine_sets::hands(before, &autoscaled_before),
            now: rendered
                .get(machine_sets::name(before))
                .map(|object| (*object, machine_sets::hands(&object.value, autoscaled_now))),
        })
        .collect()
}

/// What was in the autoscaler's hands. A MachineAutoscaler that was taken out of the committed files by
/// hand stays in the cluster; that Argo CD was told to ignore the size shows it still.
fn autoscaled_before(committed: &CommittedObjects) -> BTreeSet<&str> {
    let mut autoscaled = machine_sets::autoscaled(committed.of_kind("MachineAutoscaler"));
    let ignored = machine_sets::ignored(committed.of_kind("Application"));
    let nobody = BTreeSet::new();
    autoscaled.extend(
        committed_machine_sets(committed)
            .filter(|set| machine_sets::hands(set, &nobody) != Hands::Person)
            .map(machine_sets::name)
            .filter(|name| ignored.contains(name)),
    );
    autoscaled
}

/// Whether a committed MachineSet was rendered for another cluster.
pub(super) fn is_foreign(subject: &Subject<'_>, committed: &Json) -> bool {
    machine_sets::cluster(committed).is_some_and(|cluster| cluster != subject.plan.cluster.infra_id)
}

/// The committed MachineSets, those of other clusters too.
pub(super) fn of_any_cluster(committed: &CommittedObjects) -> impl Iterator<Item = &Json> {
    committed_machine_sets(committed)
}

/// A bound, `minReplicas` or `maxReplicas`, by the MachineSet that the MachineAutoscaler targets.
fn bound_by_target<'a>(autoscalers: impl Iterator<Item = &'a Json>, field: &str) -> BTreeMap<&'a str, u64> {
    autoscalers
        .filter_map(|value| {
            let spec = &value["spec"];
            Some((spec["scaleTargetRef"]["name"].as_str()?, spec[field].as_u64()?))
        })
        .collect()
}

/// The MachineSets that were autoscaled and are, with a bound as it was committed and as it is rendered.
pub(super) fn bounds<'a>(subject: &'a Subject<'_>, field: &str) -> Vec<(&'a Object, u64, u64)> {
    let Some(committed) = subject.committed else { return Vec::new() };
    let before = bound_by_target(committed.of_kind("MachineAutoscaler"), field);
    let rendered = subject.of_kind("MachineAutoscaler").map(|object| &object.value);
    let now = bound_by_target(rendered, field);
    autoscaled_still(subject)
        .filter_map(|(_, object)| Some((object, *before.get(object.name())?, *now.get(object.name())?)))
        .collect()
}

/// The MachineSets that were autoscaled and are, as they were committed and as they are rendered.
pub(super) fn autoscaled_still<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = (&'a Json, &'a Object)> {
    all(subject).into_iter().filter_map(|change| match (change.hands_before, change.now) {
        (Hands::Autoscaler, Some((object, Hands::Autoscaler))) => Some((change.before, object)),
        _ => None,
    })
}

/// The place of a pool's size.
pub(super) fn size_place(subject: &Subject<'_>, object: &Object) -> Position {
    match &object.origin {
        Origin::Pool { pool, .. } => subject.values.locate(&["pools", pool, "size"]),
        _ => subject.place_of(object),
    }
}

/// The names of MachineSets, as a message has them.
pub(super) fn names(objects: &[&Object]) -> String {
    objects.iter().map(|object| format!("`{}`", object.name())).collect::<Vec<_>>().join(", ")
}

/// The names of the committed MachineSets.
pub(super) fn committed_names(committed: &CommittedObjects) -> BTreeSet<&str> {
    committed_machine_sets(committed).map(machine_sets::name).into_set()
}

fn committed_machine_sets(committed: &CommittedObjects) -> impl Iterator<Item = &Json> {
    committed.of_kind("MachineSet").filter(|value| !machine_sets::name(value).is_empty())
}

/// The reference to a committed object, for findings.
pub(super) fn reference(object: &Json) -> ObjectRef {
    ObjectRef {
        kind: object["kind"].as_str().unwrap_or_default().to_owned(),
        namespace: object["metadata"]["namespace"].as_str().map(str::to_owned),
        name: machine_sets::name(object).to_owned(),
    }
}

/// A number of machines in words.
pub(super) fn machines(count: u64) -> String {
    if count == 1 { "1 machine".to_owned() } else { format!("{count} machines") }
}
