//! A node pool as it is written, after its class has been layered beneath it.

use super::int32;
use super::scalars::{CountOrPercent, Duration};
use super::size::{Market, Size};
use crate::json::Map as JsonMap;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A node pool: one MachineSet a zone.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Pool {
    /// The class whose presets lie beneath the pool; `poolsmith classes` lists them.
    #[serde(default = "default_class")]
    #[schemars(default = "default_class")]
    pub class: String,
    /// Whether the pool is in use or being given up.
    #[serde(default)]
    pub state: State,
    /// The name, under `providerSpecs`, of the copied providerSpec that the machines are made from.
    pub provider_spec_from: String,
    /// The cloud's instance type.
    pub instance_type: String,
    /// The zones; each gets a MachineSet. Remainders of a shared size go to the first ones.
    #[schemars(length(min = 1))]
    pub zones: Vec<String>,
    /// Zones that are being given up, with the replicas that their MachineSets had in Git: the
    /// MachineSets stay with the replicas ignored, until they are empty and deleted by hand. They take
    /// no part in the size.
    #[serde(default, deserialize_with = "int32::by_name")]
    #[schemars(extend("additionalProperties" = {"type": "integer", "format": "uint32", "minimum": 0, "maximum": 2_147_483_647}))]
    pub retiring_zones: BTreeMap<String, u32>,
    /// How many nodes: `{fixed: 2}`, which Git rules, or `{min: 0, max: 4}`, between which the autoscaler
    /// rules. With more than one zone `per: zone` or `per: total` says what the numbers count.
    pub size: Size,
    /// How the nodes are paid for: `onDemand`, `spot`, `{spot: {maxPrice: "0.90"}}` or
    /// `{capacityBlock: cr-…}`.
    #[serde(default)]
    pub market: Market,
    /// Labels of the Nodes.
    #[serde(default)]
    pub node_labels: BTreeMap<String, String>,
    /// Taints of the Nodes, beside the accelerator's own (see `dedicated`).
    #[serde(default)]
    pub taints: Vec<Taint>,
    /// Whether a pool with accelerators keeps other workloads away by the accelerator's taint.
    #[serde(default = "default_dedicated")]
    #[schemars(default = "default_dedicated")]
    pub dedicated: bool,
    /// Labels of the Machines; Nodes do not get them.
    #[serde(default)]
    pub machine_labels: BTreeMap<String, String>,
    /// Annotations of the MachineSets.
    #[serde(default)]
    pub machine_set_annotations: BTreeMap<String, String>,
    /// The machine-role label of the Machines. Scripts of the first day patch every `worker`
    /// MachineSet, so it is the pool's name where absent, and not `worker`.
    #[serde(default)]
    pub machine_role: Option<String>,
    /// Says in so many words that the machine-role `worker` is meant.
    #[serde(default)]
    pub acknowledge_worker_role: bool,
    /// The custom MachineConfigPool that the Nodes join. The user-data secret is then
    /// `<pool>-user-data-managed`.
    #[serde(default)]
    pub machine_config_pool: Option<String>,
    /// The value of the node label `cluster-api/accelerator`, where it differs from the model that the
    /// instance catalogue knows, e.g. `nvidia-l40s`.
    #[serde(default)]
    pub accelerator: Option<String>,
    /// The root volume, where it differs from the copied one.
    #[serde(default)]
    pub root_volume: Option<RootVolume>,
    /// A merge patch on the providerSpec. It cannot reach what the plan owns, nor what decides who a
    /// node is unless the project file allows that key.
    #[serde(default)]
    pub overrides: JsonMap,
    /// What a node of an instance type has that the catalogue does not know.
    #[serde(default)]
    pub scale_from_zero: Option<Capacity>,
    /// The MachineHealthCheck of the pool.
    #[serde(default)]
    pub health_check: Option<HealthCheck>,
    /// The pool's place in the priority expander: the highest is tried first.
    #[serde(default)]
    #[schemars(range(min = 2))]
    pub expander_priority: Option<u32>,
    /// Which machines go first when the pool shrinks.
    #[serde(default)]
    pub delete_policy: Option<DeletePolicy>,
    /// MachineSets that already run, by zone: their names and selectors are kept as they are.
    #[serde(default)]
    pub adopt: BTreeMap<String, Adopted>,
}

