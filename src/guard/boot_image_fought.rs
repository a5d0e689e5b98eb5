//! Argo CD does not write back a boot image that the platform updates.
//!
//! Source: machine-config-operator `pkg/controller/machine-set-boot-image/`: it writes the image into
//! the MachineSets that opt in, counts how often somebody writes it back, and degrades then.

use super::Subject;
use super::ignored::Ignored;
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A boot image that two controllers write.
    pub RULE = "ARG007", "boot-image-fought", Error, seat belt 4,
    "a boot image that the platform owns is ignored by name with RespectIgnoreDifferences"
}

/// Checks every MachineSet of a cluster whose platform owns the boot image.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(pointer) = subject.plan.cluster.managed_boot_image else { return };
    let ignored = Ignored::by_bundle(subject);
    for machine_set in subject.of_kind("MachineSet") {
        let guarded = ignored
            .get(&machine_set.bundle)
            .is_some_and(|ignored| ignored.by_name(machine_set, pointer) && ignored.is_respected);
        if guarded {
            continue;
        }
        let message = format!(
            "the machine-config operator updates {pointer} of MachineSet `{}`, and Argo CD would write it back",
            machine_set.name()
        );
        let finding = Finding::new(&RULE, message).help(format!(
            "ignore {pointer} by the MachineSet's name with RespectIgnoreDifferences=true, or write `cluster.bootImages: pinned`"
        ));
        findings.push(subject.about(finding, machine_set));
    }
}
