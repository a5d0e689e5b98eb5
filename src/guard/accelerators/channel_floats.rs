//! OLM004: a channel that moves from release to release.

use super::{Subject, nvidia, setting};
use crate::diag::{Finding, Findings};
use crate::rule;
use crate::spec::gpu_operator::Channel;

rule! {
    /// A channel that moves from release to release.
    pub RULE = "OLM004", "channel-floats", Warning, waivable,
    "the GPU Operator's channel is that of a release"
}

/// Finds the channel `stable`.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((spec, plan)) = nvidia(subject) else { return };
    if Channel::parse(&spec.channel) != Channel::Floating {
        return;
    }
    let message = format!(
        "channel `{}` moves to the next release by itself, while the ClusterPolicy stays that of {}",
        spec.channel,
        plan.release.as_str()
    );
    let help = format!("write `channel: {}`", plan.release.as_str());
    findings.push(Finding::new(&RULE, message).at(setting(subject, &["channel"])).help(help));
}
