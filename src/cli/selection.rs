//! Opening the project and choosing environments, as every command does it.

use super::Surroundings;
use super::args::Selection;
use crate::diag::{Finding, Findings, Sources, nearest};
use crate::load::{Overlay, Search};
use crate::pipeline::Workspace;
use crate::sorted::sort;
use crate::spec;
use crate::spec::project::{Environment, SourceKind};
use std::path::PathBuf;

/// How many environments a message lists: a fleet has a thousand.
const MOST_LISTED: usize = 40;

/// How many characters of a name a message holds.
const LONGEST_SHOWN: usize = 80;

/// What opening a project gives: the workspace, or what is wrong with it.
pub(super) struct Opened {
    /// The texts that the findings point into.
    pub sources: Sources,
    /// What is wrong.
    pub findings: Findings,
    /// The workspace, unless it was refused.
    pub workspace: Option<Workspace>,
}

/// Opens the project that `named` names, or the one upwards. There is no workspace where something of it was
/// refused.
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
    open_found(named, overlay, &Search::upwards(&surroundings.working_directory))
}

/// Opens the project as [`open_in_part`] does, where the search meets it.
pub(super) fn open_found(named: &Option<PathBuf>, overlay: &Overlay, search: &Search<'_>) -> Opened {
    let mut findings = Findings::new();
    let directory = match search.find(named.as_deref()) {
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
            _ => Err(choose(
                &known,
                "the project has several environments and none was chosen".to_owned(),
                None,
            )),
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
    sort(&mut chosen);
    chosen.dedup();
    match chosen.iter().find(|name| !known.contains(&name.as_str())) {
        Some(unknown) => {
            let message = format!("there is no environment `{}`", shown(unknown));
            // A name without end is no slip of the pen, and comparing it would take for ever.
            let short = Some(unknown).filter(|unknown| unknown.len() <= LONGEST_SHOWN);
            let meant = short.and_then(|unknown| nearest(unknown, known.iter().copied()));
            Err(choose(&known, message, meant))
        }
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

/// A name that somebody gave, as a message can hold it: on one line, and not without end.
pub(super) fn shown(name: &str) -> String {
    let mut text: String = name.chars().take(LONGEST_SHOWN).flat_map(char::escape_debug).collect();
    if name.chars().nth(LONGEST_SHOWN).is_some() {
        text.push('…');
    }
    text
}

fn choose(known: &[&str], message: String, meant: Option<&str>) -> Box<Finding> {
    let mut help = meant.map(|meant| format!("write `{meant}`, or ")).unwrap_or_default();
    help.push_str("choose among ");
    help.push_str(&known.iter().take(MOST_LISTED).copied().collect::<Vec<_>>().join(", "));
    if known.len() > MOST_LISTED {
        help.push_str(&format!(" and {} more", known.len() - MOST_LISTED));
    }
    Box::new(Finding::new(&spec::rules::UNKNOWN_ENVIRONMENT, message).help(help))
}
