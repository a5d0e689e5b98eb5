//! ASC021: the GPU label where it does harm, or nothing.
//!
//! Source: kubernetes-autoscaler `processors/customresources/gpu_processor.go`: a labelled node without
//! `nvidia.com/gpu` is not ready; and `spec.template.metadata.labels` go to the Machine, not to its Node.

use super::has_nvidia;
use crate::diag::{Finding, Findings};
use crate::guard::{Subject, rendered_set};
use crate::plan::ACCELERATOR_LABEL;
use crate::rule;

rule! {
    /// The GPU label on Machines, or on Nodes without NVIDIA GPUs.
    pub RULE = "ASC021", "accelerator-label-misplaced", Error,
    "only Nodes with NVIDIA GPUs carry cluster-api/accelerator, and Machines do not"
}

/// Checks every MachineSet of a pool.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for set in rendered_set::all(subject) {
        let object = set.object;
        let Some(pool) = set.planned else { continue };
        let on_nodes = !set.node_labels[ACCELERATOR_LABEL].is_null();
        let on_machines = !set.machine_labels[ACCELERATOR_LABEL].is_null();
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
