//! A MachineSet states what the API server or the controllers would otherwise guess, cut or refuse.
//!
//! Absent replicas become 1 (openshift/api `machine/v1beta1/types_machineset.go`), null ones an error of
//! the controller; a delete policy is an enum of the CRD; a missing providerSpec value is refused by the
//! webhook, where it can be reached (machine-api-operator `pkg/webhooks/machine_webhook.go`); a name of
//! more than 57 characters loses its end in the Machines' names (apiserver `pkg/storage/names`).

use super::super::Subject;
use crate::diag::{Finding, Findings};
use crate::guard::rendered_set;
use crate::guard::rendered_set::RenderedSet;
use crate::json::Value as Json;
use crate::plan::LONGEST_MACHINE_SET_NAME;
use crate::rule;
use crate::spec::pool::DeletePolicy;

rule! {
    /// A MachineSet that leaves something to be guessed.
    pub RULE = "MCH027", "machine-set-incomplete", Error,
    "a MachineSet states its replicas, a providerSpec, and a known delete policy if any, and its name leaves room"
}

/// Checks every MachineSet.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for set in rendered_set::all(subject) {
        let object = set.object;
        for (fault, help) in faults(subject, set) {
            let message = format!("MachineSet `{}` {fault}", object.name());
            findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
        }
    }
}

fn faults(subject: &Subject<'_>, set: &RenderedSet<'_>) -> Vec<(String, &'static str)> {
    let mut faults = Vec::new();
    let spec = set.spec;
    match &spec["replicas"] {
        Json::Null => faults.push((
            "states no replicas: a new one starts with one machine, and a committed one falls back to one"
                .to_owned(),
            "write the number, 0 included",
        )),
        replicas if replicas.as_i64().is_none_or(|number| !(0..=i64::from(i32::MAX)).contains(&number)) => {
            faults.push((format!("states {replicas} replicas"), "write a whole number that is not below 0"));
        }
        _ => {}
    }
    let policies =
        [DeletePolicy::Random, DeletePolicy::Newest, DeletePolicy::Oldest].map(DeletePolicy::as_str);
    let policy = &spec["deletePolicy"];
    if !policy.is_null() && policy.as_str().is_none_or(|policy| !policies.contains(&policy)) {
        faults.push((
            format!("has the delete policy {policy}, which the API server refuses"),
            "write Random, Newest or Oldest",
        ));
    }
    if !set.provider_spec.is_object() {
        faults.push((
            "has no providerSpec value: the webhook refuses it, and without the webhook its machines fail"
                .to_owned(),
            "write the providerSpec of the platform",
        ));
    }
    // What runs already keeps its name, whatever its length.
    let adopted = |name| {
        let mut sets = subject.plan.pools.iter().flat_map(|pool| &pool.machine_sets);
        sets.any(|set| set.adopted && set.name == name)
    };
    let length = set.name.chars().count();
    if length > LONGEST_MACHINE_SET_NAME && !adopted(set.name) {
        faults.push((
            format!("has a name of {length} characters: with more than {LONGEST_MACHINE_SET_NAME} its Machines' names lose the end"),
            "shorten the name",
        ));
    }
    faults
}
