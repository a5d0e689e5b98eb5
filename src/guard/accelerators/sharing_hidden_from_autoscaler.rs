//! ACC024: resources that the autoscaler does not know.

use super::{
    MIG_LABEL, Subject, is_autoscaled, nvidia, partitioning, pool_setting, setting, shares, sharing_of,
};
use crate::diag::{Finding, Findings};
use crate::plan::accelerators::nvidia_pools;
use crate::rule;
use crate::spec::accelerators::MigStrategy;

rule! {
    /// Resources that the autoscaler does not know.
    pub RULE = "ACC024", "sharing-hidden-from-autoscaler", Warning, waivable,
    "an autoscaled pool offers its GPUs as nvidia.com/gpu, the only resource that the autoscaler knows"
}

/// Finds autoscaled pools whose GPUs are renamed by sharing, or partitioned with the strategy `mixed`.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((_, plan)) = nvidia(subject) else { return };
    for pool in nvidia_pools(&subject.plan.pools).filter(|pool| is_autoscaled(pool)) {
        if let Some((name, config)) = plan.sharing.as_ref().and_then(|sharing| sharing_of(sharing, pool))
            && let Some((kind, _)) =
                shares(config).filter(|(_, shares)| shares.rename_by_default == Some(true))
        {
            let message = format!(
                "pool `{}` is autoscaled, but `{name}` renames its GPUs to `nvidia.com/gpu.shared`, which the autoscaler does not know",
                pool.name
            );
            findings.push(
                Finding::new(&RULE, message)
                    .at(setting(subject, &["sharing", "configs", name, kind, "renameByDefault"]))
                    .help("remove `renameByDefault`, or give the pool a fixed size")
                    .pool(&pool.name),
            );
        }
        if plan.mig_strategy == MigStrategy::Mixed && partitioning(pool).is_some() {
            let message = format!(
                "pool `{}` is autoscaled, but its partitions are resources of their own, which the autoscaler does not know",
                pool.name
            );
            findings.push(
                Finding::new(&RULE, message)
                    .at(pool_setting(subject, pool, &["nodeLabels", MIG_LABEL]))
                    .help("write `mig: {strategy: single}`, or give the pool a fixed size")
                    .pool(&pool.name),
            );
        }
    }
}
