//! What `poolsmith quota` prints, as data; the JSON form has a published schema
//! (`schemas/quota.schema.json`), which these types are.

use crate::diag::Sources;
use crate::plan::QuotaPlan;
use crate::plan::quotas::{BucketPlan, NotCounted};
use crate::platform::{self, Platform};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

/// The version of the JSON form; raised when a change could break a reader.
const SCHEMA_VERSION: u32 = 1;

/// What the pools take of the accounts' limits.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    /// The version of this format; raised when a change could break a reader.
    schema_version: u32,
    /// The environments, by name.
    environments: &'a [Environment],
}

/// What one environment takes.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Environment {
    /// The environment's name.
    pub environment: String,
    /// The cloud account, where it is stated.
    #[serde(rename = "accountID", skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The region.
    pub region: String,
    /// What all amounts count, such as vCPU.
    pub unit: String,
    /// Every quota that is stated or in use, on demand before Spot.
    pub quotas: Vec<Quota>,
    /// The pools that count against none of them.
    pub uncounted: Vec<Uncounted>,
    /// The command that prints the limits.
    #[serde(skip)]
    pub command: String,
}

/// One quota.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Quota {
    /// The family of instance types that it counts.
    pub family: String,
    /// Whether it counts machines on demand or Spot.
    pub market: Market,
    /// The cloud's id of it.
    pub code: String,
    /// The cloud's name of it.
    pub name: String,
    /// The limit; absent where none is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Where the limit is stated: file, line and column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_at: Option<String>,
    /// What is taken by anything but the pools of this project.
    pub reserved: u32,
    /// What the pools take with every pool at its least size.
    pub minimum: u64,
    /// What the pools take with every pool at its greatest size.
    pub maximum: u64,
    /// What is left of the limit with every pool at its greatest size; negative where it does not suffice,
    /// absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<i64>,
    /// The largest instance type that still fits into what is left: one of each make that the pools use,
    /// else one of any make; empty where none fits.
    pub largest_fitting: Vec<String>,
    /// The pools that count against it.
    pub pools: Vec<Pool>,
}

/// The market that a quota counts.
#[derive(Serialize, JsonSchema, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) enum Market {
    /// On demand.
    OnDemand,
    /// Spot.
    Spot,
}

/// What one pool takes.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pool {
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
    /// Whether the pool is being given up: it counts with the size that Git states.
    pub retiring: bool,
}

/// A pool that counts against no quota.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Uncounted {
    /// The pool's name.
    pub pool: String,
    /// Its instance type.
    pub instance_type: String,
    /// Why it counts against none.
    pub reason: Reason,
}

/// Why a pool counts against no quota.
#[derive(Serialize, JsonSchema, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) enum Reason {
    /// It runs in a capacity block, which counts against no quota of running instances.
    CapacityBlock,
    /// It is not known which quota its instance type counts against in its market.
    UnknownQuota,
}

impl Environment {
    /// The report of one environment. Nothing for a cloud that is not there, which a plan never names.
    pub fn new(environment: &str, plan: &QuotaPlan, sources: &Sources) -> Option<Environment> {
        let platform = platform::find(plan.platform)?;
        Some(Environment {
            environment: environment.to_owned(),
            account_id: plan.account_id.clone(),
            region: plan.region.clone(),
            unit: plan.unit.to_owned(),
            command: plan.command.clone(),
            quotas: plan.buckets.iter().map(|bucket| quota(bucket, platform, sources)).collect(),
            uncounted: plan
                .uncounted
                .iter()
                .map(|pool| Uncounted {
                    pool: pool.pool.clone(),
                    instance_type: pool.instance_type.clone(),
                    reason: match pool.why {
                        NotCounted::CapacityBlock => Reason::CapacityBlock,
                        NotCounted::NoBucket => Reason::UnknownQuota,
                    },
                })
                .collect(),
        })
    }
}

fn quota(plan: &BucketPlan, platform: &dyn Platform, sources: &Sources) -> Quota {
    let place = |limit: &crate::plan::quotas::Limit| {
        let place = limit.place;
        format!("{}:{}:{}", sources.path(place.file), place.line, place.column)
    };
    Quota {
        family: plan.bucket.family.to_owned(),
        market: if plan.bucket.spot { Market::Spot } else { Market::OnDemand },
        code: plan.bucket.code.to_owned(),
        name: plan.bucket.name.to_owned(),
        limit: plan.limit.map(|limit| limit.amount),
        limit_at: plan.limit.as_ref().map(place),
        reserved: plan.reserved,
        minimum: plan.min(),
        maximum: plan.max(),
        left: plan.left().map(|left| i64::try_from(left).unwrap_or(i64::MIN)),
        largest_fitting: plan.largest_fitting(platform).into_iter().map(str::to_owned).collect(),
        pools: plan
            .pools
            .iter()
            .map(|pool| Pool {
                pool: pool.pool.clone(),
                instance_type: pool.instance_type.clone(),
                each: pool.each,
                min: pool.min,
                max: pool.max,
                retiring: pool.retiring,
            })
            .collect(),
    }
}

/// The reports as a JSON document.
pub(super) fn json(environments: &[Environment]) -> serde_json::Result<String> {
    let document = Document { schema_version: SCHEMA_VERSION, environments };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}

/// The published schema of the JSON form.
pub(in crate::cli) fn schema() -> serde_json::Value {
    let mut schema = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Document<'_>>();
    schema.insert("title".to_owned(), "poolsmith quotas".into());
    schema.insert("$comment".to_owned(), "generated by `poolsmith schema`; do not edit".into());
    schema.to_value()
}
