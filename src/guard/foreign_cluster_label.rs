//! Every MachineSet says that it belongs to this cluster.
//!
//! The providers' controllers find the cluster's cloud resources by this label of the Machine; without
//! it, or with another cluster's, machines are not made or are made into that cluster (machine-api-operator
//! `pkg/webhooks/machine_webhook.go`; machine-api-provider-aws `pkg/actuators/machine`).

use super::Subject;
use crate::diag::{Finding, Findings};
use crate::guard::rendered_set;
use crate::json::Value as Json;
use crate::render::machine_set::CLUSTER_LABEL;
use crate::render::{Object, Origin};
use crate::rule;

rule! {
    /// Another cluster's label.
    pub RULE = "MCH003", "foreign-cluster-label", Error, seat belt 6,
    "the cluster label of a MachineSet, its selector and its Machines is the infraID"
}

/// Checks every MachineSet.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let infra_id = subject.plan.cluster.infra_id.as_str();
    for set in rendered_set::all(subject) {
        let object = set.object;
        let spec = set.spec;
        let places: [(&str, &Json, bool); 3] = [
            ("its own labels", &object.value["metadata"]["labels"], false),
            ("its selector", &spec["selector"]["matchLabels"], false),
            ("the labels of its Machines", set.machine_labels, true),
        ];
        for (place, labels, required) in places {
            let name = set.name;
            let message = match labels[CLUSTER_LABEL].as_str() {
                Some(found) if found == infra_id => continue,
                Some(found) => {
                    format!(
                        "MachineSet `{name}` names the cluster `{found}` in {place}, but this one is `{infra_id}`"
                    )
                }
                None if required => format!("MachineSet `{name}` names no cluster in {place}"),
                None => continue,
            };
            let mut finding = Finding::new(&RULE, message)
                .help(format!("write `{CLUSTER_LABEL}: {infra_id}`, or mend `cluster.infraID`"));
            if let Some(position) = adopted_selector(subject, object) {
                finding = finding.at(position);
            }
            findings.push(subject.about(finding, object));
        }
    }
}

fn adopted_selector(subject: &Subject<'_>, object: &Object) -> Option<crate::yaml::Position> {
    let Origin::Pool { pool, zone: Some(zone) } = &object.origin else { return None };
    let selector = subject.values.find(&["pools", pool, "adopt", zone, "selector"])?;
    Some(selector.locate(&[CLUSTER_LABEL]))
}
