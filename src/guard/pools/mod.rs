//! The rules about what a pool's nodes are for: one file each, with its page under `rules/`.

pub mod drain_mark;
pub mod fact_of_no_zone;
pub mod machine_set_incomplete;
pub mod machine_set_label_differs;
pub mod metadata_refused;
pub mod no_execute_on_spot;
pub mod node_label_on_machines;
pub mod provider_spec_refused;
pub mod role_without_machine_config_pool;
pub mod several_machine_config_pools;
pub mod storage_pool_resized;
pub mod type_not_offered;
pub mod user_data_of_another_pool;
pub mod zone_differs;

use super::Subject;
use super::rendered_set::{self, RenderedSet};
use crate::yaml::Position;
use std::collections::BTreeMap;

/// What a node label for a role begins with; behind it stands the role.
const ROLE: &str = "node-role.kubernetes.io/";

/// Where the clouds' providerSpecs say that a machine may be interrupted.
const SPOT: [&str; 5] =
    ["spotMarketOptions", "spotVMOptions", "preemptible", "provisioningModel", "marketType"];

/// The names of the labels that a MachineSet's nodes get.
fn node_labels<'a>(set: &RenderedSet<'a>) -> impl Iterator<Item = &'a str> {
    set.node_labels.as_object().into_iter().flatten().map(|(name, _)| name.as_str())
}

/// The place of a pool's setting in the value files, or of the pool.
fn setting(subject: &Subject<'_>, pool: &str, path: &[&str]) -> Position {
    let whole: Vec<&str> = ["pools", pool].iter().chain(path).copied().collect();
    subject.values.locate_key(&whole)
}

/// The MachineSets, without those that are like an earlier one of their pool in all that these rules look
/// at: what is said of a pool is said once, and a MachineSet that differs is looked at all the same.
fn distinct_of_each_pool<'s, 'a>(subject: &'s Subject<'a>) -> impl Iterator<Item = &'s RenderedSet<'a>> {
    let sets = rendered_set::all(subject);
    let places = || {
        let mut seen: BTreeMap<&str, Vec<&RenderedSet<'_>>> = BTreeMap::new();
        let mut places = Vec::new();
        for (place, set) in sets.iter().enumerate() {
            let of_pool = seen.entry(set.pool).or_default();
            if !of_pool.iter().any(|known| are_alike(known, set)) {
                of_pool.push(set);
                places.push(place);
            }
        }
        places
    };
    let places = subject.shared().distinct_of_each_pool.get_or_init(places);
    places.iter().filter_map(|place| sets.get(*place))
}

fn are_alike(one: &RenderedSet<'_>, other: &RenderedSet<'_>) -> bool {
    let (mine, its) = (one.provider_spec, other.provider_spec);
    let (one, other) = (one.machine, other.machine);
    one["metadata"] == other["metadata"]
        && one["taints"] == other["taints"]
        && mine["userDataSecret"]["name"] == its["userDataSecret"]["name"]
        && SPOT.iter().all(|key| mine.get(key) == its.get(key))
}
