//! MCH040: a health check that is too eager for bare metal.
//!
//! Source: openshift/managed-cluster-config pull request 1242 and aws/eks-anywhere issue 4709: a whole host
//! takes about half an hour until its node is there.

use super::Subject;
use super::autoscaling::pool_of;
use super::health_check_limit::place;
use crate::diag::{Finding, Findings};
use crate::rule;
use crate::spec::scalars::Duration;

rule! {
    /// A MachineHealthCheck that gives up on hosts which are still starting.
    pub RULE = "MCH040", "bare-metal-startup", Warning, waivable,
    "the MachineHealthCheck of a bare metal pool gives its hosts 30 minutes or more to start"
}

const LEAST_MINUTES: f64 = 30.0;
/// Below this it is an error of its own, whose seat belt is MCH007's.
const REFUSED_MINUTES: f64 = 20.0;

/// Checks the MachineHealthChecks of bare metal pools.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in subject.of_kind("MachineHealthCheck") {
        let Some(pool) = pool_of(subject, object).filter(|pool| pool.bare_metal) else { continue };
        let timeout = object.value["spec"]["nodeStartupTimeout"].as_str().unwrap_or_default();
        let Ok(duration) = Duration::try_from(timeout.to_owned()) else { continue };
        let minutes = duration.seconds() / 60.0;
        if !(REFUSED_MINUTES..LEAST_MINUTES).contains(&minutes) {
            continue;
        }
        let message = format!(
            "MachineHealthCheck `{}` gives the hosts of pool `{}` {timeout} to start, and a whole host takes about half an hour",
            object.name(),
            pool.name
        );
        let finding = Finding::new(&RULE, message).help("write `nodeStartupTimeout: 40m`, or leave it out");
        findings.push(subject.about(place(subject, object, finding, "nodeStartupTimeout"), object));
    }
}
