//! AppProjects: what the Applications may hold and where.
//!
//! One for the node pools and their operators, one for the rights that Argo CD needs: whoever may change
//! node pools must not be able to grant rights. The lists of kinds are fixed and do not shrink when the
//! last object of a kind leaves Git: Argo CD does not see a live object of a kind that the project does
//! not allow, and with it would lose sight of what is protected.
//!
//! `namespaceResourceWhitelist` is always written: without it every namespaced kind is allowed
//! (argoproj/argo-cd `pkg/apis/application/v1alpha1/app_project_types.go`).

use super::fields::Fields;
use super::object::{Bundle, MACHINE_API_NAMESPACE, Metadata, Object, Origin};
use crate::json::{Value as Json, json};
use crate::plan::{ArgocdPlan, Plan};
use crate::sorted::IntoSorted;
use crate::spec::project::Destination;
use std::collections::BTreeSet;

/// Before the Applications that name the projects.
const WAVE: i32 = -1;

/// A kind as (group, kind).
type GroupKind<'a> = (&'a str, &'a str);

const CLUSTER_KINDS: [GroupKind; 3] =
    [("", "Namespace"), ("autoscaling.openshift.io", "ClusterAutoscaler"), ("nvidia.com", "ClusterPolicy")];
const NAMESPACED_KINDS: [GroupKind; 7] = [
    ("", "ConfigMap"),
    ("autoscaling.openshift.io", "MachineAutoscaler"),
    ("machine.openshift.io", "MachineHealthCheck"),
    ("machine.openshift.io", "MachineSet"),
    ("nfd.openshift.io", "NodeFeatureDiscovery"),
    ("operators.coreos.com", "OperatorGroup"),
    ("operators.coreos.com", "Subscription"),
];
const RBAC_KINDS: [GroupKind; 2] =
    [("rbac.authorization.k8s.io", "ClusterRole"), ("rbac.authorization.k8s.io", "ClusterRoleBinding")];

/// The namespaces that stay allowed whether or not something is rendered into them: the Machine API's
/// and those that the operators have unless the spec says otherwise.
const USUAL_NAMESPACES: [&str; 3] = ["nvidia-gpu-operator", "openshift-nfd", MACHINE_API_NAMESPACE];

/// The name of the AppProject that the Application of a bundle belongs to.
pub(super) fn name(plan: &Plan, bundle: Bundle) -> String {
    let ArgocdPlan { project, .. } = &plan.argocd;
    match bundle {
        Bundle::Rbac => format!("{project}-rbac-{}", plan.environment),
        _ => format!("{project}-{}", plan.environment),
    }
}

/// Both AppProjects.
pub(super) fn render(plan: &Plan, objects: &[Object]) -> Vec<Object> {
    vec![capacity_project(plan, objects), rbac_project(plan)]
}

fn capacity_project(plan: &Plan, objects: &[Object]) -> Object {
    let mut namespaces = USUAL_NAMESPACES.into_iter().into_set();
    namespaces.extend(plan.accelerators.nvidia.iter().map(|nvidia| nvidia.namespace.as_str()));
    namespaces.extend(objects.iter().filter_map(Object::namespace));
    // Whether an extra kind is namespaced only the cluster knows; in the wrong list it allows nothing.
    let extra: Vec<GroupKind> =
        plan.extra_kinds.iter().map(|(group, kind)| (group.as_str(), kind.as_str())).collect();
    let with_extra = |kinds: &[GroupKind]| kind_list(&[kinds, &extra].concat());
    let fields = Fields::new()
        .with(
            "description",
            format!("Node pools of {} and the operators of their accelerators", plan.environment),
        )
        .with("sourceRepos", json!([plan.argocd.repo_url]))
        .with("destinations", destinations(plan, &namespaces))
        .with("clusterResourceWhitelist", with_extra(&CLUSTER_KINDS))
        .with("namespaceResourceWhitelist", with_extra(&NAMESPACED_KINDS));
    project(plan, Bundle::Capacity, fields)
}

fn rbac_project(plan: &Plan) -> Object {
    let namespace = plan.argocd.controller_service_account.namespace.as_str();
    let fields = Fields::new()
        .with("description", format!("What Argo CD may write for the node pools of {}", plan.environment))
        .with("sourceRepos", json!([plan.argocd.repo_url]))
        .with("destinations", destinations(plan, &std::iter::once(namespace).into_set()))
        .with("clusterResourceWhitelist", kind_list(&RBAC_KINDS))
        .with("namespaceResourceWhitelist", json!([]))
        // An empty list allows nothing, but a client that writes the project back may leave it out,
        // and then everything is allowed.
        .with("namespaceResourceBlacklist", kind_list(&[("*", "*")]));
    project(plan, Bundle::Rbac, fields)
}

fn project(plan: &Plan, bundle: Bundle, spec: Fields) -> Object {
    let metadata = Metadata::named(name(plan, bundle)).namespace(&plan.argocd.namespace).wave(WAVE);
    let kind = ("argoproj.io/v1alpha1", "AppProject");
    Fields::new().with("spec", spec).into_object(Bundle::Argocd, kind, metadata, Origin::Project)
}

fn destinations(plan: &Plan, namespaces: &BTreeSet<&str>) -> Json {
    namespaces.iter().map(|namespace| destination(&plan.argocd.destination, namespace)).collect()
}

/// A namespace of the cluster, as AppProjects and Applications write it.
pub(super) fn destination(cluster: &Destination, namespace: &str) -> Json {
    match cluster {
        Destination::Server(url) => json!({"server": url, "namespace": namespace}),
        Destination::Name(name) => json!({"name": name, "namespace": namespace}),
    }
}

fn kind_list(kinds: &[GroupKind]) -> Json {
    let sorted: BTreeSet<&GroupKind> = kinds.iter().into_set();
    sorted.into_iter().map(|(group, kind)| json!({"group": group, "kind": kind})).collect()
}
