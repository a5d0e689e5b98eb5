//! An annotation that Argo CD ignores does not change with Git.
//!
//! Capacity that is stated by hand is written when the MachineSet is made, and ignored afterwards where a
//! controller of the platform may write it as well (argo-cd `controller/sync.go`: the live object's ignored
//! fields, and their absence, are copied over Git's).

use super::Subject;
use super::changes;
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::render::Bundle;
use crate::render::object::MACHINE_API_NAMESPACE;
use crate::rule;
use crate::sorted::IntoSorted;
use std::collections::BTreeMap;

rule! {
    /// An ignored annotation whose value differs from the committed one.
    pub RULE = "TRN020", "ignored-annotation-changed", Note,
    "a changed capacity annotation that Argo CD ignores is set by hand"
}

const ANNOTATIONS: &str = "/metadata/annotations/";

/// Reports every committed MachineSet with an ignored annotation that changes.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.committed.is_none() {
        return;
    }
    let Some(application) = subject.application_of(Bundle::Capacity) else { return };
    let ignored = ignored_annotations(&application.value);
    for change in changes::all(subject) {
        let Some((object, _)) = change.now else { continue };
        let name = object.name();
        let value = |set: &Json, key: &str| set["metadata"]["annotations"][key].as_str().map(str::to_owned);
        let changed: Vec<String> = ignored
            .get(name)
            .into_iter()
            .flatten()
            .filter(|key| value(change.before, key) != value(&object.value, key))
            .filter_map(|key| Some(format!("{key}={}", value(&object.value, key)?)))
            .collect();
        if changed.is_empty() {
            continue;
        }
        let message = format!(
            "the capacity that is stated for MachineSet `{name}` changes, but Argo CD ignores those annotations: the live object keeps the old ones"
        );
        let finding = Finding::new(&RULE, message).help(format!(
            "run `oc annotate machineset {name} -n {MACHINE_API_NAMESPACE} --overwrite {}` after the sync",
            changed.join(" ")
        ));
        findings.push(subject.about(finding, object));
    }
}

/// The annotations that an Application ignores, by MachineSet.
fn ignored_annotations(application: &Json) -> BTreeMap<&str, Vec<String>> {
    let annotations = |entry: &Json| -> Vec<String> {
        let pointers = entry["jsonPointers"].as_array().into_iter().flatten();
        pointers
            .filter_map(|pointer| pointer.as_str()?.strip_prefix(ANNOTATIONS))
            .map(|key| key.replace("~1", "/").replace("~0", "~"))
            .collect()
    };
    let entries = application["spec"]["ignoreDifferences"].as_array().into_iter().flatten();
    entries.filter_map(|entry| Some((entry["name"].as_str()?, annotations(entry)))).into_map()
}
