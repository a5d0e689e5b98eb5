//! OLM015: an object that does not show who keeps it as it is.
//!
//! Source: NVIDIA/gpu-operator issue 1692: a change that was reverted again and again was put down to the
//! operator, and it was Argo CD.

use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::render::Bundle;
use crate::render::object::MANAGED_BY;
use crate::rule;

rule! {
    /// An object that does not show that Git keeps it.
    pub RULE = "OLM015", "operator-object-unmarked", Error,
    "every object of the accelerators' operators shows by a label that it is rendered"
}

/// Checks every object of the bundle; a template may name another owner.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let (key, value) = MANAGED_BY;
    for object in subject.objects.iter().filter(|object| object.bundle == Bundle::Accelerators) {
        if object.value["metadata"]["labels"][key].as_str().is_some_and(|owner| !owner.is_empty()) {
            continue;
        }
        let message = format!(
            "{} `{}` lacks the label `{key}`: whoever edits it in the cluster does not see why it changes back",
            object.kind(),
            object.name()
        );
        let help = format!("write `{key}: {value}`");
        findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
    }
}
