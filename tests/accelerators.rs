//! The bundle `accelerators`: what is rendered, and that the real CRDs accept it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support {
    pub mod accelerators;
}

use poolsmith::plan::accelerators::{AcceleratorsPlan, resolve};
use poolsmith::render::{Object, accelerators};
use poolsmith::spec::cluster_policy_fields::{Field, Kind, SPEC};
use poolsmith::spec::gpu_operator::Release;
use poolsmith::spec::pool::{Effect, Taint};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use support::accelerators::{cluster, crd, nvidia_pool, shared_folder, strict, version};

fn rendered(spec: &Json, plan: &AcceleratorsPlan) -> Vec<Object> {
    let mut findings = poolsmith::diag::Findings::new();
    let objects = accelerators::render(plan, &mut findings);
    assert!(findings.is_empty(), "{spec}: {findings:?}");
    objects
}

fn objects(nvidia: Json, pools: &[poolsmith::plan::PoolPlan], min: &str, max: &str) -> Vec<Object> {
    let spec = json!({"nvidia": nvidia});
    let typed = serde_json::from_value(spec.clone()).expect("the spec is well-formed");
    rendered(&spec, &resolve(&typed, pools, cluster(min, max)))
}

fn object(objects: &[Object], kind: &str) -> Json {
    let found = objects.iter().find(|object| object.kind() == kind);
    found.unwrap_or_else(|| panic!("no {kind}")).value.clone().into()
}

fn tainted(key: &str, value: Option<&str>, effect: Effect) -> Taint {
    Taint { key: key.to_owned(), value: value.map(str::to_owned), effect }
}

/// Everything that can be set, for one channel.
fn everything(channel: &str) -> Json {
    json!({
        "channel": channel,
        "driver": {
            "version": "580.95.05", "repository": "mirror.example.com/nvidia", "image": "driver",
            "imagePullSecrets": ["mirror"], "kernelModuleType": "open", "precompiled": true,
        },
        "tolerations": [{"key": "team", "value": "a", "effect": "NoSchedule"}],
        "nodeFeatureDiscovery": {"image": "mirror.example.com/nfd@sha256:0"},
        "mig": {"strategy": "mixed", "configMap": "mig-parted", "unlabelledNodes": "untouched"},
        "sharing": {"default": "four", "configs": {
            "four": {"timeSlicing": {"resources": [{"name": "nvidia.com/gpu", "replicas": 4}], "renameByDefault": true}},
            "mps": {"mps": {"resources": [{"name": "nvidia.com/gpu", "replicas": 2}], "failRequestsGreaterThanOne": false}},
            "whole": "exclusive",
        }},
        "subscription": {"startingCSV": "gpu-operator-certified.v0", "approval": {"manual": {"approver": "sre"}}},
        "clusterPolicyOverrides": {
            "driver": {"upgradePolicy": {"drain": {"enable": true}}, "rdma": {"enabled": true}},
            "vgpuDeviceManager": {"config": {"name": "vgpu"}},
            "dcgmExporter": {"serviceMonitor": {"relabelings": [{"sourceLabels": ["a"]}]}},
        },
    })
}

#[test]
fn objects_come_in_waves_and_are_protected() {
    let objects = objects(everything("v25.10"), &[nvidia_pool("gpu", &[])], "4.20", "4.20");
    let order: Vec<(i64, &str, &str)> =
        objects.iter().map(|object| (object.sync_wave(), object.kind(), object.name())).collect();
    assert_eq!(
        order,
        [
            (0, "Namespace", "openshift-nfd"),
            (0, "OperatorGroup", "openshift-nfd"),
            (0, "Subscription", "nfd"),
            (1, "NodeFeatureDiscovery", "nfd-instance"),
            (0, "Namespace", "nvidia-gpu-operator"),
            (0, "OperatorGroup", "nvidia-gpu-operator"),
            (0, "Subscription", "gpu-operator-certified"),
            (2, "ConfigMap", "device-plugin-config"),
            (2, "ClusterPolicy", "gpu-cluster-policy"),
        ]
    );
    for object in &objects {
        let options = object.annotation("argocd.argoproj.io/sync-options").unwrap_or_default();
        assert!(options.starts_with("Prune=false,Delete=false"), "{}", object.name());
        let brought_by_olm = ["ClusterPolicy", "NodeFeatureDiscovery"].contains(&object.kind());
        assert_eq!(options.contains("SkipDryRunOnMissingResource=true"), brought_by_olm, "{}", object.name());
        assert_eq!(object.namespace().is_none(), ["Namespace", "ClusterPolicy"].contains(&object.kind()));
    }
    assert_eq!(
        object(&objects, "Namespace")["metadata"]["labels"]["openshift.io/cluster-monitoring"],
        "true"
    );
}

