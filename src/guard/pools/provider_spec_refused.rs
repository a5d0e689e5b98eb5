//! The providerSpec that is written is one that the webhook and the controllers take.
//!
//! Copied values are checked where they are read and patched ones where they are made. This looks at the
//! result, whatever made it: the CRD leaves the providerSpec open, the webhooks may be absent (failure
//! policy Ignore), and their warnings reach no GitOps sync (machine-api-operator `pkg/webhooks/config.go`,
//! `machine_webhook.go`).

use super::super::Subject;
use super::provider_spec;
use crate::diag::{Finding, Findings, Severity};
use crate::platform::{self, ClusterFacts};
use crate::rule;

rule! {
    /// A providerSpec that makes no machine.
    pub RULE = "PSP030", "provider-spec-refused", Error,
    "the providerSpec of every MachineSet is one that the webhook and the controllers take"
}

/// Checks every MachineSet.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let cluster = &subject.spec.cluster;
    let Some(platform) = platform::find(cluster.platform.as_str()) else { return };
    let facts = ClusterFacts::of(cluster, None);
    for object in subject.of_kind("MachineSet") {
        let mut found = Findings::new();
        platform.check_rendered(provider_spec(object), &facts, &mut found);
        for fault in found.into_iter().filter(|fault| fault.severity == Severity::Error) {
            let message = format!("MachineSet `{}`: {} ({})", object.name(), fault.message, fault.rule.code);
            let mut finding = Finding::new(&RULE, message);
            if let Some(help) = fault.help {
                finding = finding.help(help);
            }
            findings.push(subject.about(finding, object));
        }
    }
}
