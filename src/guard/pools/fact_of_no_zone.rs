//! Facts about zones are about zones of the cluster's region.
//!
//! A subnet or a list of offered types under a misspelt zone is looked up by nobody: the machines land in
//! the derived subnet, and no type is checked.

use super::super::Subject;
use crate::diag::{Finding, Findings};
use crate::platform;
use crate::rule;

rule! {
    /// A fact that no zone of the region has.
    pub RULE = "CLU031", "fact-of-no-zone", Error,
    "what is stated for a zone is stated for a zone of the cluster's region"
}

/// Checks the keys of `cluster.subnets` and `cluster.offerings`.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let cluster = &subject.spec.cluster;
    let Some(platform) = platform::find(cluster.platform.as_str()) else { return };
    let subnets = cluster.subnets.keys().map(|zone| ("subnets", zone));
    let offerings = cluster.offerings.keys().map(|zone| ("offerings", zone));
    for (field, zone) in subnets.chain(offerings) {
        let Err(reason) = platform.check_zone(zone, &cluster.region) else { continue };
        findings.push(
            Finding::new(&RULE, format!("`cluster.{field}`: {reason}"))
                .at(subject.values.locate_key(&["cluster", field, zone]))
                .related(subject.values.locate(&["cluster", "region"]), "the cluster's region")
                .help(format!("write a zone of {}, or remove the entry", cluster.region)),
        );
    }
}
