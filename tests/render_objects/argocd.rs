//! The argocd and rbac bundles.

use super::plans::{self, plan};
use super::{find, names, objects_with};
use poolsmith::plan::Plan;
use poolsmith::render::{Bundle, Object, Origin};
use poolsmith::spec::project::{Destination, SourceKind, Sync};
use serde_json::{Value as Json, json};

fn capacity_application(plan: &Plan) -> Json {
    find(plan, "Application", "cluster-capacity-prod")["spec"].clone()
}

/// The pointers that the capacity Application ignores, by MachineSet.
fn ignored(plan: &Plan) -> Vec<(String, Json)> {
    let spec = capacity_application(plan);
    let entries = spec["ignoreDifferences"].as_array().cloned().unwrap_or_default();
    let text = |entry: &Json, key: &str| entry[key].as_str().unwrap().to_owned();
    entries
        .iter()
        .map(|entry| {
            assert_eq!(text(entry, "group"), "machine.openshift.io");
            assert_eq!(text(entry, "kind"), "MachineSet");
            assert_eq!(text(entry, "namespace"), "openshift-machine-api");
            (text(entry, "name"), entry["jsonPointers"].clone())
        })
        .collect()
}

#[test]
fn an_application_applies_what_is_committed_and_never_prunes() {
    let expected = json!({
        "project": "cluster-capacity-rbac-prod",
        "source": {
            "repoURL": "https://git.example.com/platform/pools.git",
            "targetRevision": "main",
            "path": "golden/prod/rbac",
            "directory": {"include": "*.yaml"}
        },
        "destination": {"server": "https://kubernetes.default.svc", "namespace": "openshift-gitops"},
        "syncPolicy": {
            "automated": {"prune": false, "selfHeal": false},
            "retry": {"limit": 5, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "3m"}}
        }
    });
    let application = find(&plan(), "Application", "cluster-rbac-prod");
    assert_eq!(format!("{:#}", application["spec"]), format!("{expected:#}"));
    assert_eq!(application["metadata"]["namespace"], "openshift-gitops");
}

#[test]
fn replicas_are_ignored_exactly_where_git_does_not_rule() {
    let replicas = json!(["/spec/replicas"]);
    let expected = ["us-west-2a", "us-west-2b", "us-west-2c"]
        .map(|zone| (format!("prod-7kx2p-gpu-{zone}"), replicas.clone()));
    assert_eq!(ignored(&plan()), expected);
    let options = json!(["ApplyOutOfSyncOnly=true", "RespectIgnoreDifferences=true"]);
    assert_eq!(capacity_application(&plan())["syncPolicy"]["syncOptions"], options);
}

#[test]
fn with_fixed_pools_only_nothing_is_ignored() {
    let mut plan = plan();
    plan.pools.truncate(1);
    assert_eq!(ignored(&plan), []);
    assert_eq!(capacity_application(&plan)["syncPolicy"]["syncOptions"], json!(["ApplyOutOfSyncOnly=true"]));
}

#[test]
fn a_boot_image_that_the_platform_owns_is_ignored_everywhere() {
    let image = "/spec/template/spec/providerSpec/value/ami/id";
    let mut plan = plan();
    plan.cluster.managed_boot_image = Some(image);
    let found = ignored(&plan);
    assert_eq!(found.len(), 4);
    assert_eq!(found[0], ("prod-7kx2p-batch-us-west-2a".to_owned(), json!([image])));
    assert_eq!(found[1].1, json!(["/spec/replicas", image]));
}

#[test]
fn annotations_that_the_platform_may_write_are_ignored_only_where_rendered() {
    let mut plan = plan();
    plan.pools[1].capacity_stated = true;
    let labels = "/metadata/annotations/capacity.cluster-autoscaler.kubernetes.io~1labels";
    assert_eq!(ignored(&plan)[0].1, json!([labels, "/spec/replicas"]));
    plan.cluster.version.min = plans::version(4, 19);
    let platform =
        ["GPU", "memoryMb", "vCPU"].map(|key| format!("/metadata/annotations/machine.openshift.io~1{key}"));
    assert_eq!(ignored(&plan)[0].1, json!([labels, platform[0], platform[1], platform[2], "/spec/replicas"]));
}

