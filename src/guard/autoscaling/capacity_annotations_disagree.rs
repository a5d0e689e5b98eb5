//! ASC028: capacity annotations that contradict each other, the pool, or the template.
//!
//! Sources: kubernetes-autoscaler `cloudprovider/openshift/openshift_utils.go` (what is read, and that the
//! labels annotation wins over the template); openshift/hypershift pull request 9110.

use super::{node_labels, pool_of};
use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::json::{Map, Text, Value as Json};
use crate::plan::NodeCapacity;
use crate::platform::capacity::{MIB, OPENSHIFT, PAIRS, UPSTREAM};
use crate::render::Object;
use crate::rule;

rule! {
    /// Two truths about what a node has.
    pub RULE = "ASC028", "capacity-annotations-disagree", Error,
    "the capacity annotations of a MachineSet can be read and agree with each other, its pool and its template"
}

/// Checks every MachineSet that has such annotations.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in subject.of_kind("MachineSet") {
        let capacity = pool_of(subject, object).and_then(|pool| pool.capacity);
        for (what, help) in faults(object, capacity) {
            let message = format!("MachineSet `{}`: {what}", object.name());
            findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
        }
    }
}

fn faults(object: &Object, capacity: Option<NodeCapacity>) -> Vec<(String, &'static str)> {
    let annotations = object.value["metadata"]["annotations"].as_object();
    let is_meant = |key: &Text| key.starts_with(OPENSHIFT) || key.starts_with(UPSTREAM);
    let Some(annotations) = annotations.filter(|entries| entries.keys().any(is_meant)) else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    for (index, pair) in PAIRS.iter().enumerate() {
        let keys =
            [(OPENSHIFT, pair.openshift, pair.read_openshift), (UPSTREAM, pair.upstream, pair.read_upstream)];
        let mut first: Option<(&str, u128)> = None;
        for (prefix, name, read) in keys {
            let Some((key, value)) = annotation(annotations, prefix, name) else { continue };
            let value = match value {
                Json::Null => continue,
                Json::String(text) => read(text),
                _ => None,
            };
            let Some(value) = value else {
                faults.push((format!("`{key}` cannot be read"), "write a quantity in quotes, or remove it"));
                continue;
            };
            if let Some(stated) =
                capacity.map(|capacity| of_pool(capacity, index)).filter(|stated| *stated != value)
            {
                faults.push((
                    format!("`{key}` says {value} {}, and its pool {stated}", pair.unit),
                    "state the capacity once, under `scaleFromZero`",
                ));
            }
            match &first {
                Some((other, amount)) if *amount != value => faults.push((
                    format!("`{other}` says {amount} {}, and `{key}` {value}", pair.unit),
                    "make them agree: which one counts depends on the version of the autoscaler",
                )),
                Some(_) => {}
                None => first = Some((key, value)),
            }
        }
    }
    let text = |name: &str| annotation(annotations, UPSTREAM, name).and_then(|(_, value)| value.as_str());
    if text("gpu-count").is_some_and(|count| count != "0") && text("gpu-type").is_none() {
        let fault = format!("`{UPSTREAM}gpu-count` stands without `{UPSTREAM}gpu-type`");
        faults.push((fault, "write both, or neither"));
    }
    faults.extend(label_faults(object, text("labels").unwrap_or_default()));
    faults
}

/// An annotation by the two parts of its key, with the key.
fn annotation<'a>(annotations: &'a Map, prefix: &str, name: &str) -> Option<(&'a str, &'a Json)> {
    let (key, value) = annotations.iter().find(|(key, _)| key.strip_prefix(prefix) == Some(name))?;
    Some((key.as_str(), value))
}

/// The amount of a pair that the pool states, in the pair's unit.
fn of_pool(capacity: NodeCapacity, index: usize) -> u128 {
    match index {
        0 => u128::from(capacity.vcpu) * 1000,
        1 => u128::from(capacity.memory_mib) * MIB,
        _ => capacity.gpus.into(),
    }
}

/// What is wrong with labels as the annotation states them: `key=value`, joined by commas.
fn label_faults(object: &Object, annotation: &str) -> Vec<(String, &'static str)> {
    let mut faults = Vec::new();
    for entry in annotation.split(',').filter(|entry| !entry.is_empty()) {
        match entry.split_once('=').filter(|(_, value)| !value.contains('=')) {
            None => faults.push((
                format!("`{UPSTREAM}labels` holds `{entry}`, which is dropped"),
                "write `key=value`, joined by commas",
            )),
            Some((key, value)) => {
                let template = node_labels(&object.value)[key].as_str();
                if let Some(template) = template.filter(|template| *template != value) {
                    faults.push((
                        format!("`{UPSTREAM}labels` says `{key}={value}`, and the template `{template}`"),
                        "state the label once: the annotation wins at zero, the template on every Node",
                    ));
                }
            }
        }
    }
    faults
}
