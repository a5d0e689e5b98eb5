//! OLM014: an OperatorGroup that the operator does not support.
//!
//! Sources: the install modes in the ClusterServiceVersions of NVIDIA/gpu-operator (`bundle/manifests`),
//! openshift/cluster-nfd-operator (`config/manifests/bases`, 4.12 and later) and
//! awslabs/operator-for-ai-chips-on-aws; OLM fails the others with UnsupportedOperatorGroup.

use super::{operator_groups, subscriptions};
use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::render::Object;
use crate::rule;
use crate::spec::scalars::MinorVersion;

rule! {
    /// An install mode that the operator does not support.
    pub RULE = "OLM014", "install-mode-unsupported", Error,
    "the OperatorGroup beside a Subscription asks for an install mode that the operator supports"
}

/// What an OperatorGroup asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Own,
    Single,
    Multi,
    All,
}

impl Mode {
    fn of(group: &Object) -> Mode {
        let spec = &group.value["spec"];
        let namespaces = spec["targetNamespaces"].as_array().map(Vec::as_slice).unwrap_or_default();
        match namespaces {
            [] if spec["selector"].is_null() => Mode::All,
            [one] if one.as_str() == group.namespace() => Mode::Own,
            [_] => Mode::Single,
            _ => Mode::Multi,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Mode::Own => "OwnNamespace",
            Mode::Single => "SingleNamespace",
            Mode::Multi => "MultiNamespace",
            Mode::All => "AllNamespaces",
        }
    }
}

/// What a package supports; nothing when it is not known.
fn supported(package: &str, oldest: MinorVersion) -> Option<&'static [Mode]> {
    match package {
        "gpu-operator-certified" | "gpu-operator" => Some(&[Mode::Own, Mode::Single]),
        "nfd" if oldest <= MinorVersion::new(4, 12) => Some(&[Mode::Own, Mode::Single, Mode::All]),
        "nfd" => Some(&[Mode::Own, Mode::Single]),
        "aws-neuron-operator" | "kernel-module-management" => Some(&[Mode::All]),
        _ => None,
    }
}

/// Checks the OperatorGroup beside each Subscription of a package that is known.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // The newest is the one that an upgrade has to pass.
    let version = subject.plan.cluster.version.max;
    for (subscription, package) in subscriptions(subject) {
        let Some(supported) = supported(package, version) else { continue };
        for group in operator_groups(subject, subscription.namespace().unwrap_or_default()) {
            let mode = Mode::of(group);
            if supported.contains(&mode) {
                continue;
            }
            let message = format!(
                "OperatorGroup `{}` asks for {}, which `{package}` does not support: OLM refuses to install it",
                group.name(),
                mode.as_str()
            );
            let help = if supported.contains(&Mode::Own) {
                format!("write `targetNamespaces: [{}]`", subscription.namespace().unwrap_or_default())
            } else {
                "leave `targetNamespaces` out".to_owned()
            };
            findings.push(subject.about(Finding::new(&RULE, message).help(help), group));
        }
    }
}
