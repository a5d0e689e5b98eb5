//! The ClusterAutoscaler as it is written. Field names and meanings are those of
//! `autoscaling.openshift.io/v1` (cluster-autoscaler-operator `pkg/apis/autoscaling/v1`).

use super::scalars::{Duration, Ratio};
use super::{Management, int32};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The ClusterAutoscaler, which is always named `default`.
#[derive(Deserialize, JsonSchema, Debug, Clone, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Autoscaler {
    /// Whether it is rendered, or only stated so that the checks can count with its limits.
    #[serde(default)]
    pub management: Management,
    /// Pods of a lower priority neither trigger a scale-up nor keep a node; -10 where absent.
    #[serde(default)]
    pub pod_priority_threshold: Option<i32>,
    /// How long pods may take to end when their node goes, in seconds.
    #[serde(default, deserialize_with = "int32::optional")]
    #[schemars(range(max = 2_147_483_647))]
    pub max_pod_grace_period: Option<u32>,
    /// How long a machine may take to become a node; 15 minutes where absent.
    #[serde(default)]
    pub max_node_provision_time: Option<Duration>,
    /// Whether pools that look alike grow evenly.
    #[serde(default)]
    pub balance_similar_node_groups: Option<bool>,
    /// Node labels in which pools that look alike may differ.
    #[serde(default)]
    pub balancing_ignored_labels: Vec<String>,
    /// Whether DaemonSet pods count as load.
    #[serde(default)]
    pub ignore_daemonsets_utilization: Option<bool>,
    /// Whether nodes with pods that use local storage stay.
    #[serde(default)]
    pub skip_nodes_with_local_storage: Option<bool>,
    /// How much the autoscaler logs.
    #[serde(default, deserialize_with = "int32::optional")]
    #[schemars(range(max = 2_147_483_647))]
    pub log_verbosity: Option<u32>,
    /// How the autoscaler chooses among pools that fit, in order. With pools that state an
    /// `expanderPriority` it begins with `Priority` where absent.
    #[serde(default)]
    #[schemars(length(max = 3))]
    pub expanders: Vec<Expander>,
    /// Patterns of the priority expander for MachineSets that are not rendered here. Pools state their
    /// own `expanderPriority` instead.
    #[serde(default)]
    pub priorities: Vec<PriorityPattern>,
    /// The names of MachineSets that the autoscaler scales and that are not rendered here: the patterns
    /// of `priorities` are checked against them too.
    #[serde(default)]
    pub other_machine_sets: Vec<String>,
    /// Cluster-wide limits.
    #[serde(default)]
    pub resource_limits: ResourceLimits,
    /// When and how nodes go.
    #[serde(default)]
    pub scale_down: Option<ScaleDown>,
    /// When nodes come.
    #[serde(default)]
    pub scale_up: Option<ScaleUp>,
    /// Whether a pool below its minimum is grown to it.
    #[serde(default)]
    pub enforce_node_group_min_size: Option<Switch>,
    /// The keys of taints that a node loses once it is ready.
    #[serde(default)]
    pub startup_taints: Vec<String>,
}

/// How the autoscaler chooses among pools that fit.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expander {
    /// The pool that leaves the least capacity idle.
    LeastWaste,
    /// The pool with the highest priority.
    Priority,
    /// Any pool.
    Random,
}

impl Expander {
    /// The expander as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Expander::LeastWaste => "LeastWaste",
            Expander::Priority => "Priority",
            Expander::Random => "Random",
        }
    }
}

/// Patterns that share a priority.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PriorityPattern {
    /// The priority: the highest is tried first. 1 is the renderer's own, for everything else.
    #[schemars(range(min = 2))]
    pub priority: u32,
    /// Regular expressions over `MachineSet/openshift-machine-api/<name>`.
    #[schemars(length(min = 1))]
    pub patterns: Vec<String>,
}

/// Cluster-wide limits of the autoscaler.
#[derive(Deserialize, JsonSchema, Debug, Clone, Default, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ResourceLimits {
    /// The greatest number of nodes, the control plane included.
    #[serde(default, deserialize_with = "int32::optional")]
    #[schemars(range(max = 2_147_483_647))]
    pub max_nodes_total: Option<u32>,
    /// Processor cores over the whole cluster.
    #[serde(default)]
    pub cores: Option<Range>,
    /// Memory over the whole cluster, in GiB.
    #[serde(default)]
    pub memory: Option<Range>,
    /// Accelerators over the whole cluster, by the value of the node label `cluster-api/accelerator`.
    /// What is not stated is derived from the pools.
    #[serde(default)]
    pub gpus: BTreeMap<String, Range>,
}

/// A least and a greatest amount.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Range {
    /// The least: the autoscaler removes nothing below it.
    #[serde(deserialize_with = "int32::number")]
    #[schemars(range(max = 2_147_483_647))]
    pub min: u32,
    /// The greatest.
    #[serde(deserialize_with = "int32::number")]
    #[schemars(range(max = 2_147_483_647))]
    pub max: u32,
}

/// When and how nodes go.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ScaleDown {
    /// Whether nodes go at all.
    pub enabled: bool,
    /// How long after a node came none goes.
    #[serde(default)]
    pub delay_after_add: Option<Duration>,
    /// How long after a node went no other goes.
    #[serde(default)]
    pub delay_after_delete: Option<Duration>,
    /// How long after a failure no node goes.
    #[serde(default)]
    pub delay_after_failure: Option<Duration>,
    /// How long a node must have been unneeded.
    #[serde(default)]
    pub unneeded_time: Option<Duration>,
    /// Below this share of use a node counts as unneeded.
    #[serde(default)]
    pub utilization_threshold: Option<Ratio>,
    /// Whether a node is cordoned before it goes.
    #[serde(default)]
    pub cordon_node_before_terminating: Option<Switch>,
}

/// When nodes come.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ScaleUp {
    /// How old a pending pod must be to count.
    #[serde(default)]
    pub new_pod_scale_up_delay: Option<Duration>,
}

/// On or off, as the API spells it.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// On.
    Enabled,
    /// Off.
    Disabled,
}

impl Switch {
    /// The switch as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Switch::Enabled => "Enabled",
            Switch::Disabled => "Disabled",
        }
    }
}
