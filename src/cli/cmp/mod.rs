//! `poolsmith cmp`: the Argo CD config-management plugin.
//!
//! stdout carries objects only, all or nothing; stderr is short and free of secrets, since Argo CD
//! shows it to users. The result depends on the files and the declared parameters alone: Argo CD caches
//! it by revision and parameters (argo-cd `docs/operator-manual/config-management-plugins.md`).

mod announcement;
mod parameters;
mod plugin;

pub use parameters::DECLARED_VARIABLES;

use super::accepting::{Today, accept};
use super::args::CmpCommand;
use super::output::{Gate, Shown, complain, show};
use super::{Exit, Surroundings, selection};
use crate::diag::{Findings, Format, Sources};
use crate::pipeline;
use crate::write::{self, Delivery};
use std::path::PathBuf;

/// Answers one of the plugin's calls.
pub(super) fn run(
    project: &Option<PathBuf>,
    command: &CmpCommand,
    surroundings: &mut Surroundings<'_>,
) -> Exit {
    match command {
        CmpCommand::Generate => generate(project, surroundings),
        CmpCommand::Parameters => announcement::print(project, surroundings),
        CmpCommand::Plugin => plugin::print(surroundings),
    }
}

/// Renders the bundle that the parameters name.
fn generate(project: &Option<PathBuf>, surroundings: &mut Surroundings<'_>) -> Exit {
    let wanted = match parameters::read(&surroundings.variables) {
        Ok(wanted) => wanted,
        Err(problems) => {
            problems.iter().for_each(|problem| complain(problem, surroundings));
            return Exit::Usage;
        }
    };
    let mut opened = selection::open(project, surroundings);
    // The plugin knows no day: the result must not depend on when it runs.
    accept(&mut opened, Today { today: None });
    let (mut sources, mut findings) = (opened.sources, opened.findings);
    let mut rendered = None;
    if let Some(workspace) = &opened.workspace {
        match selection::named(workspace, std::slice::from_ref(&wanted.environment)) {
            Ok(names) => {
                let (each, shared_sources, shared) =
                    pipeline::render_all(workspace, &names, 1, &|rendering| rendering);
                findings.extend(sources.absorb(&shared_sources, shared));
                for mut rendering in each {
                    let own = std::mem::take(&mut rendering.findings);
                    findings.extend(sources.absorb(&rendering.sources, own));
                    rendered = Some(rendering);
                }
            }
            Err(finding) => findings.push(*finding),
        }
    }
    match rendered {
        Some(rendering) if !findings.has_errors() => {
            let documents: Vec<&str> = rendering
                .objects
                .iter()
                .zip(&rendering.files)
                .filter(|(object, _)| object.bundle == wanted.bundle)
                .map(|(_, file)| file.text.as_str())
                .collect();
            if documents.is_empty() {
                let message = format!(
                    "bundle `{}` of environment `{}` holds no object: an empty result would let Argo CD prune everything",
                    wanted.bundle.as_str(),
                    wanted.environment
                );
                complain(&message, surroundings);
                return Exit::Findings;
            }
            deliver(&documents, surroundings)
        }
        _ => report(findings, &sources, surroundings),
    }
}

/// Warnings and notes stay unsaid here: `check` says them, and what stands on stderr of a plugin that
/// succeeds goes to a log that nobody reads.
fn report(findings: Findings, sources: &Sources, surroundings: &mut Surroundings<'_>) -> Exit {
    let mut errors = findings.into_sorted(sources);
    errors.retain(|finding| finding.weighs(crate::diag::Severity::Error));
    let shown = Shown { findings: &errors, sources, environments: &[], root: None };
    if show(&shown, Format::Concise, false, surroundings).is_err() {
        // Nobody listens on stderr; the exit code still tells.
    }
    match Gate::ERRORS.exit(&errors) {
        Exit::Clean => Exit::Internal,
        failed => failed,
    }
}

fn deliver(documents: &[&str], surroundings: &mut Surroundings<'_>) -> Exit {
    match write::to_stream(&mut &mut *surroundings.stdout, &[write::stream(documents)]) {
        Ok(Delivery::Whole | Delivery::ReaderLeft) => Exit::Clean,
        Err(error) => {
            complain(&format!("stdout cannot be written: {}", error.kind()), surroundings);
            Exit::Usage
        }
    }
}
