//! ASC029: zones of one pool that the autoscaler does not balance.
//!
//! Source: kubernetes-autoscaler `processors/nodegroupset`: any label that differs, but for hostname, zone,
//! region and the ignored ones, makes two groups unlike.

use super::{node_labels, pool_of};
use crate::diag::{Finding, Findings};
use crate::guard::{Subject, machine_sets};
use crate::json::Value as Json;
use crate::render::Object;
use crate::rule;
use crate::sorted::IntoSorted;
use std::collections::{BTreeMap, BTreeSet};

rule! {
    /// Zones of a pool that differ in more than their zone.
    pub RULE = "ASC029", "zones-unlike", Error, waivable,
    "the zones of a balanced pool differ only in labels that balancing ignores"
}

/// Labels in which groups that look alike may always differ.
const IGNORED: [&str; 5] = [
    "failure-domain.beta.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "kubernetes.io/hostname",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
];

/// Compares the autoscaled MachineSets of each pool with the first of them.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let balancing = |object: &&Object| object.value["spec"]["balanceSimilarNodeGroups"] == true;
    let Some(autoscaler) = subject.of_kind("ClusterAutoscaler").find(balancing) else { return };
    let ignored: BTreeSet<&str> = autoscaler.value["spec"]["balancingIgnoredLabels"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .chain(IGNORED)
        .into_set();
    let autoscaled = machine_sets::autoscaled_now(subject);
    let mut first_of: BTreeMap<&str, &Object> = BTreeMap::new();
    for object in subject.of_kind("MachineSet").filter(|object| autoscaled.contains(object.name())) {
        let Some(pool) = pool_of(subject, object) else { continue };
        let first = *first_of.entry(&pool.name).or_insert(object);
        let unlike = differing(node_labels(&first.value), node_labels(&object.value));
        let unlike: Vec<&str> = unlike.into_iter().filter(|key| !ignored.contains(key)).collect();
        let types = [first, object].map(|object| machine_sets::instance_type(&object.value));
        let what = if !unlike.is_empty() {
            format!("in the node labels {}", unlike.join(", "))
        } else if types[0] != types[1] {
            "in their instance types".to_owned()
        } else {
            continue;
        };
        let message = format!(
            "MachineSets `{}` and `{}` of pool `{}` differ {what}, so the autoscaler does not balance them",
            first.name(),
            object.name(),
            pool.name
        );
        let finding = Finding::new(&RULE, message)
            .help("name the labels under `autoscaler.balancingIgnoredLabels`, or make two pools of them");
        findings.push(subject.about(finding, object));
    }
}

/// The keys that one has and the other has not, or with another value; sorted.
fn differing<'a>(left: &'a Json, right: &'a Json) -> BTreeSet<&'a str> {
    let keys = |labels: &'a Json| {
        labels.as_object().into_iter().flat_map(|labels| labels.keys().map(|key| key.as_str()))
    };
    keys(left).chain(keys(right)).filter(|key| left[*key] != right[*key]).collect()
}
