//! The whole of poolsmith in one function: read this first.
//!
//! ```text
//! load      files -> one layered tree in which every node knows its source position
//! spec      tree -> typed spec, all errors at once
//! plan      spec -> resolved plan
//! render    plan -> objects
//! guard     plan + objects (+ the committed objects) -> findings
//! write     objects -> bytes
//! ```

use crate::diag::{Findings, Sources};
use crate::guard::{self, Subject};
use crate::load::{self, ProjectFiles};
use crate::render::Object;
use crate::spec::project::Environment;
use crate::spec::{self, Project};
use crate::write::{self, RenderedFile};
use crate::{plan, render};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A project that was opened: what its environments share.
#[derive(Debug)]
pub struct Workspace {
    /// The project's own files.
    pub files: ProjectFiles,
    /// The project file, decoded.
    pub project: Project,
    /// The pool classes.
    pub classes: spec::preset::Classes,
}

impl Workspace {
    /// Opens the project in `directory`. What is wrong becomes findings; the texts that they point into
    /// are given back in any case.
    pub fn open(directory: &Path, findings: &mut Findings) -> (Sources, Option<Workspace>) {
        let (sources, files) = ProjectFiles::read(directory, findings);
        let Some(mut files) = files else { return (sources, None) };
        let project = spec::decode_project(&mut files.tree, &files.matched, findings);
        let classes = spec::preset::Classes::load(files.classes.take(), &mut files.sources, findings);
        let sources = files.sources.clone();
        match (project, classes) {
            (Some(project), Some(classes)) => (sources, Some(Workspace { files, project, classes })),
            _ => (sources, None),
        }
    }
}

/// One environment, rendered or refused.
#[derive(Debug)]
pub struct Rendering {
    /// The environment's name.
    pub environment: String,
    /// The texts that the findings point into.
    pub sources: Sources,
    /// What is to be said; with an error among them nothing may be written.
    pub findings: Findings,
    /// The objects.
    pub objects: Vec<Object>,
    /// The objects as files, in the order of the objects.
    pub files: Vec<RenderedFile>,
}

/// Renders one environment: the steps in order, each resting on the one before. Up to `threads` threads
/// share what can be shared.
pub fn render(workspace: &Workspace, name: &str, environment: &Environment, threads: usize) -> Rendering {
    let mut findings = Findings::new();
    let mut sources = workspace.files.sources.clone();
    let rendered = steps(workspace, name, environment, threads, &mut sources, &mut findings);
    findings.set_environment(name);
    let (objects, files) = rendered.unwrap_or_default();
    Rendering { environment: name.to_owned(), sources, findings, objects, files }
}

fn steps(
    workspace: &Workspace,
    name: &str,
    environment: &Environment,
    threads: usize,
    sources: &mut Sources,
    findings: &mut Findings,
) -> Option<(Vec<Object>, Vec<RenderedFile>)> {
    let inputs = load::environment_files(&workspace.files, name, &environment.values, sources, findings)?;
    let (spec, values) = spec::decode_values(inputs.values, inputs.removals, &workspace.classes, findings)?;
    let plan = plan::resolve(
        &plan::Inputs {
            environment: name,
            settings: environment,
            project: &workspace.project,
            classes: &workspace.classes.typed,
            spec: &spec,
            values: &values,
            provider_specs: &inputs.provider_specs,
        },
        findings,
    )?;
    let extra = render::extra::render(&plan, &spec.extra_objects, &inputs.templates, sources, findings);
    let objects = render::objects(&plan, extra, findings);
    let files = write::files(&objects, threads, findings)?;
    let committed = guard::committed::read(&workspace.files.root, &environment.output, &files, findings);
    let subject = Subject {
        environment: name,
        spec: &spec,
        values: &values,
        project: &workspace.files.tree,
        templates: &inputs.templates,
        plan: &plan,
        objects: &objects,
        committed: committed.as_ref(),
    };
    guard::run(&subject, findings);
    Some((objects, files))
}

/// Renders several environments, at most `threads` at once, and hands each rendering to `finish` as soon
/// as it is there: what is not kept is gone before the next one, so that a fleet fits into memory.
/// The results are in the order of `names` and the same for any number of threads.
///
/// With them comes what is wrong between the environments of the project, and the texts that it points
/// into.
pub fn render_all<T: Send>(
    workspace: &Workspace,
    names: &[String],
    threads: usize,
    finish: &(dyn Fn(Rendering) -> T + Sync),
) -> (Vec<T>, Sources, Findings) {
    let finished = render_each(workspace, names, threads, finish);
    let (mut sources, mut findings) = (workspace.files.sources.clone(), Findings::new());
    guard::environments::check(&workspace.files, &workspace.project, names, &mut sources, &mut findings);
    (finished, sources, findings)
}

fn render_each<T: Send>(
    workspace: &Workspace,
    names: &[String],
    threads: usize,
    finish: &(dyn Fn(Rendering) -> T + Sync),
) -> Vec<T> {
    // Threads that are not needed for environments help within one.
    let within = (threads / names.len().max(1)).max(1);
    let one = |name: &String| {
        let environment = workspace.project.environments.get(name)?;
        Some(finish(render(workspace, name, environment, within)))
    };
    side_by_side(names, threads, &one).into_iter().flatten().collect()
}

/// Does `work` on every item, at most `threads` at once; the results are in the order of the items.
pub fn side_by_side<I: Sync, T: Send>(
    items: &[I],
    threads: usize,
    work: &(dyn Fn(&I) -> T + Sync),
) -> Vec<T> {
    let threads = threads.clamp(1, items.len().max(1));
    if threads == 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let share = || {
        let mut done = Vec::new();
        while let index = next.fetch_add(1, Ordering::Relaxed)
            && let Some(item) = items.get(index)
        {
            done.push((index, work(item)));
        }
        done
    };
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(share)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
