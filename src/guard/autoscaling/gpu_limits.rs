//! The GPU limits of the ClusterAutoscaler, beside what the pools can hold.

use super::{Size, Sizes};
use crate::diag::{Finding, Rule};
use crate::guard::Subject;
use crate::plan::{PoolPlan, Vendor};
use crate::render::Object;
use crate::yaml::Position;
use std::collections::BTreeMap;

/// A limit as it is written.
pub(super) struct Limit<'a> {
    /// The ClusterAutoscaler that it stands in; none where somebody else's was stated as a fact.
    pub object: Option<&'a Object>,
    /// The value of the accelerator label, empty when there is none.
    pub model: &'a str,
    /// The greatest amount.
    pub max: Option<u64>,
}

/// The limits of every ClusterAutoscaler; where none is rendered, those that the spec states as facts.
pub(super) fn all<'a>(subject: &'a Subject<'_>) -> Vec<Limit<'a>> {
    let mut limits = Vec::new();
    for object in subject.of_kind("ClusterAutoscaler") {
        let written = object.value["spec"]["resourceLimits"]["gpus"].as_array().into_iter().flatten();
        limits.extend(written.map(|limit| Limit {
            object: Some(object),
            model: limit["type"].as_str().unwrap_or_default(),
            max: limit["max"].as_u64(),
        }));
    }
    let external = subject.plan.autoscaler.settings.as_ref().filter(|_| !subject.plan.autoscaler.managed);
    limits.extend(
        external.iter().flat_map(|settings| &settings.resource_limits.gpus).map(|(model, range)| Limit {
            object: None,
            model,
            max: Some(range.max.into()),
        }),
    );
    limits
}

/// A finding on a limit, with its place and the object that it stands in.
pub(super) fn finding(
    subject: &Subject<'_>,
    limit: &Limit<'_>,
    rule: &'static Rule,
    message: String,
    help: String,
) -> Finding {
    let finding = Finding::new(rule, message).at(place(subject, limit.model)).help(help);
    match limit.object {
        Some(object) => subject.about(finding, object),
        None => finding,
    }
}

/// The pools with NVIDIA GPUs, by model.
pub(super) fn pools_by_model<'a>(subject: &'a Subject<'_>) -> BTreeMap<&'a str, Vec<&'a PoolPlan>> {
    let mut pools: BTreeMap<&str, Vec<&PoolPlan>> = BTreeMap::new();
    for pool in &subject.plan.pools {
        if let Some(accelerator) = pool.accelerator.as_ref().filter(|found| found.vendor == Vendor::Nvidia) {
            pools.entry(&accelerator.model).or_default().push(pool);
        }
    }
    pools
}

/// How many GPUs the pools have with so many nodes each, and the sum as it is reckoned.
pub(super) fn gpus(pools: &[&PoolPlan], sizes: &Sizes<'_>, of: fn(Size) -> u64) -> (u64, String) {
    let mut sum = 0_u64;
    let mut terms = Vec::new();
    for pool in pools {
        let count = u64::from(pool.accelerator.as_ref().map_or(0, |accelerator| accelerator.count));
        let nodes = sizes.nodes(pool, of);
        if nodes > 0 {
            sum = sum.saturating_add(nodes.saturating_mul(count));
            terms.push(format!("{nodes} nodes × {count} of `{}`", pool.name));
        }
    }
    (sum, terms.join(" + "))
}

/// Where a limit stands, or where the autoscaler's settings do.
fn place(subject: &Subject<'_>, model: &str) -> Position {
    match subject.values.find(&["autoscaler", "resourceLimits", "gpus", model, "max"]) {
        Some(node) => node.position,
        None => subject.values.locate_key(&["autoscaler"]),
    }
}
