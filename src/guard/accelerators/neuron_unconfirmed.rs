//! ACC011: AWS Neuron without a word on whether it is supported here.

use super::{Subject, pool_setting};
use crate::diag::{Finding, Findings};
use crate::plan::Vendor;
use crate::rule;

rule! {
    /// AWS Neuron without a word on whether it is supported here.
    pub RULE = "ACC011", "neuron-unconfirmed", Error,
    "a pool with AWS Neuron devices is rendered only where somebody confirmed that it is supported"
}

/// Finds pools with Inferentia or Trainium in a spec without a confirmation.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let confirmed = subject.spec.accelerators.neuron.as_ref();
    if confirmed.is_some_and(|neuron| !neuron.support_confirmed.by.trim().is_empty()) {
        return;
    }
    for pool in &subject.plan.pools {
        if pool.accelerator.as_ref().is_none_or(|accelerator| accelerator.vendor != Vendor::Neuron) {
            continue;
        }
        let message = format!(
            "pool `{}` has AWS Neuron devices ({}), and nobody confirmed that OpenShift {} supports them here",
            pool.name, pool.instance_type, subject.plan.cluster.version.min
        );
        findings.push(
            Finding::new(&RULE, message)
                .at(pool_setting(subject, pool, &["instanceType"]))
                .help(
                    "install the AWS Neuron operator, try it, then write who confirmed it: \
                     `accelerators: {neuron: {supportConfirmed: {by: \"…\"}}}`",
                )
                .pool(&pool.name),
        );
    }
}
