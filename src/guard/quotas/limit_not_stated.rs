//! Where limits are stated, those of the buckets in use are among them.
//!
//! New accounts start at 0 vCPUs for nearly every group with accelerators, and one more than that is not
//! enough: the smallest size of most has 4 (Service Quotas defaults; field reports).

use super::{Subject, named};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A quota that pools count against and of which no limit is stated.
    pub RULE = "QTA002", "quota-not-stated", Warning, waivable,
    "where limits are stated, those that pools count against are among them"
}

/// Checks every bucket without a limit.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let quotas = &subject.plan.quotas;
    if !quotas.stated {
        return;
    }
    for bucket in quotas.buckets.iter().filter(|bucket| bucket.limit.is_none() && bucket.max() > 0) {
        let mut users = bucket.pools.iter().filter(|pool| pool.max > 0);
        let place = |pool: &str| subject.values.locate(&["pools", pool, "instanceType"]);
        let message = format!(
            "up to {} {} count against a quota without a stated limit: {}",
            bucket.max(),
            quotas.unit,
            named(bucket)
        );
        let section = if bucket.bucket.spot { "spot" } else { "onDemand" };
        let mut finding = Finding::new(&RULE, message)
            .note("new accounts start at 0 for most accelerators, and each region has limits of its own")
            .help(format!(
                "write `quotas: {{{section}: {{{}: {{limit: …}}}}}}`, or refresh the quota file: `{}` prints it",
                bucket.bucket.family, quotas.command
            ));
        if let Some(first) = users.next() {
            finding = finding.at(place(&first.pool)).pool(first.pool.as_str());
        }
        for further in users {
            finding = finding.related(place(&further.pool), "counts too");
        }
        findings.push(finding);
    }
}
