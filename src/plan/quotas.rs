//! What the pools count against the limits of the cloud account: one bucket for each family and market.
//!
//! Which buckets there are, and what one machine takes of them, is the platform's knowledge.

use super::{PoolPlan, Scaling, rules};
use crate::diag::{Finding, Findings, nearest};
use crate::platform::{ClusterFacts, Platform, QuotaBucket, StatedLimit};
use crate::sorted::sort;
use crate::spec::quotas::QuotaFacts;
use crate::spec::size::Market;
use crate::spec::{ClusterPools, Quotas};
use crate::yaml::{Node, Position};
use std::collections::BTreeMap;

/// The limits of the account in the cluster's region, and what counts against them.
#[derive(Debug, Clone, Default)]
pub struct QuotaPlan {
    /// The cloud's name, as [`crate::platform`] has it.
    pub platform: &'static str,
    /// The cloud account, where it is stated.
    pub account_id: Option<String>,
    /// The region.
    pub region: String,
    /// What the limits count, e.g. `vCPU`.
    pub unit: &'static str,
    /// The command that prints the limits.
    pub command: String,
    /// Whether limits were stated, so that one that is missing says something.
    pub stated: bool,
    /// Every bucket that is stated or in use, on demand before Spot.
    pub buckets: Vec<BucketPlan>,
    /// The pools that count against no bucket.
    pub uncounted: Vec<Uncounted>,
}

/// One limit, and what counts against it.
#[derive(Debug, Clone)]
pub struct BucketPlan {
    /// What it counts.
    pub bucket: &'static QuotaBucket,
    /// The limit, where it is known.
    pub limit: Option<Limit>,
    /// What is taken by anything but the pools of this project.
    pub reserved: u32,
    /// The pools, by name.
    pub pools: Vec<PoolUse>,
}

/// A limit with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How much.
    pub amount: u32,
    /// Where it is stated.
    pub place: Position,
}

/// What one pool takes of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolUse {
    /// The pool's name.
    pub pool: String,
    /// Its instance type.
    pub instance_type: String,
    /// What one machine takes.
    pub each: u32,
    /// The least number of machines.
    pub min: u64,
    /// The greatest number of machines.
    pub max: u64,
    /// Whether all of it is being given up, so that nothing is replaced.
    pub retiring: bool,
}

/// A pool that counts against no bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncounted {
    /// The pool's name.
    pub pool: String,
    /// Its instance type.
    pub instance_type: String,
    /// The greatest number of machines.
    pub max: u64,
    /// Why.
    pub why: NotCounted,
}

/// Why a pool counts against no bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCounted {
    /// It runs in a capacity block: "Instances in a Capacity Block don't count against your On-Demand
    /// Instances limits" (EC2 User Guide, Capacity Blocks for ML).
    CapacityBlock,
    /// No bucket is known for its instance type and market.
    NoBucket,
}

impl BucketPlan {
    /// What the pools take at their minimum.
    pub fn min(&self) -> u64 {
        self.sum(|pool| pool.min)
    }

    /// What the pools take at their maximum.
    pub fn max(&self) -> u64 {
        self.sum(|pool| pool.max)
    }

    /// What is left of the limit at the maximum, less than nothing where it does not suffice.
    pub fn left(&self) -> Option<i128> {
        let taken = i128::from(self.reserved) + i128::from(self.max());
        self.limit.map(|limit| i128::from(limit.amount) - taken)
    }

    /// What one machine of the largest type takes that may have to be replaced.
    pub fn largest(&self) -> Option<&PoolUse> {
        self.pools.iter().filter(|pool| pool.max > 0 && !pool.retiring).max_by_key(|pool| pool.each)
    }

    /// The largest instance types that fit into what is left, of each make that the pools use; of any make
    /// that counts here where no pool does.
    pub fn largest_fitting(&self, platform: &dyn Platform) -> Vec<&'static str> {
        let left = self.left().and_then(|left| u64::try_from(left).ok()).unwrap_or(0);
        let fitting = |like| platform.largest_within(self.bucket, like, left);
        if self.pools.is_empty() {
            return fitting(None).into_iter().collect();
        }
        let mut found: Vec<&str> =
            self.pools.iter().filter_map(|pool| fitting(Some(&pool.instance_type))).collect();
        sort(&mut found);
        found.dedup();
        found
    }

    fn sum(&self, machines: impl Fn(&PoolUse) -> u64) -> u64 {
        let amounts = self.pools.iter().map(|pool| machines(pool).saturating_mul(pool.each.into()));
        amounts.fold(0, u64::saturating_add)
    }
}

