//! MachineHealthChecks: one for each pool that has one.
//!
//! It selects the machines by the MachineSets' names. A MachineSet that was adopted with a selector
//! which does not know that label has older machines without it; since one label selector cannot say
//! "or", it gets a check of its own, which selects with the MachineSet's own labels.

use super::fields::Fields;
use super::machine_set::{API_VERSION, MACHINE_SET_LABEL, POOL_LABEL};
use super::object::{Bundle, MACHINE_API_NAMESPACE, Metadata, Object, Origin, string_map};
use crate::json::{Value as Json, json};
use crate::plan::{HealthCheckPlan, Plan, PoolPlan};
use crate::spec::scalars::CountOrPercent;
use std::collections::BTreeSet;

/// After the MachineSets.
const WAVE: i32 = 1;

/// The MachineHealthChecks of all pools.
pub(super) fn render(plan: &Plan) -> Vec<Object> {
    plan.pools.iter().flat_map(|pool| of_pool(plan, pool)).collect()
}

fn of_pool(plan: &Plan, pool: &PoolPlan) -> Vec<Object> {
    let Some(check) = &pool.health_check else { return Vec::new() };
    let mut values = BTreeSet::new();
    let mut objects = Vec::new();
    for set in &pool.machine_sets {
        match set.selector.get(MACHINE_SET_LABEL) {
            Some(value) => {
                values.insert(value);
            }
            None => {
                let selector = json!({"matchLabels": string_map(&set.selector)});
                objects.push(health_check(set.name.clone(), pool, Some(&set.zone), selector, check));
            }
        }
    }
    if !values.is_empty() {
        let expression = json!({"key": MACHINE_SET_LABEL, "operator": "In", "values": values});
        let name = format!("{}-{}", plan.cluster.infra_id, pool.name);
        objects.push(health_check(name, pool, None, json!({"matchExpressions": [expression]}), check));
    }
    objects
}

fn health_check(
    name: String,
    pool: &PoolPlan,
    zone: Option<&String>,
    selector: Json,
    check: &HealthCheckPlan,
) -> Object {
    let metadata =
        Metadata::named(name).namespace(MACHINE_API_NAMESPACE).label(POOL_LABEL, &pool.name).wave(WAVE);
    let unhealthy =
        |status: &str| json!({"type": "Ready", "status": status, "timeout": check.unhealthy_timeout});
    let max_unhealthy = match check.max_unhealthy {
        CountOrPercent::Count(count) => Json::from(count),
        CountOrPercent::Percent(percent) => Json::from(format!("{percent}%")),
    };
    let spec = Fields::new()
        .with("selector", selector)
        .with("unhealthyConditions", json!([unhealthy("False"), unhealthy("Unknown")]))
        .with("maxUnhealthy", max_unhealthy)
        .with("nodeStartupTimeout", check.node_startup_timeout.as_str());
    let origin = Origin::Pool { pool: pool.name.clone(), zone: zone.cloned() };
    let kind = (API_VERSION, "MachineHealthCheck");
    Fields::new().with("spec", spec).into_object(Bundle::Capacity, kind, metadata, origin)
}
