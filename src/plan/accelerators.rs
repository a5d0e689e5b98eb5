//! What the accelerators' operators are to be: who renders what, and what the operands tolerate.

use super::{PoolPlan, Vendor};
use crate::json::Map as JsonMap;
use crate::sorted::sort;
use crate::spec::Management;
use crate::spec::accelerators::{
    Accelerators, Approval, Driver, Mig, MigStrategy, Nvidia, Sharing, SharingConfig, SubscriptionSettings,
    Toleration, TolerationOperator, UnlabelledNodes,
};
use crate::spec::gpu_operator::{Channel, Release};
use crate::spec::pool::Effect;
use crate::spec::scalars::{MinorVersion, VersionRange};

/// The first OpenShift version whose NodeFeatureDiscovery has tolerations for its workers; older ones
/// drop the field. Source: openshift/cluster-nfd-operator `config/crd/bases`, release branches.
pub const WORKER_TOLERATIONS_SINCE: MinorVersion = MinorVersion::new(4, 19);

/// The accelerators' operators with everything decided.
#[derive(Debug, Clone, Default)]
pub struct AcceleratorsPlan {
    /// NVIDIA's, where the spec has it.
    pub nvidia: Option<NvidiaPlan>,
}

/// NVIDIA's operator and what it needs. What is absent is somebody else's.
#[derive(Debug, Clone)]
pub struct NvidiaPlan {
    /// The operator's namespace, whoever makes it.
    pub namespace: String,
    /// The release whose ClusterPolicy is rendered.
    pub release: Release,
    /// The operator.
    pub operator: Option<OperatorPlan>,
    /// Node Feature Discovery.
    pub discovery: Option<DiscoveryPlan>,
    /// The ClusterPolicy.
    pub cluster_policy: Option<ClusterPolicyPlan>,
    /// What the operands tolerate, whoever renders the ClusterPolicy; sorted, each once.
    pub tolerated: Vec<Toleration>,
    /// What the workers of Node Feature Discovery tolerate beside every `NoSchedule` taint, whoever
    /// renders it; sorted, each once.
    pub discovery_tolerated: Vec<Toleration>,
    /// How GPUs are shared, whoever renders it.
    pub sharing: Option<SharingPlan>,
    /// How partitions are advertised.
    pub mig_strategy: MigStrategy,
}

/// An operator that OLM installs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorPlan {
    /// Where in the spec it stands.
    pub section: &'static [&'static str],
    /// Its namespace.
    pub namespace: String,
    /// Whether the cluster's monitoring looks into the namespace.
    pub monitored: bool,
    /// The name of its OperatorGroup.
    pub operator_group: String,
    /// The name of its Subscription.
    pub subscription: String,
    /// The package.
    pub package: String,
    /// The channel.
    pub channel: String,
    /// The catalogue.
    pub source: String,
    /// The catalogue's namespace.
    pub source_namespace: String,
    /// The version to begin with, where it is not the channel's newest.
    pub starting_csv: Option<String>,
    /// Whether new versions install themselves.
    pub automatic: bool,
}

/// Node Feature Discovery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoveryPlan {
    /// Its operator.
    pub operator: OperatorPlan,
    /// The name of the instance.
    pub instance: String,
    /// The operand's image, where it is not the operator's own choice.
    pub image: Option<String>,
    /// What the workers tolerate; empty where the cluster does not have the field.
    pub worker_tolerations: Vec<Toleration>,
}

/// The ClusterPolicy.
#[derive(Debug, Clone)]
pub struct ClusterPolicyPlan {
    /// Its name.
    pub name: String,
    /// The driver.
    pub driver: Driver,
    /// Whether the operator makes a ServiceMonitor for the metrics.
    pub monitoring: bool,
    /// The ConfigMap with the partitionings, where it is not the operator's own.
    pub mig_config_map: Option<String>,
    /// What becomes of nodes without a partitioning.
    pub unlabelled_nodes: UnlabelledNodes,
    /// A merge patch on its spec.
    pub overrides: JsonMap,
}

/// How GPUs are shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharingPlan {
    /// The name of the ConfigMap.
    pub config_map: String,
    /// The configuration of nodes that choose none.
    pub default: Option<String>,
    /// The configurations, by name.
    pub configs: Vec<(String, SharingConfig)>,
}

/// Decides what the accelerators' operators are to be on a cluster with these pools.
pub fn resolve(spec: &Accelerators, pools: &[PoolPlan], version: VersionRange) -> AcceleratorsPlan {
    AcceleratorsPlan { nvidia: spec.nvidia.as_ref().map(|nvidia| resolve_nvidia(nvidia, pools, version)) }
}

fn resolve_nvidia(nvidia: &Nvidia, pools: &[PoolPlan], version: VersionRange) -> NvidiaPlan {
    let managed = |management: Management| management == Management::Managed;
    let mig = nvidia.mig.as_ref();
    NvidiaPlan {
        namespace: nvidia.namespace.clone(),
        release: Channel::parse(&nvidia.channel).release(version),
        operator: managed(nvidia.operator).then(|| gpu_operator(nvidia)),
        discovery: managed(nvidia.nfd).then(|| discovery(nvidia, pools, version)),
        cluster_policy: managed(nvidia.cluster_policy).then(|| cluster_policy(nvidia)),
        tolerated: operand_tolerations(nvidia, pools),
        discovery_tolerated: worker_tolerations(nvidia, pools, version),
        sharing: nvidia.sharing.as_ref().map(sharing),
        mig_strategy: mig.map_or(MigStrategy::None, |mig| mig.strategy),
    }
}

