//! The files of one environment: its layered values and what they name.

use super::{ProjectFiles, rules};
use crate::diag::{Finding, Findings, Sources, Wish};
use crate::json::Text;
use crate::yaml::{self, MergeEvent, MergeOptions, Node, Position};
use std::collections::{BTreeMap, BTreeSet};

/// What was read for one environment.
#[derive(Debug)]
pub struct EnvironmentFiles {
    /// The value files, layered; what is null in them removes something from a preset.
    pub values: Node,
    /// The places of the nulls that removed something from a lower layer.
    pub removals: BTreeSet<Position>,
    /// Whether every layer could be read; otherwise the values are those of the others.
    pub complete: bool,
    /// The copied providerSpecs, by name.
    pub provider_specs: BTreeMap<String, Node>,
    /// The tree templates, by name.
    pub templates: BTreeMap<String, Node>,
}

/// Reads the value files `layers` of the environment `name`, lays them on each other and reads what
/// they name.
///
/// Nothing is given back when no value file can be used.
pub fn environment_files(
    project: &ProjectFiles,
    name: &str,
    layers: &[String],
    sources: &mut Sources,
    findings: &mut Findings,
) -> Option<EnvironmentFiles> {
    let (values, removals, complete) = layers_that_are_there(project, name, layers, sources, findings)?;
    let provider_specs = read_named(project, &values, "providerSpecs", sources, findings);
    let templates = read_named(project, &values, "extraObjects", sources, findings);
    Some(EnvironmentFiles { values, removals, complete, provider_specs, templates })
}

/// Reads the value files `layers` of the environment `name` and lays them on each other. With the values
/// come the nulls that removed something.
///
/// Nothing is given back when one of them cannot be used at all.
pub fn layered_values(
    project: &ProjectFiles,
    name: &str,
    layers: &[String],
    sources: &mut Sources,
    findings: &mut Findings,
) -> Option<(Node, BTreeSet<Position>)> {
    let (values, removals, complete) = layers_that_are_there(project, name, layers, sources, findings)?;
    complete.then_some((values, removals))
}

/// The layers that can be read, laid on each other, and whether those are all.
fn layers_that_are_there(
    project: &ProjectFiles,
    name: &str,
    layers: &[String],
    sources: &mut Sources,
    findings: &mut Findings,
) -> Option<(Node, BTreeSet<Position>, bool)> {
    let mut read = Vec::new();
    let mut complete = true;
    for (index, path) in layers.iter().enumerate() {
        let named_at = project.tree.locate(&["environments", name, "values", &index.to_string()]);
        match project.read_document(path, named_at, sources, findings) {
            Some(layer) => read.push(layer),
            None => complete = false,
        }
    }
    let mut read = read.into_iter();
    let mut values = read.next()?;
    let mut removals = BTreeSet::new();
    for layer in read {
        yaml::merge(&mut values, layer, &LAYERS, &mut |event| {
            if let MergeEvent::Removed { by, .. } = event {
                removals.insert(by);
            }
            refuse_silent_loss(&event, findings);
        });
    }
    Some((values, removals, complete))
}

/// How value files are laid on each other.
pub(crate) static LAYERS: MergeOptions<'static> = MergeOptions { atomic: &is_sum_type, patch: &is_patch };

/// Overrides are merge patches: their nulls remove something from what they are applied to.
fn is_patch(path: &[Text]) -> bool {
    yaml::is_one_of(
        path,
        &[&["pools", "*", "overrides"], &["accelerators", "nvidia", "clusterPolicyOverrides"]],
    )
}

/// Sizes and markets are sum types: a later layer's replaces an earlier one's whole.
fn is_sum_type(path: &[Text]) -> bool {
    let sum_types: [&[&str]; 5] = [
        &["pools", "*", "size"],
        &["pools", "*", "market"],
        &["cluster", "version"],
        &["cluster", "subnets", "*"],
        &["accelerators", "nvidia", "sharing", "configs", "*"],
    ];
    yaml::is_one_of(path, &sum_types)
}

/// A taint or a health check that a lower layer demands does not go without a word.
pub(crate) fn refuse_silent_loss(event: &MergeEvent<'_>, findings: &mut Findings) {
    let (path, old, new, place) = match *event {
        MergeEvent::Replaced { path, old, new } => (path, old, Some(new), new.position),
        MergeEvent::Removed { path, old, by } => (path, old, None, by),
    };
    let path: Vec<&str> = path.iter().map(Text::as_str).collect();
    let (pool, what) = match path.as_slice() {
        ["pools", pool, what @ ("taints" | "healthCheck")] => (*pool, *what),
        _ => return,
    };
    if what == "healthCheck" {
        if new.is_none()
            && old.find(&["enabled"]).is_none_or(|enabled| !matches!(enabled.value, yaml::Value::Bool(false)))
        {
            findings.push(
                Finding::new(
                    &rules::HEALTH_CHECK_DROPPED,
                    format!("the health check of pool `{pool}` is removed by null"),
                )
                .at(place)
                .related(old.position, "demanded here")
                .help("write `healthCheck: {enabled: false}` if no machine is to be replaced")
                .pool(pool),
            );
        }
        return;
    }
    let kept: Vec<(&str, &str)> =
        new.and_then(|new| new.as_seq()).unwrap_or_default().iter().map(taint_identity).collect();
    for taint in old.as_seq().unwrap_or_default() {
        let (key, effect) = taint_identity(taint);
        if !kept.contains(&(key, effect)) {
            let message =
                format!("the taint `{key}:{effect}` of a lower layer is dropped from pool `{pool}`");
            let mut finding = Finding::new(&rules::TAINT_DROPPED, message)
                .at(place)
                .related(taint.position, "demanded here")
                .help(format!("repeat the taint `{key}:{effect}` in this list, or take it out of the layer that demands it"))
                .pool(pool);
            if let (Some(list), Some(item)) = (new.filter(|new| new.as_seq().is_some()), written_taint(taint))
            {
                finding = finding.wish(Wish::append_item(
                    format!("repeat the taint `{key}:{effect}`"),
                    list.position,
                    item,
                ));
            }
            findings.push(finding);
        }
    }
}

/// A taint on one line, as a person would write it; nothing for what is none.
fn written_taint(taint: &Node) -> Option<String> {
    let text = |key| taint.get(key).and_then(Node::as_str);
    let (key, effect) = (yaml::written(text("key")?), yaml::written(text("effect")?));
    Some(match text("value") {
        Some(value) => format!("{{key: {key}, value: {}, effect: {effect}}}", yaml::written(value)),
        None => format!("{{key: {key}, effect: {effect}}}"),
    })
}

/// A taint is identified by its key and effect.
fn taint_identity(taint: &Node) -> (&str, &str) {
    let text = |key| taint.get(key).and_then(Node::as_str).unwrap_or_default();
    (text("key"), text("effect"))
}

/// Reads the `file` of every entry of the section `section`, by the entry's name.
fn read_named(
    project: &ProjectFiles,
    values: &Node,
    section: &str,
    sources: &mut Sources,
    findings: &mut Findings,
) -> BTreeMap<String, Node> {
    let mut read = BTreeMap::new();
    for (key, entry) in values.get(section).and_then(Node::as_map).unwrap_or_default() {
        // What has no usable `file` is the decoder's finding.
        let Some(path) = entry.get("file").and_then(Node::as_str) else { continue };
        let named_at: Position = entry.locate(&["file"]);
        if let Some(document) = project.read_document(path, named_at, sources, findings) {
            read.insert(key.name.to_string(), document);
        }
    }
    read
}
