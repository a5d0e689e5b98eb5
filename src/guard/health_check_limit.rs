//! A MachineHealthCheck stops when too much is unhealthy at once.
//!
//! Left out, the limit is 100%: a network fault then replaces the whole pool (the CRD's default;
//! machine-api-operator `pkg/controller/machinehealthcheck/`).

use super::Subject;
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::render::{Object, Origin};
use crate::rule;

rule! {
    /// A MachineHealthCheck that may replace everything.
    pub RULE = "MCH006", "health-check-limit", Error, seat belt 8,
    "a MachineHealthCheck states a maxUnhealthy below 100%"
}

/// Checks every MachineHealthCheck.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in subject.of_kind("MachineHealthCheck") {
        let limit = &object.value["spec"]["maxUnhealthy"];
        let what = match limit {
            Json::Null => "states no `maxUnhealthy`, which means 100%".to_owned(),
            Json::Number(count) if count.as_u64().is_some() => continue,
            Json::String(text) => match text.strip_suffix('%').map(str::parse::<u32>) {
                Some(Ok(percent)) if percent < 100 => continue,
                Some(Ok(percent)) => format!("may replace {percent}% of its machines at once"),
                _ => format!("has the `maxUnhealthy` {limit}, which is neither a number nor a share"),
            },
            _ => format!("has the `maxUnhealthy` {limit}, which is neither a number nor a share"),
        };
        let finding = Finding::new(&RULE, format!("MachineHealthCheck `{}` {what}", object.name()))
            .help("write a share below 100%, such as 40%");
        findings.push(subject.about(place(subject, object, finding, "maxUnhealthy"), object));
    }
}

/// Points a finding at a setting of the pool's health check, where the pool has one.
pub(super) fn place(subject: &Subject<'_>, object: &Object, finding: Finding, setting: &str) -> Finding {
    match &object.origin {
        Origin::Pool { pool, .. } if subject.values.find(&["pools", pool, "healthCheck"]).is_some() => {
            finding.at(subject.values.locate(&["pools", pool, "healthCheck", setting]))
        }
        _ => finding,
    }
}
