//! Zones that share a fixed size lose no machine because the sharing changes.
//!
//! With another zone, or in another order, each zone's share of the same total is another one. Git rules
//! a fixed size, so a sync deletes the machines that a zone has too many, with whatever runs there.

use super::Subject;
use super::changes::{self, machines};
use super::machine_sets::{self, Hands};
use crate::diag::{Finding, Findings};
use crate::plan::{Scaling, share};
use crate::rule;
use crate::sorted::IntoSorted;
use crate::spec::size::Per;
use std::collections::BTreeMap;

rule! {
    /// A zone whose share of a total is lower than the committed one.
    pub RULE = "TRN016", "zone-share-lowered", Warning, waivable,
    "no zone of a fixed pool loses machines while the pool's size stays"
}

/// A pool whose zones share its size anew: what its MachineSets had and have.
pub(super) struct Reshared<'a> {
    /// The MachineSets that get fewer machines, with the numbers before and now.
    pub lowered: Vec<(&'a str, u64, u64)>,
}

/// The pools whose total is no lower than it was, with a zone that gets fewer machines all the same.
pub(super) fn reshared<'a>(subject: &'a Subject<'_>) -> BTreeMap<&'a str, Reshared<'a>> {
    let committed: BTreeMap<&str, u64> = changes::all(subject)
        .iter()
        .filter(|change| {
            change.hands_before == Hands::Git && matches!(change.now, None | Some((_, Hands::Git)))
        })
        .map(|change| {
            let replicas = machine_sets::replicas(change.before).unwrap_or(1);
            (machine_sets::name(change.before), replicas)
        })
        .into_map();
    let shares_its_size = |pool: &str| {
        subject.spec.pools.get(pool).is_some_and(|written| written.size.per() == Some(Per::Total))
    };
    let mut found = BTreeMap::new();
    for pool in subject.plan.pools.iter().filter(|pool| shares_its_size(&pool.name)) {
        let fixed = pool.machine_sets.iter().filter_map(|set| match set.scaling {
            Scaling::Fixed { replicas } => Some((set.name.as_str(), u64::from(replicas))),
            _ => None,
        });
        let fixed: Vec<(&str, u64)> = fixed.collect();
        let total: u64 = fixed.iter().map(|(_, now)| now).sum();
        let before: u64 = fixed.iter().filter_map(|(name, _)| committed.get(name)).sum();
        let lowered: Vec<_> = fixed
            .iter()
            .filter_map(|(name, now)| Some((*name, *committed.get(name)?, *now)))
            .filter(|(_, before, now)| now < before)
            .collect();
        if total >= before && !lowered.is_empty() {
            found.insert(pool.name.as_str(), Reshared { lowered });
        }
    }
    found
}

/// Checks the pools whose zones share their size.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (pool, reshared) in reshared(subject) {
        let loss: Vec<String> = reshared
            .lowered
            .iter()
            .map(|(name, before, now)| format!("`{name}` goes from {} to {now}", machines(*before)))
            .collect();
        let message = format!(
            "the zones of pool `{pool}` share its size anew: {}, and a sync deletes what is too much, although the size was not lowered",
            loss.join(", ")
        );
        let mut finding =
            Finding::new(&RULE, message).at(subject.values.locate(&["pools", pool, "size"])).pool(pool);
        finding = match enough(subject, pool) {
            Some(total) => finding.help(format!(
                "write `fixed: {total}`, with which no zone gets fewer, or `per: zone` with a number of its own"
            )),
            None => finding.help("write `per: zone` with the number that each zone has"),
        };
        findings.push(finding);
    }
}

/// The least total with which no zone of the pool gets fewer machines than it has.
fn enough(subject: &Subject<'_>, pool: &str) -> Option<u32> {
    let planned = subject.plan.pools.iter().find(|planned| planned.name == pool)?;
    let committed = subject.committed?;
    let had: Vec<u64> = planned
        .machine_sets
        .iter()
        .filter(|set| matches!(set.scaling, Scaling::Fixed { .. }))
        .map(|set| {
            let before =
                committed.of_kind("MachineSet").find(|before| machine_sets::name(before) == set.name);
            before.and_then(machine_sets::replicas).unwrap_or(0)
        })
        .collect();
    let most = u32::try_from(had.iter().max().copied()?).ok()?;
    let zones = u32::try_from(had.len()).ok()?;
    let suffices =
        |total: &u32| share(*total, had.len()).iter().zip(&had).all(|(share, had)| u64::from(*share) >= *had);
    // With `most` in every zone it is enough; with one less in every zone it is not.
    let least = most.saturating_sub(1).checked_mul(zones)?;
    (least..=most.checked_mul(zones)?).find(suffices)
}
