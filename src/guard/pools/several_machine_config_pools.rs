//! A node belongs to at most one custom MachineConfigPool.
//!
//! A node that several custom pools select is an error of the machine-config operator, and none of them
//! looks after it (machine-config-operator `pkg/controller/node/node_controller.go`). Custom pools select
//! by the role label.

use super::super::Subject;
use super::{ROLE, distinct_of_each_pool, node_labels, setting};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// Nodes with several custom roles.
    pub RULE = "MCH023", "several-machine-config-pools", Error, waivable,
    "the nodes of a pool have at most one custom role, and so at most one custom MachineConfigPool"
}

/// Checks the MachineSets of each pool, once where they are alike.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for set in distinct_of_each_pool(subject) {
        let roles: Vec<&str> = node_labels(set)
            .filter_map(|label| label.strip_prefix(ROLE))
            // Every custom pool's nodes are workers as well.
            .filter(|role| *role != "worker")
            .collect();
        if roles.len() < 2 {
            continue;
        }
        let pool = set.pool;
        let message = format!(
            "the nodes of pool `{pool}` have the roles {}: two MachineConfigPools would claim them, and none gets them",
            roles.iter().map(|role| format!("`{role}`")).collect::<Vec<_>>().join(" and ")
        );
        let finding = Finding::new(&RULE, message)
            .at(setting(subject, pool, &["nodeLabels"]))
            .help("keep the role of the MachineConfigPool, and write the other as a label without `node-role.kubernetes.io/`");
        findings.push(subject.about(finding, set.object));
    }
}