/// Whether a pool is in use or being given up.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// In use.
    #[default]
    Active,
    /// Being given up: the MachineSets stay in Git with the replicas ignored and without a
    /// MachineAutoscaler, until they are empty and deleted by hand.
    Retiring,
}

/// A taint of the Nodes.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Taint {
    /// The key.
    pub key: String,
    /// The value, quoted; a taint may have none.
    #[serde(default)]
    pub value: Option<String>,
    /// What it does to pods that do not tolerate it.
    pub effect: Effect,
}

/// What a taint does to pods that do not tolerate it.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// They are not scheduled there.
    NoSchedule,
    /// They are rather scheduled elsewhere.
    PreferNoSchedule,
    /// They are not scheduled there, and running ones are evicted.
    NoExecute,
}

impl Effect {
    /// The effect as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Effect::NoSchedule => "NoSchedule",
            Effect::PreferNoSchedule => "PreferNoSchedule",
            Effect::NoExecute => "NoExecute",
        }
    }
}

/// The root volume of the machines.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RootVolume {
    /// The size in GiB.
    #[serde(default, rename = "sizeGiB")]
    #[schemars(range(min = 1, max = 65536))]
    pub size_gib: Option<u32>,
    /// The cloud's volume type, e.g. `gp3`.
    #[serde(default, rename = "type")]
    pub volume_type: Option<String>,
    /// Input and output operations a second.
    #[serde(default)]
    pub iops: Option<u32>,
    /// Throughput in MiB a second.
    #[serde(default, rename = "throughputMiB")]
    pub throughput_mib: Option<u32>,
    /// Whether the volume is encrypted.
    #[serde(default)]
    pub encrypted: Option<bool>,
}

/// What a node has, for the autoscaler's planning at zero.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Capacity {
    /// Virtual processors.
    #[schemars(range(min = 1))]
    pub vcpu: u32,
    /// Memory in MiB.
    #[serde(rename = "memoryMiB")]
    #[schemars(range(min = 1))]
    pub memory_mib: u64,
    /// Accelerators of the kind `nvidia.com/gpu`.
    #[serde(default)]
    pub gpus: u32,
    /// The processor architecture.
    #[serde(default)]
    pub architecture: Architecture,
}

/// A processor architecture.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "camelCase")]
pub enum Architecture {
    /// x86, 64 bits.
    #[default]
    Amd64,
    /// ARM, 64 bits.
    Arm64,
}

/// The MachineHealthCheck of a pool: it replaces machines that stay unhealthy.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct HealthCheck {
    /// Whether there is one; `false` lifts what a class or a lower layer demands.
    #[serde(default = "default_enabled")]
    #[schemars(default = "default_enabled")]
    pub enabled: bool,
    /// With more unhealthy machines than this nothing is replaced; below 100 %.
    #[serde(default)]
    pub max_unhealthy: Option<CountOrPercent>,
    /// How long a machine may take until its Node is there.
    #[serde(default)]
    pub node_startup_timeout: Option<Duration>,
    /// How long a Node may be not ready.
    #[serde(default)]
    pub unhealthy_timeout: Option<Duration>,
}

/// Which machines go first when a pool shrinks.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeletePolicy {
    /// Any.
    Random,
    /// The youngest.
    Newest,
    /// The oldest.
    Oldest,
}

impl DeletePolicy {
    /// The policy as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            DeletePolicy::Random => "Random",
            DeletePolicy::Newest => "Newest",
            DeletePolicy::Oldest => "Oldest",
        }
    }
}

/// A MachineSet that already runs.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Adopted {
    /// Its name.
    pub name: String,
    /// The `matchLabels` of its selector, which is immutable; what the renderer would write where
    /// absent.
    #[serde(default)]
    pub selector: Option<BTreeMap<String, String>>,
}

fn default_class() -> String {
    "default".to_owned()
}
fn default_dedicated() -> bool {
    true
}
fn default_enabled() -> bool {
    true
}
