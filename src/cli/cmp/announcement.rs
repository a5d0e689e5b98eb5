//! What the plugin announces for Argo CD's parameter page.

use super::super::output::{complain, data};
use super::super::{Exit, Surroundings, selection};
use crate::render::Bundle;
use serde_json::json;
use std::path::PathBuf;

/// Prints the announcement. Its form has no choices, so that they stand in the tooltip (argo-cd
/// `reposerver/repository/repository.proto`, `ParameterAnnouncement`).
pub(super) fn print(project: &Option<PathBuf>, surroundings: &mut Surroundings<'_>) -> Exit {
    let opened = selection::open(project, surroundings);
    let Some(workspace) = opened.workspace else {
        return super::report(opened.findings, &opened.sources, surroundings);
    };
    let environments: Vec<&str> = workspace.project.environments.keys().map(String::as_str).collect();
    let bundles = Bundle::ALL.map(Bundle::as_str);
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
