//! SCH011: a threshold that makes ordinary pods expendable.

use super::{priority_classes, threshold};
use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::rule;

rule! {
    /// A threshold above what pods without a PriorityClass have.
    pub RULE = "SCH011", "ordinary-pods-expendable", Warning, waivable,
    "the autoscaler's podPriorityThreshold does not lie above the priority of pods that state none"
}

/// Compares the threshold with the default priority: 0, or that of a rendered global default.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let threshold = threshold(subject);
    let default = priority_classes(subject).filter(|(object, _)| object.value["globalDefault"] == true);
    let ordinary = default.map(|(_, value)| value).max().unwrap_or(0);
    if threshold <= ordinary {
        return;
    }
    let message = format!(
        "`podPriorityThreshold` is {threshold}, and pods without a PriorityClass have {ordinary}: they never make a pool grow, and are deleted with their node"
    );
    findings.push(
        Finding::new(&RULE, message)
            .at(subject.values.locate(&["autoscaler", "podPriorityThreshold"]))
            .help(format!("write {ordinary} or less, or a PriorityClass with `globalDefault: true` and {threshold} or more")),
    );
}
