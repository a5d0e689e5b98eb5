//! ASC028: capacity annotations that contradict each other, the pool, or the template.
//!
//! Sources: kubernetes-autoscaler `cloudprovider/openshift/openshift_utils.go` (what is read, and that the
//! labels annotation wins over the template); openshift/hypershift pull request 9110.

use super::{node_labels, pool_of};
use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::json::Value as Json;
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
    let annotations = &object.value["metadata"]["annotations"];
    let mut faults = Vec::new();
    for (index, pair) in PAIRS.iter().enumerate() {
        let keys = [
            (format!("{OPENSHIFT}{}", pair.openshift), pair.read_openshift),
            (format!("{UPSTREAM}{}", pair.upstream), pair.read_upstream),
        ];
        let mut first: Option<(String, u128)> = None;
        for (key, read) in keys {
            let value = match &annotations[key.as_str()] {
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
    let (count, kind) = (format!("{UPSTREAM}gpu-count"), format!("{UPSTREAM}gpu-type"));
    let text = |key: &str| annotations[key].as_str();
    if text(&count).is_some_and(|count| count != "0") && text(&kind).is_none() {
        faults.push((format!("`{count}` stands without `{kind}`"), "write both, or neither"));
    }
    faults.extend(label_faults(object, text(&format!("{UPSTREAM}labels")).unwrap_or_default()));
    faults
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
