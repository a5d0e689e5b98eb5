//! Environments of one account and region share its limits.

use super::{named, terms};
use crate::diag::{Finding, Findings};
use crate::plan::QuotaPlan;
use crate::plan::quotas::BucketPlan;
use crate::rule;
use crate::yaml::Node;
use std::collections::BTreeMap;

rule! {
    /// Environments that fit a limit each by itself and not together.
    pub RULE = "QTA005", "quota-exceeded-together", Error, waivable,
    "the environments of one account and region fit its limits together"
}

/// An environment's bucket.
struct Share<'a> {
    environment: &'a str,
    unit: &'a str,
    bucket: &'a BucketPlan,
}

/// What shares a limit: account, region, the quota's code and the limit. Who states another limit has
/// been given a part of it, or an older file; that is not this rule's business.
type Shared<'a> = (&'a str, &'a str, &'a str, u32);

/// Checks the environments that are looked at against each other; `project` is the project file. A finding
/// names the last of those that share the limit.
pub fn check<'a>(project: &Node, environments: impl Iterator<Item = (&'a str, &'a QuotaPlan)>) -> Findings {
    let mut findings = Findings::new();
    let mut shares: BTreeMap<Shared<'a>, Vec<Share<'a>>> = BTreeMap::new();
    for (environment, quotas) in environments {
        let Some(account) = &quotas.account_id else { continue };
        for bucket in quotas.buckets.iter().filter(|bucket| bucket.max() > 0) {
            let Some(limit) = bucket.limit else { continue };
            let shared = (account.as_str(), quotas.region.as_str(), bucket.bucket.code, limit.amount);
            shares.entry(shared).or_default().push(Share { environment, unit: quotas.unit, bucket });
        }
    }
    for ((account, region, _, limit), shares) in shares {
        // Alone beyond the limit has its own finding.
        let fits_alone = shares.iter().all(|share| share.bucket.left().is_some_and(|left| left >= 0));
        if fits_alone && let [_, .., last] = shares.as_slice() {
            findings.extend(check_sum(project, (account, region, limit), &shares, last));
        }
    }
    findings
}

fn check_sum(
    project: &Node,
    (account, region, limit): (&str, &str, u32),
    shares: &[Share<'_>],
    last: &Share<'_>,
) -> Option<Finding> {
    // What else runs in the account is the same for all of them, however each states it.
    let reserved = shares.iter().map(|share| share.bucket.reserved).max().unwrap_or_default();
    let used = shares.iter().map(|share| share.bucket.max()).fold(0, u64::saturating_add);
    let taken = used.saturating_add(reserved.into());
    if taken <= limit.into() {
        return None;
    }
    let pools = shares.iter().flat_map(|share| &share.bucket.pools);
    let message = format!(
        "the environments of account {account} in {region} may grow beyond its limit together: {} = {taken} > {limit}, {}",
        terms(pools, reserved, last.unit),
        named(last.bucket)
    );
    let mut finding = Finding::new(&RULE, message).environment(last.environment).help(format!(
        "lower the sizes, or have {} raised to at least {taken} first and update the limit",
        last.bucket.bucket.code
    ));
    for share in shares {
        let pools: Vec<&str> =
            share.bucket.pools.iter().filter(|pool| pool.max > 0).map(|pool| pool.pool.as_str()).collect();
        let text = format!("takes {} {}: {}", share.bucket.max(), share.unit, pools.join(", "));
        let place = project.locate_key(&["environments", share.environment]);
        finding = if share.environment == last.environment {
            finding.labelled(place, text)
        } else {
            finding.related(place, text)
        };
    }
    Some(finding)
}
