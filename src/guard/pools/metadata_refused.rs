//! Labels, annotations and taints are such as the API server and the Nodes take.
//!
//! What stands inside a MachineSet's template is a plain map to the API server: a bad label or taint is
//! stored, copied into every Machine, and refused only when it is to be written to the Node, machine after
//! machine (machine-api-operator `pkg/controller/nodelink/nodelink_controller.go`). A value that is no
//! text makes the object unreadable for the controllers, and one unreadable MachineSet stops all of them.

use super::super::Subject;
use super::super::sound::Sound;
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::render::Object;
use crate::rule;
use crate::spec::check::{label_key_error, label_value_error};
use crate::spec::pool::Effect;

rule! {
    /// Metadata that fails later than it is stored.
    pub RULE = "MCH025", "metadata-refused", Error,
    "labels, annotations and taints of objects, Machines and Nodes are ones that Kubernetes takes"
}

/// The bytes that all annotations of an object may have together (apimachinery
/// `pkg/api/validation/objectmeta.go`).
const ANNOTATIONS_LIMIT: usize = 256 * 1024;

/// The keys that are known to be sound.
#[derive(Default)]
struct SoundKeys<'a> {
    of_labels: Sound<'a>,
    of_annotations: Sound<'a>,
}

/// Checks every object, and in MachineSets what Machines and Nodes get.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut sound = SoundKeys::default();
    for (object, identity) in subject.identified() {
        let mut faults = Vec::new();
        metadata(&object.value["metadata"], "", &mut sound, &mut faults);
        if identity.kind == "MachineSet" {
            let template = &object.value["spec"]["template"];
            metadata(&template["metadata"], " of its Machines", &mut sound, &mut faults);
            metadata(&template["spec"]["metadata"], " of its Nodes", &mut sound, &mut faults);
            taints(&template["spec"]["taints"], &mut faults);
        }
        for (fault, help) in faults {
            let message = format!("{} `{}`: {fault}", object.kind(), object.name());
            findings.push(found(subject, object, message, help));
        }
    }
}

fn found(subject: &Subject<'_>, object: &Object, message: String, help: &str) -> Finding {
    subject.about(Finding::new(&RULE, message).help(help), object)
}

const FORM: &str = "write text of at most 63 letters, digits, `-`, `_` and `.` in quotes, with an optional domain before a `/` in keys";

fn metadata<'a>(
    metadata: &'a Json,
    whose: &str,
    sound: &mut SoundKeys<'a>,
    faults: &mut Vec<(String, &'static str)>,
) {
    for (map, are_labels) in [("labels", true), ("annotations", false)] {
        let entries = match &metadata[map] {
            Json::Null => continue,
            Json::Object(entries) => entries,
            _ => {
                faults.push((format!("the {map}{whose} are no map"), "write a map of texts"));
                continue;
            }
        };
        let sound = if are_labels { &mut sound.of_labels } else { &mut sound.of_annotations };
        let mut size = 0;
        for (key, value) in entries {
            if !sound.has(key) {
                match key_error(key, are_labels) {
                    Some(fault) => faults.push((format!("the {map}{whose}: {fault}"), FORM)),
                    None => sound.add(key),
                }
            }
            let Some(text) = value.as_str() else {
                faults.push((format!("`{key}` in the {map}{whose} is {value}, which is no text"), FORM));
                continue;
            };
            size += key.len() + text.len();
            if are_labels && let Some(fault) = label_value_error(text) {
                faults.push((format!("`{key}` in the {map}{whose}: {fault}"), FORM));
            }
        }
        if size > ANNOTATIONS_LIMIT {
            faults.push((
                format!("the {map}{whose} have {size} bytes, more than {ANNOTATIONS_LIMIT}"),
                "move what is long into a ConfigMap",
            ));
        }
    }
}

fn key_error(key: &str, of_label: bool) -> Option<String> {
    // The API server reads the keys of annotations in lower case.
    let as_is = of_label || key.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if as_is { label_key_error(key) } else { label_key_error(&key.to_lowercase()) }
}

fn taints(taints: &Json, faults: &mut Vec<(String, &'static str)>) {
    let effects = [Effect::NoSchedule, Effect::PreferNoSchedule, Effect::NoExecute].map(Effect::as_str);
    let mut seen = Vec::new();
    for taint in taints.as_array().into_iter().flatten() {
        let key = taint["key"].as_str().unwrap_or_default();
        let (value, effect) = (&taint["value"], taint["effect"].as_str().unwrap_or_default());
        if let Some(fault) = label_key_error(key) {
            faults.push((format!("a taint: {fault}"), FORM));
        }
        match value {
            Json::Null => {}
            Json::String(text) => {
                if let Some(fault) = label_value_error(text) {
                    faults.push((format!("the taint `{key}`: {fault}"), FORM));
                }
            }
            _ => faults.push((format!("the value of the taint `{key}` is {value}, which is no text"), FORM)),
        }
        if !effects.contains(&effect) {
            faults.push((
                format!("the taint `{key}` has the effect `{effect}`"),
                "write NoSchedule, PreferNoSchedule or NoExecute",
            ));
        }
        if seen.contains(&(key, effect)) {
            faults.push((
                format!("the taint `{key}:{effect}` stands twice, and a Node gets the first"),
                "keep one of the two",
            ));
        }
        seen.push((key, effect));
    }
}
