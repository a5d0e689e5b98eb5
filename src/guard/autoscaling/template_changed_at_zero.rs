//! ASC038: an autoscaler that goes on planning with the labels and taints of nodes that are gone.
//!
//! Source: kubernetes/autoscaler issue 6452: the template of a group's last node is kept in memory.

use super::{may_be_empty, node_labels, pool_of};
use crate::diag::{Finding, Findings};
use crate::guard::machine_sets::Hands;
use crate::guard::{Subject, changes};
use crate::rule;
use std::collections::BTreeSet;

rule! {
    /// Labels or taints that change under the autoscaler's memory of them.
    pub RULE = "ASC038", "template-changed-at-zero", Note,
    "labels and taints of a group that may be empty stay, or the autoscaler is restarted"
}

/// Compares the node labels and taints of autoscaled MachineSets with the committed ones.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut said: BTreeSet<&str> = BTreeSet::new();
    for change in changes::all(subject) {
        let (Hands::Autoscaler, Some((object, Hands::Autoscaler))) = (change.hands_before, change.now) else {
            continue;
        };
        let Some(pool) = pool_of(subject, object).filter(|pool| may_be_empty(pool)) else { continue };
        let taints = |value: &serde_json::Value| value["spec"]["template"]["spec"]["taints"].clone();
        let what = match (
            node_labels(change.before) != node_labels(&object.value),
            taints(change.before) != taints(&object.value),
        ) {
            (true, true) => "node labels and taints",
            (true, false) => "node labels",
            (false, true) => "taints",
            (false, false) => continue,
        };
        if !said.insert(&pool.name) {
            continue;
        }
        let message = format!(
            "the {what} of pool `{}` change while it may be empty: the autoscaler goes on planning with those of its last node",
            pool.name
        );
        let finding = Finding::new(&RULE, message)
            .at(subject.values.locate_key(&["pools", &pool.name]))
            .help("restart the autoscaler after the sync: `oc -n openshift-machine-api rollout restart deployment/cluster-autoscaler-default`");
        findings.push(subject.about(finding, object));
    }
}
