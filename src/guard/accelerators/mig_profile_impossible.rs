//! ACC059: a partitioning that the GPU model cannot have.

use super::{MIG_LABEL, Subject, asked_partitionings, mig_profiles, nvidia, pool_setting};
use crate::diag::{Finding, Findings, nearest};
use crate::rule;

rule! {
    /// A partitioning that the model cannot have.
    pub RULE = "ACC059", "mig-profile-impossible", Error, waivable,
    "the partitioning of a pool is one that its GPU model has, and that the ConfigMap knows"
}

/// Compares the label `nvidia.com/mig.config` of each pool with the profiles of its model.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((_, plan)) = nvidia(subject) else { return };
    // Of another ConfigMap than the operator's own nothing is known but what its names say.
    let own = plan.cluster_policy.as_ref().is_some_and(|policy| policy.mig_config_map.is_none());
    for (pool, object, name) in asked_partitionings(subject) {
        let model = pool.accelerator.as_ref().map_or("", |accelerator| accelerator.model.as_str());
        let profile = name.strip_prefix("all-").unwrap_or(name);
        let (what, help) = match mig_profiles::of_model(model) {
            Some(profiles) if mig_profiles::is_profile(profile) && !profiles.contains(&profile) => {
                let names: Vec<String> = profiles.iter().map(|profile| format!("all-{profile}")).collect();
                (format!("which `{model}` cannot have"), format!("write one of: {}", names.join(", ")))
            }
            _ if own && !mig_profiles::configurations().any(|known| known == name) => {
                let known: Vec<String> = mig_profiles::configurations().collect();
                let help = match nearest(name, known.iter().map(String::as_str)) {
                    Some(near) => format!(
                        "write `{near}`, or state the ConfigMap that has it under `accelerators.nvidia.mig.configMap`"
                    ),
                    None => {
                        "state the ConfigMap that has it under `accelerators.nvidia.mig.configMap`".to_owned()
                    }
                };
                ("which the operator's own ConfigMap does not have".to_owned(), help)
            }
            _ => continue,
        };
        let message = format!(
            "pool `{}` asks for the partitioning `{name}`, {what}: its GPUs are never partitioned",
            pool.name
        );
        let place = pool_setting(subject, pool, &["nodeLabels", MIG_LABEL]);
        findings.push(subject.about(Finding::new(&RULE, message).at(place).help(help), object));
    }
}
