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
    let names = Names::of(sets);
    let carriers = LazyCell::new(|| carriers(sets));
    let everybody: Vec<usize> = (0..sets.len()).collect();
    let nobody = Vec::new();
    let mut reported: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (index, set) in sets.iter().enumerate() {
        let own = &set.spec["selector"];
        // Only the carriers of its rarest label can match, so the check stays linear in practice. Where a
        // name is selected, nothing is rarer.
        let candidates = match own["matchLabels"][MACHINE_SET_LABEL].as_str() {
            Some(name) => names.carriers(name),
            None => texts(&own["matchLabels"])
                .map(|label| carriers.get(&label).unwrap_or(&nobody))
                .min_by_key(|carriers| carriers.len())
                .map_or(everybody.as_slice(), Vec::as_slice),
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

/// The MachineSets that their Machines' labels name, in the order of the names.
struct Names<'a> {
    names: Vec<&'a str>,
    places: Vec<usize>,
}

impl<'a> Names<'a> {
    fn of(sets: &[RenderedSet<'a>]) -> Names<'a> {
        let named = |(place, set): (usize, &RenderedSet<'a>)| {
            Some((set.machine_labels[MACHINE_SET_LABEL].as_str()?, place))
        };
        let mut found: Vec<(&str, usize)> = sets.iter().enumerate().filter_map(named).collect();
        found.sort_unstable();
        let (names, places) = found.into_iter().unzip();
        Names { names, places }
    }

    /// The places of the MachineSets whose Machines carry a name.
    fn carriers(&self, name: &str) -> &[usize] {
        let first = self.names.partition_point(|other| *other < name);
        let behind = self.names.partition_point(|other| *other <= name);
        self.places.get(first..behind).unwrap_or_default()
    }
}

/// The MachineSets whose Machines carry a label, by the label.
fn carriers<'a>(sets: &[RenderedSet<'a>]) -> BTreeMap<(&'a str, &'a str), Vec<usize>> {
    let mut carriers: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (index, set) in sets.iter().enumerate() {
        for label in texts(set.machine_labels) {
            carriers.entry(label).or_default().push(index);
        }
    }
    carriers
}

fn texts(map: &Json) -> impl Iterator<Item = (&str, &str)> {
    map.as_object().into_iter().flatten().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
}
