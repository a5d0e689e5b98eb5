//! An environment renders something.

use super::Subject;
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// An environment without a MachineSet.
    pub RULE = "OUT020", "empty-rendering", Error, seat belt 9,
    "an environment renders at least one MachineSet"
}

/// Checks that there is a MachineSet.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.of_kind("MachineSet").next().is_some() {
        return;
    }
    let what = if subject.objects.is_empty() { "no object at all" } else { "no MachineSet" };
    let message = format!("environment `{}` renders {what}", subject.environment);
    findings.push(Finding::new(&RULE, message).at(subject.values.locate_key(&["pools"])).help(
        "add a pool; to give the last one up, write `state: retiring` and follow docs/removing-a-pool.md",
    ));
}
