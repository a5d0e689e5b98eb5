//! OLM001: an operator that nobody lets in.

use super::{Subject, nvidia, setting};
use crate::diag::{Finding, Findings};
use crate::rule;
use crate::spec::Management;
use crate::spec::accelerators::{Approval, SubscriptionSettings};

rule! {
    /// An operator that nobody lets in.
    pub RULE = "OLM001", "manual-approval-incomplete", Error,
    "an operator with manual approval states its version and who approves"
}

/// Finds manual approval without a version to begin with, or without an approver.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((spec, _)) = nvidia(subject) else { return };
    if spec.operator == Management::Managed {
        check_one(subject, "the GPU Operator", &spec.subscription, &["subscription"], findings);
    }
    if spec.nfd == Management::Managed {
        let settings = &spec.node_feature_discovery.subscription;
        let path = ["nodeFeatureDiscovery", "subscription"];
        check_one(subject, "Node Feature Discovery", settings, &path, findings);
    }
}

fn check_one(
    subject: &Subject<'_>,
    operator: &str,
    settings: &SubscriptionSettings,
    path: &[&str],
    findings: &mut Findings,
) {
    let Approval::Manual(approval) = &settings.approval else { return };
    let path: Vec<&str> = path.iter().copied().chain(["approval"]).collect();
    let place = setting(subject, &path);
    if settings.starting_csv.as_deref().is_none_or(|version| version.trim().is_empty()) {
        let message = format!(
            "{operator} is approved by hand, but `startingCSV` does not say which version: whoever approves gets whatever is newest that day"
        );
        findings.push(Finding::new(&RULE, message).at(place).help("add `startingCSV` beside `approval`"));
    }
    if approval.approver.trim().is_empty() {
        let message = format!("{operator} is approved by hand, but nobody is named who does: Argo CD cannot");
        findings
            .push(Finding::new(&RULE, message).at(place).help("name the person, team or job as `approver`"));
    }
}
