//! The label by which a MachineSet finds its machines holds its own name.
//!
//! Whoever looks for the machines of a MachineSet goes by this label: health checks, people, and the
//! autoscaler's operator in its messages. A block that was copied for another zone, and whose label was
//! not changed with the name, has its machines counted elsewhere (kubernetes-sigs/cluster-api issue
//! 12156).

use super::super::Subject;
use crate::diag::{Finding, Findings};
use crate::guard::rendered_set;
use crate::render::machine_set::MACHINE_SET_LABEL;
use crate::rule;
use crate::sorted::IntoSorted;
use std::collections::BTreeSet;

rule! {
    /// The label of another MachineSet.
    pub RULE = "MCH024", "machine-set-label-differs", Error,
    "the machineset label in a selector and on its Machines is the MachineSet's own name"
}

/// Checks every MachineSet but the adopted ones, whose selectors are kept as they are.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let sets = subject.plan.pools.iter().flat_map(|pool| &pool.machine_sets);
    let adopted: BTreeSet<&str> = sets.filter(|set| set.adopted).map(|set| set.name.as_str()).into_set();
    for set in rendered_set::all(subject) {
        let object = set.object;
        let name = set.name;
        if adopted.contains(name) {
            continue;
        }
        let places = [
            ("its selector", &set.spec["selector"]["matchLabels"]),
            ("the labels of its Machines", set.machine_labels),
        ];
        for (place, labels) in places {
            let found = labels[MACHINE_SET_LABEL].as_str();
            if found == Some(name) {
                continue;
            }
            let message = match found {
                Some(found) => format!("MachineSet `{name}` names `{found}` in {place}"),
                None => format!("MachineSet `{name}` does not name itself in {place}"),
            };
            let finding = Finding::new(&RULE, message).help(format!("write `{MACHINE_SET_LABEL}: {name}`"));
            findings.push(subject.about(finding, object));
        }
    }
}
