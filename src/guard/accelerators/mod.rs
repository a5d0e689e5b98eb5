//! The rules about accelerators and their operators: one file each, with its page under `rules/`.
//!
//! What a person stated about operators that somebody else installs counts as a fact here.

pub mod channel_floats;
pub mod channel_not_served;
pub mod channel_unknown;
pub mod cluster_policy_incomplete;
pub mod cluster_policy_key_has_setting;
pub mod cluster_policy_key_ignored;
pub mod cluster_policy_key_too_new;
pub mod cluster_policy_key_unknown;
pub(super) mod cluster_policy_object;
pub mod cluster_policy_preset_missing;
pub mod cluster_policy_value_invalid;
pub mod discovery_blind;
pub mod discovery_does_not_tolerate;
pub mod driver_toolkit_off;
pub mod gpu_pool_untainted;
pub mod manual_approval_incomplete;
pub mod mig_from_zero;
pub mod mig_label_without_effect;
pub mod mig_profile_impossible;
mod mig_profiles;
pub mod mig_single_several_profiles;
pub mod namespace_shared;
pub mod neuron_unconfirmed;
pub mod neuron_unsupported;
pub mod nvidia_pool_without_operator;
pub mod operand_label_rendered;
pub mod operand_tolerations_incomplete;
pub mod operands_do_not_tolerate;
mod overrides;
pub mod shared_resource_invalid;
pub mod shares_unseen_at_zero;
pub mod sharing_config_name_invalid;
pub mod sharing_config_unknown;
pub mod sharing_default_unknown;
pub mod sharing_hidden_from_autoscaler;
pub mod sharing_names_disagree;
pub mod sharing_replicas_too_few;
pub mod sharing_text_unreadable;
pub mod starting_csv_of_another_channel;
pub mod taint_key_unusual;
pub mod toleration_invalid;

use super::Subject;
use super::autoscaling::{has_nvidia, node_labels, pool_of};
use crate::plan::PoolPlan;
use crate::plan::accelerators::{NvidiaPlan, SharingPlan};
use crate::render::Object;
use crate::spec::accelerators::{Nvidia, Replicas, SharingConfig};
use crate::spec::pool::{Effect, Taint};
use crate::yaml::{Node, Position};

/// The node label that chooses a way of sharing.
const SHARING_LABEL: &str = "nvidia.com/device-plugin.config";
/// The node label that chooses a partitioning.
const MIG_LABEL: &str = "nvidia.com/mig.config";

/// What the spec says of NVIDIA, and what became of it.
fn nvidia<'a>(subject: &'a Subject<'_>) -> Option<(&'a Nvidia, &'a NvidiaPlan)> {
    Some((subject.spec.accelerators.nvidia.as_ref()?, subject.plan.accelerators.nvidia.as_ref()?))
}

/// The place of a setting under `accelerators.nvidia`.
fn setting(subject: &Subject<'_>, path: &[&str]) -> Position {
    let whole: Vec<&str> = ["accelerators", "nvidia"].iter().chain(path).copied().collect();
    subject.values.locate(&whole)
}

/// The place of a setting of a pool, or of the pool when a class brought the setting.
fn pool_setting(subject: &Subject<'_>, pool: &PoolPlan, path: &[&str]) -> Position {
    let whole: Vec<&str> = ["pools", pool.name.as_str()].iter().chain(path).copied().collect();
    subject.values.locate(&whole)
}

/// The place of a pool's taint, or of the pool when the taint was derived.
fn taint_place(subject: &Subject<'_>, pool: &PoolPlan, taint: &Taint) -> Position {
    let taints =
        subject.values.find(&["pools", &pool.name, "taints"]).and_then(Node::as_seq).unwrap_or_default();
    taints
        .iter()
        .filter_map(|node| node.get("key"))
        .find(|key| key.as_str() == Some(&taint.key))
        .map_or_else(|| subject.values.locate_key(&["pools", &pool.name]), |key| key.position)
}

/// A taint as `oc adm taint` writes it.
fn written(taint: &Taint) -> String {
    match taint.value.as_deref().filter(|value| !value.is_empty()) {
        Some(value) => format!("{}={value}:{}", taint.key, taint.effect.as_str()),
        None => format!("{}:{}", taint.key, taint.effect.as_str()),
    }
}

/// A toleration that fits a taint, as it is written in the spec.
fn toleration_for(key: &str, effect: Effect) -> String {
    format!("{{key: {key}, operator: Exists, effect: {}}}", effect.as_str())
}

/// The way of sharing that a pool's nodes get: the one that its label names, or the default.
fn sharing_of<'a>(sharing: &'a SharingPlan, pool: &'a PoolPlan) -> Option<(&'a str, &'a SharingConfig)> {
    let name = pool.node_labels.get(SHARING_LABEL).or(sharing.default.as_ref())?;
    sharing.configs.iter().find(|(known, _)| known == name).map(|(name, config)| (name.as_str(), config))
}

/// The key under which a configuration's shares are written, and the shares.
fn shares(config: &SharingConfig) -> Option<(&'static str, &Replicas)> {
    match config {
        SharingConfig::Exclusive => None,
        SharingConfig::TimeSlicing(replicas) => Some(("timeSlicing", replicas)),
        SharingConfig::Mps(replicas) => Some(("mps", replicas)),
    }
}

/// Whether some MachineSet of the pool belongs to the autoscaler.
fn is_autoscaled(pool: &PoolPlan) -> bool {
    pool.machine_sets.iter().any(|set| matches!(set.scaling, crate::plan::Scaling::Autoscaled { .. }))
}

/// The partitionings that rendered GPU MachineSets ask for, each once a pool.
fn asked_partitionings<'a>(subject: &'a Subject<'_>) -> Vec<(&'a PoolPlan, &'a Object, &'a str)> {
    let mut asked: Vec<(&PoolPlan, &Object, &str)> = Vec::new();
    for object in subject.of_kind("MachineSet") {
        let Some(pool) = pool_of(subject, object).filter(|pool| has_nvidia(pool)) else { continue };
        let name = node_labels(&object.value)[MIG_LABEL].as_str().unwrap_or_default();
        let known = asked.last().is_some_and(|(last, _, label)| last.name == pool.name && *label == name);
        if !["", "all-disabled"].contains(&name) && !known {
            asked.push((pool, object, name));
        }
    }
    asked
}

/// The partitioning that a pool's nodes ask for; none when they ask for whole GPUs.
fn partitioning(pool: &PoolPlan) -> Option<&str> {
    pool.node_labels.get(MIG_LABEL).map(String::as_str).filter(|name| !["", "all-disabled"].contains(name))
}
