//! The Subscription of an operator.

use super::from_template::{self, built_in};
use super::object::{Bundle, Metadata, Object, Origin};
use crate::diag::Findings;
use crate::json::json;
use crate::plan::accelerators::OperatorPlan;

/// Renders the Subscription of `operator`.
pub fn render(operator: &OperatorPlan, findings: &mut Findings) -> Option<Object> {
    let metadata = Metadata::named(&operator.subscription).namespace(&operator.namespace).build();
    let variables = json!({
        "metadata": metadata,
        "operator": {
            "channel": operator.channel,
            "approval": if operator.automatic { "Automatic" } else { "Manual" },
            "package": operator.package,
            "source": operator.source,
            "source_namespace": operator.source_namespace,
            "starting_csv": operator.starting_csv,
        },
    });
    let value = from_template::object(built_in!("subscription.yaml"), &variables, findings)?;
    Some(Object { bundle: Bundle::Accelerators, value, origin: Origin::section(operator.section) })
}
