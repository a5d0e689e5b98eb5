//! Whether what the pools may grow to fits the limits of the cloud account.
//!
//! These guards read the plan's buckets and no object, so `poolsmith quota` runs them too.

pub mod accelerator_of_one_source;
pub mod exceeded;
pub mod exceeded_together;
pub mod limit_not_stated;
pub mod no_room_to_replace;
pub mod type_without_quota;

use super::Subject;
use crate::diag::Finding;
use crate::plan::quotas::{BucketPlan, PoolUse};
use crate::sorted::sort_by_key;
use crate::yaml::Position;

/// The quota in words: `L-DB2E81BA, G and VT, on demand`.
fn named(bucket: &BucketPlan) -> String {
    let bucket = bucket.bucket;
    format!("{}, {}, {}", bucket.code, bucket.family, bucket.market())
}

/// The sum at the maximum as one adds it up: `8 × 4 + 1 × 48 vCPU + 24 reserved`.
///
/// The terms of `pools` that count the same a machine are drawn together.
fn terms<'a>(pools: impl Iterator<Item = &'a PoolUse>, reserved: u32, unit: &str) -> String {
    let mut terms: Vec<(u64, u32)> = Vec::new();
    for pool in pools.filter(|pool| pool.max > 0) {
        match terms.iter_mut().find(|(_, each)| *each == pool.each) {
            Some((machines, _)) => *machines = machines.saturating_add(pool.max),
            None => terms.push((pool.max, pool.each)),
        }
    }
    let sum: Vec<String> = terms.iter().map(|(machines, each)| format!("{machines} × {each}")).collect();
    let reserved = if reserved > 0 { format!(" + {reserved} reserved") } else { String::new() };
    format!("{} {unit}{reserved}", sum.join(" + "))
}

/// Points at the sizes of the bucket's pools, the greatest share first, and at the limit.
fn at_pools(finding: Finding, bucket: &BucketPlan, unit: &str, subject: &Subject<'_>) -> Finding {
    let mut pools: Vec<&PoolUse> = bucket.pools.iter().filter(|pool| pool.max > 0).collect();
    // Stable, so that among equals the first by name stays in front.
    sort_by_key(&mut pools, |pool| std::cmp::Reverse(pool.max.saturating_mul(pool.each.into())));
    let mut finding = finding;
    for (index, pool) in pools.iter().enumerate() {
        let text = format!("{} × {} with {} {unit} each", pool.max, pool.instance_type, pool.each);
        let place = size_place(subject, &pool.pool);
        finding = match index {
            0 => finding.labelled(place, text).pool(pool.pool.as_str()),
            _ => finding.related(place, text),
        };
    }
    match bucket.limit {
        Some(limit) => finding.related(limit.place, "the limit"),
        None => finding,
    }
}

fn size_place(subject: &Subject<'_>, pool: &str) -> Position {
    subject.values.locate(&["pools", pool, "size"])
}
