//! The spec language: what people write, as closed Rust types.
//!
//! These types are the single source of the published JSON Schema (`schemas/`): their doc comments
//! are what an editor shows. They hold no positions; a rule that needs one asks the layered tree for
//! the path (see [`crate::yaml::Node::locate`]).

pub mod accelerators;
pub mod autoscaler;
pub mod baseline;
pub mod check;
pub mod class;
pub mod cluster;
pub mod cluster_policy_fields;
pub mod date;
pub mod environments;
pub mod gpu_operator;
mod holes;
pub mod int32;
pub mod pool;
pub mod preset;
pub mod project;
pub mod quotas;
pub mod rules;
pub mod scalars;
pub mod schema;
pub mod size;
pub mod waivers;

use crate::diag::{Finding, Findings};
use crate::load::{LAYERS, MatchedEnvironment};
use crate::yaml::{self, Node, Position};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

pub use accelerators::Accelerators;
pub use autoscaler::Autoscaler;
pub use class::{Class, PoolClasses};
pub use cluster::Cluster;
pub use holes::Holes;
pub use pool::Pool;
pub use project::Project;
pub use quotas::Quotas;

/// The version of the spec language that a file is written in.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiVersion {
    /// The first version of the language.
    #[serde(rename = "poolsmith.dev/v1alpha1")]
    V1Alpha1,
}

/// A value file: facts about one cluster and the node pools that it is to have.
///
/// An environment layers several of them: maps merge deeply, lists are replaced, `null` removes.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ClusterPools {
    /// The version of the spec language.
    pub api_version: ApiVersion,
    /// Says that this is a value file.
    pub kind: ClusterPoolsKind,
    /// Facts about the cluster, stated once; everything else is derived from them.
    pub cluster: Cluster,
    /// The providerSpecs copied from live MachineSets, by the name under which pools refer to them.
    #[serde(default)]
    pub provider_specs: BTreeMap<String, ProviderSpecFile>,
    /// The node pools, keyed by name: a new pool never shifts another.
    #[serde(default)]
    pub pools: BTreeMap<String, Pool>,
    /// The ClusterAutoscaler, and the limits that checks count with.
    #[serde(default)]
    pub autoscaler: Option<Autoscaler>,
    /// The operators that make accelerators usable.
    #[serde(default)]
    pub accelerators: Accelerators,
    /// The limits of the cloud account, which checks and `poolsmith quota` count with.
    #[serde(default)]
    pub quotas: Option<Quotas>,
    /// Objects of the repository's own, rendered from tree templates.
    #[serde(default)]
    pub extra_objects: BTreeMap<String, ExtraObject>,
}

/// The kind of a value file.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterPoolsKind {
    /// A value file.
    ClusterPools,
}

/// A providerSpec copied from a live MachineSet and kept untouched in a file of its own.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ProviderSpecFile {
    /// The file, relative to the project file: a whole MachineSet as `oc get machineset NAME -o yaml`
    /// prints it, or the bare value of its `spec.template.spec.providerSpec.value`.
    pub file: String,
}

/// An object of the repository's own, written as a tree template.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ExtraObject {
    /// The template file, relative to the project file. Its kind must stand in the project's
    /// `allow.extraKinds`.
    pub file: String,
    /// The bundle, and so the Application, that it belongs to.
    pub bundle: ExtraObjectBundle,
}

/// The bundles that may hold objects of the repository's own.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum ExtraObjectBundle {
    /// Beside the operators of the accelerators.
    Accelerators,
    /// Beside the MachineSets.
    Capacity,
}

/// Who looks after an object.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "camelCase")]
pub enum Management {
    /// poolsmith renders it.
    #[default]
    Managed,
    /// Somebody else does; what the spec says of it is a fact for the checks.
    External,
}

/// A file of the spec language, as far as it can be used.
#[derive(Debug)]
pub struct InPart<T> {
    /// What it says, with stand-ins where it has holes.
    pub value: T,
    /// What cannot be relied on.
    pub holes: Holes,
    /// Whether something was refused: then nothing may be rendered from it.
    pub refused: bool,
}

/// Decodes and checks the project file. Nothing is given back when it was refused.
///
/// The environments that stand in files of their own, `matched`, join those of the project file, in the
/// tree too: whoever looks for the place of one finds the pattern that brought it.
pub fn decode_project(
    tree: &mut Node,
    matched: &[MatchedEnvironment],
    findings: &mut Findings,
) -> Option<Project> {
    let project = decode_project_in_part(tree, matched, findings)?;
    if project.refused { None } else { Some(project.value) }
}

