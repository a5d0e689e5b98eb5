//! ACC050: shares that the autoscaler does not count before a node is there.

use super::{Subject, nvidia, setting, shares, sharing_of};
use crate::diag::{Finding, Findings};
use crate::guard::autoscaling::may_be_empty;
use crate::plan::accelerators::nvidia_pools;
use crate::rule;

rule! {
    /// Shares that the autoscaler does not count.
    pub RULE = "ACC050", "shares-unseen-at-zero", Warning, waivable,
    "a pool that shares its GPUs keeps a node"
}

/// Finds pools that may be empty and whose GPUs are shared under their own name.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((_, plan)) = nvidia(subject) else { return };
    let Some(sharing) = &plan.sharing else { return };
    for pool in nvidia_pools(&subject.plan.pools).filter(|pool| may_be_empty(pool)) {
        let Some((name, config)) = sharing_of(sharing, pool) else { continue };
        let Some((kind, shares)) = shares(config) else { continue };
        let whole = shares.resources.iter().find(|resource| resource.name == "nvidia.com/gpu");
        // A resource that is renamed is not seen at all, which is another rule's.
        let Some(resource) = whole.filter(|_| shares.rename_by_default != Some(true)) else { continue };
        let message = format!(
            "pool `{}` scales from 0 and divides each GPU into {} by `{name}`, but an empty group counts whole GPUs: pods that would share one node start up to {} nodes",
            pool.name, resource.replicas, resource.replicas
        );
        findings.push(
            Finding::new(&RULE, message)
                .at(setting(subject, &["sharing", "configs", name, kind, "resources"]))
                .help("write a minimum of 1, or a maximum that you can bear")
                .pool(&pool.name),
        );
    }
}