#[test]
fn each_part_can_be_somebody_elses() {
    let pools = [nvidia_pool("gpu", &[])];
    let kinds = |nvidia: Json| -> Vec<String> {
        objects(nvidia, &pools, "4.20", "4.20").iter().map(|object| object.kind().to_owned()).collect()
    };
    assert_eq!(
        kinds(json!({"channel": "v25.10", "operator": "external", "nfd": "external"})),
        ["ClusterPolicy"]
    );
    assert_eq!(
        kinds(
            json!({"channel": "v25.10", "operator": "external", "clusterPolicy": "external", "sharing": {"configs": {}}})
        ),
        ["Namespace", "OperatorGroup", "Subscription", "NodeFeatureDiscovery"]
    );
    assert_eq!(
        kinds(json!({"channel": "v25.10", "nfd": "external", "clusterPolicy": "external"})),
        ["Namespace", "OperatorGroup", "Subscription"]
    );
}

#[test]
fn subscriptions_name_what_a_disconnected_cluster_mirrors() {
    let nvidia = json!({
        "channel": "v25.3",
        "subscription": {"name": "gpu", "operatorGroup": "gpu-group", "package": "gpu-operator", "source": "mirror", "sourceNamespace": "catalogues"},
    });
    let objects = objects(nvidia, &[], "4.18", "4.19");
    let ours: Vec<&Object> =
        objects.iter().filter(|o| o.namespace() == Some("nvidia-gpu-operator")).collect();
    assert_eq!(ours[0].name(), "gpu-group");
    assert_eq!(
        ours[0].value["spec"],
        json!({"targetNamespaces": ["nvidia-gpu-operator"], "upgradeStrategy": "Default"})
    );
    assert_eq!(ours[1].name(), "gpu");
    assert_eq!(
        ours[1].value["spec"],
        json!({
            "channel": "v25.3", "installPlanApproval": "Automatic", "name": "gpu-operator", "source": "mirror",
            "sourceNamespace": "catalogues",
        })
    );
}

