//! Environments from a pattern: a fleet in which every cluster is a file.

use super::project::{Environment, EnvironmentArgocd, Project};
use super::rules;
use crate::diag::{Finding, Findings};
use crate::load::MatchedEnvironment;
use crate::yaml::{self, Key, Node, Value};
use schemars::JsonSchema;
use serde::Deserialize;

/// One environment for each file that a pattern matches. In every text below, `*` stands for the
/// environment's name.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EnvironmentsFrom {
    /// The files, relative to the project file, e.g. `clusters/*/cluster.yaml`. What the one `*` stands
    /// for is the environment's name, and the file is its last value file.
    pub files: String,
    /// The value files beneath the matched one; a later one wins over an earlier one.
    #[serde(default)]
    pub values: Vec<String>,
    /// The directory that holds an environment's rendered manifests, e.g. `clusters/*/manifests`.
    pub output: String,
    /// Where these environments differ from the project's `argocd`.
    #[serde(default)]
    pub argocd: Option<EnvironmentArgocd>,
}

/// Adds to the project, and to the tree that positions come from, the environments that stand in files.
/// Each of them points at the entry of `environmentsFrom` that brought it.
pub(super) fn expand(
    project: &mut Project,
    tree: &mut Node,
    matched: &[MatchedEnvironment],
    findings: &mut Findings,
) {
    let mut made = Vec::new();
    for environment in matched {
        let index = environment.entry.to_string();
        let path = ["environmentsFrom", index.as_str()];
        let Some(entry) = tree.find(&path) else { continue };
        let place = tree.locate(&["environmentsFrom", &index, "files"]);
        let node = environment_node(entry, environment);
        let Some(decoded) = yaml::decode::<Environment>(&node, findings, &rules::DECODE) else { continue };
        if project.environments.insert(environment.name.clone(), decoded).is_some() {
            let message = format!("the environment `{}` is stated twice", environment.name);
            findings.push(
                Finding::new(&rules::ENVIRONMENT_STATED_TWICE, message)
                    .at(place)
                    .help("rename one of the two, or narrow the pattern")
                    .note(format!("`{}` stands for it too", environment.file)),
            );
            continue;
        }
        made.push((Key { name: environment.name.as_str().into(), position: place }, node));
    }
    if made.is_empty() {
        return;
    }
    let Value::Map(entries) = &mut tree.value else { return };
    let position = made[0].0.position;
    let index = entries.iter().position(|(key, _)| &*key.name == "environments").unwrap_or_else(|| {
        entries.push((Key { name: "environments".into(), position }, Node::empty_map(position)));
        entries.len() - 1
    });
    match &mut entries[index].1.value {
        Value::Map(environments) => environments.extend(made),
        // Written as `environments:` and nothing.
        other => *other = Value::Map(made),
    }
}

/// The entry of `environmentsFrom` as the entry of `environments` that it stands for.
fn environment_node(entry: &Node, environment: &MatchedEnvironment) -> Node {
    let mut node = entry.clone();
    let Value::Map(settings) = &mut node.value else { return node };
    let place = settings.iter().find(|(key, _)| &*key.name == "files").map(|(_, files)| files.position);
    settings.retain(|(key, _)| &*key.name != "files");
    for (_, setting) in settings.iter_mut() {
        fill_in(setting, &environment.name);
    }
    let position = place.unwrap_or(entry.position);
    let file = Node::new(position, Value::Str(environment.file.as_str().into()));
    match settings.iter_mut().find(|(key, _)| &*key.name == "values") {
        Some((_, Node { value: Value::Seq(layers), .. })) => layers.push(file),
        _ => {
            let key = Key { name: "values".into(), position };
            settings.push((key, Node::new(position, Value::Seq(vec![file]))));
        }
    }
    node
}

/// Writes the name for every `*` in a text.
fn fill_in(node: &mut Node, name: &str) {
    match &mut node.value {
        Value::Str(text) if text.contains('*') => *text = text.replace('*', name).into(),
        Value::Seq(items) => items.iter_mut().for_each(|item| fill_in(item, name)),
        Value::Map(entries) => entries.iter_mut().for_each(|(_, value)| fill_in(value, name)),
        _ => {}
    }
}
