//! OLM005: a version that its channel does not have.

use super::{Subject, nvidia, setting};
use crate::diag::{Finding, Findings};
use crate::rule;
use crate::spec::Management;
use crate::spec::gpu_operator::Channel;

rule! {
    /// A version that its channel does not have.
    pub RULE = "OLM005", "starting-csv-of-another-channel", Error, waivable,
    "the GPU Operator's startingCSV is a version of its channel"
}

/// Finds a `startingCSV` of another release than the channel's.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((spec, _)) = nvidia(subject) else { return };
    let Channel::Known(release) = Channel::parse(&spec.channel) else { return };
    let Some(version) = &spec.subscription.starting_csv else { return };
    // `v25.10` and `gpu-operator-certified.v25.10.1`.
    let start = format!(".{}.", release.as_str());
    if spec.operator != Management::Managed || version.contains(&start) {
        return;
    }
    let message = format!(
        "`{version}` is not a version of channel `{}`, so that OLM finds nothing to install",
        spec.channel
    );
    findings.push(
        Finding::new(&RULE, message)
            .at(setting(subject, &["subscription", "startingCSV"]))
            .related(setting(subject, &["channel"]), "the channel")
            .help(format!("write a name such as `gpu-operator-certified.{}.0`", release.as_str())),
    );
}
