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
pub(super) mod expander;
mod go_pattern;
pub mod gpu_limit_below_pools;
pub mod gpu_limit_mismatch;
pub mod gpu_limit_too_low;
mod gpu_limits;
pub mod group_without_priority;
pub mod limit_unreadable;
pub mod minimum_not_enforced;
pub mod node_metadata_lost;

pub mod pool_beyond_its_size;
pub mod priorities_unreadable;
pub mod priority_pattern_invalid;
pub mod priority_pattern_unmatched;
pub mod priority_stated_twice;
pub mod provision_time_too_short;
pub mod spot_without_fallback;
pub mod template_changed_at_zero;
pub mod zones_unlike;

use super::machine_sets::Hands;
use super::{Subject, rendered_set};
use crate::json::Value as Json;
use crate::plan::{PoolPlan, Scaling, Vendor};
use crate::render::{Object, Origin};
use std::collections::BTreeMap;

/// The pool that an object comes from.
pub(super) fn pool_of<'a>(subject: &Subject<'a>, object: &Object) -> Option<&'a PoolPlan> {
    let Origin::Pool { pool, .. } = &object.origin else { return None };
    planned(subject, pool)
}

/// The pool of a name.
pub(super) fn planned<'a>(subject: &Subject<'a>, pool: &str) -> Option<&'a PoolPlan> {
    let pools: &[PoolPlan] = &subject.plan.pools;
    // The plan has the pools in the order of their names.
    let index = pools.binary_search_by(|planned| planned.name.as_str().cmp(pool)).ok()?;
    pools.get(index)
}

/// The labels of the Nodes that a MachineSet makes.
pub(super) fn node_labels(machine_set: &Json) -> &Json {
    &machine_set["spec"]["template"]["spec"]["metadata"]["labels"]
}

/// Whether the Nodes of a pool have GPUs whose readiness the autoscaler knows.
pub(super) fn has_nvidia(pool: &PoolPlan) -> bool {
    pool.accelerator.as_ref().is_some_and(|accelerator| accelerator.vendor == Vendor::Nvidia)
}

/// How many nodes a pool has, by its rendered objects.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Size {
    least: u64,
    most: u64,
}

/// The fewest nodes. A MachineSet that is being given up counts for none: it is on its way there.
pub(super) fn least(size: Size) -> u64 {
    size.least
}

/// The most nodes.
pub(super) fn most(size: Size) -> u64 {
    size.most
}

/// The sizes of the pools, by name.
pub(super) struct Sizes<'a>(BTreeMap<&'a str, Size>);

impl<'a> Sizes<'a> {
    /// What the rendered MachineSets and MachineAutoscalers say.
    pub(super) fn of<'s>(subject: &'s Subject<'a>) -> &'s Sizes<'a> {
        subject.shared().sizes.get_or_init(|| Sizes::added_up(subject))
    }

    fn added_up(subject: &Subject<'a>) -> Sizes<'a> {
        let mut bounds: BTreeMap<&str, Size> = BTreeMap::new();
        for object in subject.of_kind("MachineAutoscaler") {
            let spec = &object.value["spec"];
            let bound = |key: &str| spec[key].as_u64().unwrap_or(0);
            let size = Size { least: bound("minReplicas"), most: bound("maxReplicas") };
            bounds.insert(spec["scaleTargetRef"]["name"].as_str().unwrap_or_default(), size);
        }
        let mut sizes: BTreeMap<&str, Size> = BTreeMap::new();
        for set in rendered_set::all(subject) {
            let Some(pool) = set.planned else { continue };
            let size = bounds.get(set.name).copied().unwrap_or_else(|| {
                // Without a number the API writes 1.
                let replicas = set.spec["replicas"].as_u64().unwrap_or(1);
                Size { least: if set.hands == Hands::Person { 0 } else { replicas }, most: replicas }
            });
            let sum = sizes.entry(&pool.name).or_default();
            sum.least = sum.least.saturating_add(size.least);
            sum.most = sum.most.saturating_add(size.most);
        }
        Sizes(sizes)
    }

    /// The nodes of a pool.
    pub(super) fn nodes(&self, pool: &PoolPlan, of: fn(Size) -> u64) -> u64 {
        self.0.get(pool.name.as_str()).copied().map_or(0, of)
    }
}

/// Whether the autoscaler may take every node of some MachineSet of the pool away.
pub(super) fn may_be_empty(pool: &PoolPlan) -> bool {
    pool.machine_sets.iter().any(|set| matches!(set.scaling, Scaling::Autoscaled { min: 0, .. }))
}

/// Whether the autoscaler decides about some MachineSet of the pool.
pub(super) fn is_autoscaled(pool: &PoolPlan) -> bool {
    pool.machine_sets.iter().any(|set| matches!(set.scaling, Scaling::Autoscaled { .. }))
}
