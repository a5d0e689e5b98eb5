//! A ResourceQuota for a PriorityClass limits what is counted there.
//!
//! With the scope PriorityClass a quota tracks pods, cpu, memory and ephemeral storage; a limit of devices
//! beside it is stored and never counted (kubernetes/website issue 23626; kubernetes
//! `pkg/quota/v1/evaluator/core/pods.go`).

use super::super::Subject;
use super::{device, hard_limits, resource_quotas};
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::render::Origin;
use crate::rule;

rule! {
    /// A limit of devices under a scope that does not count them.
    pub RULE = "OUT041", "quota-scope-without-devices", Error, waivable,
    "a ResourceQuota for a PriorityClass limits no devices"
}

/// Checks every ResourceQuota.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in resource_quotas(subject) {
        let spec = &object.value["spec"];
        let scopes = spec["scopes"].as_array().into_iter().flatten();
        let selected = spec["scopeSelector"]["matchExpressions"].as_array().into_iter().flatten();
        let names = scopes.chain(selected.map(|expression| &expression["scopeName"]));
        if !names.filter_map(Json::as_str).any(|scope| scope == "PriorityClass") {
            continue;
        }
        for key in hard_limits(object).filter(|key| device(key).is_some()) {
            let message = format!(
                "ResourceQuota `{}` is for a PriorityClass, where `{key}` is never counted",
                object.name()
            );
            let mut finding = Finding::new(&RULE, message)
                .help("state them in a quota of the whole namespace, without a scope");
            if let Origin::Template { name } = &object.origin
                && let Some(template) = subject.templates.get(name)
            {
                finding = finding.at(template.locate_key(&["spec", "hard", key]));
            }
            findings.push(subject.about(finding, object));
        }
    }
}
