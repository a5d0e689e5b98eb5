//! Git rules the size of a fixed MachineSet.

use super::Subject;
use super::ignored::{self, Ignored};
use super::machine_sets::Hands;
use crate::diag::{Finding, Findings};
use crate::guard::rendered_set;
use crate::rule;

rule! {
    /// A fixed size that Argo CD would never apply.
    pub RULE = "ARG006", "fixed-size-ignored", Error, seat belt 4,
    "the size of a fixed MachineSet is not ignored"
}

/// Checks every fixed MachineSet.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let ignored = Ignored::by_bundle(subject);
    for set in rendered_set::all(subject) {
        let machine_set = set.object;
        if set.hands != Hands::Git {
            continue;
        }
        let Some(ignored) = ignored.get(&machine_set.bundle) else { continue };
        let Some(how) = ignored.in_any_way(machine_set, ignored::REPLICAS) else { continue };
        let message = format!(
            "Application `{}` ignores `{how}`, and with it the fixed size of MachineSet `{}`: a new size in Git would have no effect",
            ignored.application.name(),
            machine_set.name()
        );
        let finding = Finding::new(&RULE, message)
            .help("ignore the size of autoscaled and retiring MachineSets only, each by its name");
        findings.push(subject.about(finding, machine_set));
    }
}