/// Resolves the buckets. `documents` are those of the quota file, if one was read.
pub fn resolve(
    spec: &ClusterPools,
    pools: &[PoolPlan],
    documents: Option<&[Node]>,
    platform: &'static dyn Platform,
    facts: &ClusterFacts<'_>,
    tree: &Node,
    findings: &mut Findings,
) -> QuotaPlan {
    let stated = spec.quotas.as_ref();
    let limits = documents.map(|documents| platform.read_quotas(documents, facts, findings));
    check_families(stated, platform, tree, findings);
    let (mut used, uncounted) = count(spec, pools, platform);
    let bucket = |bucket: &'static QuotaBucket| {
        let facts = stated.and_then(|quotas| facts_of(quotas, bucket));
        let pools = used.remove(bucket).unwrap_or_default();
        let limit = limit(facts, bucket, limits.as_deref().unwrap_or_default(), tree);
        let reserved = facts.map_or(0, |facts| facts.reserved);
        let shown = limit.is_some() || reserved > 0 || !pools.is_empty();
        shown.then_some(BucketPlan { bucket, limit, reserved, pools })
    };
    let file_named = stated.is_some_and(|quotas| quotas.file.is_some());
    QuotaPlan {
        platform: platform.name(),
        account_id: spec.cluster.account_id.as_ref().map(|id| id.as_str().to_owned()),
        region: spec.cluster.region.clone(),
        unit: platform.quota_unit(),
        command: platform.quota_command(&spec.cluster.region),
        // A file that could not be read says nothing about what is missing in it.
        stated: limits.is_some() || (stated.is_some() && !file_named),
        buckets: platform.quota_buckets().iter().filter_map(bucket).collect(),
        uncounted,
    }
}

/// The pools by their bucket, and those that have none.
fn count(
    spec: &ClusterPools,
    pools: &[PoolPlan],
    platform: &'static dyn Platform,
) -> (BTreeMap<&'static QuotaBucket, Vec<PoolUse>>, Vec<Uncounted>) {
    let mut used: BTreeMap<&QuotaBucket, Vec<PoolUse>> = BTreeMap::new();
    let mut uncounted = Vec::new();
    for pool in pools {
        let market = spec.pools.get(&pool.name).map(|pool| &pool.market);
        let mut not_counted = |why| {
            let PoolUse { pool, instance_type, max, .. } = use_of(pool, 0);
            uncounted.push(Uncounted { pool, instance_type, max, why });
        };
        if matches!(market, Some(Market::CapacityBlock(_))) {
            not_counted(NotCounted::CapacityBlock);
            continue;
        }
        let spot = pool.interruptible;
        let family = platform.quota_family(&pool.instance_type, spot);
        let known = |bucket: &&QuotaBucket| Some(bucket.family) == family && bucket.spot == spot;
        let bucket = platform.quota_buckets().iter().find(known);
        match bucket.zip(amount(pool, platform)) {
            Some((bucket, each)) => used.entry(bucket).or_default().push(use_of(pool, each)),
            None => not_counted(NotCounted::NoBucket),
        }
    }
    (used, uncounted)
}

/// What a machine takes: as the catalogue has it, since a capacity that was stated by hand may be what
/// the node reports and not what the account pays for.
fn amount(pool: &PoolPlan, platform: &dyn Platform) -> Option<u32> {
    let known = platform.instance(&pool.instance_type).map(|instance| platform.quota_amount(&instance));
    known.or(pool.capacity.map(|capacity| capacity.vcpu))
}

/// A retiring MachineSet counts with the replicas that Git states: what it holds until it is emptied.
fn use_of(pool: &PoolPlan, each: u32) -> PoolUse {
    let machines = |of: fn(Scaling) -> u32| {
        pool.machine_sets.iter().map(|set| u64::from(of(set.scaling))).fold(0, u64::saturating_add)
    };
    PoolUse {
        pool: pool.name.clone(),
        instance_type: pool.instance_type.clone(),
        each,
        min: machines(Scaling::min),
        max: machines(Scaling::max),
        retiring: pool.retiring,
    }
}

fn facts_of<'a>(quotas: &'a Quotas, bucket: &QuotaBucket) -> Option<&'a QuotaFacts> {
    if bucket.spot { quotas.spot.get(bucket.family) } else { quotas.on_demand.get(bucket.family) }
}

/// The limit that was stated in the values, else that of the file.
fn limit(
    facts: Option<&QuotaFacts>,
    bucket: &QuotaBucket,
    of_file: &[StatedLimit],
    tree: &Node,
) -> Option<Limit> {
    if let Some(amount) = facts.and_then(|facts| facts.limit) {
        let place = tree.locate(&["quotas", section(bucket.spot), bucket.family, "limit"]);
        return Some(Limit { amount, place });
    }
    let stated = of_file.iter().find(|limit| limit.bucket == bucket)?;
    Some(Limit { amount: stated.amount, place: stated.place })
}

/// The key under `quotas` that holds the families of a market.
fn section(spot: bool) -> &'static str {
    if spot { "spot" } else { "onDemand" }
}

/// The families are words that the platform knows.
fn check_families(quotas: Option<&Quotas>, platform: &dyn Platform, tree: &Node, findings: &mut Findings) {
    let Some(quotas) = quotas else { return };
    for (spot, families) in [(false, &quotas.on_demand), (true, &quotas.spot)] {
        let known = || {
            platform
                .quota_buckets()
                .iter()
                .filter(move |bucket| bucket.spot == spot)
                .map(|bucket| bucket.family)
        };
        for family in families.keys().filter(|family| known().all(|known| known != family.as_str())) {
            let market = if spot { "Spot" } else { "machines on demand" };
            let message = format!("there is no quota of {market} for `{family}`");
            let help = match nearest(family, known()) {
                Some(near) => format!("write `{near}`"),
                None => format!("write one of {}", known().collect::<Vec<_>>().join(", ")),
            };
            findings.push(
                Finding::new(&rules::UNKNOWN_QUOTA_FAMILY, message)
                    .at(tree.locate_key(&["quotas", section(spot), family]))
                    .help(help),
            );
        }
    }
}
