//! Generated names begin with the infraID; adopted ones are kept as they are.

use super::Subject;
use crate::diag::{Finding, Findings};
use crate::rule;
use crate::sorted::IntoSorted;
use std::collections::BTreeSet;

rule! {
    /// A generated name that does not say which cluster it is for.
    pub RULE = "MCH004", "foreign-name", Error, seat belt 6,
    "a generated name begins with the infraID"
}

/// Checks every object that is named after a MachineSet.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let infra_id = subject.plan.cluster.infra_id.as_str();
    let sets = subject.plan.pools.iter().flat_map(|pool| &pool.machine_sets);
    let adopted: BTreeSet<&str> = sets.filter(|set| set.adopted).map(|set| set.name.as_str()).into_set();
    for kind in ["MachineSet", "MachineAutoscaler", "MachineHealthCheck"] {
        for object in subject.of_kind(kind) {
            let name = object.name();
            let generated_here = name.strip_prefix(infra_id).is_some_and(|rest| rest.starts_with('-'));
            if generated_here || adopted.contains(name) {
                continue;
            }
            let message = format!("the name of {kind} `{name}` does not begin with `{infra_id}-`");
            let finding = Finding::new(&RULE, message)
                .help("adopt the MachineSet if it runs under that name, or mend `cluster.infraID`");
            findings.push(subject.about(finding, object));
        }
    }
}
