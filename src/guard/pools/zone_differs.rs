//! A MachineSet starts its machines in the zone that it was planned for.

use crate::diag::{Finding, Findings};
use crate::guard::{Subject, machine_sets, rendered_set};
use crate::render::Origin;
use crate::rule;

rule! {
    /// A MachineSet whose providerSpec names another zone than the plan.
    pub RULE = "MCH061", "machine-set-zone-differs", Error,
    "the providerSpec of a MachineSet names the zone that its pool has it for"
}

/// Checks every MachineSet of a pool.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for set in rendered_set::all(subject) {
        let object = set.object;
        let Origin::Pool { zone: Some(planned), .. } = &object.origin else { continue };
        let Some(written) = machine_sets::zone_of(set.provider_spec).filter(|zone| zone != planned) else {
            continue;
        };
        let message =
            format!("MachineSet `{}` is for {planned} and starts machines in {written}", object.name());
        let help = "report this with the input that shows it: it is a fault of poolsmith's own";
        findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
    }
}
