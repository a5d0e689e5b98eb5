//! OLM003: a channel that poolsmith does not know.

use super::{Subject, nvidia, setting};
use crate::diag::{Finding, Findings};
use crate::rule;
use crate::spec::gpu_operator::{Channel, Release};

rule! {
    /// A channel that poolsmith does not know.
    pub RULE = "OLM003", "channel-unknown", Warning, waivable,
    "the GPU Operator's channel is one whose ClusterPolicy poolsmith knows"
}

/// Finds a channel that is neither `stable` nor a release of the table.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((spec, plan)) = nvidia(subject) else { return };
    if !matches!(Channel::parse(&spec.channel), Channel::Unlisted { .. } | Channel::Unknown) {
        return;
    }
    let known: Vec<&str> = Release::ALL.into_iter().map(Release::as_str).collect();
    let message = format!(
        "channel `{}` is not one that poolsmith knows; the ClusterPolicy is rendered as for {}",
        spec.channel,
        plan.release.as_str()
    );
    findings.push(
        Finding::new(&RULE, message)
            .at(setting(subject, &["channel"]))
            .help(format!("write one of: {}", known.join(", "))),
    );
}
