//! ASC022: GPU limits and accelerator labels that do not meet.
//!
//! Sources: cluster-autoscaler-operator `pkg/util/validator.go` (the type must be the label's value, which
//! its own example gets wrong); the autoscaler's resource limiter (a type without a limit is unlimited).

use super::gpu_limits;
use crate::diag::{Finding, Findings};
use crate::guard::machine_sets::Hands;
use crate::guard::{Subject, rendered_set};
use crate::plan::ACCELERATOR_LABEL;
use crate::rule;
use std::collections::{BTreeMap, BTreeSet};

rule! {
    /// A limit that limits nothing, or GPUs that nothing limits.
    pub RULE = "ASC022", "gpu-limit-mismatch", Error,
    "the types of the GPU limits are the accelerator labels of the Nodes, each once"
}

/// Compares the limits with the labels of the rendered MachineSets.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut labels: BTreeMap<&str, bool> = BTreeMap::new();
    for set in rendered_set::all(subject) {
        if let Some(label) = set.node_labels[ACCELERATOR_LABEL].as_str() {
            *labels.entry(label).or_default() |= set.hands == Hands::Autoscaler;
        }
    }
    let mut seen = BTreeSet::new();
    for limit in gpu_limits::all(subject) {
        let known = || labels.keys().copied().collect::<Vec<_>>().join(", ");
        let (what, help) = if !labels.contains_key(limit.model) {
            let help = if labels.is_empty() {
                "remove the limit".to_owned()
            } else {
                format!("write one of: {}", known())
            };
            ("matches the accelerator label of no MachineSet, so it limits nothing", help)
        } else if !seen.insert(limit.model) {
            ("stands twice", "keep one of them".to_owned())
        } else {
            continue;
        };
        let message = format!("the GPU limit `{}` {what}", limit.model);
        findings.push(gpu_limits::finding(subject, &limit, &RULE, message, help));
    }
    // Whose limits are stated elsewhere is not known here.
    let Some(autoscaler) = subject.of_kind("ClusterAutoscaler").next() else { return };
    for label in labels.into_iter().filter(|(label, autoscaled)| *autoscaled && !seen.contains(label)) {
        let message = format!(
            "no GPU limit is named `{}`, so the autoscaler may add any number of these GPUs",
            label.0
        );
        let help = format!("add a limit of the type `{}`", label.0);
        findings.push(subject.about(Finding::new(&RULE, message).help(help), autoscaler));
    }
}
