//! ACC016: node labels that the GPU Operator rewrites.

use super::{Subject, pool_setting};
use crate::diag::{Finding, Findings, Wish};
use crate::rule;

rule! {
    /// Node labels that the GPU Operator rewrites.
    pub RULE = "ACC016", "operand-label-rendered", Error,
    "no pool states a nvidia.com/gpu.deploy label other than \"false\""
}

/// Finds labels by which the operator starts and pauses its operands.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for pool in &subject.plan.pools {
        for (key, value) in &pool.node_labels {
            if !key.starts_with("nvidia.com/gpu.deploy.") || value == "false" {
                continue;
            }
            let message = format!(
                "pool `{}` states the node label `{key}: \"{value}\"`, which the GPU Operator sets itself and rewrites",
                pool.name
            );
            let labels = subject.values.find(&["pools", &pool.name, "nodeLabels"]);
            let wish = labels.and_then(|labels| labels.entry(key)).map(|(written, value)| {
                Wish::remove_entry(format!("remove `{key}`"), written.position, value.position)
            });
            let finding = Finding::new(&RULE, message)
                .at(pool_setting(subject, pool, &["nodeLabels", key]))
                .help("remove the label; only \"false\", which keeps an operand off, may be stated")
                .pool(&pool.name);
            findings.push(match wish {
                Some(wish) => finding.wish(wish),
                None => finding,
            });
        }
    }
}
