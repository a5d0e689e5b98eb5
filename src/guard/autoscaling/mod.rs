//! The rules about what the autoscaler is told and what it sees: one file each, with its page under
//! `rules/`.

pub mod accelerator_label_misplaced;
pub mod accelerator_label_missing;
pub mod architecture_label_wrong;
pub mod autoscaling_option_unreadable;
pub mod capacity_annotations_disagree;
pub mod cluster_autoscaler_field_too_new;
pub mod cluster_limit_below_floor;
pub mod cluster_limit_below_pools;
mod cluster_limits;
mod expander;
mod go_pattern;
pub mod gpu_limit_below_pools;
pub mod gpu_limit_mismatch;
pub mod gpu_limit_too_low;
mod gpu_limits;
pub mod group_without_priority;
pub mod minimum_not_enforced;
pub mod node_metadata_lost;

pub mod priorities_unreadable;
pub mod priority_pattern_invalid;
pub mod priority_pattern_unmatched;
pub mod priority_stated_twice;
pub mod provision_time_too_short;
pub mod spot_without_fallback;
pub mod template_changed_at_zero;
pub mod zones_unlike;

use super::Subject;
use crate::plan::{PoolPlan, Scaling, Vendor};
use crate::render::{Object, Origin};
use serde_json::Value as Json;

/// The pool that an object comes from.
pub(super) fn pool_of<'a>(subject: &'a Subject<'_>, object: &Object) -> Option<&'a PoolPlan> {
    let Origin::Pool { pool, .. } = &object.origin else { return None };
    let pools = &subject.plan.pools;
    // The plan has the pools in the order of their names.
    let index = pools.binary_search_by(|planned| planned.name.as_str().cmp(pool)).ok()?;
    pools.get(index)
}

/// The labels of the Nodes that a MachineSet makes.
pub(super) fn node_labels(machine_set: &Json) -> &Json {
    &machine_set["spec"]["template"]["spec"]["metadata"]["labels"]
}

/// The taints of the Nodes that a MachineSet makes.
pub(super) fn taints(machine_set: &Json) -> impl Iterator<Item = &Json> {
    machine_set["spec"]["template"]["spec"]["taints"].as_array().into_iter().flatten()
}

/// Whether the Nodes of a pool have GPUs whose readiness the autoscaler knows.
pub(super) fn has_nvidia(pool: &PoolPlan) -> bool {
    pool.accelerator.as_ref().is_some_and(|accelerator| accelerator.vendor == Vendor::Nvidia)
}

/// The fewest nodes that a MachineSet has while the plan holds. One that is being given up counts for
/// none: it is on its way there.
pub(super) fn least(scaling: Scaling) -> u64 {
    match scaling {
        Scaling::Fixed { replicas } => replicas.into(),
        Scaling::Autoscaled { min, .. } => min.into(),
        Scaling::Retiring { .. } => 0,
    }
}

/// The most nodes that a MachineSet has while the plan holds.
pub(super) fn most(scaling: Scaling) -> u64 {
    scaling.max().into()
}

/// The sum over the MachineSets of a pool.
pub(super) fn nodes(pool: &PoolPlan, of: fn(Scaling) -> u64) -> u64 {
    pool.machine_sets.iter().map(|set| of(set.scaling)).sum()
}

/// Whether the autoscaler may take every node of some MachineSet of the pool away.
pub(super) fn may_be_empty(pool: &PoolPlan) -> bool {
    pool.machine_sets.iter().any(|set| matches!(set.scaling, Scaling::Autoscaled { min: 0, .. }))
}

/// Whether the autoscaler decides about some MachineSet of the pool.
pub(super) fn is_autoscaled(pool: &PoolPlan) -> bool {
    pool.machine_sets.iter().any(|set| matches!(set.scaling, Scaling::Autoscaled { .. }))
}
