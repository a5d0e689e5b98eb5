//! Nodes with the role of a MachineConfigPool are ones that the pool states it for, and the other way
//! round.
//!
//! A custom MachineConfigPool selects its Nodes by the empty role label. Nodes that a pool means for it and
//! that lack the label stay with the workers; Nodes that have the label without a word in the spec start
//! with the workers' user data and are rebooted into the other configuration after they joined
//! (machine-config-operator `pkg/controller/node/node_controller.go`).

use super::super::Subject;
use super::{ROLE, distinct_of_each_pool, setting};
use crate::diag::{Finding, Findings};
use crate::rule;
use crate::sorted::IntoSorted;
use std::collections::BTreeSet;

rule! {
    /// A MachineConfigPool that is stated and not joined, or joined and not stated.
    pub RULE = "MCH028", "machine-config-pool-missed", Error, waivable,
    "the nodes of a pool have the role of the MachineConfigPool that it states, and of no other one"
}

/// Checks the MachineSets of each pool, once where they are alike.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let stated = subject.spec.pools.values().filter_map(|pool| pool.machine_config_pool.as_deref());
    let rendered = subject.of_kind("MachineConfigPool").map(|object| object.name());
    let known: BTreeSet<&str> = stated.chain(rendered).into_set();
    for set in distinct_of_each_pool(subject) {
        let pool = set.pool;
        let labels = set.node_labels;
        let stated = subject.spec.pools.get(pool).and_then(|pool| pool.machine_config_pool.as_deref());
        if let Some(stated) = stated {
            let role = format!("{ROLE}{stated}");
            if labels[&role] != "" {
                let message = match labels[&role].as_str() {
                    Some(value) => format!(
                        "the nodes of pool `{pool}` have `{role}: {value}`, and the MachineConfigPool `{stated}` looks for the empty value"
                    ),
                    None => format!(
                        "the nodes of pool `{pool}` lack the role of the MachineConfigPool `{stated}`, and stay with the workers"
                    ),
                };
                let finding = Finding::new(&RULE, message)
                    .at(setting(subject, pool, &["nodeLabels", &role]))
                    .help(format!("write `{role}: \"\"`, or leave the label to `machineConfigPool`"));
                findings.push(subject.about(finding, set.object));
            }
        }
        for role in labels.as_object().into_iter().flatten().filter_map(|(key, _)| key.strip_prefix(ROLE)) {
            if stated.is_some() || !known.contains(role) || role == "worker" {
                continue;
            }
            let message = format!(
                "the nodes of pool `{pool}` have the role of the MachineConfigPool `{role}`, which the pool does not state: they start as workers and are rebooted into it"
            );
            let finding = Finding::new(&RULE, message)
                .at(setting(subject, pool, &["nodeLabels", &format!("{ROLE}{role}")]))
                .help(format!("write `machineConfigPool: {role}`, or take the role away"));
            findings.push(subject.about(finding, set.object));
        }
    }
}
