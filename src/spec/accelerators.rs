//! The operators that make accelerators usable, as they are written.
//!
//! What a release of the GPU Operator has stands in [`super::gpu_operator`] and
//! [`super::cluster_policy_fields`].

use super::Management;
use crate::json::Map as JsonMap;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

use super::pool::{Effect, Taint};

/// The operators that make accelerators usable.
#[derive(Deserialize, JsonSchema, Debug, Clone, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Accelerators {
    /// NVIDIA GPUs. Needed as soon as a pool has one.
    #[serde(default)]
    pub nvidia: Option<Nvidia>,
    /// AWS Inferentia and Trainium. Needed as soon as a pool has one.
    #[serde(default)]
    pub neuron: Option<Neuron>,
}

/// The NVIDIA GPU Operator and what it needs.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Nvidia {
    /// The operator's Namespace, OperatorGroup and Subscription.
    #[serde(default)]
    pub operator: Management,
    /// Node Feature Discovery: its Namespace, OperatorGroup, Subscription and instance.
    #[serde(default)]
    pub nfd: Management,
    /// The ClusterPolicy.
    #[serde(default)]
    pub cluster_policy: Management,
    /// The operator's channel, e.g. `v25.10`. Decides the fields that a ClusterPolicy may have.
    pub channel: String,
    /// Where the operator comes from; the certified catalogue where absent.
    #[serde(default)]
    pub subscription: SubscriptionSettings,
    /// The operator's namespace.
    #[serde(default = "default_gpu_namespace")]
    #[schemars(default = "default_gpu_namespace")]
    pub namespace: String,
    /// Node Feature Discovery's settings.
    #[serde(default)]
    pub node_feature_discovery: NodeFeatureDiscovery,
    /// The name of the ClusterPolicy.
    #[serde(default = "default_cluster_policy_name")]
    #[schemars(default = "default_cluster_policy_name")]
    pub cluster_policy_name: String,
    /// Whether the cluster's monitoring collects the metrics of the GPUs: the label on the operator's
    /// namespace, and the ServiceMonitor that the operator makes itself.
    #[serde(default = "default_monitoring")]
    #[schemars(default = "default_monitoring")]
    pub monitoring: bool,
    /// The driver, where it is not the operator's own choice: versions, and images that are mirrored.
    #[serde(default)]
    pub driver: Driver,
    /// What the operands tolerate beside the taints of the pools; with an external ClusterPolicy, all
    /// that it tolerates, which is `nvidia.com/gpu` alone where it has no list.
    #[serde(default)]
    pub tolerations: Vec<Toleration>,
    /// How GPUs are shared.
    #[serde(default)]
    pub sharing: Option<Sharing>,
    /// How GPUs are partitioned.
    #[serde(default)]
    pub mig: Option<Mig>,
    /// A merge patch on the ClusterPolicy's spec, for everything that has no setting of its own; e.g.
    /// `{driver: {upgradePolicy: {autoUpgrade: true}}}`. Unknown keys are refused, and so are those
    /// that are newer than the channel.
    #[serde(default)]
    pub cluster_policy_overrides: JsonMap,
}

/// The driver of NVIDIA's GPUs. On connected clusters the operator knows its own, which it builds with
/// OpenShift's driver toolkit.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Driver {
    /// Whether the operator installs it; `false` where the machine image brings it.
    #[serde(default = "default_driver_enabled")]
    #[schemars(default = "default_driver_enabled")]
    pub enabled: bool,
    /// The version, e.g. `580.95.05`, or the digest of the image.
    #[serde(default)]
    pub version: Option<String>,
    /// The repository of the image, e.g. `mirror.example.com/nvidia`.
    #[serde(default)]
    pub repository: Option<String>,
    /// The name of the image, e.g. `driver`.
    #[serde(default)]
    pub image: Option<String>,
    /// The names of Secrets, in the operator's namespace, that the image is pulled with.
    #[serde(default)]
    pub image_pull_secrets: Vec<String>,
    /// The kind of the kernel modules, where it is not the driver's own choice.
    #[serde(default)]
    pub kernel_module_type: Option<KernelModuleType>,
    /// Whether the image holds kernel modules that were built beforehand.
    #[serde(default)]
    pub precompiled: bool,
}

impl Default for Driver {
    fn default() -> Driver {
        Driver {
            enabled: default_driver_enabled(),
            version: None,
            repository: None,
            image: None,
            image_pull_secrets: Vec::new(),
            kernel_module_type: None,
            precompiled: false,
        }
    }
}

