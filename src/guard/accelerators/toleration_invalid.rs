//! ACC015: tolerations that Kubernetes refuses.

use super::{Subject, nvidia, setting};
use crate::diag::{Finding, Findings};
use crate::rule;
use crate::spec::accelerators::{Toleration, TolerationOperator};

rule! {
    /// A toleration that Kubernetes refuses.
    pub RULE = "ACC015", "toleration-invalid", Error,
    "a toleration has a key with Equal, and no value with Exists"
}

/// Finds tolerations that no DaemonSet can have.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((spec, _)) = nvidia(subject) else { return };
    let lists: [(&[&str], &[Toleration]); 2] = [
        (&["tolerations"], &spec.tolerations),
        (&["nodeFeatureDiscovery", "tolerations"], &spec.node_feature_discovery.tolerations),
    ];
    for (path, tolerations) in lists {
        for (index, toleration) in tolerations.iter().enumerate() {
            let Some((message, help)) = fault(toleration) else { continue };
            let index = index.to_string();
            let path: Vec<&str> = path.iter().copied().chain([index.as_str()]).collect();
            findings.push(Finding::new(&RULE, message).at(setting(subject, &path)).help(help));
        }
    }
}

fn fault(toleration: &Toleration) -> Option<(String, &'static str)> {
    let has = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
    match toleration.operator {
        TolerationOperator::Exists if has(&toleration.value) => Some((
            format!(
                "a toleration with `operator: Exists` has the value `{}`, which Kubernetes refuses",
                toleration.value.as_deref().unwrap_or_default()
            ),
            "remove `value`, or write `operator: Equal`",
        )),
        TolerationOperator::Equal if !has(&toleration.key) => Some((
            "a toleration without a key compares values, which Kubernetes refuses".to_owned(),
            "add `key`, or write `operator: Exists` to tolerate every taint",
        )),
        _ => None,
    }
}
