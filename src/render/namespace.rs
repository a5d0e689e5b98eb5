//! The Namespace of an operator.

use super::from_template::{self, built_in};
use super::object::{Bundle, Metadata, Object, Origin};
use crate::diag::Findings;
use crate::json::json;
use crate::plan::accelerators::OperatorPlan;

/// The label by which the cluster's monitoring finds a namespace. The GPU Operator adds it itself only
/// to `nvidia-gpu-operator`. Source: NVIDIA/gpu-operator `controllers/state_manager.go`.
const MONITORING: &str = "openshift.io/cluster-monitoring";

/// Renders the namespace of `operator`.
pub fn render(operator: &OperatorPlan, findings: &mut Findings) -> Option<Object> {
    let mut metadata = Metadata::named(&operator.namespace);
    if operator.monitored {
        metadata = metadata.label(MONITORING, "true");
    }
    let value =
        from_template::object(built_in!("namespace.yaml"), &json!({"metadata": metadata.build()}), findings)?;
    Some(Object { bundle: Bundle::Accelerators, value, origin: Origin::section(operator.section) })
}
