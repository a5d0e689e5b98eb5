//! `poolsmith render`.

use super::accepting::accept;
use super::args::{BundleArg, ManifestFormat, MessageFormat, RenderArgs};
use super::output::{Gate, Shown, complain, data, show};
use super::{Exit, Surroundings, selection};
use crate::diag::{Findings, Format, Sources};
use crate::load::Overlay;
use crate::pipeline::{self, Rendering, Workspace};
use crate::render::{Bundle, Object};
use crate::side_by_side::side_by_side;
use crate::write::{self, Delivery, Packed, PackedFiles, RenderedFile, ReplaceOptions};
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

/// What is kept of a rendering until every environment is known to be sound: no more than what leaves.
struct Ready {
    environment: String,
    sources: Sources,
    findings: Findings,
    kept: Kept,
}

/// What leaves, by where it goes.
enum Kept {
    /// The files of an output directory that is not yet as it should be.
    Files(PackedFiles),
    /// The chosen objects as one stream.
    Stream(Packed),
    /// The chosen objects.
    Values(Vec<crate::json::Value>),
    /// Nothing: refused, or the output directory is as it should be.
    Nothing,
}

/// Renders to stdout, or into the output directories.
pub(super) fn run(
    project: &Option<PathBuf>,
    arguments: &RenderArgs,
    surroundings: &mut Surroundings<'_>,
) -> Exit {
    let format = message_format(arguments.message_format);
    let mut opened = selection::open_in_part(project, &Overlay::new(), surroundings);
    accept(&mut opened, arguments.today);
    let (mut sources, mut findings) = (opened.sources, opened.findings);
    let threads = selection::threads(&arguments.selection, surroundings);
    let mut names = Vec::new();
    let mut all = Vec::new();
    if let Some(workspace) = &opened.workspace {
        match selection::environments(workspace, &arguments.selection) {
            Ok(chosen) => names = chosen,
            Err(finding) => findings.push(*finding),
        }
        let keep = |rendering: Rendering| keep(workspace, arguments, rendering);
        let (each, shared_sources, shared) = pipeline::render_all(workspace, &names, threads, &keep);
        findings.extend(sources.absorb(&shared_sources, shared));
        for mut ready in each {
            let own = std::mem::take(&mut ready.findings);
            findings.extend(sources.absorb(&ready.sources, own));
            all.push(ready);
        }
    }
    let root = opened.workspace.as_ref().map(|workspace| workspace.files.root.directory());
    let refused = findings.has_errors();
    let mut outcome = Exit::Clean;
    if let (false, Some(workspace)) = (refused, &opened.workspace) {
        if arguments.out {
            findings.extend(write_directories(workspace, &all, arguments.refresh, threads));
        } else {
            outcome = write_stdout(arguments, &all, surroundings);
        }
    }
    // Written or refused, so a fleet's texts need not lie beside its findings while those are sorted.
    drop(all);
    let sorted = findings.into_sorted(&sources);
    let shown = Shown { findings: &sorted, sources: &sources, environments: &names, root, threads };
    if show(&shown, format, false, surroundings).is_err() {
        // Nobody listens on stderr; the exit code still tells.
    }
    let exit = match Gate::ERRORS.exit(&sorted) {
        Exit::Clean => outcome,
        failed => failed,
    };
    // The process ends with this, which frees all of a fleet at once.
    std::mem::forget((sorted, sources, opened.workspace));
    exit
}

fn message_format(format: MessageFormat) -> Format {
    match format {
        MessageFormat::Human => Format::Human,
        MessageFormat::Concise => Format::Concise,
        MessageFormat::Json => Format::Json,
    }
}

fn keep(workspace: &Workspace, arguments: &RenderArgs, rendering: Rendering) -> Ready {
    let Rendering { environment, sources, findings, objects, files, is_committed, .. } = rendering;
    let kept = if findings.has_errors() {
        Kept::Nothing
    } else if arguments.out {
        match workspace.project.environments.get(&environment) {
            Some(settings) if arguments.refresh && !selection::keeps_output(workspace, settings) => {
                Kept::Nothing
            }
            Some(settings) => {
                let (root, output) = (workspace.files.root.directory(), Path::new(&settings.output));
                let is_current = (is_committed && write::is_settled(root, output, &files))
                    || write::is_current(root, output, &files);
                if is_current { Kept::Nothing } else { Kept::Files(PackedFiles::new(files)) }
            }
            None => Kept::Nothing,
        }
    } else {
        let bundles: Vec<Bundle> = arguments.bundle.iter().map(|bundle| bundle_of(*bundle)).collect();
        let chosen = |object: &Object| bundles.is_empty() || bundles.contains(&object.bundle);
        let picked = objects.into_iter().zip(files).filter(|(object, _)| chosen(object));
        match arguments.format {
            ManifestFormat::Yaml => {
                let documents: Vec<String> = picked.map(|(_, file)| file.text).collect();
                if documents.is_empty() {
                    Kept::Nothing
                } else {
                    Kept::Stream(Packed::new(&write::stream(&documents)))
                }
            }
            ManifestFormat::Json => Kept::Values(picked.map(|(object, _)| object.value).collect()),
        }
    };
    let (sources, findings) = sources.only_for(findings);
    Ready { environment, sources, findings, kept }
}

