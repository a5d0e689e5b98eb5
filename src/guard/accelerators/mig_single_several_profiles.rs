//! ACC060: partitions of several sizes under a strategy that knows one.

use super::{MIG_LABEL, Subject, asked_partitionings, nvidia, pool_setting};
use crate::diag::{Finding, Findings};
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
    let rendered = subject.of_kind("ClusterPolicy").find(|object| object.group() == "nvidia.com");
    let is_single = match rendered {
        Some(policy) => policy.value["spec"]["mig"]["strategy"] == MigStrategy::Single.as_str(),
        None => plan.mig_strategy == MigStrategy::Single,
    };
    if !is_single {
        return;
    }
    for (pool, object, name) in asked_partitionings(subject) {
        let what = match name {
            "all-balanced" => "mixes profiles",
            "all-enabled" => "makes no partition",
            _ => continue,
        };
        let message = format!(
            "pool `{}` asks for a partitioning that {what}, which the strategy `single` does not take: its nodes offer no GPU at all",
            pool.name
        );
        let finding = Finding::new(&RULE, message)
            .at(pool_setting(subject, pool, &["nodeLabels", MIG_LABEL]))
            .help("write `mig: {strategy: mixed}`, or a partitioning of one profile such as `all-1g.10gb`");
        findings.push(subject.about(finding, object));
    }
}
