//! An autoscaled MachineSet becomes fixed only by way of retiring.
//!
//! A MachineAutoscaler that leaves Git stays in the cluster (nothing is pruned) and the autoscaler goes
//! on; Argo CD would write the fixed size against it at every sync.

use super::Subject;
use super::changes::{self, REMOVING_A_POOL};
use super::machine_sets::{self, Hands};
use crate::diag::{Finding, Findings};
use crate::render::Origin;
use crate::render::object::MACHINE_API_NAMESPACE;
use crate::rule;

rule! {
    /// An autoscaled MachineSet that becomes fixed at once.
    pub RULE = "TRN003", "autoscaled-to-fixed", Error, seat belt 5,
    "an autoscaled MachineSet becomes fixed only after it was committed as retiring"
}

/// Checks every MachineSet that was autoscaled and is now fixed.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for change in changes::all(subject) {
        let (Hands::Autoscaler, Some((object, Hands::Git))) = (change.hands_before, change.now) else {
            continue;
        };
        let name = object.name();
        let replicas = machine_sets::replicas(&object.value).unwrap_or(1);
        let message = format!(
            "MachineSet `{name}` was autoscaled and gets a fixed size of {replicas}: its MachineAutoscaler stays in the cluster, and a sync cuts whatever the autoscaler decided to {replicas}"
        );
        let mut finding = Finding::new(&RULE, message)
            .help(format!("write `state: retiring`, commit and sync it, and write the fixed size once the MachineAutoscaler is gone; see {REMOVING_A_POOL}"))
            .note(format!(
                "after the sync run `oc delete machineautoscaler {name} -n {MACHINE_API_NAMESPACE}`, read the size with `oc get machineset {name} -n {MACHINE_API_NAMESPACE}`, and write it as `fixed`"
            ));
        if let Origin::Pool { pool, .. } = &object.origin {
            finding = finding.at(subject.values.locate(&["pools", pool, "size"]));
        }
        findings.push(subject.about(finding, object));
    }
}
