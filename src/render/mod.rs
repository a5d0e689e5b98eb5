//! Plan to objects: one file per emitted kind.
//!
//! Builds values and puts them in order. It decides nothing that the plan has not decided, refuses
//! nothing (that is the guard's business) and writes no bytes.

pub mod accelerators;
mod app_project;
mod application;
mod cluster_autoscaler;
mod cluster_policy;
mod cluster_policy_presets;
mod device_plugin_config;
pub mod extra;
mod fields;
pub mod from_template;
mod machine_autoscaler;
mod machine_health_check;
pub mod machine_set;
mod namespace;
mod node_feature_discovery;
pub mod object;
mod operator_group;
mod priority_expander;
pub mod rbac;
mod subscription;
mod tolerations;

pub use object::{Bundle, Object, Origin};

use crate::diag::{Findings, Rule};
use crate::plan::Plan;
use crate::sorted::sort_by;

/// The rules of this step.
pub static RULES: &[&Rule] =
    &[&from_template::BUILT_IN_TEMPLATE, &extra::EXTRA_OBJECT_INCOMPLETE, &extra::EXTRA_OBJECT_METADATA];

/// What makes the objects of one kind, or of a few that only make sense together.
type Kind = fn(&mut Plan, &mut Findings) -> Vec<Object>;

/// What stands in the clusters.
static KINDS: &[Kind] = &[
    |plan, _| rbac::render(plan),
    |plan, findings| accelerators::render(&plan.accelerators, findings),
    |plan, _| machine_set::render(plan),
    |plan, _| machine_health_check::render(plan),
    |plan, _| cluster_autoscaler::render(plan),
    |plan, _| priority_expander::render(plan),
    |plan, _| machine_autoscaler::render(plan),
];

/// What makes the objects by which Argo CD delivers the others: they follow from what there is.
type Delivery = fn(&Plan, &[Object]) -> Vec<Object>;

/// What Argo CD itself reads.
static DELIVERIES: &[Delivery] = &[app_project::render, application::render];

/// All objects of an environment, sorted.
///
/// `extra` are the objects of the repository's own templates: they can bring a namespace that the
/// AppProject has to allow, or be the only ones of a bundle. The only findings are faults of our own.
///
/// The providerSpecs, which are most of it, leave the plan for the MachineSets.
pub fn objects(plan: &mut Plan, extra: Vec<Object>, findings: &mut Findings) -> Vec<Object> {
    let mut objects = extra;
    for render in KINDS {
        objects.extend(render(plan, findings));
    }
    let mut delivery = Vec::new();
    for render in DELIVERIES {
        delivery.extend(render(plan, &objects));
    }
    objects.extend(delivery);
    sort(&mut objects);
    objects
}

/// The kinds in the order in which they stand within a wave. Argo CD applies Namespaces first and kinds
/// that it does not know last (`gitops-engine/pkg/sync/sync_tasks.go`); ours reads in the same way.
const KIND_ORDER: &[&str] = &[
    "Namespace",
    "ConfigMap",
    "ClusterRole",
    "ClusterRoleBinding",
    "OperatorGroup",
    "Subscription",
    "NodeFeatureDiscovery",
    "ClusterPolicy",
    "MachineSet",
    "MachineHealthCheck",
    "ClusterAutoscaler",
    "MachineAutoscaler",
    "AppProject",
    "Application",
];

/// Sorts by bundle, wave, kind and name; kinds that only templates bring come last in their wave.
pub fn sort(objects: &mut Vec<Object>) {
    let rank = |object: &Object| {
        let kind = object.kind();
        let rank = KIND_ORDER.iter().position(|known| *known == kind).unwrap_or(KIND_ORDER.len());
        (object.bundle, object.sync_wave(), rank)
    };
    let mut ranked: Vec<_> = objects.drain(..).map(|object| (rank(&object), object)).collect();
    sort_by(&mut ranked, |(rank, one), (its, other)| {
        rank.cmp(its).then_with(|| names(one).cmp(&names(other)))
    });
    objects.extend(ranked.into_iter().map(|(_, object)| object));
}

fn names(object: &Object) -> (&str, &str, &str, Option<&str>) {
    (object.group(), object.kind(), object.name(), object.namespace())
}
