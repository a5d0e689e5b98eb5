//! ASC041: a field that the cluster's ClusterAutoscaler does not have yet.
//!
//! Source: cluster-autoscaler-operator, the CRD of each release branch: an older cluster prunes the field
//! without a word.

use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::plan::NEW_AUTOSCALER_FIELDS;
use crate::rule;

rule! {
    /// A field that is dropped.
    pub RULE = "ASC041", "cluster-autoscaler-field-too-new", Error,
    "a rendered ClusterAutoscaler has no field that is newer than the cluster"
}

/// Checks every ClusterAutoscaler.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let oldest = subject.plan.cluster.version.min;
    for object in subject.of_kind("ClusterAutoscaler") {
        for (path, since) in NEW_AUTOSCALER_FIELDS.iter().filter(|(_, since)| oldest < *since) {
            let value = path.iter().fold(&object.value["spec"], |value, step| &value[*step]);
            if value.is_null() {
                continue;
            }
            let message = format!(
                "`{}` came with OpenShift {since}; the cluster may run {oldest}, which drops it without a word",
                path.join(".")
            );
            let help = format!("remove it until the cluster runs {since}");
            findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
        }
    }
}
