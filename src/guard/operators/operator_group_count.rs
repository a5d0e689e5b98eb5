//! OLM013: a namespace from which OLM installs nothing.
//!
//! Source: OLM `pkg/controller/operators/olm/operator.go` (NoOperatorGroup, TooManyOperatorGroups).

use super::{operator_groups, subscriptions};
use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::rule;
use std::collections::BTreeSet;

rule! {
    /// None or several OperatorGroups in a namespace.
    pub RULE = "OLM013", "operator-group-count", Error,
    "a namespace with a Subscription has exactly one OperatorGroup"
}

/// Counts the OperatorGroups beside each Subscription.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut said = BTreeSet::new();
    for (subscription, _) in subscriptions(subject) {
        let namespace = subscription.namespace().unwrap_or_default();
        // An operator in a namespace that is not rendered has its OperatorGroup there already.
        let ours = subject.of_kind("Namespace").any(|object| object.name() == namespace);
        let names: Vec<&str> = operator_groups(subject, namespace).map(|group| group.name()).collect();
        let what = match names.len() {
            0 if ours => "no OperatorGroup".to_owned(),
            0 | 1 => continue,
            count => format!("{count} OperatorGroups, {}", names.join(", ")),
        };
        if said.insert(namespace) {
            let message = format!("the namespace `{namespace}` has {what}: OLM installs nothing there");
            let help = "keep exactly one, under the name that is in the cluster already";
            findings.push(subject.about(Finding::new(&RULE, message).help(help), subscription));
        }
    }
}
