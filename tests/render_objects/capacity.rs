//! The capacity bundle.

use super::plans::{INFRA, bare_pool, gpu_pool, machine_set, plan, texts, version};
use super::{find, names, objects};
use poolsmith::plan::{NodeCapacity, Plan, Scaling};
use poolsmith::render::Origin;
use poolsmith::spec::pool::Architecture;
use poolsmith::spec::scalars::CountOrPercent;
use serde_json::{Value as Json, json};

const GPU_A: &str = "prod-7kx2p-gpu-us-west-2a";

#[test]
fn a_machine_set_says_everything_once_and_in_order() {
    let set = find(&plan(), "MachineSet", GPU_A);
    let expected = json!({
        "apiVersion": "machine.openshift.io/v1beta1",
        "kind": "MachineSet",
        "metadata": {
            "name": GPU_A,
            "namespace": "openshift-machine-api",
            "labels": {
                "app.kubernetes.io/managed-by": "poolsmith",
                "machine.openshift.io/cluster-api-cluster": INFRA,
                "poolsmith.dev/pool": "gpu"
            },
            "annotations": {
                "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
                "example.com/owner": "vision"
            }
        },
        "spec": {
            "replicas": 0,
            "deletePolicy": "Oldest",
            "selector": {"matchLabels": {
                "machine.openshift.io/cluster-api-cluster": INFRA,
                "machine.openshift.io/cluster-api-machineset": GPU_A
            }},
            "template": {
                "metadata": {"labels": {
                    "machine.openshift.io/cluster-api-cluster": INFRA,
                    "machine.openshift.io/cluster-api-machine-role": "gpu",
                    "machine.openshift.io/cluster-api-machine-type": "gpu",
                    "machine.openshift.io/cluster-api-machineset": GPU_A,
                    "poolsmith.dev/pool": "gpu",
                    "team": "vision"
                }},
                "spec": {
                    "metadata": {"labels": {
                        "cluster-api/accelerator": "nvidia-l40s",
                        "node-role.kubernetes.io/worker": ""
                    }},
                    "taints": [
                        {"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"},
                        {"key": "spot", "effect": "PreferNoSchedule"}
                    ],
                    "providerSpec": {"value": {
                        "kind": "AWSMachineProviderConfig", "spotMarketOptions": {}, "iops": 0
                    }}
                }
            }
        }
    });
    assert_eq!(format!("{set:#}"), format!("{expected:#}"), "key order counts");
}

#[test]
fn a_machine_set_without_settings_has_no_empty_sections() {
    let set = find(&plan(), "MachineSet", "prod-7kx2p-batch-us-west-2a");
    let keys = |value: &Json| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&set["spec"]), ["replicas", "selector", "template"]);
    assert_eq!(keys(&set["spec"]["template"]["spec"]), ["providerSpec"]);
}

#[test]
fn replicas_are_always_stated() {
    let replicas = |name: &str| find(&plan(), "MachineSet", name)["spec"]["replicas"].clone();
    assert_eq!(replicas(GPU_A), 0);
    assert_eq!(replicas("prod-7kx2p-gpu-us-west-2b"), 2);
    assert_eq!(replicas("prod-7kx2p-gpu-us-west-2c"), 1);
    assert_eq!(replicas("prod-7kx2p-batch-us-west-2a"), 3);
}

#[test]
fn only_a_retiring_machine_set_announces_its_removal() {
    let state = |name: &str| {
        find(&plan(), "MachineSet", name)["metadata"]["annotations"].get("poolsmith.dev/state").cloned()
    };
    assert_eq!(state("prod-7kx2p-gpu-us-west-2c"), Some(json!("retiring")));
    assert_eq!(state(GPU_A), None);
    assert_eq!(state("prod-7kx2p-batch-us-west-2a"), None);
}

/// A plan with one adopted MachineSet that has a selector of its own.
fn adopted(selector: std::collections::BTreeMap<String, String>) -> Plan {
    let mut plan = plan();
    let mut pool = gpu_pool();
    pool.machine_labels = texts([("machine.openshift.io/cluster-api-cluster", "other"), ("hive", "no")]);
    pool.machine_sets[0].adopted = true;
    pool.machine_sets[0].selector = selector;
    plan.pools = vec![pool];
    plan
}

