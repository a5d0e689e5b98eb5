//! ASC035: an autoscaler that gives up on machines which are still starting.
//!
//! Sources: kubernetes/autoscaler pull request 461 and issue 3464: the time includes all that a node does
//! until it is ready, the building of a driver too; a bare metal host takes about half an hour.

use super::{has_nvidia, is_autoscaled};
use crate::diag::{Finding, Findings};
use crate::guard::{Subject, rendered_set};
use crate::json::Value as Json;
use crate::plan::PoolPlan;
use crate::rule;
use crate::spec::scalars::Duration;
use std::collections::BTreeSet;

rule! {
    /// Machines that are given up while they start.
    pub RULE = "ASC035", "provision-time-too-short", Warning, waivable,
    "the autoscaler waits for GPU nodes 15 minutes or more, and for bare metal 30"
}

/// The MachineSet's own time, before that of the ClusterAutoscaler.
const OPTION: &str = "machine.openshift.io/autoscaling-options-maxnodeprovisiontime";
/// What counts where nothing is stated.
const BUILT_IN: &str = "15m";

/// Checks the autoscaled pools whose nodes start slowly.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let rendered = subject.of_kind("ClusterAutoscaler").next();
    let global = match rendered {
        Some(object) => text(&object.value["spec"]["maxNodeProvisionTime"]),
        // The spec states it as a fact.
        None => subject.plan.autoscaler.settings.as_ref().and_then(|settings| {
            settings.max_node_provision_time.as_ref().map(|time| time.as_str().to_owned())
        }),
    };
    let mut said = BTreeSet::new();
    for set in rendered_set::all(subject) {
        let object = set.object;
        let Some(pool) = set.planned.filter(|pool| is_autoscaled(pool)) else { continue };
        let Some((minutes, why)) = wanted(pool) else { continue };
        let own = object.annotation(OPTION).map(str::to_owned);
        let (time, place): (String, &[&str]) = match (own, &global) {
            (Some(own), _) => (own, &["pools", &pool.name, "machineSetAnnotations", OPTION]),
            (None, Some(global)) => (global.clone(), &["autoscaler", "maxNodeProvisionTime"]),
            (None, None) => (BUILT_IN.to_owned(), &["pools", &pool.name]),
        };
        // What cannot be read is another rule's.
        let Ok(duration) = Duration::try_from(time.clone()) else { continue };
        if duration.seconds() >= f64::from(minutes) * 60.0 || !said.insert(&pool.name) {
            continue;
        }
        let message = format!(
            "the autoscaler waits {time} for a node of pool `{}`, but {why}: it gives the machine up and tries again",
            pool.name
        );
        let finding = Finding::new(&RULE, message).at(subject.values.locate(place)).help(format!(
            "write `maxNodeProvisionTime: {minutes}m` or more, or the annotation `{OPTION}` on the pool"
        ));
        findings.push(subject.about(finding, object));
    }
}

/// How long a node may well take, in minutes, and why.
fn wanted(pool: &PoolPlan) -> Option<(u32, &'static str)> {
    if pool.bare_metal {
        Some((30, "a bare metal host takes about half an hour"))
    } else if has_nvidia(pool) {
        Some((15, "a GPU node is ready only once its driver is built"))
    } else {
        None
    }
}

fn text(value: &Json) -> Option<String> {
    value.as_str().map(str::to_owned)
}
