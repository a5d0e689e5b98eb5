//! What is rendered from plans built by hand: each object against the real CRD made strict, and the
//! properties that nodes depend on.

// The lints that keep panics out of the program; helpers of a test may panic like the test itself.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod argocd;
mod capacity;
#[path = "../support/crds.rs"]
mod crds;
mod plans;

use plans::plan;
use poolsmith::diag::Findings;
use poolsmith::plan::{Plan, accelerators};
use poolsmith::render::{self, Bundle, Object, Origin};
use poolsmith::spec::project::{Destination, SourceKind, Sync};
use serde_json::{Value as Json, from_value, json};

/// All objects, with those of the repository's own templates.
fn objects_with(plan: &Plan, extra: Vec<Object>) -> Vec<Object> {
    let mut findings = Findings::new();
    let objects = render::objects(&mut plan.clone(), extra, &mut findings);
    assert!(findings.is_empty(), "{findings:?}");
    objects
}

/// All objects.
fn objects(plan: &Plan) -> Vec<Object> {
    objects_with(plan, Vec::new())
}

/// The rendered object of that kind and name.
fn find(plan: &Plan, kind: &str, name: &str) -> Json {
    let objects = objects(plan);
    let found = objects.iter().find(|object| object.kind() == kind && object.name() == name);
    found.unwrap_or_else(|| panic!("no {kind} {name}")).value.clone().into()
}

/// The names of the rendered objects of a kind.
fn names(plan: &Plan, kind: &str) -> Vec<String> {
    let objects = objects(plan);
    objects.iter().filter(|object| object.kind() == kind).map(|object| object.name().to_owned()).collect()
}

/// Plans that together render every field.
fn varied_plans() -> Vec<Plan> {
    let mut hub = plan();
    hub.argocd.destination = Destination::Name("spoke".to_owned());
    hub.argocd.source_kind = SourceKind::Plugin;
    hub.argocd.sync = Sync::Manual;
    hub.argocd.version = plans::version(3, 4);
    hub.cluster.managed_boot_image = Some("/spec/template/spec/providerSpec/value/ami/id");
    let nvidia = json!({"nvidia": {"channel": "v25.10", "namespace": "gpus"}});
    hub.accelerators = accelerators::resolve(&from_value(nvidia).unwrap(), &hub.pools, hub.cluster.version);
    let mut stated = plan();
    stated.cluster.version.min = plans::version(4, 18);
    stated.pools.iter_mut().for_each(|pool| pool.capacity_stated = true);
    let mut bare = plan();
    bare.pools.clear();
    bare.autoscaler.settings = None;
    bare.autoscaler.expanders.clear();
    bare.autoscaler.gpu_limits.clear();
    vec![plan(), hub, stated, bare]
}

#[test]
fn every_object_keeps_to_its_crd() {
    let Some(crds) = crds::Crds::load() else { return };
    for plan in varied_plans() {
        for value in objects(&plan).into_iter().map(|object| Json::from(object.value)) {
            let builtin =
                ["v1", "rbac.authorization.k8s.io/v1"].contains(&value["apiVersion"].as_str().unwrap());
            assert!(builtin || crds.knows(&value), "no CRD for {value}");
            assert_eq!(crds.faults(&value), Vec::<String>::new(), "{value:#}");
        }
    }
}

#[test]
fn every_object_is_protected_and_none_is_a_hook() {
    for plan in varied_plans() {
        for object in objects(&plan) {
            let options = object.annotation("argocd.argoproj.io/sync-options");
            assert!(
                options.is_some_and(|o| o.starts_with("Prune=false,Delete=false")),
                "{:?}",
                object.reference()
            );
            for forbidden in ["argocd.argoproj.io/hook", "finalizers", "Replace", "Force", "FailOnShared"] {
                assert!(
                    !object.value.to_string().contains(forbidden),
                    "{forbidden} in {:?}",
                    object.reference()
                );
            }
        }
    }
}

#[test]
fn no_map_or_list_is_empty_unless_the_providerspec_has_it() {
    fn check(value: &Json, at: &str) {
        match value {
            _ if at.ends_with("/providerSpec") || at.ends_with("/namespaceResourceWhitelist") => {}
            Json::Object(map) => {
                assert!(!map.is_empty(), "{at}");
                map.iter().for_each(|(key, value)| check(value, &format!("{at}/{key}")));
            }
            Json::Array(items) => {
                assert!(!items.is_empty(), "{at}");
                items.iter().for_each(|item| check(item, at));
            }
            Json::Null => panic!("null at {at}"),
            _ => {}
        }
    }
    objects(&plan()).iter().for_each(|object| check(&object.value.clone().into(), object.kind()));
}

#[test]
fn objects_are_sorted_by_bundle_wave_kind_and_name() {
    let listed: Vec<String> = objects(&plan())
        .iter()
        .map(|o| format!("{} {} {} {}", o.bundle.as_str(), o.sync_wave(), o.kind(), o.name()))
        .collect();
    let expected = "\
rbac 0 ClusterRole cluster-argocd-capacity
rbac 0 ClusterRoleBinding cluster-argocd-capacity
capacity 0 ConfigMap cluster-autoscaler-priority-expander
capacity 0 MachineSet prod-7kx2p-batch-us-west-2a
capacity 0 MachineSet prod-7kx2p-gpu-us-west-2a
capacity 0 MachineSet prod-7kx2p-gpu-us-west-2b
capacity 0 MachineSet prod-7kx2p-gpu-us-west-2c
capacity 1 MachineHealthCheck prod-7kx2p-gpu
capacity 1 ClusterAutoscaler default
capacity 2 MachineAutoscaler prod-7kx2p-gpu-us-west-2a
capacity 2 MachineAutoscaler prod-7kx2p-gpu-us-west-2b
argocd -1 AppProject cluster-capacity-prod
argocd -1 AppProject cluster-capacity-rbac-prod
argocd 0 Application cluster-rbac-prod
argocd 1 Application cluster-capacity-prod";
    assert_eq!(listed.join("\n"), expected);
}

#[test]
fn sorting_puts_namespaces_first_and_unknown_kinds_last() {
    let object = |kind: &str, name: &str| Object {
        bundle: Bundle::Accelerators,
        value: json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}}).into(),
        origin: Origin::Project,
    };
    let mut objects =
        vec![object("Zebra", "a"), object("Subscription", "b"), object("Ape", "z"), object("Namespace", "n")];
    render::sort(&mut objects);
    let kinds: Vec<&str> = objects.iter().map(Object::kind).collect();
    assert_eq!(kinds, ["Namespace", "Subscription", "Ape", "Zebra"]);
}
