//! An autoscaled MachineSet keeps its instance type.
//!
//! The autoscaler's operator copies the capacity of a node into annotations of the MachineSet and never
//! refreshes them (cluster-autoscaler-operator `pkg/controller/machineautoscaler/machinetarget.go`), and
//! a changed template reaches new machines only.

use super::Subject;
use super::changes;
use super::machine_sets;
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::plan::ACCELERATOR_LABEL;
use crate::render::Origin;
use crate::rule;

rule! {
    /// An autoscaled MachineSet with another instance type.
    pub RULE = "TRN006", "instance-type-changed", Warning, waivable,
    "an autoscaled MachineSet does not change its instance type or accelerator in place"
}

/// Checks every committed MachineSet that is autoscaled still.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (before, object) in changes::autoscaled_still(subject) {
        let differs = |what: fn(&Json) -> Option<&str>| {
            let (before, now) = (what(before), what(&object.value));
            (before != now).then(|| (before.unwrap_or("none").to_owned(), now.unwrap_or("none").to_owned()))
        };
        let (what, (before, now)) = match (differs(machine_sets::instance_type), differs(accelerator)) {
            (Some(types), _) => ("instance type", types),
            (None, Some(models)) => ("accelerator", models),
            (None, None) => continue,
        };
        let message = format!(
            "the {what} of the autoscaled MachineSet `{}` changes in place from {before} to {now}: the autoscaler goes on with the capacity of {before}, and machines that run keep theirs",
            object.name()
        );
        let name = object.name();
        let mut finding = Finding::new(&RULE, message)
            .help("give the pool a new name for the new type, and retire this one")
            .note(format!("in place, the copies have to go by hand: `oc annotate machineset {name} -n openshift-machine-api capacity.cluster-autoscaler.kubernetes.io/cpu- capacity.cluster-autoscaler.kubernetes.io/memory- capacity.cluster-autoscaler.kubernetes.io/gpu-count- capacity.cluster-autoscaler.kubernetes.io/gpu-type-`"));
        if let Origin::Pool { pool, .. } = &object.origin {
            let field = if what == "accelerator" { "accelerator" } else { "instanceType" };
            finding = finding.at(subject.values.locate(&["pools", pool, field]));
        }
        findings.push(subject.about(finding, object));
    }
}

fn accelerator(machine_set: &Json) -> Option<&str> {
    machine_set["spec"]["template"]["spec"]["metadata"]["labels"][ACCELERATOR_LABEL].as_str()
}
