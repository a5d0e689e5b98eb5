//! ASC032: an expression that orders nothing.

use super::expander;
use super::go_pattern::Pattern;
use crate::diag::{Finding, Findings, nearest};
use crate::guard::Subject;
use crate::rule;

rule! {
    /// An expression that matches no group.
    pub RULE = "ASC032", "priority-pattern-unmatched", Error,
    "every pattern of the priority expander matches a MachineSet that the autoscaler scales"
}

/// Asks every expression about every group.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let entries = &expander::read(subject).0;
    if entries.is_empty() {
        return;
    }
    let groups = expander::groups(subject);
    let ids: Vec<String> = groups.iter().map(|name| expander::group_id(name)).collect();
    for entry in entries {
        let Ok(pattern) = &entry.pattern else { continue };
        let matched = match pattern {
            Pattern::Everything => true,
            // The names are sorted, and with them the ids.
            Pattern::Exactly(text) => ids.binary_search(text).is_ok(),
            Pattern::Regex(_) => ids.iter().any(|id| pattern.matches(id)),
        };
        if matched {
            continue;
        }
        let message =
            format!("the pattern `{}` matches no MachineSet that the autoscaler scales", entry.text);
        let help = match cure(&entry.text, &groups.iter().copied().collect::<Vec<_>>(), &ids) {
            Some(better) => format!("write `{better}`"),
            None if ids.is_empty() => "remove it: no MachineSet is autoscaled".to_owned(),
            None => format!(
                "match one of these ids, or name a MachineSet of others under `autoscaler.otherMachineSets`: {}",
                ids.iter().take(3).cloned().collect::<Vec<_>>().join(", ")
            ),
        };
        let mut finding = Finding::new(&RULE, message).help(help);
        if let Some(place) = entry.place(subject) {
            finding = finding.at(place);
        }
        findings.push(subject.about(finding, entry.object));
    }
}

/// What was probably meant: stars without their backslash, an anchor before the name instead of before the
/// id, or a name that is nearly right.
fn cure(text: &str, names: &[&str], ids: &[String]) -> Option<String> {
    let bare = text.trim_start_matches('^').trim_end_matches('$');
    let candidates = [text.replace("\\*", "*"), bare.to_owned(), bare.replace("\\*", "*")];
    let works = |candidate: &String| {
        candidate != text
            && Pattern::compile(candidate).is_ok_and(|pattern| {
                !matches!(pattern, Pattern::Everything) && ids.iter().any(|id| pattern.matches(id))
            })
    };
    candidates.into_iter().find(works).or_else(|| nearest(bare, names.iter().copied()).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_slips_are_undone() {
        let names = ["prod-x7k2p-gpu-spot-us-east-2a"];
        let ids = [expander::group_id(names[0])];
        assert_eq!(cure(".\\*spot.\\*", &names, &ids).as_deref(), Some(".*spot.*"));
        assert_eq!(cure("^prod-x7k2p-gpu", &names, &ids).as_deref(), Some("prod-x7k2p-gpu"));
        assert_eq!(cure("prod-x7k2p-gpu-spt-us-east-2a", &names, &ids).as_deref(), Some(names[0]));
        assert_eq!(cure("batch", &names, &ids), None);
        assert_eq!(cure("", &[], &[]), None);
    }
}
