//! ACC040: keys that no ClusterPolicy has.

use super::Subject;
use super::overrides::{What, faults};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A key that no ClusterPolicy has.
    pub RULE = "ACC040", "cluster-policy-key-unknown", Error, "clusterPolicyOverrides holds only keys that a ClusterPolicy has"
}

/// Finds keys of `clusterPolicyOverrides` that are in no release, at any depth.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for fault in faults(subject) {
        let What::Unknown { suggestion, meant } = fault.what else { continue };
        let message = format!("a ClusterPolicy has no key `{}`: the API would drop it", fault.path);
        let help = match suggestion {
            Some(meant) => format!("write `{meant}`"),
            None => "remove the key".to_owned(),
        };
        let finding = Finding::new(&RULE, message).at(fault.place).help(help);
        findings.push(match meant {
            Some(key) => finding.rewrite(fault.place, key),
            None => finding,
        });
    }
}
