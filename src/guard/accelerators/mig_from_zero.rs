//! ACC030: partitions on nodes that come from nothing.

use super::{MIG_LABEL, Subject, partitioning, pool_setting};
use crate::diag::{Finding, Findings};
use crate::plan::accelerators::nvidia_pools;
use crate::plan::{PoolPlan, Scaling};
use crate::rule;

rule! {
    /// Partitions on nodes that come from nothing.
    pub RULE = "ACC030", "mig-from-zero", Warning, waivable,
    "a pool that partitions its GPUs keeps a node"
}

/// Finds pools that may be empty and ask for a partitioning.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for pool in nvidia_pools(&subject.plan.pools).filter(|pool| comes_from_zero(pool)) {
        let Some(partitioning) = partitioning(pool) else { continue };
        let message = format!(
            "pool `{}` scales from 0 with the partitioning `{partitioning}`: a new node offers whole GPUs until it is partitioned, and the first pods get them",
            pool.name
        );
        findings.push(
            Finding::new(&RULE, message)
                .at(pool_setting(subject, pool, &["nodeLabels", MIG_LABEL]))
                .help("write a minimum of 1, or let workloads wait for the label `nvidia.com/mig.config.state: success`")
                .pool(&pool.name),
        );
    }
}

fn comes_from_zero(pool: &PoolPlan) -> bool {
    pool.machine_sets.iter().any(|set| matches!(set.scaling, Scaling::Autoscaled { min: 0, .. }))
}
