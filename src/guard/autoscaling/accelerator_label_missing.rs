//! ASC020: GPU nodes that the autoscaler takes for ready before their driver is.
//!
//! Sources: kubernetes-autoscaler `cloudprovider/openshift/openshift_provider.go` (GPULabel) and
//! `processors/customresources/gpu_processor.go`; openshift/cluster-autoscaler-operator pull request 223.

use super::has_nvidia;
use crate::diag::{Finding, Findings};
use crate::guard::{Subject, rendered_set};
use crate::plan::ACCELERATOR_LABEL;
use crate::rule;
use crate::spec::check::label_value_error;

rule! {
    /// GPU nodes without the label by which the autoscaler waits for their GPUs.
    pub RULE = "ASC020", "accelerator-label-missing", Error,
    "the Nodes of a pool with NVIDIA GPUs carry cluster-api/accelerator with the pool's model"
}

/// Checks the MachineSets of pools with NVIDIA GPUs.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for set in rendered_set::all(subject) {
        let object = set.object;
        let Some(pool) = set.planned.filter(|pool| has_nvidia(pool)) else { continue };
        let model = pool.accelerator.as_ref().map_or("", |accelerator| accelerator.model.as_str());
        let what = match &set.node_labels[ACCELERATOR_LABEL] {
            crate::json::Value::String(value) if value.is_empty() => "is empty".to_owned(),
            crate::json::Value::String(value) if value == model => match label_value_error(value) {
                Some(error) => format!("cannot be: {error}"),
                None => continue,
            },
            crate::json::Value::String(value) => format!("is `{value}`"),
            crate::json::Value::Null => "is missing".to_owned(),
            other => format!("is {other}, which is no text"),
        };
        let message = format!(
            "the node label `{ACCELERATOR_LABEL}` of MachineSet `{}` {what}: a new node counts as ready before its driver is, so the autoscaler adds more of them",
            object.name()
        );
        let help = format!(
            "write `{ACCELERATOR_LABEL}: {model}` under `spec.template.spec.metadata.labels`, where Nodes get their labels from"
        );
        findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
    }
}
