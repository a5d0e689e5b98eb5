//! ACC042: keys that have a setting of their own.

use super::Subject;
use super::overrides::{What, faults};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A key that has a setting of its own.
    pub RULE = "ACC042", "cluster-policy-key-has-setting", Error, "clusterPolicyOverrides says nothing that has a setting of its own"
}

/// Finds keys of `clusterPolicyOverrides` that a setting, or poolsmith itself, decides.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for fault in faults(subject) {
        let What::HasSetting { setting } = fault.what else { continue };
        let message =
            format!("the ClusterPolicy key `{}` is not set through `clusterPolicyOverrides`", fault.path);
        findings.push(Finding::new(&RULE, message).at(fault.place).help(setting));
    }
}
