//! Pool classes: presets that lie beneath a pool.

use super::ApiVersion;
use super::pool::{DeletePolicy, HealthCheck, RootVolume, Taint};
use super::size::{Market, Size};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A file of pool classes. The built-in one has the same form; a repository's own extends it.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PoolClasses {
    /// The version of the spec language.
    pub api_version: ApiVersion,
    /// Says that this is a file of pool classes.
    pub kind: PoolClassesKind,
    /// The classes, by name.
    pub classes: BTreeMap<String, Class>,
}

/// The kind of a file of pool classes.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolClassesKind {
    /// A file of pool classes.
    PoolClasses,
}

/// A pool class.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Class {
    /// What it is for, in one line.
    pub summary: String,
    /// The class whose presets lie beneath this one's.
    #[serde(default)]
    pub extends: Option<String>,
    /// The bounds that a pool of this class keeps to, over all its zones.
    #[serde(default)]
    pub bounds: Option<Bounds>,
    /// The accelerator that instance types of this class must have.
    #[serde(default)]
    pub accelerator: Option<AcceleratorKind>,
    /// Node labels that get the accelerator's model as their value.
    #[serde(default)]
    pub model_labels: Vec<String>,
    /// What a pool of this class has unless it says otherwise.
    #[serde(default)]
    pub pool: PoolPreset,
}

/// The least and the greatest number of nodes.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Bounds {
    /// The least.
    pub min: u32,
    /// The greatest.
    pub max: u32,
}

/// The kinds of accelerators.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum AcceleratorKind {
    /// NVIDIA GPUs.
    Nvidia,
    /// AWS Inferentia and Trainium.
    Neuron,
}

/// What a pool of a class has unless it says otherwise: the settings of a pool that make sense as
/// presets.
#[derive(Deserialize, JsonSchema, Debug, Clone, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PoolPreset {
    /// How many nodes, unless the pool says otherwise: `{fixed: 2}` or `{min: 0, max: 4}`.
    #[serde(default)]
    pub size: Option<Size>,
    /// How the nodes are paid for, unless the pool says otherwise: `onDemand`, `spot`, or a form with a
    /// price limit or a reservation.
    #[serde(default)]
    pub market: Option<Market>,
    /// Labels of the Nodes.
    #[serde(default)]
    pub node_labels: BTreeMap<String, String>,
    /// Taints of the Nodes.
    #[serde(default)]
    pub taints: Vec<Taint>,
    /// Whether the accelerator's taint keeps other workloads away.
    #[serde(default)]
    pub dedicated: Option<bool>,
    /// Labels of the Machines.
    #[serde(default)]
    pub machine_labels: BTreeMap<String, String>,
    /// Annotations of the MachineSets.
    #[serde(default)]
    pub machine_set_annotations: BTreeMap<String, String>,
    /// The machine-role label of the Machines.
    #[serde(default)]
    pub machine_role: Option<String>,
    /// The custom MachineConfigPool that the Nodes join.
    #[serde(default)]
    pub machine_config_pool: Option<String>,
    /// The root volume.
    #[serde(default)]
    pub root_volume: Option<RootVolume>,
    /// The MachineHealthCheck.
    #[serde(default)]
    pub health_check: Option<HealthCheck>,
    /// The place in the priority expander.
    #[serde(default)]
    #[schemars(range(min = 2))]
    pub expander_priority: Option<u32>,
    /// Which machines go first when the pool shrinks.
    #[serde(default)]
    pub delete_policy: Option<DeletePolicy>,
}
