//! No MachineSet claims the Machines of another.
//!
//! A MachineSet adopts ownerless Machines of its namespace that match its selector, and counts them as
//! its own (machine-api-operator `pkg/controller/machineset/controller.go`).

use super::rendered_set::{self, RenderedSet};
use super::{Subject, selector};
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::render::machine_set::MACHINE_SET_LABEL;
use crate::rule;
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

rule! {
    /// A selector that matches another MachineSet's Machines.
    pub RULE = "MCH002", "selector-overlap", Error, seat belt 6,
    "no two MachineSets select each other's Machines"
}

/// Checks every pair of MachineSets in which one may select the other's Machines.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let sets = rendered_set::all(subject);
    let names = carriers(sets, |key| key == MACHINE_SET_LABEL);
    let carriers = LazyCell::new(|| carriers(sets, |_| true));
    let everybody: Vec<usize> = (0..sets.len()).collect();
    let nobody = Vec::new();
    let mut reported: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (index, set) in sets.iter().enumerate() {
        let own = &set.spec["selector"];
        // Only the carriers of its rarest label can match, so the check stays linear in practice. Where a
        // name is selected, nothing is rarer.
        let candidates = match own["matchLabels"][MACHINE_SET_LABEL].as_str() {
            Some(name) => names.get(&(MACHINE_SET_LABEL, name)).unwrap_or(&nobody),
            None => texts(&own["matchLabels"])
                .map(|label| carriers.get(&label).unwrap_or(&nobody))
                .min_by_key(|carriers| carriers.len())
                .unwrap_or(&everybody),
        };
        for &other in candidates {
            let pair = (index.min(other), index.max(other));
            let claims = other != index && selector::matches(own, sets[other].machine_labels);
            if claims && reported.insert(pair) {
                let message = format!(
                    "the selector of MachineSet `{}` also matches the Machines of `{}`: each would count and delete the other's",
                    set.name, sets[other].name
                );
                let finding = Finding::new(&RULE, message)
                    .related(subject.place_of(sets[other].object), "the other MachineSet")
                    .help("select by the label machine.openshift.io/cluster-api-machineset with the MachineSet's own name");
                findings.push(subject.about(finding, set.object));
            }
        }
    }
}

/// The MachineSets whose Machines carry a label, by the label, of the keys that are `asked` for.
fn carriers<'a>(
    sets: &[RenderedSet<'a>],
    asked: fn(&str) -> bool,
) -> BTreeMap<(&'a str, &'a str), Vec<usize>> {
    let mut carriers: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (index, set) in sets.iter().enumerate() {
        for label in texts(set.machine_labels).filter(|(key, _)| asked(key)) {
            carriers.entry(label).or_default().push(index);
        }
    }
    carriers
}

fn texts(map: &Json) -> impl Iterator<Item = (&str, &str)> {
    map.as_object().into_iter().flatten().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
}
