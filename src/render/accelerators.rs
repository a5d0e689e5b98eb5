//! The bundle `accelerators`: the operators that make accelerators usable, in the order in which they
//! come to be.

use super::subscription;
use super::{
    Object, cluster_policy, device_plugin_config, namespace, node_feature_discovery, operator_group,
};
use crate::diag::Findings;
use crate::plan::AcceleratorsPlan;
use crate::plan::accelerators::OperatorPlan;

/// Renders the bundle. What is somebody else's is absent from the plan and so from here.
pub fn render(plan: &AcceleratorsPlan, findings: &mut Findings) -> Vec<Object> {
    let Some(nvidia) = &plan.nvidia else { return Vec::new() };
    let mut objects = Vec::new();
    if let Some(discovery) = &nvidia.discovery {
        objects.extend(operator_objects(&discovery.operator, findings));
        objects.extend(node_feature_discovery::render(discovery, findings));
    }
    if let Some(operator) = &nvidia.operator {
        objects.extend(operator_objects(operator, findings));
    }
    objects.extend(device_plugin_config::render(nvidia));
    objects.extend(cluster_policy::render(nvidia, findings));
    objects
}

fn operator_objects(operator: &OperatorPlan, findings: &mut Findings) -> Vec<Object> {
    let objects = [
        namespace::render(operator, findings),
        operator_group::render(operator, findings),
        subscription::render(operator, findings),
    ];
    objects.into_iter().flatten().collect()
}