/// The certified catalogue's names. Source: NVIDIA/gpu-operator `bundle/metadata/annotations.yaml`.
fn gpu_operator(nvidia: &Nvidia) -> OperatorPlan {
    OperatorPlan {
        section: &["accelerators", "nvidia"],
        monitored: nvidia.monitoring,
        ..operator(
            &nvidia.subscription,
            &nvidia.namespace,
            &nvidia.channel,
            "gpu-operator-certified",
            "certified-operators",
        )
    }
}

/// Red Hat's names. Source: openshift/cluster-nfd-operator `manifests/nfd.package.yaml`.
fn discovery(nvidia: &Nvidia, pools: &[PoolPlan], version: VersionRange) -> DiscoveryPlan {
    let settings = &nvidia.node_feature_discovery;
    let operator = OperatorPlan {
        section: &["accelerators", "nvidia", "nodeFeatureDiscovery"],
        monitored: nvidia.monitoring,
        ..operator(&settings.subscription, &settings.namespace, &settings.channel, "nfd", "redhat-operators")
    };
    DiscoveryPlan {
        operator,
        instance: settings.instance.clone(),
        image: settings.image.clone(),
        worker_tolerations: worker_tolerations(nvidia, pools, version),
    }
}

fn operator(
    settings: &SubscriptionSettings,
    namespace: &str,
    channel: &str,
    package: &str,
    source: &str,
) -> OperatorPlan {
    let or = |stated: &Option<String>, usual: &str| stated.clone().unwrap_or_else(|| usual.to_owned());
    let package = or(&settings.package, package);
    OperatorPlan {
        section: &["accelerators"],
        namespace: namespace.to_owned(),
        monitored: false,
        operator_group: or(&settings.operator_group, namespace),
        subscription: or(&settings.name, &package),
        package,
        channel: channel.to_owned(),
        source: or(&settings.source, source),
        source_namespace: or(&settings.source_namespace, "openshift-marketplace"),
        starting_csv: settings.starting_csv.clone(),
        automatic: settings.approval == Approval::Automatic,
    }
}

fn cluster_policy(nvidia: &Nvidia) -> ClusterPolicyPlan {
    let mig = nvidia.mig.as_ref();
    ClusterPolicyPlan {
        name: nvidia.cluster_policy_name.clone(),
        driver: nvidia.driver.clone(),
        monitoring: nvidia.monitoring,
        mig_config_map: mig.and_then(|mig: &Mig| mig.config_map.clone()),
        unlabelled_nodes: mig.map_or(UnlabelledNodes::Disabled, |mig| mig.unlabelled_nodes),
        overrides: nvidia.cluster_policy_overrides.clone(),
    }
}

fn sharing(sharing: &Sharing) -> SharingPlan {
    SharingPlan {
        config_map: sharing.config_map.clone(),
        default: sharing.default.clone(),
        configs: sharing.configs.iter().map(|(name, config)| (name.clone(), config.clone())).collect(),
    }
}

/// What the operands tolerate. A managed ClusterPolicy follows the pools; of an external one only what
/// the spec says is known, and where it says nothing the ClusterPolicy has no list.
///
/// The list in a ClusterPolicy replaces the operands' own, which is the `nvidia.com/gpu` one, so that
/// has to be repeated. Source: NVIDIA/gpu-operator `controllers/object_controls.go`.
fn operand_tolerations(nvidia: &Nvidia, pools: &[PoolPlan]) -> Vec<Toleration> {
    let mut tolerations = nvidia.tolerations.clone();
    let managed = nvidia.cluster_policy == Management::Managed;
    if managed || tolerations.is_empty() {
        tolerations.push(any_value("nvidia.com/gpu", Effect::NoSchedule));
    }
    if managed {
        tolerations.extend(taints_of(pools, &[Effect::NoSchedule, Effect::NoExecute]));
    }
    canonical(tolerations)
}

/// What the workers of Node Feature Discovery tolerate beside every `NoSchedule` taint, which their
/// operator lets them. Source: openshift/cluster-nfd-operator `internal/daemonset/worker.go`.
fn worker_tolerations(nvidia: &Nvidia, pools: &[PoolPlan], version: VersionRange) -> Vec<Toleration> {
    let mut tolerations = nvidia.node_feature_discovery.tolerations.clone();
    if nvidia.nfd == Management::Managed {
        if version.min < WORKER_TOLERATIONS_SINCE {
            return Vec::new();
        }
        tolerations.extend(taints_of(pools, &[Effect::NoExecute]));
    }
    canonical(tolerations)
}

/// The pools with NVIDIA GPUs.
pub fn nvidia_pools(pools: &[PoolPlan]) -> impl Iterator<Item = &PoolPlan> {
    pools.iter().filter(|pool| {
        pool.accelerator.as_ref().is_some_and(|accelerator| accelerator.vendor == Vendor::Nvidia)
    })
}

/// Tolerations for the taints of the NVIDIA pools that have one of these effects.
///
/// Any value of the key is tolerated: a pool may change it, and a DaemonSet that runs only where there
/// are GPUs has no reason to care.
fn taints_of<'a>(pools: &'a [PoolPlan], effects: &'a [Effect]) -> impl Iterator<Item = Toleration> + 'a {
    nvidia_pools(pools)
        .flat_map(|pool| &pool.taints)
        .filter(|taint| effects.contains(&taint.effect))
        .map(|taint| any_value(&taint.key, taint.effect))
}

fn any_value(key: &str, effect: Effect) -> Toleration {
    Toleration {
        key: Some(key.to_owned()),
        operator: TolerationOperator::Exists,
        value: None,
        effect: Some(effect),
    }
}

fn canonical(mut tolerations: Vec<Toleration>) -> Vec<Toleration> {
    sort(&mut tolerations);
    tolerations.dedup();
    tolerations
}
