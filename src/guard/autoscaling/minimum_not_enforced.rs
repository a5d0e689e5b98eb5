//! ASC037: a minimum that was raised and that nobody brings about.
//!
//! The autoscaler takes the minimum for a floor of its scale-down and does not grow a group to it, unless
//! `enforceNodeGroupMinSize` is on (kubernetes/autoscaler issue 4942; openshift/cluster-autoscaler-operator
//! pull request 374). The raised number in the MachineSet is ignored by Argo CD, like every other one.

use crate::diag::{Finding, Findings};
use crate::guard::{Subject, changes};
use crate::render::object::MACHINE_API_NAMESPACE;
use crate::rule;

rule! {
    /// A minimum that is higher than the committed one.
    pub RULE = "ASC037", "minimum-not-enforced", Note,
    "a minimum that is raised is brought about by somebody"
}

/// Reports every autoscaled MachineSet whose committed minimum was lower.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let is_enforced = subject
        .of_kind("ClusterAutoscaler")
        .any(|object| object.value["spec"]["enforceNodeGroupMinSize"] == "Enabled");
    if is_enforced {
        return;
    }
    for (object, before, now) in changes::bounds(subject, "minReplicas") {
        if now <= before {
            continue;
        }
        let name = object.name();
        let message = format!(
            "the minimum of MachineSet `{name}` rises from {before} to {now}: by itself the autoscaler does not grow a group to its minimum, so it keeps the size that it has"
        );
        let finding = Finding::new(&RULE, message)
            .help(format!("if it has fewer machines by then, run `oc scale machineset {name} --replicas={now} -n {MACHINE_API_NAMESPACE}` after the sync"))
            .note("autoscalers after OpenShift 4.22 grow it with `enforceNodeGroupMinSize: Enabled`")
            .at(changes::size_place(subject, object));
        findings.push(subject.about(finding, object));
    }
}
