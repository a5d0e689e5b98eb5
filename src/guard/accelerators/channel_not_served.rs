//! OLM002: a channel that the cluster's catalogue does not have.

use super::{Subject, nvidia, setting};
use crate::diag::{Finding, Findings};
use crate::rule;
use crate::spec::Management;
use crate::spec::gpu_operator::{Channel, Release};

rule! {
    /// A channel that the cluster's catalogue does not have.
    pub RULE = "OLM002", "channel-not-served", Error, waivable,
    "the GPU Operator's channel exists in the catalogue of every OpenShift version that the cluster may run"
}

/// Finds a channel whose OpenShift versions do not cover the cluster's.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((spec, _)) = nvidia(subject) else { return };
    let Channel::Known(release) = Channel::parse(&spec.channel) else { return };
    let cluster = subject.plan.cluster.version;
    if spec.operator != Management::Managed || release.serves(cluster) {
        return;
    }
    let served = release.openshift();
    let message = format!(
        "channel `{}` is in the catalogues of OpenShift {} to {}, and the cluster may be {} to {}",
        spec.channel, served.min, served.max, cluster.min, cluster.max
    );
    let fitting: Vec<&str> = Release::ALL.iter().filter(|r| r.serves(cluster)).map(|r| r.as_str()).collect();
    let help = if fitting.is_empty() {
        "state one OpenShift version, and change the channel before the upgrade goes on".to_owned()
    } else {
        format!("write one of: {}", fitting.join(", "))
    };
    findings.push(
        Finding::new(&RULE, message)
            .at(setting(subject, &["channel"]))
            .related(subject.values.locate(&["cluster", "version"]), "the cluster's version")
            .help(help),
    );
}
