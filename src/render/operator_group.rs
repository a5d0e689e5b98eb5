//! The OperatorGroup of an operator: exactly one stands in its namespace.

use super::from_template::{self, built_in};
use super::object::{Bundle, Metadata, Object, Origin};
use crate::diag::Findings;
use crate::json::json;
use crate::plan::accelerators::OperatorPlan;

/// Renders the OperatorGroup of `operator`, which watches its own namespace.
///
/// Neither the GPU Operator nor Node Feature Discovery supports watching all namespaces: OLM would
/// refuse to install them. Source: the install modes in their ClusterServiceVersions.
pub fn render(operator: &OperatorPlan, findings: &mut Findings) -> Option<Object> {
    let metadata = Metadata::named(&operator.operator_group).namespace(&operator.namespace).build();
    let variables = json!({"metadata": metadata, "operator": {"namespace": operator.namespace}});
    let value = from_template::object(built_in!("operator-group.yaml"), &variables, findings)?;
    Some(Object { bundle: Bundle::Accelerators, value, origin: Origin::section(operator.section) })
}
