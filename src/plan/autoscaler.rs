//! The autoscaler's limits, expanders and priorities, derived from the pools.
//!
//! Facts: kubernetes-autoscaler `expander/priority` (a group that no expression matches is dropped as
//! long as any other candidate matches) and `cloudprovider/openshift` (a group's id is
//! `MachineSet/openshift-machine-api/<name>`); cluster-autoscaler-operator
//! `pkg/controller/clusterautoscaler`.

use super::{AutoscalerPlan, PoolPlan, Scaling, Vendor, rules};
use crate::diag::{Finding, Findings, Wish};
use crate::sorted::sort;
use crate::spec::Management;
use crate::spec::autoscaler::{Autoscaler, Expander};
use crate::spec::scalars::{MinorVersion, VersionRange};
use crate::yaml::Node;
use std::collections::BTreeMap;

/// The priority of every group that states none, those of MachineSets made elsewhere included.
const PRIORITY_OF_THE_REST: u32 = 1;

/// The models of the accelerators of pools that are left out of a plan; `None` where that is in doubt.
pub type LeftOut = Option<Vec<String>>;

/// Derives the autoscaler's plan.
///
/// `left_out` tells of pools that are refused and therefore not among `pools`.
pub fn resolve(
    settings: Option<&Autoscaler>,
    pools: &[PoolPlan],
    left_out: &LeftOut,
    version: VersionRange,
    tree: &Node,
    findings: &mut Findings,
) -> AutoscalerPlan {
    let priorities = priorities(settings, pools);
    if let Some(settings) = settings {
        check_fields(settings, version, tree, findings);
        check_limits(settings, tree, findings);
    }
    AutoscalerPlan {
        managed: settings.is_some_and(|settings| settings.management == Management::Managed),
        expanders: expanders(settings, !priorities.is_empty(), tree, findings),
        gpu_limits: gpu_limits(settings, pools, left_out, tree, findings),
        priorities,
        settings: settings.cloned(),
    }
}

fn expanders(
    settings: Option<&Autoscaler>,
    with_priorities: bool,
    tree: &Node,
    findings: &mut Findings,
) -> Vec<&'static str> {
    let stated = settings.map(|settings| settings.expanders.as_slice()).unwrap_or_default();
    if stated.is_empty() {
        return if with_priorities { vec!["Priority", "LeastWaste"] } else { Vec::new() };
    }
    for (index, expander) in stated.iter().enumerate() {
        if stated[..index].contains(expander) {
            let place = tree.locate(&["autoscaler", "expanders", &index.to_string()]);
            let message = format!("the expander {} is named twice", expander.as_str());
            findings.push(
                Finding::new(&crate::spec::rules::INVALID_VALUE, message)
                    .at(place)
                    .help("name each expander once")
                    .wish(Wish::remove_item("remove the second one", place)),
            );
        }
    }
    if with_priorities && !stated.contains(&Expander::Priority) {
        findings.push(
            Finding::new(
                &rules::EXPANDER_PRIORITY_MISSING,
                "priorities are stated, but the Priority expander is not chosen, so they have no effect",
            )
            .at(tree.locate(&["autoscaler", "expanders"]))
            .help("put `Priority` first in `expanders`, or leave `expanders` out"),
        );
    }
    stated.iter().map(|expander| expander.as_str()).collect()
}

/// What the autoscaler may grow to, by accelerator: the sum over the pools, unless it is stated.
fn gpu_limits(
    settings: Option<&Autoscaler>,
    pools: &[PoolPlan],
    left_out: &LeftOut,
    tree: &Node,
    findings: &mut Findings,
) -> BTreeMap<String, (u32, u32)> {
    let mut limits = BTreeMap::new();
    for pool in pools {
        let Some(accelerator) = &pool.accelerator else { continue };
        if accelerator.vendor != Vendor::Nvidia {
            continue;
        }
        let nodes: u32 = pool.machine_sets.iter().fold(0, |sum, set| sum.saturating_add(set.scaling.max()));
        let gpus = nodes.saturating_mul(accelerator.count);
        let limit = limits.entry(accelerator.model.clone()).or_insert((0, 0_u32));
        limit.1 = limit.1.saturating_add(gpus);
    }
    let mut known: Vec<String> = limits.keys().cloned().collect();
    known.extend(left_out.iter().flatten().cloned());
    sort(&mut known);
    known.dedup();
    let none = BTreeMap::new();
    let stated = settings.map_or(&none, |settings| &settings.resource_limits.gpus);
    for (model, range) in stated {
        if !known.contains(model) {
            if left_out.is_none() {
                continue;
            }
            let help = if known.is_empty() {
                "remove the limit: no pool has NVIDIA GPUs".to_owned()
            } else {
                format!("write the value of a pool's label cluster-api/accelerator: {}", known.join(", "))
            };
            findings.push(
                Finding::new(
                    &rules::GPU_LIMIT_UNKNOWN,
                    format!(
                        "the GPU limit `{model}` matches the accelerator of no pool, so it has no effect"
                    ),
                )
                .at(tree.locate_key(&["autoscaler", "resourceLimits", "gpus", model]))
                .help(help)
                .rewrite_to(
                    tree.locate_key(&["autoscaler", "resourceLimits", "gpus", model]),
                    model,
                    known.iter().filter(|known| !stated.contains_key(*known)).map(String::as_str),
                ),
            );
            continue;
        }
        limits.insert(model.clone(), (range.min, range.max));
    }
    // The API wants a greatest amount of at least 1; a type without a limit is unlimited.
    limits.retain(|_, (_, max)| *max > 0);
    limits
}

