//! ACC010: GPUs that nothing makes usable.

use super::{Subject, pool_setting};
use crate::diag::{Finding, Findings};
use crate::plan::accelerators::nvidia_pools;
use crate::rule;
use crate::spec::gpu_operator::Channel;

rule! {
    /// GPUs that nothing makes usable.
    pub RULE = "ACC010", "nvidia-pool-without-operator", Error, waivable,
    "a pool with NVIDIA GPUs comes with the GPU Operator, whoever installs it"
}

/// Finds pools with NVIDIA GPUs in a spec without `accelerators.nvidia`.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.spec.accelerators.nvidia.is_some() {
        return;
    }
    let channel = Channel::Floating.release(subject.plan.cluster.version).as_str();
    for pool in nvidia_pools(&subject.plan.pools) {
        let message = format!(
            "pool `{}` has NVIDIA GPUs, but `accelerators.nvidia` does not say who makes them usable",
            pool.name
        );
        findings.push(
            Finding::new(&RULE, message)
                .at(pool_setting(subject, pool, &["instanceType"]))
                .help(format!(
                    "add `accelerators: {{nvidia: {{channel: {channel}}}}}`, with `operator`, `nfd` and \
                     `clusterPolicy` set to `external` where somebody else installs them"
                ))
                .pool(&pool.name),
        );
    }
}
