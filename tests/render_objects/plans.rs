//! Plans built by hand.

use poolsmith::plan::{
    AcceleratorsPlan, ArgocdPlan, AutoscalerPlan, ClusterPlan, HealthCheckPlan, MachineSetPlan, NodeCapacity,
    Plan, PoolPlan, QuotaPlan, Scaling,
};
use poolsmith::spec::pool::{Architecture, DeletePolicy, Effect, Taint};
use poolsmith::spec::project::{Destination, ServiceAccount, SourceKind, Sync};
use poolsmith::spec::scalars::{CountOrPercent, MinorVersion, VersionRange};
use serde_json::json;
use std::collections::BTreeMap;

pub const INFRA: &str = "prod-7kx2p";

pub fn texts<const N: usize>(entries: [(&str, &str); N]) -> BTreeMap<String, String> {
    entries.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

pub fn version(major: u16, minor: u16) -> MinorVersion {
    MinorVersion::new(major, minor)
}

pub fn machine_set(pool: &str, zone: &str, scaling: Scaling) -> MachineSetPlan {
    let name = format!("{INFRA}-{pool}-{zone}");
    MachineSetPlan {
        selector: texts([
            ("machine.openshift.io/cluster-api-cluster", INFRA),
            ("machine.openshift.io/cluster-api-machineset", &name),
        ]),
        name,
        zone: zone.to_owned(),
        adopted: false,
        scaling,
        provider_spec: json!({"kind": "AWSMachineProviderConfig", "spotMarketOptions": {}, "iops": 0}).into(),
    }
}

/// A pool with nothing but MachineSets.
pub fn bare_pool(name: &str, machine_sets: Vec<MachineSetPlan>) -> PoolPlan {
    PoolPlan {
        name: name.to_owned(),
        class: "default".to_owned(),
        retiring: false,
        instance_type: "m6i.xlarge".to_owned(),
        interruptible: false,
        bare_metal: false,
        machine_role: name.to_owned(),
        capacity: None,
        capacity_stated: false,
        accelerator: None,
        node_labels: BTreeMap::new(),
        taints: Vec::new(),
        machine_labels: BTreeMap::new(),
        machine_set_annotations: BTreeMap::new(),
        delete_policy: None,
        expander_priority: None,
        health_check: None,
        machine_sets,
    }
}

/// A pool with everything.
pub fn gpu_pool() -> PoolPlan {
    let autoscaled = |min, initial| Scaling::Autoscaled { min, max: 4, initial };
    let taint = |key: &str, value: Option<&str>, effect| Taint {
        key: key.to_owned(),
        value: value.map(str::to_owned),
        effect,
    };
    PoolPlan {
        capacity: Some(NodeCapacity {
            vcpu: 4,
            memory_mib: 32768,
            gpus: 1,
            architecture: Architecture::Amd64,
        }),
        node_labels: texts([
            ("node-role.kubernetes.io/worker", ""),
            ("cluster-api/accelerator", "nvidia-l40s"),
        ]),
        taints: vec![
            taint("spot", None, Effect::PreferNoSchedule),
            taint("nvidia.com/gpu", Some("true"), Effect::NoSchedule),
        ],
        machine_labels: texts([("team", "vision")]),
        machine_set_annotations: texts([("example.com/owner", "vision")]),
        delete_policy: Some(DeletePolicy::Oldest),
        health_check: Some(HealthCheckPlan {
            max_unhealthy: CountOrPercent::Percent(40),
            node_startup_timeout: "25m".to_owned(),
            unhealthy_timeout: "10m".to_owned(),
        }),
        ..bare_pool(
            "gpu",
            vec![
                machine_set("gpu", "us-west-2a", autoscaled(0, 0)),
                machine_set("gpu", "us-west-2b", autoscaled(0, 2)),
                machine_set("gpu", "us-west-2c", Scaling::Retiring { replicas: 1 }),
            ],
        )
    }
}

/// An environment with an autoscaled GPU pool and a fixed one.
pub fn plan() -> Plan {
    let fixed = machine_set("batch", "us-west-2a", Scaling::Fixed { replicas: 3 });
    let settings = json!({
        "maxNodeProvisionTime": "30m", "podPriorityThreshold": -10, "balanceSimilarNodeGroups": true,
        "balancingIgnoredLabels": ["b", "a", "b"], "logVerbosity": 1,
        "resourceLimits": {"maxNodesTotal": 20, "cores": {"min": 0, "max": 400}},
        "scaleDown": {"enabled": true, "unneededTime": "10m", "utilizationThreshold": 0.4},
        "scaleUp": {}, "enforceNodeGroupMinSize": "Enabled", "startupTaints": ["z", "a"]
    });
    Plan {
        environment: "prod".to_owned(),
        cluster: ClusterPlan {
            name: "prod".to_owned(),
            infra_id: INFRA.to_owned(),
            platform: "AWS",
            region: "us-west-2".to_owned(),
            version: VersionRange { min: version(4, 20), max: version(4, 20) },
            managed_boot_image: None,
            control_plane_nodes: 3,
            other_nodes: 3,
        },
        pools: vec![bare_pool("batch", vec![fixed]), gpu_pool()],
        autoscaler: AutoscalerPlan {
            managed: true,
            settings: Some(serde_json::from_value(settings).unwrap()),
            expanders: vec!["Priority", "LeastWaste"],
            gpu_limits: BTreeMap::from([
                ("nvidia-t4".to_owned(), (0, 2)),
                ("nvidia-l40s".to_owned(), (0, 8)),
            ]),
            priorities: vec![(
                10,
                vec![format!("^MachineSet/openshift-machine-api/{INFRA}-gpu-us-west-2a$")],
            )],
        },
        accelerators: AcceleratorsPlan::default(),
        quotas: QuotaPlan::default(),
        argocd: ArgocdPlan {
            version: version(3, 1),
            namespace: "openshift-gitops".to_owned(),
            project: "cluster-capacity".to_owned(),
            application_name_prefix: "cluster".to_owned(),
            controller_service_account: ServiceAccount::default(),
            repo_url: "https://git.example.com/platform/pools.git".to_owned(),
            target_revision: "main".to_owned(),
            source_path: ".".to_owned(),
            source_kind: SourceKind::Directory,
            plugin_name: "poolsmith".to_owned(),
            output: "golden/prod".to_owned(),
            sync: Sync::Automated,
            destination: Destination::default(),
        },
        extra_kinds: vec![("monitoring.coreos.com".to_owned(), "PrometheusRule".to_owned())],
    }
}