/// Priorities with their patterns, highest first. Anything that states none comes last, so that no
/// group is dropped.
fn priorities(settings: Option<&Autoscaler>, pools: &[PoolPlan]) -> Vec<(u32, Vec<String>)> {
    let mut by_priority: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for pool in pools {
        let Some(priority) = pool.expander_priority else { continue };
        for set in &pool.machine_sets {
            if matches!(set.scaling, Scaling::Autoscaled { .. }) {
                let pattern = format!("^MachineSet/openshift-machine-api/{}$", set.name.replace('.', "\\."));
                by_priority.entry(priority).or_default().push(pattern);
            }
        }
    }
    for stated in settings.map(|settings| settings.priorities.as_slice()).unwrap_or_default() {
        by_priority.entry(stated.priority).or_default().extend(stated.patterns.iter().cloned());
    }
    if !by_priority.is_empty() {
        by_priority.entry(PRIORITY_OF_THE_REST).or_default().push(".*".to_owned());
    }
    by_priority
        .into_iter()
        .rev()
        .map(|(priority, mut patterns)| {
            sort(&mut patterns);
            patterns.dedup();
            (priority, patterns)
        })
        .collect()
}

/// The fields of a ClusterAutoscaler's spec that came with a release; an older cluster prunes them without
/// a word. Source: cluster-autoscaler-operator, the CRD of each release branch.
pub const NEW_AUTOSCALER_FIELDS: [(&[&str], MinorVersion); 5] = [
    (&["expanders"], MinorVersion::new(4, 16)),
    (&["scaleUp"], MinorVersion::new(4, 20)),
    (&["scaleDown", "cordonNodeBeforeTerminating"], MinorVersion::new(4, 21)),
    (&["enforceNodeGroupMinSize"], ENFORCES_MINIMUM),
    (&["startupTaints"], MinorVersion::new(4, 23)),
];

/// The first release whose autoscaler can be told to grow a group to its minimum.
pub const ENFORCES_MINIMUM: MinorVersion = MinorVersion::new(4, 23);

/// Refuses fields that are newer than the cluster.
fn check_fields(settings: &Autoscaler, version: VersionRange, tree: &Node, findings: &mut Findings) {
    let cordons =
        settings.scale_down.as_ref().is_some_and(|down| down.cordon_node_before_terminating.is_some());
    let stated = [
        !settings.expanders.is_empty(),
        settings.scale_up.is_some(),
        cordons,
        settings.enforce_node_group_min_size.is_some(),
        !settings.startup_taints.is_empty(),
    ];
    for (is_stated, (path, since)) in stated.into_iter().zip(NEW_AUTOSCALER_FIELDS) {
        let whole: Vec<&str> = ["autoscaler"].iter().chain(path).copied().collect();
        if is_stated && version.min < since {
            let field = path.last().copied().unwrap_or_default();
            findings.push(
                Finding::new(&rules::FIELD_TOO_NEW, format!("`{field}` came with OpenShift {since}; the cluster may run {}, which drops it without a word", version.min))
                    .at(tree.locate_key(&whole))
                    .related(tree.locate(&["cluster", "version"]), "the cluster's version")
                    .help(format!("remove `{field}` until the cluster runs {since}")),
            );
        }
    }
}

fn check_limits(settings: &Autoscaler, tree: &Node, findings: &mut Findings) {
    let limits = &settings.resource_limits;
    let named = limits.gpus.iter().map(|(model, range)| (vec!["gpus", model.as_str()], *range));
    let fixed = [("cores", limits.cores), ("memory", limits.memory)];
    let fixed = fixed.into_iter().filter_map(|(name, range)| Some((vec![name], range?)));
    for (path, range) in fixed.chain(named) {
        let is_gpu = path.len() > 1;
        let full: Vec<&str> = ["autoscaler", "resourceLimits"].into_iter().chain(path).collect();
        if range.min > range.max {
            findings.push(
                Finding::new(&rules::LIMIT_BOUNDS, format!("min {} is above max {}", range.min, range.max))
                    .at(tree.locate(&full))
                    .help("swap or correct them"),
            );
        } else if is_gpu && range.max == 0 {
            findings.push(
                Finding::new(&rules::LIMIT_BOUNDS, "a GPU limit's max is at least 1")
                    .at(tree.locate(&full))
                    .help("leave the pool out, or set its size to `fixed: 0`, to have no GPU"),
            );
        }
    }
}