#[test]
fn every_ignored_pointer_finds_a_scalar_in_a_rendered_object() {
    for plan in super::varied_plans() {
        for (name, pointers) in ignored(&plan) {
            let set = find(&plan, "MachineSet", &name);
            for pointer in pointers.as_array().unwrap() {
                let pointer = pointer.as_str().unwrap();
                if Some(pointer) != plan.cluster.managed_boot_image {
                    assert!(
                        set.pointer(pointer).is_some_and(|v| !v.is_array() && !v.is_object()),
                        "{pointer}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_manual_application_keeps_its_options_but_does_not_sync() {
    let mut plan = plan();
    plan.argocd.sync = Sync::Manual;
    let policy = &capacity_application(&plan)["syncPolicy"];
    assert_eq!(policy.get("automated"), None);
    assert_eq!(policy["syncOptions"][1], "RespectIgnoreDifferences=true");
}

#[test]
fn the_plugin_is_named_and_told_environment_and_bundle() {
    let mut plan = plan();
    plan.argocd.source_kind = SourceKind::Plugin;
    let source = &capacity_application(&plan)["source"];
    assert_eq!(source["path"], ".");
    let parameters = json!([{"name": "env", "string": "prod"}, {"name": "bundle", "string": "capacity"}]);
    assert_eq!(source["plugin"], json!({"name": "poolsmith", "parameters": parameters}));
    assert_eq!(source.get("directory"), None);
    plan.argocd.source_path = "clusters/".to_owned();
    assert_eq!(capacity_application(&plan)["source"]["path"], "clusters");
    plan.argocd.source_kind = SourceKind::Directory;
    assert_eq!(capacity_application(&plan)["source"]["path"], "clusters/golden/prod/capacity");
}

#[test]
fn retries_take_the_newest_revision_where_argo_cd_can() {
    let mut plan = plan();
    assert_eq!(capacity_application(&plan)["syncPolicy"]["retry"].get("refresh"), None);
    plan.argocd.version = plans::version(3, 2);
    assert_eq!(capacity_application(&plan)["syncPolicy"]["retry"]["refresh"], true);
}

/// An object that the accelerators bundle might hold.
fn dashboard() -> Object {
    Object {
        bundle: Bundle::Accelerators,
        value: json!({"apiVersion": "v1", "kind": "ConfigMap",
                      "metadata": {"name": "dcgm", "namespace": "openshift-config-managed"}})
        .into(),
        origin: Origin::Template { name: "dcgm".to_owned() },
    }
}

#[test]
fn a_bundle_has_an_application_once_it_has_objects() {
    assert_eq!(names(&plan(), "Application"), ["cluster-rbac-prod", "cluster-capacity-prod"]);
    let objects = objects_with(&plan(), vec![dashboard()]);
    let application = objects.iter().find(|object| object.name() == "cluster-accelerators-prod").unwrap();
    assert_eq!(application.sync_wave(), 1);
    let retry = &application.value["spec"]["syncPolicy"]["retry"];
    assert_eq!(
        *retry,
        json!({"limit": 10, "backoff": {"duration": "30s", "factor": 2, "maxDuration": "5m"}})
    );
    let mut bare = plan();
    bare.pools.clear();
    bare.autoscaler.managed = false;
    bare.autoscaler.priorities.clear();
    assert_eq!(names(&bare, "Application"), ["cluster-rbac-prod"]);
}

#[test]
fn every_object_is_permitted_in_the_project_of_its_application() {
    for plan in super::varied_plans() {
        let objects = objects_with(&plan, vec![dashboard()]);
        for object in objects.iter().filter(|object| object.bundle != Bundle::Argocd) {
            let suffix = if object.bundle == Bundle::Rbac { "rbac-prod" } else { "prod" };
            let name = format!("cluster-capacity-{suffix}");
            let project =
                &objects.iter().find(|o| o.kind() == "AppProject" && o.name() == name).unwrap().value;
            let list = match object.namespace() {
                Some(_) => &project["spec"]["namespaceResourceWhitelist"],
                None => &project["spec"]["clusterResourceWhitelist"],
            };
            let kind = json!({"group": object.group(), "kind": object.kind()}).into();
            assert!(list.as_array().unwrap().contains(&kind), "{kind} in {name}");
            if let Some(namespace) = object.namespace() {
                let destinations = project["spec"]["destinations"].as_array().unwrap();
                assert!(
                    destinations.iter().any(|entry| entry["namespace"] == namespace),
                    "{namespace} in {name}"
                );
            }
        }
        for application in objects.iter().filter(|object| object.kind() == "Application") {
            let spec = &application.value["spec"];
            let project =
                objects.iter().find(|o| o.kind() == "AppProject" && o.name() == spec["project"]).unwrap();
            let allowed = project.value["spec"]["destinations"].as_array().unwrap();
            assert!(allowed.contains(&spec["destination"]), "{}", spec["destination"]);
        }
    }
}

#[test]
fn the_lists_of_a_project_do_not_depend_on_what_is_rendered() {
    let mut empty = plan();
    empty.pools.clear();
    empty.autoscaler.managed = false;
    for name in ["cluster-capacity-prod", "cluster-capacity-rbac-prod"] {
        assert_eq!(find(&plan(), "AppProject", name), find(&empty, "AppProject", name));
    }
    assert_eq!(
        find(&plan(), "ClusterRole", "cluster-argocd-capacity"),
        find(&empty, "ClusterRole", "cluster-argocd-capacity")
    );
}

#[test]
fn the_projects_keep_pools_and_rights_apart() {
    let pools = find(&plan(), "AppProject", "cluster-capacity-prod")["spec"].clone();
    let rights = find(&plan(), "AppProject", "cluster-capacity-rbac-prod")["spec"].clone();
    assert!(!pools.to_string().contains("rbac.authorization"));
    let kinds = json!([
        {"group": "rbac.authorization.k8s.io", "kind": "ClusterRole"},
        {"group": "rbac.authorization.k8s.io", "kind": "ClusterRoleBinding"}
    ]);
    assert_eq!(rights["clusterResourceWhitelist"], kinds);
    assert_eq!(rights["namespaceResourceWhitelist"], json!([]));
    assert_eq!(rights["namespaceResourceBlacklist"], json!([{"group": "*", "kind": "*"}]));
    assert_eq!(rights["sourceRepos"], json!(["https://git.example.com/platform/pools.git"]));
}

#[test]
fn rights_never_include_delete_and_go_to_the_stated_account() {
    let role = find(&plan(), "ClusterRole", "cluster-argocd-capacity");
    for rule in role["rules"].as_array().unwrap() {
        assert_eq!(rule["verbs"], json!(["get", "list", "watch", "create", "update", "patch"]));
    }
    let mut spoke = plan();
    spoke.argocd.destination = Destination::Name("spoke".to_owned());
    spoke.argocd.controller_service_account.name = "argocd-manager".to_owned();
    spoke.argocd.controller_service_account.namespace = "kube-system".to_owned();
    let binding = find(&spoke, "ClusterRoleBinding", "cluster-argocd-capacity");
    let subjects = json!([{"kind": "ServiceAccount", "name": "argocd-manager", "namespace": "kube-system"}]);
    assert_eq!(binding["subjects"], subjects);
    let destination = json!({"name": "spoke", "namespace": "kube-system"});
    assert_eq!(find(&spoke, "Application", "cluster-rbac-prod")["spec"]["destination"], destination);
}
