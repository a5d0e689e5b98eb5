//! ACC031: a partitioning that nothing comes of.

use super::{MIG_LABEL, Subject, nvidia, partitioning, pool_setting};
use crate::diag::{Finding, Findings};
use crate::plan::accelerators::nvidia_pools;
use crate::rule;
use crate::spec::accelerators::MigStrategy;

rule! {
    /// A partitioning that nothing comes of.
    pub RULE = "ACC031", "mig-label-without-effect", Error, waivable,
    "a pool asks for partitions only where its GPUs have them and they are offered to pods"
}

/// Models that cannot be partitioned. Source: NVIDIA's MIG user guide, "Supported GPUs", which lists
/// those that can.
const WITHOUT_PARTITIONS: [&str; 9] = [
    "nvidia-k80",
    "nvidia-m60",
    "nvidia-v100",
    "nvidia-t4",
    "nvidia-t4g",
    "nvidia-a10",
    "nvidia-a10g",
    "nvidia-l4",
    "nvidia-l40s",
];

/// Finds pools with a partitioning on GPUs without partitions, or with the strategy `none`.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((_, plan)) = nvidia(subject) else { return };
    let not_offered = plan.cluster_policy.is_some() && plan.mig_strategy == MigStrategy::None;
    for pool in nvidia_pools(&subject.plan.pools) {
        let Some(partitioning) = partitioning(pool) else { continue };
        let model = pool.accelerator.as_ref().map_or("", |accelerator| accelerator.model.as_str());
        let (reason, help) = if WITHOUT_PARTITIONS.contains(&model) {
            (
                format!("but `{model}` has no partitions"),
                "remove the label, or choose GPUs with partitions, such as the A100",
            )
        } else if not_offered {
            (
                "but the MIG strategy is `none`, so that no pod can ask for its partitions".to_owned(),
                "add `mig: {strategy: single}` to `accelerators.nvidia`",
            )
        } else {
            continue;
        };
        let message = format!("pool `{}` asks for the partitioning `{partitioning}`, {reason}", pool.name);
        let place = pool_setting(subject, pool, &["nodeLabels", MIG_LABEL]);
        findings.push(Finding::new(&RULE, message).at(place).help(help).pool(&pool.name));
    }
}
