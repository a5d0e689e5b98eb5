//! Every MachineAutoscaler has a MachineSet of its own.
//!
//! Source: cluster-autoscaler-operator `pkg/controller/machineautoscaler/`: a target without its exact
//! apiVersion is unsupported, a missing one is retried for ever, a second MachineAutoscaler for the same
//! MachineSet only raises events, and another namespace is not watched (`pkg/operator/operator.go`).

use super::Subject;
use super::machine_sets::{self, Hands};
use super::rendered_set::{self, RenderedSet};
use crate::diag::{Finding, Findings};
use crate::render::machine_set::{API_VERSION, KIND};
use crate::render::object::MACHINE_API_NAMESPACE;
use crate::rule;
use crate::sorted::IntoSorted;
use std::collections::{BTreeMap, BTreeSet};

rule! {
    /// A MachineAutoscaler that has no effect.
    pub RULE = "ASC002", "machine-autoscaler-target", Error, seat belt 7,
    "every MachineAutoscaler targets a rendered MachineSet in use that no other targets"
}

/// Checks every MachineAutoscaler.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let sets: BTreeMap<&str, &RenderedSet<'_>> =
        rendered_set::all(subject).iter().map(|set| (set.name, set)).into_map();
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for object in subject.of_kind("MachineAutoscaler") {
        let name = object.name();
        let target = &object.value["spec"]["scaleTargetRef"];
        let text = |key: &str| target[key].as_str().unwrap_or_default();
        let targeted = text("name");
        let mut report = |message: String, help: &str| {
            findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
        };
        if object.namespace() != Some(MACHINE_API_NAMESPACE) {
            report(
                format!(
                    "MachineAutoscaler `{name}` is not in the namespace {MACHINE_API_NAMESPACE}, the only one that is watched"
                ),
                "put it beside the MachineSets",
            );
        }
        if text("apiVersion") != API_VERSION || text("kind") != KIND {
            report(
                format!(
                    "MachineAutoscaler `{name}` targets `{}` of `{}`, but only a {KIND} of {API_VERSION} is scaled",
                    text("kind"),
                    text("apiVersion")
                ),
                "write the target's apiVersion and kind",
            );
        }
        match sets.get(targeted) {
            None => report(
                format!(
                    "MachineAutoscaler `{name}` targets the MachineSet `{}`, which is not rendered",
                    targeted
                ),
                "target a MachineSet of the pool",
            ),
            Some(set) if machine_sets::hands(&set.object.value, &BTreeSet::new()) == Hands::Person => report(
                format!(
                    "MachineAutoscaler `{name}` targets the MachineSet `{}`, which is being given up",
                    set.name
                ),
                "remove the MachineAutoscaler: it would bring the machines back",
            ),
            Some(_) => {}
        }
        if let Some(first) = taken.get(targeted) {
            report(
                format!(
                    "MachineAutoscalers `{first}` and `{name}` target the same MachineSet `{}`: whichever comes second has no effect",
                    targeted
                ),
                "keep one of them",
            );
        } else {
            taken.insert(targeted, name);
        }
    }
}