/// Decodes and checks what is sound of the project file, as [`decode_project`] does. What is certain of the
/// rest is put right in `tree`. Nothing is given back when there is nothing to go on with.
pub fn decode_project_in_part(
    tree: &mut Node,
    matched: &[MatchedEnvironment],
    findings: &mut Findings,
) -> Option<InPart<Project>> {
    let mut own = Findings::new();
    let mut decoded = yaml::decode_in_part::<Project>(tree, &mut own, &rules::DECODE);
    let holes = Holes::new(decoded.holes);
    if let Some(project) = &mut decoded.value {
        let mut checked = Findings::new();
        environments::expand(project, tree, matched, &mut checked);
        check::project(project, tree, &mut checked);
        own.extend(checked.into_iter().filter(|finding| !holes.conceal(finding)));
    }
    let refused = own.has_errors() || !decoded.flawless;
    findings.extend(own);
    decoded.value.map(|value| InPart { value, holes, refused })
}

/// Lays the classes beneath the pools of the layered `values`, then decodes and checks them. Gives
/// back the spec with the tree that it was decoded from; nothing when it was refused.
pub fn decode_values(
    mut values: Node,
    removals: BTreeSet<Position>,
    classes: &preset::Classes,
    findings: &mut Findings,
) -> Option<(ClusterPools, Node)> {
    let spec = decode_values_in_part(&mut values, removals, true, classes, findings)?;
    if spec.refused { None } else { Some((spec.value, values)) }
}

/// What a layer that could not be read may have held: its absence is told already.
static MAY_BE_ELSEWHERE: [&crate::diag::Rule; 4] =
    [&rules::MISSING_KEY, &rules::UNKNOWN_PROVIDER_SPEC, &rules::NO_POOLS, &rules::NULL_REMOVES_NOTHING];

/// Decodes and checks as [`decode_values`] does, and gives back what is sound. What is certain of the
/// rest is put right in `values`.
///
/// `complete` tells whether every layer could be read. Nothing is given back when there is nothing to go
/// on with.
pub fn decode_values_in_part(
    values: &mut Node,
    mut removals: BTreeSet<Position>,
    complete: bool,
    classes: &preset::Classes,
    findings: &mut Findings,
) -> Option<InPart<ClusterPools>> {
    let mut own = Findings::new();
    let mut in_doubt = Holes::default();
    let laid = classes.lay_beneath(values, &mut removals, &mut in_doubt, &mut own);
    yaml::settle(values, &LAYERS, &mut |path, place| {
        if !removals.contains(&place) {
            own.push(
                Finding::new(
                    &rules::NULL_REMOVES_NOTHING,
                    format!("`{}` is null, which removes nothing here", path.join(".")),
                )
                .at(place)
                .help("remove the line, or write \"\" for an empty text"),
            );
        }
    });
    let decoded = yaml::decode_in_part::<ClusterPools>(values, &mut own, &rules::DECODE);
    let mut holes = Holes::new(decoded.holes);
    if let Some(spec) = &decoded.value {
        for (name, pool) in &spec.pools {
            // The class came to light only once its key was put right, or is none that there is.
            if laid.get(name) != Some(&pool.class) && !in_doubt.touch(&["pools", name]) {
                in_doubt.add(&["pools", name, "class"], values.locate(&["pools", name, "class"]));
            }
        }
        if !in_doubt.is_empty() {
            let missing = |finding: &Finding| is_missing_from_a_class(finding, spec, values, &in_doubt);
            own = own.into_iter().filter(|finding| !missing(finding)).collect();
        }
        holes.extend(in_doubt);
        let mut checked = Findings::new();
        check::cluster_pools(spec, &classes.typed, values, &mut checked);
        own.extend(checked.into_iter().filter(|finding| !holes.conceal(finding)));
    } else {
        // What can be said without types is said in the same run.
        check::placeholders(values, &mut own);
    }
    let refused = own.has_unwaivable_errors() || !decoded.flawless || !complete;
    if !complete {
        own = own.into_iter().filter(|finding| !MAY_BE_ELSEWHERE.contains(&finding.rule)).collect();
        holes.add(&[], Position::default());
    }
    findings.extend(own);
    decoded.value.map(|value| InPart { value, holes, refused })
}

/// Whether a key is missing only because the class that would have it is not known.
fn is_missing_from_a_class(finding: &Finding, spec: &ClusterPools, values: &Node, in_doubt: &Holes) -> bool {
    let place = finding.primary.as_ref().map(|label| label.position);
    finding.rule == &rules::MISSING_KEY
        && spec.pools.keys().any(|name| {
            in_doubt.touch(&["pools", name, "class"]) && place == Some(values.locate_key(&["pools", name]))
        })
}