#[test]
fn the_template_matches_an_adopted_selector_verbatim() {
    let selector = texts([
        ("machine.openshift.io/cluster-api-machineset", "old-name"),
        ("machine.openshift.io/cluster-api-machine-role", "worker"),
        ("hive", "yes"),
    ]);
    let set = find(&adopted(selector.clone()), "MachineSet", GPU_A);
    assert_eq!(set["spec"]["selector"]["matchLabels"], json!(selector));
    let labels = &set["spec"]["template"]["metadata"]["labels"];
    for (key, value) in selector {
        assert_eq!(labels[&key], value, "{key}");
    }
    assert_eq!(labels["machine.openshift.io/cluster-api-cluster"], INFRA, "derived labels beat the user's");
}

#[test]
fn health_checks_select_exactly_the_pools_machines() {
    let check = find(&plan(), "MachineHealthCheck", "prod-7kx2p-gpu");
    let sets = ["us-west-2a", "us-west-2b", "us-west-2c"].map(|zone| format!("{INFRA}-gpu-{zone}"));
    let expression =
        json!({"key": "machine.openshift.io/cluster-api-machineset", "operator": "In", "values": sets});
    let expected = json!({
        "selector": {"matchExpressions": [expression]},
        "unhealthyConditions": [
            {"type": "Ready", "status": "False", "timeout": "10m"},
            {"type": "Ready", "status": "Unknown", "timeout": "10m"}
        ],
        "maxUnhealthy": "40%",
        "nodeStartupTimeout": "25m"
    });
    assert_eq!(format!("{:#}", check["spec"]), format!("{expected:#}"));
    assert_eq!(names(&plan(), "MachineHealthCheck"), ["prod-7kx2p-gpu"], "a pool without one gets none");
}

#[test]
fn an_unhealthy_count_stays_a_number() {
    let mut plan = plan();
    let check = plan.pools[1].health_check.as_mut().unwrap();
    check.max_unhealthy = CountOrPercent::Count(1);
    assert_eq!(find(&plan, "MachineHealthCheck", "prod-7kx2p-gpu")["spec"]["maxUnhealthy"], 1);
}

#[test]
fn health_checks_follow_adopted_selectors() {
    let renamed = adopted(texts([("machine.openshift.io/cluster-api-machineset", "old-name")]));
    let check = find(&renamed, "MachineHealthCheck", "prod-7kx2p-gpu");
    let values = &check["spec"]["selector"]["matchExpressions"][0]["values"];
    assert_eq!(*values, json!(["old-name", "prod-7kx2p-gpu-us-west-2b", "prod-7kx2p-gpu-us-west-2c"]));

    let foreign = adopted(texts([("hive", "yes")]));
    assert_eq!(names(&foreign, "MachineHealthCheck"), ["prod-7kx2p-gpu", GPU_A]);
    let own = find(&foreign, "MachineHealthCheck", GPU_A);
    assert_eq!(own["spec"]["selector"], json!({"matchLabels": {"hive": "yes"}}));
    let others = find(&foreign, "MachineHealthCheck", "prod-7kx2p-gpu");
    let values = others["spec"]["selector"]["matchExpressions"][0]["values"].as_array().unwrap();
    assert_eq!(values.len(), 2);
}

#[test]
fn a_machine_autoscaler_bounds_each_autoscaled_machine_set() {
    let autoscaler = find(&plan(), "MachineAutoscaler", "prod-7kx2p-gpu-us-west-2b");
    let expected = json!({
        "minReplicas": 0,
        "maxReplicas": 4,
        "scaleTargetRef": {
            "apiVersion": "machine.openshift.io/v1beta1",
            "kind": "MachineSet",
            "name": "prod-7kx2p-gpu-us-west-2b"
        }
    });
    assert_eq!(format!("{:#}", autoscaler["spec"]), format!("{expected:#}"));
    assert_eq!(names(&plan(), "MachineAutoscaler").len(), 2, "neither fixed nor retiring ones have any");
}

