//! Every object stands where its controller looks for it.
//!
//! The Machine API and the autoscaler's operator watch one namespace and pass over objects in any other
//! without a word (machine-api-operator `cmd/`, cluster-autoscaler-operator `pkg/operator/config.go`).
//! A namespace on an object of the cluster makes Argo CD compare it with something that does not exist;
//! one that is missing puts the object where the Application happens to point.

use super::super::Subject;
use super::super::identity::Identity;
use crate::diag::{Finding, Findings};
use crate::render::Origin;
use crate::render::object::MACHINE_API_NAMESPACE;
use crate::rule;

rule! {
    /// An object where nobody looks for it.
    pub RULE = "ARG014", "object-in-another-namespace", Error,
    "an object stands in the namespace that its controller watches, and one of the cluster in none"
}

/// Where the objects of a kind stand.
enum Home<'a> {
    /// In this namespace.
    In(&'a str),
    /// In some namespace.
    Somewhere,
    /// In none: the kind is the cluster's.
    Nowhere,
}

/// Checks every object of a kind whose scope is known; those of templates may be of any.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (object, identity) in subject.identified() {
        let Some(home) = home(identity, &subject.plan.argocd.namespace) else { continue };
        let Identity { kind, name, namespace, .. } = *identity;
        let (message, help) = match (home, namespace) {
            (Home::In(wanted), Some(found)) if found != wanted => (
                format!("{kind} `{name}` stands in the namespace `{found}`, where nothing looks for it"),
                format!("write `namespace: {wanted}`"),
            ),
            (Home::In(wanted), None) => {
                (format!("{kind} `{name}` has no namespace"), format!("write `namespace: {wanted}`"))
            }
            // Of a template it is the author's choice to leave it to the Application.
            (Home::Somewhere, None) if !matches!(object.origin, Origin::Template { .. }) => (
                format!("{kind} `{name}` has no namespace: Argo CD puts it where its Application points"),
                "write the namespace in its metadata".to_owned(),
            ),
            (Home::Nowhere, Some(found)) => (
                format!("{kind} `{name}` stands in the namespace `{found}`, but its kind is the cluster's"),
                "remove the namespace".to_owned(),
            ),
            _ => continue,
        };
        findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
    }
}

fn home<'a>(object: &Identity<'_>, argocd: &'a str) -> Option<Home<'a>> {
    let home = match (object.group, object.kind) {
        ("machine.openshift.io", "MachineSet" | "MachineHealthCheck")
        | ("autoscaling.openshift.io", "MachineAutoscaler") => Home::In(MACHINE_API_NAMESPACE),
        ("argoproj.io", "AppProject" | "Application") => Home::In(argocd),
        ("", "ConfigMap" | "ResourceQuota")
        | ("operators.coreos.com", "OperatorGroup" | "Subscription")
        | ("nfd.openshift.io", "NodeFeatureDiscovery") => Home::Somewhere,
        ("", "Namespace")
        | ("autoscaling.openshift.io", "ClusterAutoscaler")
        | ("machineconfiguration.openshift.io", _)
        | ("nvidia.com", "ClusterPolicy")
        | ("rbac.authorization.k8s.io", "ClusterRole" | "ClusterRoleBinding")
        | ("scheduling.k8s.io", "PriorityClass") => Home::Nowhere,
        _ => return None,
    };
    Some(home)
}
