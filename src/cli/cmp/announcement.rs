//! What the plugin announces for Argo CD's parameter page.

use super::super::output::{complain, data};
use super::super::{Exit, Surroundings};
use super::parameters;
use crate::pipeline::{self, Rendering, Workspace};
use crate::render::Bundle;
use serde_json::json;
use std::path::PathBuf;

/// Prints the announcement. Its form has no choices, so that they stand in the tooltip (argo-cd
/// `reposerver/repository/repository.proto`, `ParameterAnnouncement`). No value is announced either: Argo CD
/// would show it as the default and never send it.
pub(super) fn print(project: &Option<PathBuf>, surroundings: &mut Surroundings<'_>) -> Exit {
    let opened = super::open(project, surroundings);
    let Some(workspace) = opened.workspace.filter(|workspace| !workspace.refused) else {
        return super::report(opened.findings, &opened.sources, surroundings);
    };
    let environments: Vec<&str> = workspace.project.environments.keys().map(String::as_str).collect();
    let bundles = bundles(&workspace, surroundings).map_or_else(
        || Bundle::ALL.map(Bundle::as_str).to_vec(),
        |filled| filled.into_iter().map(Bundle::as_str).collect(),
    );
    let announce = |name: &str, title: &str, choices: &[&str]| {
        json!({
            "name": name,
            "title": title,
            "tooltip": format!("One of: {}", choices.join(", ")),
            "required": true,
            "itemType": "string",
            "collectionType": "string",
        })
    };
    let announcement =
        json!([announce("env", "Environment", &environments), announce("bundle", "Bundle", &bundles)]);
    match serde_json::to_string(&announcement) {
        Ok(text) => data(&format!("{text}\n"), surroundings),
        Err(error) => {
            complain(&format!("the announcement cannot be written: {error}"), surroundings);
            Exit::Internal
        }
    }
}

/// The bundles that hold objects, in the Application's environment if it names one and in any otherwise.
/// Where something cannot be rendered it is not known; the page must show all the same, so that whoever
/// mends the parameters sees the choices.
fn bundles(workspace: &Workspace, surroundings: &Surroundings<'_>) -> Option<Vec<Bundle>> {
    let asked = parameters::read(&surroundings.variables).environment;
    let names = match asked.filter(|name| workspace.project.environments.contains_key(name)) {
        Some(name) => vec![name],
        None => workspace.project.environments.keys().cloned().collect(),
    };
    let filled = |rendering: Rendering| {
        let holds = |bundle: &Bundle| rendering.objects.iter().any(|object| object.bundle == *bundle);
        (!rendering.findings.has_errors()).then(|| Bundle::ALL.map(|bundle| holds(&bundle)))
    };
    let (each, _, _) = pipeline::render_all(workspace, &names, surroundings.threads, &filled);
    let each: Vec<[bool; Bundle::ALL.len()]> = each.into_iter().collect::<Option<_>>()?;
    let in_any = |index: usize| each.iter().any(|filled| filled.get(index).copied().unwrap_or_default());
    Some(Bundle::ALL.into_iter().enumerate().filter(|(index, _)| in_any(*index)).map(|(_, b)| b).collect())
}
