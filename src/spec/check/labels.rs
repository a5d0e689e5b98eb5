//! Label keys and values as Kubernetes takes them (apimachinery `pkg/util/validation`).
//!
//! The API server does not check the labels and taints in a MachineSet's template: a bad one fails
//! only when it is copied to a Node (machine-api-operator `pkg/controller/nodelink`).

use super::names::is_dns_subdomain;
use crate::diag::{Finding, Findings};
use crate::spec::rules;
use crate::yaml::Node;
use std::collections::BTreeMap;

/// What is wrong with a label or taint key, if anything is.
pub fn label_key_error(key: &str) -> Option<String> {
    let name = match key.split_once('/') {
        Some((prefix, _)) if !is_dns_subdomain(prefix) => {
            return Some(format!("the prefix `{prefix}` of key `{key}` is not a domain name"));
        }
        Some((_, name)) => name,
        None => key,
    };
    (!is_qualified(name)).then(|| {
        format!("key `{key}` is not a label key: at most 63 letters, digits, `-`, `_` and `.`, alphanumeric at both ends")
    })
}

/// What is wrong with a label or taint value, if anything is.
pub fn label_value_error(value: &str) -> Option<String> {
    (!value.is_empty() && !is_qualified(value)).then(|| {
        let at_most = "at most 63 letters, digits, `-`, `_` and `.`, alphanumeric at both ends";
        format!("`{value}` is not a label value: {at_most}")
    })
}

fn is_qualified(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= 63
        && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// Checks a map of labels that stands at `path`.
pub(super) fn check_labels(
    labels: &BTreeMap<String, String>,
    path: &[&str],
    tree: &Node,
    pool: &str,
    findings: &mut Findings,
) {
    for (key, value) in labels {
        let mut place = path.to_vec();
        place.push(key);
        if let Some(message) = label_key_error(key) {
            findings.push(Finding::new(&rules::INVALID_LABEL, message).at(tree.locate_key(&place)).pool(pool));
        }
        if let Some(message) = label_value_error(value) {
            let mut finding = Finding::new(&rules::INVALID_LABEL, message).at(tree.locate(&place)).pool(pool);
            if let Some(slug) = slug(value) {
                finding = finding.help(format!("write a value such as \"{slug}\""));
            }
            findings.push(finding);
        }
    }
}

/// The nearest legal label value.
pub(super) fn slug(value: &str) -> Option<String> {
    let text: String = value.rsplit('/').next()?.chars().filter_map(|c| match c {
        c if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') => Some(c),
        ' ' | ':' => Some('-'),
        _ => None,
    }).take(63).collect();
    let text = text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    (!text.is_empty()).then(|| text.to_owned())
}