/// Writes the directories that are not as they should be. Most of the time goes by waiting for the disk,
/// so several are written at once.
fn write_directories(workspace: &Workspace, all: &[Ready], refresh: bool, threads: usize) -> Findings {
    let work: Vec<(&str, &PackedFiles)> = all
        .iter()
        .filter_map(|ready| match &ready.kept {
            Kept::Files(files) => Some((ready.environment.as_str(), files)),
            _ => None,
        })
        .collect();
    let written = side_by_side(&work, threads, &|(environment, files)| {
        write_directory(workspace, environment, &files.files(), refresh)
    });
    let mut findings = Findings::new();
    written.into_iter().for_each(|own| findings.extend(own));
    findings
}

fn write_directory(workspace: &Workspace, name: &str, files: &[RenderedFile], refresh: bool) -> Findings {
    let mut findings = Findings::new();
    let Some(environment) = workspace.project.environments.get(name) else { return findings };
    let output = Path::new(&environment.output);
    match write::replace(workspace.files.root.directory(), output, files, &ReplaceOptions::default()) {
        Ok(replaced) => {
            findings.extend(replaced.to_findings(name, &environment.output));
            if refresh {
                findings.extend(replaced.to_refreshed(name, &environment.output));
            }
        }
        Err(error) => findings.push(error.to_finding()),
    }
    findings.set_environment(name);
    findings
}

fn write_stdout(arguments: &RenderArgs, all: &[Ready], surroundings: &mut Surroundings<'_>) -> Exit {
    let packed = || {
        all.iter().filter_map(|ready| match &ready.kept {
            Kept::Stream(stream) => Some(stream),
            _ => None,
        })
    };
    let values: Vec<&crate::json::Value> = all
        .iter()
        .flat_map(|ready| match &ready.kept {
            Kept::Values(values) => values.as_slice(),
            _ => &[],
        })
        .collect();
    if packed().next().is_none() && values.is_empty() {
        complain("nothing was rendered: the chosen bundles hold no object", surroundings);
        return Exit::Findings;
    }
    if arguments.format == ManifestFormat::Json {
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
    match write::to_stream(&mut &mut *surroundings.stdout, packed().map(Packed::text)) {
        Ok(Delivery::Whole | Delivery::ReaderLeft) => Exit::Clean,
        Err(error) => {
            complain(&format!("stdout cannot be written: {}", error.kind()), surroundings);
            Exit::Usage
        }
    }
}

/// The schema of what `--format json` prints.
pub(super) fn objects_schema() -> Json {
    let text = |description: &str| json!({"type": "string", "minLength": 1, "description": description});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "poolsmith objects",
        "description": "The rendered Kubernetes objects, in the order in which they are applied.",
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "description": "An object; its kind's own reference says what else it holds.",
            "required": ["apiVersion", "kind", "metadata"],
            "properties": {
                "apiVersion": text("The API group and version."),
                "kind": text("The kind."),
                "metadata": {
                    "type": "object",
                    "description": "The object's name and what is written about it.",
                    "required": ["name"],
                    "properties": {
                        "name": text("The name."),
                        "namespace": text("The namespace; absent for what belongs to the cluster."),
                        "labels": {"type": "object", "description": "Labels.", "additionalProperties": {"type": "string"}},
                        "annotations": {"type": "object", "description": "Annotations.", "additionalProperties": {"type": "string"}}
                    }
                }
            }
        }
    })
}

fn bundle_of(bundle: BundleArg) -> Bundle {
    match bundle {
        BundleArg::Rbac => Bundle::Rbac,
        BundleArg::Accelerators => Bundle::Accelerators,
        BundleArg::Capacity => Bundle::Capacity,
        BundleArg::Argocd => Bundle::Argocd,
    }
}
