//! A changed template reaches new machines only.
//!
//! Nothing rolls a MachineSet, and labels and taints reach a Node only when it joins: machines that run
//! keep what they have, what was taken away included (machine-api-operator `FAQ.md`).

use super::Subject;
use super::changes::{self, Change};
use super::machine_sets::{self, Hands};
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::render::object::MACHINE_API_NAMESPACE;
use crate::render::{Object, Origin};
use crate::rule;
use std::collections::{BTreeMap, BTreeSet};

rule! {
    /// A template that differs from the committed one.
    pub RULE = "TRN012", "template-changed", Note,
    "a changed template reaches new machines only"
}

/// What changes in the MachineSets of a pool.
#[derive(Default)]
struct Changed<'a> {
    objects: Vec<&'a Object>,
    parts: BTreeSet<String>,
    taken_away: BTreeSet<String>,
}

/// Reports the pools whose running machines will differ from their template.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut by_pool: BTreeMap<&str, Changed<'_>> = BTreeMap::new();
    for change in changes::all(subject) {
        let Some((object, now)) = change.now else { continue };
        let Origin::Pool { pool, .. } = &object.origin else { continue };
        let is_empty = change.hands_before == Hands::Git && machine_sets::replicas(change.before) == Some(0);
        let parts = parts(subject, &change, object, now);
        if parts.is_empty() || is_empty {
            continue;
        }
        let changed = by_pool.entry(pool.as_str()).or_default();
        changed.objects.push(object);
        changed.parts.extend(parts);
        changed.taken_away.extend(taken_away(change.before, &object.value));
    }
    for (pool, changed) in by_pool {
        findings.push(reported(subject, pool, &changed));
    }
}

fn reported(subject: &Subject<'_>, pool: &str, changed: &Changed<'_>) -> Finding {
    let parts: Vec<&str> = changed.parts.iter().map(String::as_str).collect();
    let message = format!(
        "the template of {} changes ({}): machines that run keep what they have",
        changes::names(&changed.objects),
        parts.join(", ")
    );
    let mut finding = Finding::new(&RULE, message)
        .at(subject.values.locate_key(&["pools", pool]))
        .pool(pool)
        .help(format!("to renew them, delete one Machine after the other once this is synced (`oc delete machine NAME -n {MACHINE_API_NAMESPACE}`), or make a new pool and retire this one"));
    if !changed.taken_away.is_empty() {
        let gone: Vec<&str> = changed.taken_away.iter().map(String::as_str).collect();
        finding = finding.note(format!("Nodes that run keep {} until they are renewed", gone.join(", ")));
    }
    match changed.objects.as_slice() {
        [only] => finding.object(only.reference()),
        _ => finding,
    }
}

/// The parts of the template that differ, by the names that people know.
fn parts(subject: &Subject<'_>, change: &Change<'_>, object: &Object, now: Hands) -> BTreeSet<String> {
    let mut parts = BTreeSet::new();
    let template = |set: &'_ Json, path: &[&str]| {
        let start = &set["spec"]["template"];
        path.iter().fold(start, |value, key| &value[*key]).clone()
    };
    for (name, path) in [
        ("machine labels", &["metadata", "labels"][..]),
        ("node labels", &["spec", "metadata", "labels"]),
        ("taints", &["spec", "taints"]),
    ] {
        if template(change.before, path) != template(&object.value, path) {
            parts.insert(name.to_owned());
        }
    }
    let (before, after) =
        (machine_sets::provider_spec(change.before), machine_sets::provider_spec(&object.value));
    let keys =
        |value: &Json| value.as_object().into_iter().flatten().map(|(key, _)| key.to_string()).collect();
    let mut all: BTreeSet<String> = keys(before);
    all.extend::<BTreeSet<String>>(keys(after));
    parts.extend(all.into_iter().filter(|key| before[key] != after[key]));
    // Another rule says more of a type that changes under the autoscaler, and the platform's own image
    // is not Git's.
    if (change.hands_before, now) == (Hands::Autoscaler, Hands::Autoscaler) {
        parts.remove("instanceType");
    }
    if let Some(image) = subject.plan.cluster.managed_boot_image
        && let Some(key) = image.strip_prefix("/spec/template/spec/providerSpec/value/")
        && let Some(key) = key.split('/').next()
    {
        parts.remove(key);
    }
    parts
}

/// The node labels and taints that are there no more.
fn taken_away(before: &Json, now: &Json) -> BTreeSet<String> {
    let machine = |set: &Json| set["spec"]["template"]["spec"].clone();
    let (before, now) = (machine(before), machine(now));
    let labels = before["metadata"]["labels"].as_object().into_iter().flatten();
    let labels = labels
        .filter(|(key, _)| now["metadata"]["labels"].get(key.as_str()).is_none())
        .map(|(key, _)| format!("the label `{key}`"));
    let kept = now["taints"].as_array().cloned().unwrap_or_default();
    let taints = before["taints"].as_array().into_iter().flatten();
    let taints = taints
        .filter(|taint| !kept.contains(taint))
        .map(|taint| format!("the taint `{}`", taint["key"].as_str().unwrap_or_default()));
    labels.chain(taints).collect()
}