/// The kind of the driver's kernel modules.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum KernelModuleType {
    /// NVIDIA's open modules, which the newest GPUs need.
    Open,
    /// NVIDIA's proprietary modules, which the oldest GPUs need.
    Proprietary,
}

impl KernelModuleType {
    /// The kind as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            KernelModuleType::Open => "open",
            KernelModuleType::Proprietary => "proprietary",
        }
    }
}

/// Where an operator comes from, and under which names it is installed. Disconnected clusters mirror
/// catalogues under other names.
#[derive(Deserialize, JsonSchema, Debug, Clone, Default, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SubscriptionSettings {
    /// The Subscription's name; the package's where absent.
    #[serde(default)]
    pub name: Option<String>,
    /// The OperatorGroup's name; the namespace's where absent. A namespace has exactly one: give the
    /// name of the one that is there already.
    #[serde(default)]
    pub operator_group: Option<String>,
    /// The package's name in the catalogue.
    #[serde(default)]
    pub package: Option<String>,
    /// The catalogue.
    #[serde(default)]
    pub source: Option<String>,
    /// The catalogue's namespace; `openshift-marketplace` where absent.
    #[serde(default)]
    pub source_namespace: Option<String>,
    /// The version to begin with, e.g. `gpu-operator-certified.v25.10.1`.
    #[serde(default, rename = "startingCSV")]
    pub starting_csv: Option<String>,
    /// Whether new versions install themselves.
    #[serde(default)]
    pub approval: Approval,
}

/// Whether new versions of an operator install themselves: `automatic`, or
/// `{manual: {approver: WHO}}`.
#[derive(Deserialize, JsonSchema, Debug, Clone, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Approval {
    /// They do.
    #[default]
    Automatic,
    /// Somebody approves each InstallPlan, the first one too: Argo CD cannot.
    Manual(ManualApproval),
}

/// Who approves InstallPlans.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ManualApproval {
    /// The person, team or job that approves; needed.
    #[serde(default)]
    pub approver: String,
}

/// Node Feature Discovery, which finds out what nodes have.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NodeFeatureDiscovery {
    /// The operator's channel.
    #[serde(default = "default_nfd_channel")]
    #[schemars(default = "default_nfd_channel")]
    pub channel: String,
    /// Where the operator comes from; Red Hat's catalogue where absent.
    #[serde(default)]
    pub subscription: SubscriptionSettings,
    /// The operator's namespace.
    #[serde(default = "default_nfd_namespace")]
    #[schemars(default = "default_nfd_namespace")]
    pub namespace: String,
    /// The name of the instance.
    #[serde(default = "default_nfd_instance")]
    #[schemars(default = "default_nfd_instance")]
    pub instance: String,
    /// The operand's image, where it is mirrored; the operator knows its own.
    #[serde(default)]
    pub image: Option<String>,
    /// What its workers tolerate beside every `NoSchedule` taint and the `NoExecute` taints of the
    /// pools; with an external one, the `NoExecute` taints that it tolerates.
    #[serde(default)]
    pub tolerations: Vec<Toleration>,
}

impl Default for NodeFeatureDiscovery {
    fn default() -> NodeFeatureDiscovery {
        NodeFeatureDiscovery {
            channel: default_nfd_channel(),
            subscription: SubscriptionSettings::default(),
            namespace: default_nfd_namespace(),
            instance: default_nfd_instance(),
            image: None,
            tolerations: Vec::new(),
        }
    }
}

/// A toleration.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Toleration {
    /// The taint's key; absent with `Exists` for every taint.
    #[serde(default)]
    pub key: Option<String>,
    /// How the value is compared.
    #[serde(default)]
    pub operator: TolerationOperator,
    /// The taint's value, with `Equal`.
    #[serde(default)]
    pub value: Option<String>,
    /// The taint's effect; absent for every effect.
    #[serde(default)]
    pub effect: Option<Effect>,
}

/// How a toleration compares the value of a taint.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub enum TolerationOperator {
    /// The value must be the same.
    #[default]
    Equal,
    /// Any value will do.
    Exists,
}

impl TolerationOperator {
    /// The operator as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            TolerationOperator::Equal => "Equal",
            TolerationOperator::Exists => "Exists",
        }
    }
}