#[test]
fn operands_tolerate_every_taint_that_keeps_pods_away() {
    let pools = [
        nvidia_pool(
            "a",
            &[
                tainted("nvidia.com/gpu", Some("true"), Effect::NoSchedule),
                tainted("spot", None, Effect::PreferNoSchedule),
            ],
        ),
        nvidia_pool(
            "b",
            &[
                tainted("maintenance", None, Effect::NoExecute),
                tainted("dedicated", Some("ml"), Effect::NoSchedule),
            ],
        ),
    ];
    let nvidia =
        json!({"channel": "v25.10", "tolerations": [{"key": "team", "value": "a", "effect": "NoSchedule"}]});
    let objects = objects(nvidia, &pools, "4.19", "4.20");
    assert_eq!(
        object(&objects, "ClusterPolicy")["spec"]["daemonsets"]["tolerations"],
        json!([
            {"key": "dedicated", "operator": "Exists", "effect": "NoSchedule"},
            {"key": "maintenance", "operator": "Exists", "effect": "NoExecute"},
            {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
            {"key": "team", "operator": "Equal", "value": "a", "effect": "NoSchedule"},
        ])
    );
    // The workers of NFD tolerate every NoSchedule taint by themselves.
    assert_eq!(
        object(&objects, "NodeFeatureDiscovery")["spec"]["operand"],
        json!({"workerTolerations": [
            {"key": "maintenance", "operator": "Exists", "effect": "NoExecute"},
        ]})
    );
}

#[test]
fn an_external_cluster_policy_tolerates_what_is_said_or_the_usual() {
    let tolerated = |nvidia: Json| {
        let spec = serde_json::from_value(json!({"nvidia": nvidia})).expect("the spec is well-formed");
        resolve(&spec, &[], cluster("4.20", "4.20")).nvidia.expect("NVIDIA is there").tolerated
    };
    let usual = tainted("nvidia.com/gpu", Some("true"), Effect::NoSchedule);
    let silent = tolerated(json!({"channel": "v25.10", "clusterPolicy": "external"}));
    assert!(silent.iter().any(|toleration| toleration.tolerates(&usual)));
    let other = json!([{"key": "other", "operator": "Exists"}]);
    let stated = tolerated(json!({"channel": "v25.10", "clusterPolicy": "external", "tolerations": other}));
    assert!(!stated.iter().any(|toleration| toleration.tolerates(&usual)), "a list replaces the usual one");
}

#[test]
fn an_old_cluster_gets_no_worker_tolerations() {
    let pools = [nvidia_pool("a", &[tainted("maintenance", None, Effect::NoExecute)])];
    let objects = objects(json!({"channel": "v25.10"}), &pools, "4.18", "4.20");
    assert_eq!(object(&objects, "NodeFeatureDiscovery")["spec"].get("operand"), None);
}

#[test]
fn embedded_configurations_are_yaml_that_says_what_was_meant() {
    let objects = objects(everything("v25.10"), &[], "4.20", "4.20");
    let data = &object(&objects, "ConfigMap")["data"];
    let read = |key: &str| -> Json { serde_yaml::from_str(data[key].as_str().unwrap()).unwrap() };
    assert_eq!(
        read("four"),
        json!({"version": "v1", "sharing": {"timeSlicing": {
            "renameByDefault": true, "resources": [{"name": "nvidia.com/gpu", "replicas": 4}],
        }}})
    );
    assert_eq!(
        read("mps"),
        json!({"version": "v1", "sharing": {"mps": {
            "failRequestsGreaterThanOne": false, "resources": [{"name": "nvidia.com/gpu", "replicas": 2}],
        }}})
    );
    assert_eq!(read("whole"), json!({"version": "v1"}));
    let policy = &object(&objects, "ClusterPolicy")["spec"];
    assert_eq!(policy["devicePlugin"]["config"], json!({"name": "device-plugin-config", "default": "four"}));

    let workers = object(&objects, "NodeFeatureDiscovery")["spec"]["workerConfig"]["configData"].clone();
    let workers: Json = serde_yaml::from_str(workers.as_str().unwrap()).unwrap();
    assert_eq!(
        workers["sources"]["pci"],
        json!({
            "deviceClassWhitelist": ["0200", "03", "0b40", "12"], "deviceLabelFields": ["vendor"],
        })
    );
}

#[test]
fn what_differs_between_releases_differs() {
    let policy = |channel: &str, min: &str| {
        let nvidia = json!({"channel": channel, "driver": {"kernelModuleType": "open"}});
        object(&objects(nvidia, &[], min, min), "ClusterPolicy")["spec"].clone()
    };
    let old = policy("v24.9", "4.16");
    assert_eq!(old["operator"]["defaultRuntime"], "crio");
    assert_eq!(old["cdi"], json!({"enabled": false, "default": false}));
    assert_eq!(old["driver"], json!({"enabled": true, "useOpenKernelModules": true}));
    let middle = policy("v25.10", "4.20");
    assert_eq!(middle["operator"]["defaultRuntime"], "crio");
    assert_eq!(middle["cdi"], json!({"enabled": true, "default": false}));
    assert_eq!(middle["driver"], json!({"enabled": true, "kernelModuleType": "open"}));
    let new = policy("v26.3", "4.20");
    assert_eq!(new["operator"].get("defaultRuntime"), None);
    assert_eq!(new["cdi"], json!({"enabled": true, "default": false, "nriPluginEnabled": false}));
}

#[test]
fn every_release_has_all_that_is_required() {
    for release in Release::ALL {
        let objects = objects(json!({"channel": release.as_str()}), &[], "4.18", "4.18");
        let spec = &object(&objects, "ClusterPolicy")["spec"];
        for field in SPEC.iter().copied().flatten().filter(|field| field.required) {
            assert!(spec[field.name].is_object(), "{} lacks {}", release.as_str(), field.name);
        }
        assert_eq!(spec["daemonsets"]["rollingUpdate"]["maxUnavailable"], "1");
        assert_eq!(spec["dcgmExporter"]["serviceMonitor"]["enabled"], true);
        assert_eq!(spec["operator"]["use_ocp_driver_toolkit"], true);
    }
}

#[test]
fn the_real_crds_accept_what_is_rendered() {
    let Some(shared) = shared_folder() else { return };
    let pools = [nvidia_pool("a", &[tainted("maintenance", Some("yes"), Effect::NoExecute)])];
    let mut validators: BTreeMap<String, Option<jsonschema::Validator>> = BTreeMap::new();
    for release in Release::ALL {
        let channel = release.as_str();
        for nvidia in [json!({"channel": channel}), everything(channel)] {
            for object in objects(nvidia, &pools, "4.19", "4.19") {
                let validator = validators.entry(object.kind().to_owned()).or_insert_with(|| {
                    let schema = strict(crd(&shared, object.group(), object.kind(), version(&object))?);
                    Some(jsonschema::validator_for(&schema).expect("the CRD is a schema"))
                });
                let Some(validator) = validator else {
                    assert!(
                        ["Namespace", "ConfigMap"].contains(&object.kind()),
                        "no CRD for {}",
                        object.kind()
                    );
                    continue;
                };
                let value = object.value.clone().into();
                let faults: Vec<String> =
                    validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
                assert!(faults.is_empty(), "{channel} {}: {faults:#?}", object.kind());
            }
        }
    }
}

/// Our table against the CRD of the newest release: the same fields, with the same types and presets.
#[test]
fn the_table_of_fields_is_the_crds() {
    let Some(shared) = shared_folder() else { return };
    let schema = crd(&shared, "nvidia.com", "ClusterPolicy", "v1").expect("the CRD is there");
    let mut faults = Vec::new();
    compare(SPEC, &schema["properties"]["spec"], "spec", &mut faults);
    assert!(faults.is_empty(), "{faults:#?}");
}

fn compare(groups: &[&[Field]], schema: &Json, path: &str, faults: &mut Vec<String>) {
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    let fields: Vec<&Field> = groups.iter().copied().flatten().collect();
    for name in properties.keys() {
        if !fields.iter().any(|field| field.name == name) {
            faults.push(format!("{path}.{name} is missing in the table"));
        }
    }
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    for field in fields {
        let path = format!("{path}.{}", field.name);
        let Some(property) = properties.get(field.name) else {
            faults.push(format!("{path} is not in the CRD"));
            continue;
        };
        if field.required != required.contains(&field.name) {
            faults.push(format!("{path}: whether it is required differs"));
        }
        let preset = support::accelerators::preset_json(field.preset(Release::NEWEST));
        if preset.as_ref() != property.get("default") {
            faults.push(format!("{path}: the preset {preset:?} is not {:?}", property.get("default")));
        }
        compare_kind(&field.kind, property, &path, faults);
    }
}

fn compare_kind(kind: &Kind, schema: &Json, path: &str, faults: &mut Vec<String>) {
    let mut expect = |holds: bool| {
        if !holds {
            faults.push(format!("{path}: {kind:?} is not the CRD's type"));
        }
    };
    match kind {
        Kind::Bool => expect(schema["type"] == "boolean"),
        Kind::Integer => expect(schema["type"] == "integer"),
        Kind::Text => expect(schema["type"] == "string" && schema.get("enum").is_none()),
        Kind::Word(words) => expect(schema["enum"] == json!(words)),
        Kind::IntegerOrText => expect(schema["x-kubernetes-int-or-string"] == true),
        Kind::TextMap => expect(schema["additionalProperties"]["type"] == "string"),
        Kind::QuantityMap => expect(schema["additionalProperties"]["x-kubernetes-int-or-string"] == true),
        Kind::List(items) => {
            expect(schema["type"] == "array");
            compare_kind(items, &schema["items"], &format!("{path}[]"), faults);
        }
        Kind::Map(groups) => {
            expect(schema["type"] == "object");
            compare(groups, schema, path, faults);
        }
    }
}
