//! ASC040: a node that is planned with another processor than it has.
//!
//! Source: kubernetes-autoscaler `cloudprovider/openshift` (buildTemplateLabels): at zero the architecture
//! comes from the template and from `capacity.cluster-autoscaler.kubernetes.io/labels`, and without either
//! it is the autoscaler's own.

use crate::diag::{Finding, Findings};
use crate::guard::{Subject, rendered_set};
use crate::platform::capacity::UPSTREAM;
use crate::render::Object;
use crate::rule;
use crate::spec::pool::Architecture;

rule! {
    /// Another architecture than the instance type's.
    pub RULE = "ASC040", "architecture-label-wrong", Error,
    "kubernetes.io/arch of a MachineSet is the architecture of its instance type"
}

const LABEL: &str = "kubernetes.io/arch";

/// Checks the template's labels and the annotation.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for set in rendered_set::all(subject) {
        let object = set.object;
        let Some(pool) = set.planned else { continue };
        let Some(capacity) = pool.capacity else { continue };
        let right = match capacity.architecture {
            Architecture::Amd64 => "amd64",
            Architecture::Arm64 => "arm64",
        };
        let template = set.node_labels[LABEL].as_str();
        let Some(wrong) = template.into_iter().chain(annotated(object)).find(|stated| *stated != right)
        else {
            // For a type that the platform's catalogue does not know, nobody else says it.
            if pool.capacity_stated && annotated(object).next().is_none() && template.is_none() {
                let message =
                    format!("nothing says that the nodes of MachineSet `{}` are {right}", object.name());
                let help = format!("write `{LABEL}={right}` into the annotation `{UPSTREAM}labels`");
                findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
            }
            continue;
        };
        let message = format!(
            "MachineSet `{}` says `{LABEL}: {wrong}`, but {} is {right}: an empty group grows for the wrong pods",
            object.name(),
            pool.instance_type
        );
        let mut finding =
            Finding::new(&RULE, message).help(format!("remove `{LABEL}`: the nodes set it themselves"));
        if let Some((key, _)) =
            subject.values.find(&["pools", &pool.name, "nodeLabels"]).and_then(|labels| labels.entry(LABEL))
        {
            finding = finding.at(key.position);
        }
        findings.push(subject.about(finding, object));
    }
}

/// The architectures that the annotation states.
fn annotated(object: &Object) -> impl Iterator<Item = &str> {
    let annotations = object.value["metadata"]["annotations"].as_object().into_iter().flatten();
    let labels = annotations
        .filter(|(key, _)| key.strip_prefix(UPSTREAM) == Some("labels"))
        .find_map(|(_, value)| value.as_str())
        .unwrap_or_default();
    labels.split(',').filter_map(|entry| entry.trim().strip_prefix(LABEL)?.strip_prefix('='))
}
