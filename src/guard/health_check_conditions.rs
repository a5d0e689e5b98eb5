//! A MachineHealthCheck knows what an unhealthy machine looks like.
//!
//! The CRD does not demand conditions, and the controller of a check without any only looks at machines that
//! failed or never got a Node (machine-api-operator
//! `pkg/controller/machinehealthcheck/machinehealthcheck_controller.go`, `needsRemediation`).

use super::Subject;
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::rule;

rule! {
    /// A MachineHealthCheck that misses a Node which is not ready.
    pub RULE = "MCH060", "health-check-blind", Error,
    "a MachineHealthCheck sees a Node that is not ready, and one that is silent"
}

/// Checks every MachineHealthCheck.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in subject.of_kind("MachineHealthCheck") {
        let conditions = &object.value["spec"]["unhealthyConditions"];
        for (status, whose) in [("False", "is not ready"), ("Unknown", "is silent")] {
            if sees(conditions, status) {
                continue;
            }
            let message = format!("MachineHealthCheck `{}` does not see a Node that {whose}", object.name());
            let help = format!("give it the condition `Ready` with the status `{status}` and a timeout");
            findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
        }
    }
}

fn sees(conditions: &Json, status: &str) -> bool {
    conditions.as_array().is_some_and(|conditions| {
        conditions.iter().any(|condition| {
            condition["type"] == "Ready" && condition["status"] == status && condition["timeout"].is_string()
        })
    })
}
