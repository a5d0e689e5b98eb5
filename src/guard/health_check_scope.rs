//! A MachineHealthCheck looks after the machines of exactly one pool.
//!
//! With more than one pool the share of unhealthy machines says nothing; with none it does nothing; and
//! one that reaches the control plane replaces it (machine-api-operator
//! `pkg/controller/machinehealthcheck/machinehealthcheck_controller.go`).

use super::{Subject, machine_sets, selector};
use crate::diag::{Finding, Findings};
use crate::json::{Value as Json, json};
use crate::render::machine_set::{CLUSTER_LABEL, MACHINE_SET_LABEL, ROLE_LABEL, TYPE_LABEL};
use crate::rule;
use crate::sorted::IntoSorted;
use std::collections::BTreeSet;

rule! {
    /// A MachineHealthCheck that reaches too far, or nowhere.
    pub RULE = "MCH005", "health-check-scope", Error, seat belt 8,
    "a MachineHealthCheck selects the machines of exactly one pool"
}

/// Checks every MachineHealthCheck.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in subject.of_kind("MachineHealthCheck") {
        let own = &object.value["spec"]["selector"];
        let pools: BTreeSet<&str> = subject
            .of_kind("MachineSet")
            .filter(|set| selector::matches(own, machine_sets::machine_labels(&set.value)))
            .map(|set| machine_sets::pool(&set.value).unwrap_or_default())
            .into_set();
        let stranger = strangers(&subject.plan.cluster.infra_id)
            .into_iter()
            .find(|(_, labels)| selector::matches(own, labels));
        let name = object.name();
        let what = match (pools.len(), stranger) {
            (_, Some((whose, _))) => format!("also selects {whose}"),
            (0, None) => "selects the machines of no pool".to_owned(),
            (1, None) => continue,
            (_, None) => {
                format!(
                    "selects the machines of several pools: {}",
                    pools.into_iter().collect::<Vec<_>>().join(", ")
                )
            }
        };
        let finding = Finding::new(&RULE, format!("MachineHealthCheck `{name}` {what}"))
            .help("select by the label machine.openshift.io/cluster-api-machineset with the names of one pool's MachineSets");
        findings.push(subject.about(finding, object));
    }
}

/// Machines that every cluster has and no pool of ours makes.
fn strangers(infra_id: &str) -> [(&'static str, Json); 2] {
    [
        (
            "the machines of the control plane",
            json!({CLUSTER_LABEL: infra_id, ROLE_LABEL: "master", TYPE_LABEL: "master"}),
        ),
        (
            "machines that the installer made",
            json!({CLUSTER_LABEL: infra_id, ROLE_LABEL: "worker", TYPE_LABEL: "worker", MACHINE_SET_LABEL: format!("{infra_id}-worker-of-the-installer")}),
        ),
    ]
}
