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
use crate::json::Value as Json;
use crate::render::Object;
use crate::yaml::Position;
use std::collections::BTreeMap;

/// What a node label for a role begins with; behind it stands the role.
const ROLE: &str = "node-role.kubernetes.io/";

/// Where the clouds' providerSpecs say that a machine may be interrupted.
const SPOT: [&str; 5] =
    ["spotMarketOptions", "spotVMOptions", "preemptible", "provisioningModel", "marketType"];

/// The names of the labels that a MachineSet's nodes get.
fn node_labels(machine_set: &Object) -> impl Iterator<Item = &str> {
    let labels = &machine_set.value["spec"]["template"]["spec"]["metadata"]["labels"];
    labels.as_object().into_iter().flatten().map(|(name, _)| name.as_str())
}

/// The providerSpec of a MachineSet.
fn provider_spec(machine_set: &Object) -> &Json {
    &machine_set.value["spec"]["template"]["spec"]["providerSpec"]["value"]
}

/// The pool that a MachineSet belongs to; empty where its label says none.
fn pool(machine_set: &Object) -> &str {
    super::machine_sets::pool(&machine_set.value).unwrap_or_default()
}

/// The place of a pool's setting in the value files, or of the pool.
fn setting(subject: &Subject<'_>, pool: &str, path: &[&str]) -> Position {
    let whole: Vec<&str> = ["pools", pool].iter().chain(path).copied().collect();
    subject.values.locate_key(&whole)
}

/// The MachineSets, without those that are like an earlier one of their pool in all that these rules look
/// at: what is said of a pool is said once, and a MachineSet that differs is looked at all the same.
fn distinct_of_each_pool<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Object> {
    let find = || {
        let mut seen: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
        let is_new = |machine_set: &&'a Object| {
            let of_pool = seen.entry(pool(machine_set)).or_default();
            let is_new = !of_pool.iter().any(|known| are_alike(known, machine_set));
            if is_new {
                of_pool.push(machine_set);
            }
            is_new
        };
        subject.of_kind("MachineSet").filter(is_new).collect()
    };
    subject.shared().distinct_of_each_pool.get_or_init(find).iter().copied()
}

fn are_alike(one: &Object, other: &Object) -> bool {
    let [one, other] = [one, other].map(|object| &object.value["spec"]["template"]["spec"]);
    let (mine, its) = (&one["providerSpec"]["value"], &other["providerSpec"]["value"]);
    one["metadata"] == other["metadata"]
        && one["taints"] == other["taints"]
        && mine["userDataSecret"]["name"] == its["userDataSecret"]["name"]
        && SPOT.iter().all(|key| mine.get(key) == its.get(key))
}
