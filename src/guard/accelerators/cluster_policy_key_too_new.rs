//! ACC041: keys that are newer than the channel.

use super::Subject;
use super::overrides::{What, faults};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A key that is newer than the channel.
    pub RULE = "ACC041", "cluster-policy-key-too-new", Error, "clusterPolicyOverrides holds no key that is newer than the channel"
}

/// Finds keys of `clusterPolicyOverrides` that only a newer release has.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for fault in faults(subject) {
        let What::TooNew { since } = fault.what else { continue };
        let channel = super::nvidia(subject).map_or("", |(spec, _)| spec.channel.as_str());
        let message = format!(
            "the key `{}` came with {}, and the channel is `{channel}`: its API would drop the key",
            fault.path,
            since.as_str()
        );
        let help = format!("remove the key, or write `channel: {}` or newer", since.as_str());
        let place = super::setting(subject, &["channel"]);
        findings.push(Finding::new(&RULE, message).at(fault.place).related(place, "the channel").help(help));
    }
}
