//! ASC031: an expression that the autoscaler cannot compile, for which it refuses all of them.

use super::expander;
use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::rule;

rule! {
    /// An expression that Go does not read.
    pub RULE = "ASC031", "priority-pattern-invalid", Error,
    "every pattern of the priority expander is a regular expression as Go reads it"
}

/// Compiles every expression as the autoscaler does.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for entry in &expander::read(subject).0 {
        let Err(reason) = &entry.pattern else { continue };
        let message = format!(
            "the pattern `{}` is no regular expression that the autoscaler reads: {reason}; it then refuses every priority",
            entry.text
        );
        let mut finding = Finding::new(&RULE, message)
            .help("write an expression over `MachineSet/openshift-machine-api/<name>`, such as `-gpu-spot-`");
        if let Some(place) = entry.place(subject) {
            finding = finding.at(place);
        }
        findings.push(subject.about(finding, entry.object));
    }
}
