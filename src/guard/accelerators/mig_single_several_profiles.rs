//! ACC060: partitions of several sizes under a strategy that knows one.

use super::{MIG_LABEL, Subject, nvidia, partitioning, pool_setting};
use crate::diag::{Finding, Findings};
use crate::plan::accelerators::nvidia_pools;
use crate::rule;
use crate::spec::accelerators::MigStrategy;

rule! {
    /// Partitions of several sizes under the strategy `single`.
    pub RULE = "ACC060", "mig-single-several-profiles", Error, waivable,
    "with the MIG strategy single every partition of a node has the same profile"
}

/// Finds pools that are partitioned unevenly, or that partition nothing, under the strategy `single`.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((_, plan)) = nvidia(subject) else { return };
    if plan.mig_strategy != MigStrategy::Single {
        return;
    }
    for pool in nvidia_pools(&subject.plan.pools) {
        let what = match partitioning(pool) {
            Some("all-balanced") => "mixes profiles",
            Some("all-enabled") => "makes no partition",
            _ => continue,
        };
        let message = format!(
            "pool `{}` asks for a partitioning that {what}, which the strategy `single` does not take: its nodes offer no GPU at all",
            pool.name
        );
        findings.push(
            Finding::new(&RULE, message)
                .at(pool_setting(subject, pool, &["nodeLabels", MIG_LABEL]))
                .help(
                    "write `mig: {strategy: mixed}`, or a partitioning of one profile such as `all-1g.10gb`",
                )
                .pool(&pool.name),
        );
    }
}
