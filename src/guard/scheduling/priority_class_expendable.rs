//! SCH010: pods that the autoscaler does not see.
//!
//! Sources: the autoscaler's flag `expendable-pods-priority-cutoff`, kubernetes/autoscaler issues 1157 and
//! 6227.

use super::{priority_classes, threshold};
use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::render::Origin;
use crate::rule;

rule! {
    /// A PriorityClass below the autoscaler's threshold.
    pub RULE = "SCH010", "priority-class-expendable", Warning, waivable,
    "no PriorityClass lies below the autoscaler's podPriorityThreshold"
}

/// Compares every rendered PriorityClass with the threshold.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let threshold = threshold(subject);
    for (object, value) in priority_classes(subject).filter(|(_, value)| *value < threshold) {
        let message = format!(
            "PriorityClass `{}` has the value {value}, below the autoscaler's threshold {threshold}: its pods never make a pool grow, and keep no node",
            object.name()
        );
        let mut finding = Finding::new(&RULE, message)
            .help(format!("write {threshold} or more, or lower `autoscaler.podPriorityThreshold`"));
        if let Origin::Template { name } = &object.origin
            && let Some(template) = subject.templates.get(name)
        {
            finding = finding.at(template.locate(&["value"]));
        }
        findings.push(subject.about(finding, object));
    }
}
