//! A ResourceQuota limits devices by their requests.
//!
//! For an extended resource request and limit are the same, and the quota counts the request: only the key
//! with `requests.` before it is looked at (kubernetes `pkg/quota/v1/evaluator/core/pods.go`).

use super::super::Subject;
use super::{device, hard_limits, resource_quotas};
use crate::diag::{Finding, Findings};
use crate::render::Origin;
use crate::rule;

rule! {
    /// A limit of devices that counts nothing.
    pub RULE = "OUT040", "quota-of-devices", Error, waivable,
    "a ResourceQuota limits devices under `requests.`, the one key that is counted"
}

/// Checks every ResourceQuota.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in resource_quotas(subject) {
        for key in hard_limits(object) {
            let Some(device) = device(key).filter(|_| !key.starts_with("requests.")) else { continue };
            let message = format!("ResourceQuota `{}` limits `{key}`, which is never counted", object.name());
            let mut finding = Finding::new(&RULE, message).help(format!("write `requests.{device}`"));
            if let Origin::Template { name } = &object.origin
                && let Some(template) = subject.templates.get(name)
            {
                finding = finding.at(template.locate_key(&["spec", "hard", key]));
            }
            findings.push(subject.about(finding, object));
        }
    }
}
