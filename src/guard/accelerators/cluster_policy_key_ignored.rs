//! ACC043: keys that the operator ignores.

use super::Subject;
use super::overrides::{What, faults};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A key that the operator ignores.
    pub RULE = "ACC043", "cluster-policy-key-ignored", Error, "clusterPolicyOverrides holds no key that the operator ignores"
}

/// Finds keys of `clusterPolicyOverrides` that the API keeps and the operator ignores.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for fault in faults(subject) {
        let What::Ignored { since, instead } = fault.what else { continue };
        let message = format!("the GPU Operator ignores the key `{}` since {}", fault.path, since.as_str());
        findings.push(Finding::new(&RULE, message).at(fault.place).help(format!("write {instead} instead")));
    }
}
