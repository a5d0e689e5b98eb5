//! A lowered maximum takes no machine away by itself.
//!
//! It is where scaling up ends; machines above it go when they are unneeded, like all others (autoscaler
//! `core/scaleup/`).

use super::Subject;
use super::changes;
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A maximum that is lower than the committed one.
    pub RULE = "TRN019", "maximum-lowered", Note,
    "a lowered maximum takes no machine away, so a pool may stay above it"
}

/// Reports every autoscaled MachineSet whose committed maximum was higher.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (object, before, now) in changes::bounds(subject, "maxReplicas") {
        if now >= before {
            continue;
        }
        let name = object.name();
        let message = format!(
            "the maximum of MachineSet `{name}` falls from {before} to {now}: machines above it stay until the autoscaler finds them unneeded"
        );
        let finding = Finding::new(&RULE, message)
            .help("drain what has to go earlier; count the machines that run against quotas until then")
            .at(changes::size_place(subject, object));
        findings.push(subject.about(finding, object));
    }
}
