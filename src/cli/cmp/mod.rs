//! `poolsmith cmp`: the Argo CD config-management plugin.
//!
//! stdout carries objects only, all or nothing; stderr is short and free of secrets, since Argo CD
//! shows it to users. The result depends on the files and the declared parameters alone: Argo CD caches
//! it by revision and parameters (argo-cd `docs/operator-manual/config-management-plugins.md`).

mod announcement;
mod parameters;
mod plugin;
mod repository;

pub use parameters::DECLARED_VARIABLES;

use super::accepting::{Today, accept};
use super::args::CmpCommand;
use super::output::{Gate, Shown, complain, show};
use super::selection::{self, Opened};
use super::{Exit, Surroundings};
use crate::diag::{Findings, Format, Sources};
use crate::load::{Overlay, Search};
use crate::pipeline;
use crate::write::{self, Delivery};
use parameters::Parameters;
use std::io::ErrorKind;
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

/// The most findings that are shown: Argo CD puts them all into one message.
const MOST_SHOWN: usize = 20;

/// Renders the bundle that the parameters name.
fn generate(project: &Option<PathBuf>, surroundings: &mut Surroundings<'_>) -> Exit {
    let Parameters { environment, bundle, problems } = parameters::read(&surroundings.variables);
    let Opened { mut sources, mut findings, workspace } = open(project, surroundings);
    let named = match (&workspace, &environment) {
        (Some(workspace), Some(environment)) => {
            let named = selection::named(workspace, std::slice::from_ref(environment));
            named.map_err(|finding| findings.push(*finding)).ok()
        }
        _ => None,
    };
    let (Some(workspace), Some(names), Some(bundle), []) = (&workspace, &named, bundle, problems.as_slice())
    else {
        problems.iter().for_each(|problem| complain(problem, surroundings));
        let told = report(findings, &sources, surroundings);
        return if problems.is_empty() { told } else { Exit::Usage };
    };
    let (each, shared_sources, shared) = pipeline::render_all(workspace, names, 1, &|rendering| rendering);
    findings.extend(sources.absorb(&shared_sources, shared));
    let mut documents = Vec::new();
    for mut rendering in each {
        let own = std::mem::take(&mut rendering.findings);
        findings.extend(sources.absorb(&rendering.sources, own));
        let files = rendering.objects.iter().zip(rendering.files);
        documents.extend(files.filter(|(object, _)| object.bundle == bundle).map(|(_, file)| file.text));
    }
    if workspace.refused || findings.has_errors() {
        return report(findings, &sources, surroundings);
    }
    if documents.is_empty() {
        let (bundle, environment) = (bundle.as_str(), names.join(", "));
        let message = format!(
            "bundle `{bundle}` of environment `{environment}` holds no object: an empty result would let Argo CD prune everything"
        );
        complain(&message, surroundings);
        return Exit::Findings;
    }
    deliver(&documents, surroundings)
}

/// Opens the project that the Application's path lies in, even if only a part of it is sound: then whatever
/// else is wrong is found, and nothing is delivered.
fn open(project: &Option<PathBuf>, surroundings: &Surroundings<'_>) -> Opened {
    let search = Search {
        start: &surroundings.working_directory,
        above: repository::directories_above(
            &surroundings.working_directory,
            surroundings.variables.get(parameters::SOURCE_PATH).map(String::as_str),
        ),
        places: "the Application's path or above it in the repository".to_owned(),
        help: "set the Application's `path` to the directory that holds poolsmith.yaml",
    };
    let mut opened = selection::open_found(project, &Overlay::new(), &search);
    // The plugin knows no day: the result must not depend on when it runs.
    accept(&mut opened, Today { today: None });
    opened
}

/// Warnings and notes stay unsaid here: `check` says them, and what stands on stderr of a plugin that
/// succeeds goes to a log that nobody reads.
fn report(findings: Findings, sources: &Sources, surroundings: &mut Surroundings<'_>) -> Exit {
    let mut errors = findings.into_sorted(sources);
    errors.retain(|finding| finding.weighs(crate::diag::Severity::Error));
    let exit = match Gate::ERRORS.exit(&errors) {
        Exit::Clean => Exit::Internal,
        failed => failed,
    };
    let unsaid = errors.len().saturating_sub(MOST_SHOWN);
    errors.truncate(MOST_SHOWN);
    // What `--fix` could do is of no use to who cannot call it.
    errors.iter_mut().for_each(|finding| finding.fix = None);
    let shown = Shown { findings: &errors, sources, environments: &[], root: None, threads: 1 };
    if show(&shown, Format::Concise, false, surroundings).is_err() {
        // Nobody listens on stderr; the exit code still tells.
    }
    if unsaid > 0 {
        complain(&format!("{unsaid} more findings: run `poolsmith check` in the repository"), surroundings);
    }
    exit
}

/// Everything in one write. A reader that has left is no success here: Argo CD would take what it has for
/// the whole.
fn deliver(documents: &[String], surroundings: &mut Surroundings<'_>) -> Exit {
    let fault = match write::to_stream(&mut &mut *surroundings.stdout, &[write::stream(documents)]) {
        Ok(Delivery::Whole) => return Exit::Clean,
        Ok(Delivery::ReaderLeft) => ErrorKind::BrokenPipe,
        Err(error) => error.kind(),
    };
    complain(&format!("stdout cannot be written: {fault}"), surroundings);
    Exit::Usage
}
