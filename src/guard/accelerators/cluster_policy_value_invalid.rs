//! ACC044: values that the API refuses.

use super::Subject;
use super::overrides::{What, faults};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A value that the API refuses.
    pub RULE = "ACC044", "cluster-policy-value-invalid", Error, "what clusterPolicyOverrides holds has the types and words of a ClusterPolicy"
}

/// Finds values of `clusterPolicyOverrides` of another type, or another word, than the API takes.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for fault in faults(subject) {
        let What::Invalid { reason, help, written } = fault.what else { continue };
        let message = format!("the ClusterPolicy key `{}` {reason}", fault.path);
        let finding = Finding::new(&RULE, message).at(fault.place).help(help);
        findings.push(match written {
            Some(text) => finding.rewrite(fault.place, text),
            None => finding,
        });
    }
}
