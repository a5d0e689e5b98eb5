//! ASC033: a group that the priority expander never chooses.

use super::expander;
use super::go_pattern::Pattern;
use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::rule;
use std::collections::BTreeSet;

rule! {
    /// A group that no expression matches.
    pub RULE = "ASC033", "group-without-priority", Error,
    "every MachineSet that the autoscaler scales has a priority once any has"
}

/// Looks for groups that no expression matches: they are left out as long as any other fits.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let (entries, faults) = expander::read(subject);
    let patterns: Vec<&Pattern> = entries.iter().filter_map(|entry| entry.pattern.as_ref().ok()).collect();
    // Where something cannot be read, the autoscaler has no priorities at all.
    let Some(first) = entries.first() else { return };
    if !faults.is_empty()
        || patterns.len() < entries.len()
        || patterns.iter().any(|pattern| matches!(pattern, Pattern::Everything))
    {
        return;
    }
    let (mut exact, mut others) = (BTreeSet::new(), Vec::new());
    for pattern in patterns {
        match pattern {
            Pattern::Exactly(text) => _ = exact.insert(text.as_str()),
            other => others.push(other),
        }
    }
    for name in expander::groups(subject) {
        let id = expander::group_id(name);
        if exact.contains(id.as_str()) || others.iter().any(|pattern| pattern.matches(&id)) {
            continue;
        }
        let message = format!(
            "no pattern of the priority expander matches `{id}`: the autoscaler leaves the group out as long as any other fits"
        );
        let help = "add the pattern `.*` with the priority 1";
        findings.push(subject.about(Finding::new(&RULE, message).help(help), first.object));
    }
}
