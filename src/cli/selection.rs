//! Opening the project and choosing environments, as every command does it.

use super::Surroundings;
use super::args::Selection;
use crate::diag::{Finding, Findings, Sources};
use crate::load::Overlay;
use crate::pipeline::Workspace;
use crate::spec::project::{Environment, SourceKind};
use crate::{load, spec};
use std::path::PathBuf;

/// What opening a project gives: the workspace, or what is wrong with it.
pub(super) struct Opened {
    /// The texts that the findings point into.
    pub sources: Sources,
    /// What is wrong.
    pub findings: Findings,
    /// The workspace, unless it was refused.
    pub workspace: Option<Workspace>,
}

/// Opens the project that `named` names, or the nearest one upwards. There is no workspace where
/// something of it was refused.
pub(super) fn open(named: &Option<PathBuf>, surroundings: &Surroundings<'_>) -> Opened {
    let mut opened = open_in_part(named, &Overlay::new(), surroundings);
    opened.workspace = opened.workspace.filter(|workspace| !workspace.refused);
    opened
}

/// Opens the project as [`open`] does, and gives the workspace even if only a part of it is sound: to look
/// for further faults, never to deliver what is rendered. The files are read as if they held the texts of
/// `overlay`.
pub(super) fn open_in_part(
    named: &Option<PathBuf>,
    overlay: &Overlay,
    surroundings: &Surroundings<'_>,
) -> Opened {
    let mut findings = Findings::new();
    let directory = match load::find_project(&surroundings.working_directory, named.as_deref()) {
        Ok(directory) => directory,
        Err(finding) => {
            findings.push(*finding);
            return Opened { sources: Sources::default(), findings, workspace: None };
        }
    };
    let (sources, workspace) = Workspace::open_over(&directory, overlay, &mut findings);
    Opened { sources, findings, workspace }
}

/// How many threads may work at once.
pub(super) fn threads(selection: &Selection, surroundings: &Surroundings<'_>) -> usize {
    selection.threads.map_or(surroundings.threads, std::num::NonZeroUsize::get)
}

/// The names of the chosen environments, sorted.
///
/// # Errors
/// A finding that lists the environments that there are.
pub(super) fn environments(
    workspace: &Workspace,
    selection: &Selection,
) -> Result<Vec<String>, Box<Finding>> {
    let known = known(workspace);
    if selection.all {
        return Ok(known.iter().map(|name| (*name).to_owned()).collect());
    }
    if selection.env.is_empty() {
        return match known.as_slice() {
            [only] => Ok(vec![(*only).to_owned()]),
            _ => Err(choose(&known, "the project has several environments and none was chosen".to_owned())),
        };
    }
    named(workspace, &selection.env)
}

/// The environments of those names, sorted, each of them once.
///
/// # Errors
/// A finding that lists the environments that there are.
pub(super) fn named(workspace: &Workspace, names: &[String]) -> Result<Vec<String>, Box<Finding>> {
    let known = known(workspace);
    let mut chosen = names.to_vec();
    chosen.sort();
    chosen.dedup();
    match chosen.iter().find(|name| !known.contains(&name.as_str())) {
        Some(unknown) => Err(choose(&known, format!("there is no environment `{}`", unknown.escape_debug()))),
        None => Ok(chosen),
    }
}

/// Whether the environment's manifests are committed. Where Argo CD renders by itself they need not be:
/// then they are kept up where the directory is there.
pub(super) fn keeps_output(workspace: &Workspace, environment: &Environment) -> bool {
    let own = environment.argocd.as_ref().and_then(|own| own.source.kind);
    let kind = own.unwrap_or(workspace.project.argocd.source.kind);
    kind != SourceKind::Plugin || workspace.files.root.directory().join(&environment.output).exists()
}

fn known(workspace: &Workspace) -> Vec<&str> {
    workspace.project.environments.keys().map(String::as_str).collect()
}

fn choose(known: &[&str], message: String) -> Box<Finding> {
    Box::new(
        Finding::new(&spec::rules::UNKNOWN_ENVIRONMENT, message)
            .help(format!("choose among {}", known.join(", "))),
    )
}
