//! ASC021: the GPU label where it does harm, or nothing.
//!
//! Source: kubernetes-autoscaler `processors/customresources/gpu_processor.go`: a labelled node without
//! `nvidia.com/gpu` is not ready; and `spec.template.metadata.labels` go to the Machine, not to its Node.

use super::{has_nvidia, node_labels, pool_of};
use crate::diag::{Finding, Findings};
use crate::guard::{Subject, machine_sets};
use crate::plan::ACCELERATOR_LABEL;
use crate::rule;

rule! {
    /// The GPU label on Machines, or on Nodes without NVIDIA GPUs.
    pub RULE = "ASC021", "accelerator-label-misplaced", Error,
    "only Nodes with NVIDIA GPUs carry cluster-api/accelerator, and Machines do not"
}

/// Checks every MachineSet of a pool.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in subject.of_kind("MachineSet") {
        let Some(pool) = pool_of(subject, object) else { continue };
        let on_nodes = !node_labels(&object.value)[ACCELERATOR_LABEL].is_null();
        let on_machines = !machine_sets::machine_labels(&object.value)[ACCELERATOR_LABEL].is_null();
        let mut report = |what: &str, help: &str| {
            let message = format!("MachineSet `{}` has `{ACCELERATOR_LABEL}` {what}", object.name());
            findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
        };
        if on_nodes && !has_nvidia(pool) {
            report(
                "on Nodes without NVIDIA GPUs: the autoscaler takes them for unready for ever",
                "remove the label",
            );
        }
        if on_machines {
            report(
                "among the labels of its Machines, which no Node gets",
                "write it under `spec.template.spec.metadata.labels`",
            );
        }
    }
}
