//! OLM011: objects of an operator that come before what they stand in or read.
//!
//! Argo CD applies a wave only when the one before is healthy, so an object that is needed must not come
//! later (argo-cd `docs/user-guide/sync-waves.md`).

use super::{operator_groups, subscriptions};
use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::render::Object;
use crate::rule;

rule! {
    /// An object that is needed and comes later.
    pub RULE = "OLM011", "operator-objects-out-of-order", Error,
    "what a Subscription or a ClusterPolicy needs comes in no later sync wave"
}

/// Compares the waves of what belongs together.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut ordered = |needed: &Object, by: &Object| {
        if needed.bundle != by.bundle || needed.sync_wave() <= by.sync_wave() {
            return;
        }
        let message = format!(
            "{} `{}` comes in sync wave {}, after {} `{}` in {}, which needs it",
            needed.kind(),
            needed.name(),
            needed.sync_wave(),
            by.kind(),
            by.name(),
            by.sync_wave()
        );
        let help = format!("give it the sync wave {} or an earlier one", by.sync_wave());
        findings.push(subject.about(Finding::new(&RULE, message).help(help), needed));
    };
    for (subscription, _) in subscriptions(subject) {
        let Some(namespace) = subscription.namespace() else { continue };
        for group in operator_groups(subject, namespace) {
            ordered(group, subscription);
        }
        for object in subject.of_kind("Namespace").filter(|object| object.name() == namespace) {
            ordered(object, subscription);
            for group in operator_groups(subject, namespace) {
                ordered(object, group);
            }
        }
    }
    for policy in subject.of_kind("ClusterPolicy") {
        let named = &policy.value["spec"]["devicePlugin"]["config"]["name"];
        for object in subject.of_kind("ConfigMap").filter(|object| named.as_str() == Some(object.name())) {
            ordered(object, policy);
        }
    }
}