#[test]
fn the_cluster_autoscaler_holds_what_was_stated_or_derived() {
    let expected = json!({
        "resourceLimits": {
            "maxNodesTotal": 20,
            "cores": {"min": 0, "max": 400},
            "gpus": [{"type": "nvidia-l40s", "min": 0, "max": 8}, {"type": "nvidia-t4", "min": 0, "max": 2}]
        },
        "scaleDown": {"enabled": true, "unneededTime": "10m", "utilizationThreshold": "0.4"},
        "maxNodeProvisionTime": "30m",
        "podPriorityThreshold": -10,
        "balanceSimilarNodeGroups": true,
        "balancingIgnoredLabels": ["a", "b"],
        "logVerbosity": 1,
        "expanders": ["Priority", "LeastWaste"],
        "enforceNodeGroupMinSize": "Enabled",
        "startupTaints": ["a", "z"]
    });
    let autoscaler = find(&plan(), "ClusterAutoscaler", "default");
    assert_eq!(format!("{:#}", autoscaler["spec"]), format!("{expected:#}"));
    assert_eq!(autoscaler["metadata"].get("namespace"), None);
}

#[test]
fn an_external_cluster_autoscaler_is_not_rendered() {
    let mut plan = plan();
    plan.autoscaler.managed = false;
    plan.autoscaler.priorities.clear();
    assert_eq!(names(&plan, "ClusterAutoscaler"), [""; 0]);
    assert_eq!(names(&plan, "ConfigMap"), [""; 0]);
}

/// A plan for these versions whose GPU pool has a capacity stated by hand.
fn stated(oldest: (u16, u16), gpus: u32, architecture: Architecture) -> Plan {
    let mut plan = plan();
    plan.cluster.version.min = version(oldest.0, oldest.1);
    let pool = &mut plan.pools[1];
    pool.capacity_stated = true;
    pool.machine_set_annotations.clear();
    pool.capacity = Some(NodeCapacity { vcpu: 96, memory_mib: 786_432, gpus, architecture });
    plan
}

fn capacity_of(plan: &Plan, name: &str) -> Json {
    let mut annotations = find(plan, "MachineSet", name)["metadata"]["annotations"].clone();
    let map = annotations.as_object_mut().unwrap();
    map.retain(|key, _| !key.starts_with("argocd") && !key.starts_with("poolsmith"));
    annotations
}

#[test]
fn capacity_is_left_to_the_platform_unless_it_was_stated_by_hand() {
    assert_eq!(capacity_of(&plan(), GPU_A), json!({"example.com/owner": "vision"}));
    let stated = stated((4, 20), 8, Architecture::Arm64);
    let expected = json!({
        "capacity.cluster-autoscaler.kubernetes.io/cpu": "96",
        "capacity.cluster-autoscaler.kubernetes.io/gpu-count": "8",
        "capacity.cluster-autoscaler.kubernetes.io/gpu-type": "nvidia.com/gpu",
        "capacity.cluster-autoscaler.kubernetes.io/labels": "kubernetes.io/arch=arm64",
        "capacity.cluster-autoscaler.kubernetes.io/memory": "786432Mi"
    });
    assert_eq!(capacity_of(&stated, GPU_A), expected);
    assert_eq!(capacity_of(&stated, "prod-7kx2p-gpu-us-west-2c"), expected, "whoever decides the size");
}

#[test]
fn older_clusters_get_the_keys_that_their_autoscaler_reads() {
    let expected = json!({
        "capacity.cluster-autoscaler.kubernetes.io/cpu": "96",
        "capacity.cluster-autoscaler.kubernetes.io/labels": "kubernetes.io/arch=amd64",
        "capacity.cluster-autoscaler.kubernetes.io/memory": "786432Mi",
        "machine.openshift.io/memoryMb": "786432",
        "machine.openshift.io/vCPU": "96"
    });
    assert_eq!(capacity_of(&stated((4, 19), 0, Architecture::Amd64), GPU_A), expected);
    let with_gpu = capacity_of(&stated((4, 19), 8, Architecture::Amd64), GPU_A);
    assert_eq!(with_gpu["machine.openshift.io/GPU"], "8");
}

#[test]
fn objects_point_at_the_pool_and_zone_that_they_came_from() {
    let mut plan = plan();
    let scaling = Scaling::Autoscaled { min: 0, max: 1, initial: 0 };
    plan.pools = vec![bare_pool("edge", vec![machine_set("edge", "us-west-2d", scaling)])];
    let zone = Origin::Pool { pool: "edge".to_owned(), zone: Some("us-west-2d".to_owned()) };
    for object in objects(&plan) {
        if ["MachineSet", "MachineAutoscaler"].contains(&object.kind()) {
            assert_eq!(object.origin, zone);
        }
    }
}
