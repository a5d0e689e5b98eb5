//! A limit has room for one machine more than the pools at their maximum.
//!
//! A machine that is replaced may still count while its successor starts, so an account at its limit cannot
//! replace anything (field report at teutonet-helm-charts).

use super::{Subject, at_pools, named, terms};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// Pools that use up a limit to the last machine.
    pub RULE = "QTA003", "no-room-to-replace", Warning, waivable,
    "a limit has room for one machine of the largest type beside the pools at their maximum"
}

/// Checks every bucket that fits its limit.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let quotas = &subject.plan.quotas;
    for bucket in &quotas.buckets {
        let (Some(limit), Some(left), Some(largest)) = (bucket.limit, bucket.left(), bucket.largest()) else {
            continue;
        };
        if left < 0 || left >= i128::from(largest.each) {
            continue;
        }
        let each = u64::from(largest.each);
        let taken = u64::from(bucket.reserved).saturating_add(bucket.max()).saturating_add(each);
        let sum = terms(bucket.pools.iter(), bucket.reserved, quotas.unit);
        let message = format!(
            "no room to replace a machine: {sum} + {each} for one more {} = {taken} > {}, {}",
            largest.instance_type,
            limit.amount,
            named(bucket)
        );
        let help = format!(
            "lower a size by one, or have {} raised to at least {taken} first and update the limit",
            bucket.bucket.code
        );
        findings.push(at_pools(Finding::new(&RULE, message).help(help), bucket, quotas.unit, subject));
    }
}
