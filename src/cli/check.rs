//! `poolsmith check`: every rule, and whether the committed output is what would be rendered.

use super::args::{CheckArgs, CheckFormat, Deny};
use super::output::{Gate, Shown, show};
use super::{Exit, Surroundings, selection};
use crate::diag::{Findings, Format};
use crate::pipeline::{self, Rendering, Workspace};
use crate::spec::project::SourceKind;
use crate::write;
use std::path::{Path, PathBuf};

/// Checks; never writes.
pub(super) fn run(
    project: &Option<PathBuf>,
    arguments: &CheckArgs,
    surroundings: &mut Surroundings<'_>,
) -> Exit {
    let opened = selection::open_in_part(project, surroundings);
    let (mut sources, mut findings) = (opened.sources, opened.findings);
    let mut names = Vec::new();
    if let Some(workspace) = &opened.workspace {
        let mut chosen = arguments.selection.clone();
        // Without a choice a check is about everything.
        chosen.all |= chosen.env.is_empty();
        match selection::environments(workspace, &chosen) {
            Ok(chosen) => names = chosen,
            Err(finding) => findings.push(*finding),
        }
        for mut rendering in pipeline::render_all(workspace, &names, surroundings.threads) {
            let own = std::mem::take(&mut rendering.findings);
            if !own.has_errors() && !workspace.refused {
                findings.extend(freshness(workspace, &rendering));
            }
            findings.extend(sources.absorb(&rendering.sources, own));
        }
    }
    let sorted = findings.into_sorted(&sources);
    let root = opened.workspace.as_ref().map(|workspace| workspace.files.root.directory());
    let shown = Shown { findings: &sorted, sources: &sources, environments: &names, root };
    let (format, on_stdout) = match arguments.format {
        CheckFormat::Human => (Format::Human, false),
        CheckFormat::Concise => (Format::Concise, false),
        CheckFormat::Json => (Format::Json, true),
        CheckFormat::Sarif => (Format::Sarif, true),
        CheckFormat::Github => (Format::Github, true),
        CheckFormat::Junit => (Format::Junit, true),
    };
    if show(&shown, format, on_stdout, surroundings).is_err() {
        // The reader went away; the exit code still tells.
    }
    let gate = if arguments.deny == Some(Deny::Warnings) { Gate::WARNINGS } else { Gate::ERRORS };
    gate.exit(&sorted)
}

/// What of the committed output is stale, missing or left over.
///
/// Where Argo CD renders by itself, committed manifests are optional: they are compared where the
/// directory is there.
fn freshness(workspace: &Workspace, rendering: &Rendering) -> Findings {
    let mut findings = Findings::new();
    let Some(environment) = workspace.project.environments.get(&rendering.environment) else {
        return findings;
    };
    let root = workspace.files.root.directory();
    let kind = environment
        .argocd
        .as_ref()
        .and_then(|own| own.source.kind)
        .unwrap_or(workspace.project.argocd.source.kind);
    if kind == SourceKind::Plugin && !root.join(&environment.output).exists() {
        return findings;
    }
    match write::compare(root, Path::new(&environment.output), &rendering.files) {
        Ok(comparison) => {
            findings.extend(comparison.to_findings(&rendering.environment, &environment.output))
        }
        Err(error) => findings.push(error.to_finding()),
    }
    findings.set_environment(&rendering.environment);
    findings
}
