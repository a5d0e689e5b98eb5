//! Labels that schedulers and operators look for are the Nodes'.
//!
//! `spec.template.metadata` labels Machines and `spec.template.spec.metadata` labels Nodes; a role or a
//! topology at the first is stored and never reaches a Node (openshift/machine-api-operator pull request
//! 582; machine-api-operator `pkg/controller/nodelink/nodelink_controller.go`).

use super::super::Subject;
use super::super::sound::Sound;
use super::setting;
use crate::diag::{Finding, Findings};
use crate::guard::autoscaling::planned;
use crate::guard::rendered_set;
use crate::json::Value as Json;
use crate::rule;

rule! {
    /// A Node's label on Machines, or none on Nodes.
    pub RULE = "MCH026", "node-label-on-machines", Error, waivable,
    "labels that are looked for on Nodes stand at the Nodes' level of a MachineSet"
}

/// The domains of labels that mean something only on a Node.
const OF_NODES: [&str; 8] = [
    "cluster.ocs.openshift.io",
    "feature.node.kubernetes.io",
    "kubernetes.io",
    "node-role.kubernetes.io",
    "node.kubernetes.io",
    "node.openshift.io",
    "nvidia.com",
    "topology.kubernetes.io",
];
/// Labels without such a domain that mean something only on a Node.
const LABELS_OF_NODES: [&str; 1] = [crate::plan::ACCELERATOR_LABEL];

/// Checks every MachineSet against what its pool plans.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // Nearly every MachineSet puts the same keys on its Machines.
    let mut sound = Sound::default();
    for set in rendered_set::all(subject) {
        let object = set.object;
        let pool = set.pool;
        let labels = set.machine_labels;
        for key in labels.as_object().into_iter().flatten().map(|(key, _)| key) {
            if sound.has(key) {
                continue;
            }
            let domain = key.split_once('/').map_or("", |(domain, _)| domain);
            if !OF_NODES.contains(&domain) && !LABELS_OF_NODES.contains(&key.as_str()) {
                sound.add(key);
                continue;
            }
            let message =
                format!("MachineSet `{}` puts `{key}` on its Machines, and no Node gets it", object.name());
            let finding = Finding::new(&RULE, message)
                .at(setting(subject, pool, &["machineLabels", key]))
                .help("write it under `nodeLabels`");
            findings.push(subject.about(finding, object));
        }
        let on_nodes = set.node_labels;
        for (key, value) in planned(subject, pool).into_iter().flat_map(|planned| &planned.node_labels) {
            if on_nodes[key].as_str() == Some(value) {
                continue;
            }
            let found = match &on_nodes[key] {
                Json::Null => "without it".to_owned(),
                other => format!("with {other}"),
            };
            let message = format!(
                "the Nodes of pool `{pool}` are to have the label `{key}: \"{value}\"`, but MachineSet `{}` makes them {found}",
                object.name()
            );
            let finding = Finding::new(&RULE, message)
                .at(setting(subject, pool, &["nodeLabels", key]))
                .help("write it in `spec.template.spec.metadata.labels`");
            findings.push(subject.about(finding, object));
        }
    }
}
