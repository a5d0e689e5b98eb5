//! Templates of the repository add only what the project's owners allow, and never what decides about
//! machines or rights.

use super::Subject;
use crate::diag::{Finding, Findings};
use crate::render::{Object, Origin};
use crate::rule;
use crate::yaml::Position;

rule! {
    /// A template that renders a kind which it must not.
    pub RULE = "ARG009", "template-kind-forbidden", Error, seat belt 10,
    "a template renders only kinds that the project allows, and never what decides about machines or rights"
}

/// What a template never renders, as (group, kind); `*` stands for every group or kind.
const NEVER: &[(&str, &str)] = &[
    ("", "Namespace"),
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
    ("argoproj.io", "AppProject"),
    ("autoscaling.openshift.io", "*"),
    ("cluster.x-k8s.io", "*"),
    ("machine.openshift.io", "*"),
    ("machineconfiguration.openshift.io", "KubeletConfig"),
    ("machineconfiguration.openshift.io", "MachineConfig"),
    ("nfd.openshift.io", "NodeFeatureDiscovery"),
    ("nvidia.com", "ClusterPolicy"),
    ("operators.coreos.com", "OperatorGroup"),
    ("operators.coreos.com", "Subscription"),
    ("rbac.authorization.k8s.io", "*"),
    // A kind of an odd group that nevertheless reads like one of these is not worth the doubt.
    ("*", "ControlPlaneMachineSet"),
    ("*", "Machine"),
    ("*", "MachineSet"),
];

/// ConfigMaps by which an operator of ours is steered.
const STEERING_CONFIG_MAPS: [&str; 1] = ["cluster-autoscaler-priority-expander"];

/// Checks every object that comes from a template.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in subject.objects {
        let Origin::Template { name: template } = &object.origin else { continue };
        let (group, kind) = (object.group(), object.kind());
        let shown = if group.is_empty() { kind.to_owned() } else { format!("{group}/{kind}") };
        let allowed = subject.plan.extra_kinds.iter().any(|(g, k)| g == group && k == kind);
        let (message, help) = if is_forbidden(object) {
            (
                format!(
                    "the template `{template}` renders {shown} `{}`, which no template may",
                    object.name()
                ),
                "remove it: pools, the autoscaler and the accelerators are stated in the value files"
                    .to_owned(),
            )
        } else if !allowed {
            (
                format!(
                    "the template `{template}` renders {shown} `{}`, a kind that the project does not allow",
                    object.name()
                ),
                format!("add `{shown}` to `allow.extraKinds` in poolsmith.yaml, which its owners decide"),
            )
        } else {
            continue;
        };
        let finding = Finding::new(&RULE, message).help(help);
        findings.push(subject.about(finding.at(place(subject, template, object)), object));
    }
}

fn is_forbidden(object: &Object) -> bool {
    let (group, kind) = (object.group(), object.kind());
    let is_never = NEVER.iter().any(|(g, k)| (*g == "*" || *g == group) && (*k == "*" || *k == kind));
    // Lists are taken apart before; one that is still there would hide what it holds.
    let is_list = kind == "List" || (kind.ends_with("List") && object.value["items"].is_array());
    is_never
        || is_list
        || (group.is_empty() && kind == "ConfigMap" && STEERING_CONFIG_MAPS.contains(&object.name()))
}

/// The template's own `kind` where it says it, else where the template is named.
fn place(subject: &Subject<'_>, template: &str, object: &Object) -> Position {
    let kind = subject.templates.get(template).and_then(|tree| tree.get("kind"));
    match kind {
        Some(kind) if kind.as_str() == Some(object.kind()) => kind.position,
        _ => subject.place_of(object),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;
    use crate::render::Bundle;

    fn forbidden(api_version: &str, kind: &str, name: &str) -> bool {
        let value = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, "items": []});
        let origin = Origin::Template { name: "t".to_owned() };
        is_forbidden(&Object { bundle: Bundle::Capacity, value, origin })
    }

    #[test]
    fn what_decides_about_machines_and_rights_is_forbidden() {
        for (api_version, kind) in [
            ("v1", "Namespace"),
            ("v1", "List"),
            ("v1", "ConfigMapList"),
            ("machine.openshift.io/v1beta1", "MachineSet"),
            ("machine.openshift.io/v1", "ControlPlaneMachineSet"),
            ("cluster.x-k8s.io/v1beta1", "MachineDeployment"),
            ("example.com/v1", "MachineSet"),
            ("machineconfiguration.openshift.io/v1", "MachineConfig"),
            ("machineconfiguration.openshift.io/v1", "KubeletConfig"),
            ("argoproj.io/v1alpha1", "Application"),
            ("argoproj.io/v1alpha1", "ApplicationSet"),
            ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
            ("rbac.authorization.k8s.io/v1", "Role"),
            ("autoscaling.openshift.io/v1", "ClusterAutoscaler"),
            ("nvidia.com/v1", "ClusterPolicy"),
            ("operators.coreos.com/v1alpha1", "Subscription"),
        ] {
            assert!(forbidden(api_version, kind, "x"), "{api_version} {kind}");
        }
        assert!(forbidden("v1", "ConfigMap", "cluster-autoscaler-priority-expander"));
    }

    #[test]
    fn other_kinds_are_the_owners_choice() {
        for (api_version, kind) in [
            ("v1", "ConfigMap"),
            ("monitoring.coreos.com/v1", "PrometheusRule"),
            ("kyverno.io/v1", "ClusterPolicy"),
            ("machineconfiguration.openshift.io/v1", "MachineConfigPool"),
            ("argoproj.io/v1alpha1", "Workflow"),
            ("nvidia.com/v1alpha1", "NVIDIADriver"),
        ] {
            assert!(!forbidden(api_version, kind, "x"), "{api_version} {kind}");
        }
    }
}
