//! `poolsmith check`: every rule, and whether the committed output is what would be rendered.

use super::args::{CheckArgs, CheckFormat, Deny};
use super::output::{Gate, Shown, complain, show};
use super::{Exit, Surroundings, accepting, fix, selection};
use crate::diag::{Finding, Findings, Format, Sources};
use crate::load::Overlay;
use crate::pipeline::{self, Rendering, Workspace};
use crate::write;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Checks; writes nothing but the fixes and the baseline that are asked for.
pub(super) fn run(
    project: &Option<PathBuf>,
    arguments: &CheckArgs,
    surroundings: &mut Surroundings<'_>,
) -> Exit {
    let (format, on_stdout) = match arguments.format {
        CheckFormat::Human => (Format::Human, false),
        CheckFormat::Concise => (Format::Concise, false),
        CheckFormat::Json => (Format::Json, true),
        CheckFormat::Sarif => (Format::Sarif, true),
        CheckFormat::Github => (Format::Github, true),
        CheckFormat::Junit => (Format::Junit, true),
    };
    if arguments.fixing.diff && on_stdout {
        complain("--diff takes stdout: choose the format human or concise with it", surroundings);
        return Exit::Usage;
    }
    let mut outcome = Exit::Clean;
    let mut checked = if arguments.fixing.fix || arguments.fixing.diff {
        let fixed = fix::run(project, arguments, surroundings);
        outcome = fixed.exit;
        fixed.checked
    } else {
        examine(project, arguments, &Overlay::new(), surroundings)
    };
    if let Some(path) = &arguments.baseline.write_baseline {
        accepting::write_baseline(path, &mut checked, surroundings);
    }
    let shown = Shown {
        findings: &checked.findings,
        sources: &checked.sources,
        environments: &checked.environments,
        root: checked.workspace.as_ref().map(|workspace| workspace.files.root.directory()),
        threads: selection::threads(&arguments.selection, surroundings),
    };
    if show(&shown, format, on_stdout, surroundings).is_err() {
        // The reader went away; the exit code still tells.
    }
    let gate = if arguments.deny == Some(Deny::Warnings) { Gate::WARNINGS } else { Gate::ERRORS };
    let exit = match gate.exit(&checked.findings) {
        Exit::Clean => outcome,
        failed => failed,
    };
    // The process ends with this, which frees all of a fleet at once.
    std::mem::forget(checked);
    exit
}

/// A project that was checked.
pub(super) struct Checked {
    /// The project, as far as it can be used.
    pub workspace: Option<Workspace>,
    /// The environments that were looked at.
    pub environments: Vec<String>,
    /// The texts that the findings point into.
    pub sources: Sources,
    /// What was found, sorted.
    pub findings: Vec<Finding>,
    /// The environments in which not every rule was judged.
    pub unjudged: BTreeSet<String>,
}

/// Runs every rule on a project as if its files held the texts of `overlay`; writes nothing.
pub(super) fn examine(
    project: &Option<PathBuf>,
    arguments: &CheckArgs,
    overlay: &Overlay,
    surroundings: &Surroundings<'_>,
) -> Checked {
    let mut opened = selection::open_in_part(project, overlay, surroundings);
    accepting::accept_for(&mut opened, arguments.today, &arguments.baseline, surroundings);
    let (mut sources, mut findings) = (opened.sources, opened.findings);
    let threads = selection::threads(&arguments.selection, surroundings);
    let (mut names, mut unjudged) = (Vec::new(), BTreeSet::new());
    if let Some(workspace) = &opened.workspace {
        let mut chosen = arguments.selection.clone();
        // Without a choice a check is about everything.
        chosen.all |= chosen.env.is_empty();
        match selection::environments(workspace, &chosen) {
            Ok(chosen) => names = chosen,
            Err(finding) => findings.push(*finding),
        }
        let judged = |mut rendering: Rendering| {
            let mut own = std::mem::take(&mut rendering.findings);
            if !own.has_errors() && !workspace.refused {
                own.extend(freshness(workspace, &rendering));
            }
            let unjudged = rendering.files.is_empty().then_some(rendering.environment);
            let (sources, own) = rendering.sources.only_for(own);
            (sources, own, unjudged)
        };
        let (each, shared_sources, shared) = pipeline::render_all(workspace, &names, threads, &judged);
        for (own_sources, own, blocked) in each.into_iter().chain([(shared_sources, shared, None)]) {
            findings.extend(sources.absorb(&own_sources, own));
            unjudged.extend(blocked);
        }
    }
    let mut findings = findings.into_sorted(&sources);
    let is_sound = opened.workspace.as_ref().is_some_and(|workspace| !workspace.refused);
    arguments.rules.keep(&mut findings, &unjudged, is_sound);
    Checked { workspace: opened.workspace, environments: names, sources, findings, unjudged }
}

/// What of the committed output is stale, missing or left over, where there is to be one.
fn freshness(workspace: &Workspace, rendering: &Rendering) -> Findings {
    let mut findings = Findings::new();
    let Some(environment) = workspace.project.environments.get(&rendering.environment) else {
        return findings;
    };
    if !selection::keeps_output(workspace, environment) {
        return findings;
    }
    let (root, output) = (workspace.files.root.directory(), Path::new(&environment.output));
    if rendering.is_committed && write::is_settled(root, output, &rendering.files) {
        return findings;
    }
    match write::compare(root, output, &rendering.files) {
        Ok(comparison) => {
            findings.extend(comparison.to_findings(&rendering.environment, &environment.output))
        }
        Err(error) => findings.push(error.to_finding()),
    }
    findings.set_environment(&rendering.environment);
    findings
}
