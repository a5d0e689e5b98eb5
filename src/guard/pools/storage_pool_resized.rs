//! Nodes that hold data keep their number and are not replaced by themselves.
//!
//! OpenShift Data Foundation puts its disks on nodes with this label; a node that is scaled away or
//! deleted as unhealthy takes its share of the replicas along (red-hat-storage/ocs-operator
//! `controllers/storagecluster`, label `cluster.ocs.openshift.io/openshift-storage`).

use super::super::Subject;
use super::{distinct_of_each_pool, node_labels, setting};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// Storage nodes that something else removes.
    pub RULE = "MCH021", "storage-pool-resized", Error, waivable,
    "a pool of storage nodes has a fixed size, no autoscaler and no health check"
}

const STORAGE: &str = "cluster.ocs.openshift.io/openshift-storage";

/// Checks the MachineSets of each pool, once where they are alike.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for set in distinct_of_each_pool(subject) {
        if !node_labels(set).any(|label| label == STORAGE) {
            continue;
        }
        let pool = set.pool;
        let of_pool = |kind: &str| {
            subject.of_kind(kind).any(|object| super::super::machine_sets::pool(&object.value) == Some(pool))
        };
        if of_pool("MachineAutoscaler") {
            let message =
                format!("the storage nodes of pool `{pool}` are autoscaled: scaling down takes disks away");
            let finding = Finding::new(&RULE, message)
                .at(setting(subject, pool, &["size"]))
                .help("write `size: {fixed: …}`");
            findings.push(subject.about(finding, set.object));
        }
        if of_pool("MachineHealthCheck") {
            let message = format!(
                "a MachineHealthCheck replaces the storage nodes of pool `{pool}`: a node that is merely unreachable loses its disks"
            );
            let finding = Finding::new(&RULE, message)
                .at(setting(subject, pool, &["healthCheck"]))
                .help("write `healthCheck: {enabled: false}`");
            findings.push(subject.about(finding, set.object));
        }
    }
}
