//! ACC022: a resource that is shared by less than two.

use super::{Subject, nvidia, setting, shares};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A resource that is shared by less than two.
    pub RULE = "ACC022", "sharing-replicas-too-few", Error,
    "a shared resource is divided into two or more"
}

/// Finds `replicas` of 0 or 1.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(sharing) = nvidia(subject).and_then(|(_, plan)| plan.sharing.as_ref()) else { return };
    for (name, config) in &sharing.configs {
        let Some((kind, shares)) = shares(config) else { continue };
        for (index, resource) in shares.resources.iter().enumerate() {
            if resource.replicas >= 2 {
                continue;
            }
            let message = format!(
                "`{}` is divided into {} in the way of sharing `{name}`; the device plugin stops below 2",
                resource.name, resource.replicas
            );
            let path = ["sharing", "configs", name, kind, "resources", &index.to_string(), "replicas"];
            findings.push(
                Finding::new(&RULE, message)
                    .at(setting(subject, &path))
                    .help(format!("write 2 or more; to share nothing, write `{name}: exclusive`")),
            );
        }
    }
}