impl Toleration {
    /// Whether a pod with this toleration may be where `taint` is, as Kubernetes decides it.
    pub fn tolerates(&self, taint: &Taint) -> bool {
        let effect = self.effect.is_none_or(|effect| effect == taint.effect);
        let key = self.key.as_deref().filter(|key| !key.is_empty());
        let value = match self.operator {
            TolerationOperator::Exists => true,
            TolerationOperator::Equal => {
                self.value.as_deref().unwrap_or_default() == taint.value.as_deref().unwrap_or_default()
            }
        };
        // Without a key only `Exists` means anything: every key.
        let key = match key {
            Some(key) => key == taint.key,
            None => self.operator == TolerationOperator::Exists,
        };
        effect && key && value
    }
}

/// How GPUs are shared: named configurations, of which a node chooses one by the label
/// `nvidia.com/device-plugin.config`.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Sharing {
    /// The configuration of nodes without the label; their GPUs are not shared where absent.
    #[serde(default)]
    pub default: Option<String>,
    /// The name of the ConfigMap, in the operator's namespace.
    #[serde(default = "default_sharing_config_map")]
    #[schemars(default = "default_sharing_config_map")]
    pub config_map: String,
    /// The configurations, by name.
    pub configs: BTreeMap<String, SharingConfig>,
}

/// One way to share GPUs, or not to: `{timeSlicing: {…}}`, `{mps: {…}}`, or `exclusive`.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum SharingConfig {
    /// GPUs are not shared: for nodes that differ from the default.
    Exclusive,
    /// Pods take turns, without a partition of the memory.
    TimeSlicing(Replicas),
    /// Pods run at once through NVIDIA's multi-process service.
    Mps(Replicas),
}

/// Into how many shares a resource is divided.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Replicas {
    /// The resources that are shared.
    #[schemars(length(min = 1))]
    pub resources: Vec<SharedResource>,
    /// Whether a shared resource gets the suffix `.shared`.
    #[serde(default)]
    pub rename_by_default: Option<bool>,
    /// Whether a pod may ask for one share only.
    #[serde(default)]
    pub fail_requests_greater_than_one: Option<bool>,
}

/// A resource that is shared.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SharedResource {
    /// The resource, e.g. `nvidia.com/gpu`.
    pub name: String,
    /// The number of shares; to share nothing, leave the configuration out.
    #[schemars(range(min = 2))]
    pub replicas: u32,
}

/// How GPUs are partitioned.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Mig {
    /// How partitions are advertised.
    pub strategy: MigStrategy,
    /// The ConfigMap with the partitionings that the node label `nvidia.com/mig.config` names; the
    /// operator's own where absent.
    #[serde(default)]
    pub config_map: Option<String>,
    /// What becomes of nodes without the label.
    #[serde(default)]
    pub unlabelled_nodes: UnlabelledNodes,
}

/// What becomes of the partitions of nodes without the label `nvidia.com/mig.config`.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "camelCase")]
pub enum UnlabelledNodes {
    /// They are removed: the GPUs are whole.
    #[default]
    Disabled,
    /// They stay as they are.
    Untouched,
}

/// How partitions of a GPU are advertised.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum MigStrategy {
    /// There are none.
    None,
    /// As `nvidia.com/gpu`; every GPU of a node is partitioned alike.
    Single,
    /// As resources of their own, one for each profile.
    Mixed,
}

impl MigStrategy {
    /// The strategy as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            MigStrategy::None => "none",
            MigStrategy::Single => "single",
            MigStrategy::Mixed => "mixed",
        }
    }
}

/// AWS Inferentia and Trainium. The operator is not rendered yet: it is a fact for the checks.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Neuron {
    /// Says that the Neuron operator runs on this cluster and is supported there.
    pub support_confirmed: SupportConfirmed,
}

/// Who or what confirmed that something is supported.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SupportConfirmed {
    /// The person, ticket or test that confirmed it.
    pub by: String,
}

fn default_gpu_namespace() -> String {
    "nvidia-gpu-operator".to_owned()
}
fn default_monitoring() -> bool {
    true
}
fn default_driver_enabled() -> bool {
    true
}
fn default_sharing_config_map() -> String {
    "device-plugin-config".to_owned()
}
fn default_cluster_policy_name() -> String {
    "gpu-cluster-policy".to_owned()
}
fn default_nfd_channel() -> String {
    "stable".to_owned()
}
fn default_nfd_namespace() -> String {
    "openshift-nfd".to_owned()
}
fn default_nfd_instance() -> String {
    "nfd-instance".to_owned()
}
