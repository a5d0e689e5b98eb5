//! ASC034: two priorities for one group, of which only the highest counts.

use super::expander;
use super::go_pattern::Pattern;
use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::rule;
use std::collections::{BTreeMap, BTreeSet};

rule! {
    /// A group with several priorities, or a pattern under several.
    pub RULE = "ASC034", "priority-stated-twice", Warning, waivable,
    "a MachineSet has one priority beside that for everything else"
}

/// Looks for groups of pools with a priority of their own that a hand-written expression gives another,
/// and for expressions that stand under several priorities.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let entries = &expander::read(subject).0;
    if entries.is_empty() {
        return;
    }
    let mut texts: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    let mut exact: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    for entry in entries {
        texts.entry(&entry.text).or_default().insert(entry.priority);
        if let Ok(Pattern::Exactly(id)) = &entry.pattern {
            exact.entry(id).or_default().insert(entry.priority);
        }
    }
    let ids: Vec<(&str, String)> =
        expander::groups(subject).into_iter().map(|name| (name, expander::group_id(name))).collect();
    for entry in entries {
        let Ok(pattern) = &entry.pattern else { continue };
        let others = |priorities: Option<&BTreeSet<i64>>| -> Option<i64> {
            priorities.into_iter().flatten().copied().filter(|other| *other != entry.priority).max()
        };
        let (what, other) = if let Some(other) = others(texts.get(entry.text.as_str())) {
            // Said once, of the one that has no effect.
            if other < entry.priority {
                continue;
            }
            (
                format!(
                    "the pattern `{}` stands under the priorities {} and {other}",
                    entry.text, entry.priority
                ),
                other,
            )
        } else if matches!(pattern, Pattern::Regex(_)) {
            let clash = ids
                .iter()
                .filter(|(_, id)| pattern.matches(id))
                .find_map(|(name, id)| Some((name, others(exact.get(id.as_str()))?)));
            let Some((name, own)) = clash else { continue };
            (
                format!(
                    "the pattern `{}` gives MachineSet `{name}` the priority {}, and its pool {own}",
                    entry.text, entry.priority
                ),
                own,
            )
        } else {
            continue;
        };
        let message = format!("{what}: the higher one counts, {}", other.max(entry.priority));
        let mut finding = Finding::new(&RULE, message)
            .help("state the priority once: as `expanderPriority` of the pool where it is rendered here");
        if let Some(place) = entry.place(subject) {
            finding = finding.at(place);
        }
        findings.push(subject.about(finding, entry.object));
    }
}
