//! ACC012: AWS Neuron where it cannot work.

use super::{Subject, pool_setting};
use crate::diag::{Finding, Findings};
use crate::plan::{PoolPlan, Vendor};
use crate::rule;
use crate::spec::cluster::Flavor;
use crate::spec::pool::Architecture;
use crate::spec::scalars::MinorVersion;

rule! {
    /// AWS Neuron where it cannot work.
    pub RULE = "ACC012", "neuron-unsupported", Error,
    "a pool with AWS Neuron devices stands on a cluster that the Neuron operator supports"
}

/// The oldest OpenShift that the operator is tried on.
/// Source: awslabs/operator-for-ai-chips-on-aws, its table of platforms.
const OLDEST: MinorVersion = MinorVersion::new(4, 16);

/// Finds pools with Inferentia or Trainium on a platform, version or architecture that is out.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for pool in &subject.plan.pools {
        if pool.accelerator.as_ref().is_none_or(|accelerator| accelerator.vendor != Vendor::Neuron) {
            continue;
        }
        for (reason, place, help) in reasons(subject, pool) {
            let message = format!("pool `{}` has AWS Neuron devices, but {reason}", pool.name);
            findings.push(Finding::new(&RULE, message).at(place).help(help).pool(&pool.name));
        }
    }
}

fn reasons(subject: &Subject<'_>, pool: &PoolPlan) -> Vec<(String, crate::yaml::Position, &'static str)> {
    let mut reasons = Vec::new();
    let min = subject.plan.cluster.version.min;
    if subject.spec.cluster.flavor == Flavor::ROSAClassic {
        reasons.push((
            "their operator is neither tested nor supported on ROSA Classic".to_owned(),
            subject.values.locate(&["cluster", "flavor"]),
            "remove the pool, or move it to ROSA with hosted control planes or a self-managed cluster",
        ));
    }
    if min < OLDEST {
        reasons.push((
            format!("their operator needs OpenShift {OLDEST}, and the cluster may be {min}"),
            subject.values.locate(&["cluster", "version"]),
            "upgrade the cluster first",
        ));
    }
    if pool.capacity.is_some_and(|capacity| capacity.architecture != Architecture::Amd64) {
        reasons.push((
            "their operator is built for amd64 alone".to_owned(),
            pool_setting(subject, pool, &["instanceType"]),
            "choose an instance type with amd64 processors",
        ));
    }
    reasons
}
