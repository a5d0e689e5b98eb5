//! A raised minimum brings no machine by itself.
//!
//! The autoscaler takes the minimum for a floor of its scale-down and does not grow a group to it, unless
//! `enforceNodeGroupMinSize` is on (kubernetes/autoscaler issue 4942; openshift/cluster-autoscaler-operator
//! pull request 374). The raised number in the MachineSet is ignored by Argo CD, like every other one.

use super::Subject;
use super::changes;
use crate::diag::{Finding, Findings};
use crate::render::object::MACHINE_API_NAMESPACE;
use crate::rule;

rule! {
    /// A minimum that is higher than the committed one.
    pub RULE = "TRN011", "minimum-raised", Note,
    "a raised minimum is not enforced, so the pool keeps its size"
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
