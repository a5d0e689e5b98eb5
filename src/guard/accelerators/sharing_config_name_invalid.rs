//! ACC025: names of ways of sharing that no label can hold.

use super::{Subject, nvidia, setting};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A name of a way of sharing that no label can hold.
    pub RULE = "ACC025", "sharing-config-name-invalid", Error,
    "there is a way of sharing, and its name can stand in a node label"
}

/// Finds names that are not both a key of a ConfigMap and the value of a label, and `configs` without
/// an entry.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(sharing) = nvidia(subject).and_then(|(_, plan)| plan.sharing.as_ref()) else { return };
    if sharing.configs.is_empty() {
        findings.push(
            Finding::new(&RULE, "`sharing` has no way of sharing")
                .at(setting(subject, &["sharing", "configs"]))
                .help("add one to `configs`, or remove `sharing`"),
        );
    }
    for (name, _) in sharing.configs.iter().filter(|(name, _)| !is_label_value(name)) {
        let message = format!("`{name}` cannot be the value of the node label that chooses a way of sharing");
        let place = subject.values.locate_key(&["accelerators", "nvidia", "sharing", "configs", name]);
        findings.push(
            Finding::new(&RULE, message).at(place).help(
                "write at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends",
            ),
        );
    }
}

fn is_label_value(text: &str) -> bool {
    let alphanumeric = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    bytes.len() <= 63
        && alphanumeric(bytes.first())
        && alphanumeric(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
}
