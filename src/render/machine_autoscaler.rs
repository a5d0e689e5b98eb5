//! MachineAutoscalers: the bounds of every MachineSet whose size the autoscaler decides.
//!
//! The cluster-autoscaler-operator turns each into annotations on its MachineSet; those are never
//! written here. It accepts a target only with its apiVersion (`pkg/controller/machineautoscaler/`).

use super::fields::Fields;
use super::machine_set;
use super::object::{Bundle, MACHINE_API_NAMESPACE, Metadata, Object, Origin};
use crate::json::json;
use crate::plan::{Plan, PoolPlan, Scaling};

/// After the ClusterAutoscaler: limits are in force before bounds grow into them.
const WAVE: i32 = 2;

/// The MachineAutoscalers of all pools.
pub(super) fn render(plan: &Plan) -> Vec<Object> {
    plan.pools.iter().flat_map(of_pool).collect()
}

fn of_pool(pool: &PoolPlan) -> Vec<Object> {
    let mut objects = Vec::new();
    for set in &pool.machine_sets {
        let Scaling::Autoscaled { min, max, .. } = set.scaling else { continue };
        let metadata = Metadata::named(&set.name)
            .namespace(MACHINE_API_NAMESPACE)
            .label(machine_set::POOL_LABEL, &pool.name)
            .wave(WAVE);
        let target = json!({
            "apiVersion": machine_set::API_VERSION,
            "kind": machine_set::KIND,
            "name": set.name,
        });
        let spec =
            Fields::new().with("minReplicas", min).with("maxReplicas", max).with("scaleTargetRef", target);
        let kind = ("autoscaling.openshift.io/v1beta1", "MachineAutoscaler");
        let origin = Origin::Pool { pool: pool.name.clone(), zone: Some(set.zone.clone()) };
        objects.push(Fields::new().with("spec", spec).into_object(Bundle::Capacity, kind, metadata, origin));
    }
    objects
}
