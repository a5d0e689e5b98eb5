//! Names as Kubernetes takes them (RFC 1123; apimachinery `pkg/util/validation`).

use crate::diag::{Finding, Findings};
use crate::spec::rules;
use crate::yaml::Position;

/// Whether this is a DNS label: at most 63 lower-case letters, digits and hyphens, with a letter or
/// digit at both ends.
pub fn is_dns_label(text: &str) -> bool {
    is_label(text.as_bytes())
}

fn is_label(bytes: &[u8]) -> bool {
    let alphanumeric = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    bytes.len() <= 63
        && bytes.first().is_some_and(|b| alphanumeric(*b))
        && bytes.last().is_some_and(|b| alphanumeric(*b))
        && bytes.iter().all(|b| alphanumeric(*b) || *b == b'-')
}

/// Whether this is a DNS subdomain: DNS labels joined by dots, at most 253 characters.
pub fn is_dns_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.as_bytes().split(|b| *b == b'.').all(is_label)
}

pub(super) fn check_label(name: &str, what: &str, place: Position, findings: &mut Findings) {
    if !is_dns_label(name) {
        findings.push(
            Finding::new(&rules::INVALID_NAME, format!("`{name}` cannot be the name of a {what}"))
                .at(place)
                .help("use at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends"),
        );
    }
}

pub(super) fn check_subdomain(name: &str, what: &str, place: Position, findings: &mut Findings) {
    if !is_dns_subdomain(name) {
        findings.push(
            Finding::new(&rules::INVALID_NAME, format!("`{name}` cannot be the {what}")).at(place).help(
                "use lower-case letters, digits, hyphens and dots, with a letter or digit at both ends",
            ),
        );
    }
}
