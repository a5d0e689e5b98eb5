//! OLM006: two operators in one namespace.

use super::{Subject, nvidia, setting};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// Two operators in one namespace.
    pub RULE = "OLM006", "namespace-shared", Error,
    "the GPU Operator and Node Feature Discovery have namespaces of their own"
}

/// Finds one namespace for both operators.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((spec, _)) = nvidia(subject) else { return };
    if spec.namespace != spec.node_feature_discovery.namespace {
        return;
    }
    let message = format!(
        "the GPU Operator and Node Feature Discovery share the namespace `{}`: with two OperatorGroups in it OLM installs neither",
        spec.namespace
    );
    findings.push(
        Finding::new(&RULE, message)
            .at(setting(subject, &["namespace"]))
            .help("remove `namespace`: by default each operator has its own"),
    );
}
