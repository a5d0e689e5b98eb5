//! ACC021: a pool that chooses a way of sharing that does not exist.

use super::{SHARING_LABEL, Subject, nvidia, pool_setting};
use crate::diag::{Finding, Findings, nearest};
use crate::plan::accelerators::nvidia_pools;
use crate::rule;

rule! {
    /// A pool that chooses a way of sharing that does not exist.
    pub RULE = "ACC021", "sharing-config-unknown", Error,
    "a pool's label nvidia.com/device-plugin.config names a way of sharing that is stated"
}

/// Finds labels that name no configuration. Of an external ClusterPolicy nothing is known until
/// `sharing` states it.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((_, plan)) = nvidia(subject) else { return };
    if plan.sharing.is_none() && plan.cluster_policy.is_none() {
        return;
    }
    let names: Vec<&str> =
        plan.sharing.iter().flat_map(|sharing| &sharing.configs).map(|(name, _)| name.as_str()).collect();
    for pool in nvidia_pools(&subject.plan.pools) {
        let Some(wanted) = pool.node_labels.get(SHARING_LABEL) else { continue };
        if names.contains(&wanted.as_str()) {
            continue;
        }
        let help = match nearest(wanted, names.iter().copied()) {
            Some(name) => format!("write `{name}`"),
            None if names.is_empty() => "state it under `accelerators.nvidia.sharing.configs`".to_owned(),
            None => format!("name one of: {}", names.join(", ")),
        };
        let message = format!(
            "pool `{}` shares its GPUs as `{wanted}`, which is not one of `accelerators.nvidia.sharing.configs`",
            pool.name
        );
        let place = pool_setting(subject, pool, &["nodeLabels", SHARING_LABEL]);
        findings.push(
            Finding::new(&RULE, message)
                .at(place)
                .help(help)
                .rewrite_to(place, wanted, names.iter().copied())
                .pool(&pool.name),
        );
    }
}
