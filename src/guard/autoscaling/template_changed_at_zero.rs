//! ASC038: an autoscaler that goes on planning with the labels and taints of nodes that are gone.
//!
//! For an empty group it goes on planning with the last node that it saw there, for as long as it runs
//! (kubernetes/autoscaler issue 6452; `cluster-autoscaler/processors/nodeinfosprovider/`).

use crate::diag::{Finding, Findings};
use crate::guard::machine_sets;
use crate::guard::{Subject, changes};
use crate::json::Value as Json;
use crate::render::object::MACHINE_API_NAMESPACE;
use crate::rule;
use crate::sorted::IntoSorted;
use std::collections::BTreeSet;

rule! {
    /// Labels or taints of a pool that may be empty.
    pub RULE = "ASC038", "template-changed-at-zero", Note,
    "labels and taints of a group that may be empty stay, or the autoscaler is restarted"
}

/// Reports every autoscaled MachineSet that may be empty and whose nodes look different.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let may_be_empty: BTreeSet<&str> = changes::bounds(subject, "minReplicas")
        .into_iter()
        .filter(|(_, before, now)| *before == 0 || *now == 0)
        .map(|(object, ..)| object.name())
        .into_set();
    for (before, object) in changes::autoscaled_still(subject) {
        let differs = |what: fn(&Json) -> Json| what(before) != what(&object.value);
        let what = match (differs(labels), differs(taints)) {
            (true, true) => "labels and taints",
            (true, false) => "labels",
            (false, true) => "taints",
            (false, false) => continue,
        };
        let another_type = machine_sets::instance_type(before) != machine_sets::instance_type(&object.value);
        if !may_be_empty.contains(object.name()) || another_type {
            // A node that runs shows what it has; of another type TRN006 speaks.
            continue;
        }
        let message = format!(
            "the node {what} of MachineSet `{}` change, and it may be empty: the autoscaler goes on planning with those of the last node that it saw there",
            object.name()
        );
        let finding = Finding::new(&RULE, message).help(format!(
            "restart it after the sync: `oc rollout restart deployment cluster-autoscaler-default -n {MACHINE_API_NAMESPACE}`"
        ));
        findings.push(subject.about(finding, object));
    }
}

fn labels(machine_set: &Json) -> Json {
    machine_set["spec"]["template"]["spec"]["metadata"]["labels"].clone()
}

fn taints(machine_set: &Json) -> Json {
    machine_set["spec"]["template"]["spec"]["taints"].clone()
}
