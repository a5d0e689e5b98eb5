//! ACC020: a default way of sharing that does not exist.

use super::{Subject, nvidia, setting};
use crate::diag::{Finding, Findings, nearest};
use crate::rule;

rule! {
    /// A default way of sharing that does not exist.
    pub RULE = "ACC020", "sharing-default-unknown", Error,
    "the default way of sharing is one of those that are stated"
}

/// Finds a `sharing.default` that names no configuration.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(sharing) = nvidia(subject).and_then(|(_, plan)| plan.sharing.as_ref()) else { return };
    let Some(default) = &sharing.default else { return };
    if sharing.configs.iter().any(|(name, _)| name == default) {
        return;
    }
    let place = setting(subject, &["sharing", "default"]);
    let names = sharing.configs.iter().map(|(name, _)| name.as_str());
    let help = match nearest(default, names.clone()) {
        Some(name) => format!("write `{name}`"),
        None => format!("name one of: {}", names.clone().collect::<Vec<_>>().join(", ")),
    };
    let message = format!("the default way of sharing, `{default}`, is not one of `configs`");
    findings.push(Finding::new(&RULE, message).at(place).help(help).rewrite_to(place, default, names));
}
