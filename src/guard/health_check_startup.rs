//! A MachineHealthCheck lets slow machines start.
//!
//! A GPU node builds or loads its driver at its first boot, a bare metal host takes half an hour; the
//! default of ten minutes replaces them in a circle (openshift/managed-cluster-config pull request 1242).

use super::Subject;
use super::health_check_limit::place;
use crate::diag::{Finding, Findings};
use crate::render::{Object, Origin};
use crate::rule;
use crate::spec::scalars::Duration;

rule! {
    /// A MachineHealthCheck that replaces machines which are still starting.
    pub RULE = "MCH007", "health-check-startup", Error, seat belt 8,
    "the MachineHealthCheck of a GPU or bare metal pool gives machines 20 minutes or more to start"
}

/// The least time for a slow machine.
const LEAST_MINUTES: f64 = 20.0;

/// Checks the MachineHealthChecks of pools whose machines start slowly.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in subject.of_kind("MachineHealthCheck") {
        let Some(why) = slow(subject, object) else { continue };
        let timeout = object.value["spec"]["nodeStartupTimeout"].as_str();
        let duration = timeout.and_then(|text| Duration::try_from(text.to_owned()).ok());
        let what = match duration {
            // 0 turns the limit off.
            Some(duration) if duration.seconds() == 0.0 || duration.seconds() >= LEAST_MINUTES * 60.0 => {
                continue;
            }
            Some(duration) => format!("gives machines {} to start", duration.as_str()),
            None => "states no `nodeStartupTimeout`, which means 10 minutes".to_owned(),
        };
        let message = format!("MachineHealthCheck `{}` {what}, but {why}", object.name());
        let finding = Finding::new(&RULE, message).help("write `nodeStartupTimeout: 25m`, or more");
        findings.push(subject.about(place(subject, object, finding, "nodeStartupTimeout"), object));
    }
}

fn slow(subject: &Subject<'_>, object: &Object) -> Option<&'static str> {
    let Origin::Pool { pool, .. } = &object.origin else { return None };
    let pool = subject.plan.pools.iter().find(|planned| planned.name == *pool)?;
    if pool.bare_metal {
        Some("a bare metal host takes longer")
    } else if pool.accelerator.is_some() {
        Some("a node with accelerators takes longer")
    } else {
        None
    }
}
