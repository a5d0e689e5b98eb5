//! `poolsmith render`.

use super::args::{BundleArg, ManifestFormat, MessageFormat, RenderArgs};
use super::output::{Gate, Shown, complain, data, show};
use super::{Exit, Surroundings, selection};
use crate::diag::{Findings, Format};
use crate::load::Overlay;
use crate::pipeline::{self, Rendering, Workspace};
use crate::render::{Bundle, Object};
use crate::write::{self, Delivery, ReplaceOptions};
use std::path::{Path, PathBuf};

/// Renders to stdout, or into the output directories.
pub(super) fn run(
    project: &Option<PathBuf>,
    arguments: &RenderArgs,
    surroundings: &mut Surroundings<'_>,
) -> Exit {
    let format = message_format(arguments.message_format);
    let opened = selection::open_in_part(project, &Overlay::new(), surroundings);
    let (mut sources, mut findings) = (opened.sources, opened.findings);
    let mut names = Vec::new();
    if let Some(workspace) = &opened.workspace {
        match selection::environments(workspace, &arguments.selection) {
            Ok(chosen) => names = chosen,
            Err(finding) => findings.push(*finding),
        }
    }
    let mut renderings = match &opened.workspace {
        Some(workspace) => pipeline::render_all(workspace, &names, surroundings.threads),
        None => Vec::new(),
    };
    for rendering in &mut renderings {
        let own = std::mem::take(&mut rendering.findings);
        findings.extend(sources.absorb(&rendering.sources, own));
    }
    let root = opened.workspace.as_ref().map(|workspace| workspace.files.root.directory());
    let refused = findings.has_errors();
    let mut outcome = Exit::Clean;
    if let (false, Some(workspace)) = (refused, &opened.workspace) {
        if arguments.out {
            findings.extend(write_directories(workspace, &renderings));
        } else {
            outcome = write_stdout(arguments, &renderings, surroundings);
        }
    }
    let sorted = findings.into_sorted(&sources);
    let shown = Shown { findings: &sorted, sources: &sources, environments: &names, root };
    if show(&shown, format, false, surroundings).is_err() {
        // Nobody listens on stderr; the exit code still tells.
    }
    match Gate::ERRORS.exit(&sorted) {
        Exit::Clean => outcome,
        failed => failed,
    }
}

fn message_format(format: MessageFormat) -> Format {
    match format {
        MessageFormat::Human => Format::Human,
        MessageFormat::Concise => Format::Concise,
        MessageFormat::Json => Format::Json,
    }
}

fn write_directories(workspace: &Workspace, renderings: &[Rendering]) -> Findings {
    let mut findings = Findings::new();
    for rendering in renderings {
        let Some(environment) = workspace.project.environments.get(&rendering.environment) else { continue };
        let output = Path::new(&environment.output);
        let mut own = Findings::new();
        match write::replace(
            workspace.files.root.directory(),
            output,
            &rendering.files,
            &ReplaceOptions::default(),
        ) {
            Ok(replaced) => own.extend(replaced.to_findings(&rendering.environment, &environment.output)),
            Err(error) => own.push(error.to_finding()),
        }
        own.set_environment(&rendering.environment);
        findings.extend(own);
    }
    findings
}

fn write_stdout(
    arguments: &RenderArgs,
    renderings: &[Rendering],
    surroundings: &mut Surroundings<'_>,
) -> Exit {
    let bundles: Vec<Bundle> = arguments.bundle.iter().map(|bundle| bundle_of(*bundle)).collect();
    let chosen = |object: &Object| bundles.is_empty() || bundles.contains(&object.bundle);
    let all = renderings.iter().flat_map(|rendering| rendering.objects.iter().zip(&rendering.files));
    let picked: Vec<_> = all.filter(|(object, _)| chosen(object)).collect();
    if picked.is_empty() {
        complain("nothing was rendered: the chosen bundles hold no object", surroundings);
        return Exit::Findings;
    }
    if arguments.format == ManifestFormat::Json {
        let values: Vec<_> = picked.iter().map(|(object, _)| &object.value).collect();
        let mut text = match serde_json::to_string_pretty(&values) {
            Ok(text) => text,
            Err(error) => {
                complain(&format!("the objects cannot be written as JSON: {error}"), surroundings);
                return Exit::Internal;
            }
        };
        text.push('\n');
        return data(&text, surroundings);
    }
    let documents: Vec<&str> = picked.iter().map(|(_, file)| file.text.as_str()).collect();
    match write::to_stream(&mut &mut *surroundings.stdout, &documents) {
        Ok(Delivery::Whole | Delivery::ReaderLeft) => Exit::Clean,
        Err(error) => {
            complain(&format!("stdout cannot be written: {}", error.kind()), surroundings);
            Exit::Usage
        }
    }
}

fn bundle_of(bundle: BundleArg) -> Bundle {
    match bundle {
        BundleArg::Rbac => Bundle::Rbac,
        BundleArg::Accelerators => Bundle::Accelerators,
        BundleArg::Capacity => Bundle::Capacity,
        BundleArg::Argocd => Bundle::Argocd,
    }
}
