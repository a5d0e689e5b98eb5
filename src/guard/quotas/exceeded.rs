//! The pools of a bucket fit its limit, all of them at their maximum.
//!
//! What does not fit fails one machine after another with VcpuLimitExceeded (on demand) or
//! MaxSpotInstanceCountExceeded (Spot), and the autoscaler takes neither for missing capacity: it does not
//! try another pool (field reports at karpenter-provider-aws and cortex).

use super::{Subject, at_pools, named, terms};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// Pools that may grow beyond a limit of the account.
    pub RULE = "QTA001", "quota-exceeded", Error, waivable,
    "the pools of a quota fit its limit at their maximum"
}

/// Checks every bucket with a limit.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let quotas = &subject.plan.quotas;
    for bucket in &quotas.buckets {
        let (Some(limit), Some(left)) = (bucket.limit, bucket.left()) else { continue };
        if left >= 0 || bucket.max() == 0 {
            continue;
        }
        let unit = quotas.unit;
        let taken = u64::from(bucket.reserved).saturating_add(bucket.max());
        let sum = terms(bucket.pools.iter(), bucket.reserved, unit);
        let message = format!(
            "the pools may grow beyond a limit of the account: {sum} = {taken} > {}, {}",
            limit.amount,
            named(bucket)
        );
        let mut finding = Finding::new(&RULE, message).help(format!(
            "lower the sizes, or have {} raised to at least {taken} first and update the limit",
            bucket.bucket.code
        ));
        let least = u64::from(bucket.reserved).saturating_add(bucket.min());
        if least > limit.amount.into() {
            finding = finding.note(format!("at their minimum they take {least} {unit} already"));
        }
        findings.push(at_pools(finding, bucket, unit, subject));
    }
}
