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
//!
//! What is refused leaves a hole, and the steps go on with what is sound, so that one run tells all there
//! is to tell; [`crate::consequences`] keeps what only follows from a hole from being told again. Nothing
//! is delivered then.

use crate::consequences::Doubts;
use crate::diag::{Findings, Sources};
use crate::guard::{self, Subject};
use crate::load::{self, Overlay, ProjectFiles};
use crate::render::Object;
use crate::spec::project::Environment;
use crate::spec::{self, Holes, Project};
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
    /// What of the project file cannot be relied on.
    pub holes: Holes,
    /// Whether something of it was refused: then its environments are only looked at for further faults.
    pub refused: bool,
}

impl Workspace {
    /// Opens the project in `directory`. What is wrong becomes findings; the texts that they point into
    /// are given back in any case, and the workspace as long as there is something to go on with.
    pub fn open(directory: &Path, findings: &mut Findings) -> (Sources, Option<Workspace>) {
        Workspace::open_over(directory, &Overlay::new(), findings)
    }

    /// Opens the project as [`Workspace::open`] does, as if its files held the texts of `overlay`.
    pub fn open_over(
        directory: &Path,
        overlay: &Overlay,
        findings: &mut Findings,
    ) -> (Sources, Option<Workspace>) {
        let mut own = Findings::new();
        let (sources, files) = ProjectFiles::read_over(directory, overlay, &mut own);
        let opened = files.and_then(|files| Workspace::from_files(files, &mut own));
        let refused = own.has_errors();
        findings.extend(own);
        match opened {
            Some(mut workspace) => {
                workspace.refused |= refused;
                (workspace.files.sources.clone(), Some(workspace))
            }
            None => (sources, None),
        }
    }

    fn from_files(mut files: ProjectFiles, findings: &mut Findings) -> Option<Workspace> {
        let project = spec::decode_project_in_part(&mut files.tree, findings)?;
        let own = files.classes.take();
        let unread = own.is_none() && project.value.classes.is_some();
        let classes = spec::preset::Classes::load_in_part(own, unread, &mut files.sources, findings)?;
        let refused = project.refused || classes.refused;
        Some(Workspace { files, project: project.value, classes, holes: project.holes, refused })
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
    if ["values", "output"].iter().any(|key| workspace.holes.touch(&["environments", name, key])) {
        return None;
    }
    let inputs = load::environment_files(&workspace.files, name, &environment.values, sources, findings)?;
    let mut values = inputs.values;
    let part = spec::decode_values_in_part(
        &mut values,
        inputs.removals,
        inputs.complete,
        &workspace.classes,
        findings,
    )?;
    let (spec, holes) = (part.value, part.holes);
    if holes.are_everywhere() {
        return None;
    }
    // What follows from a fault that is told already is not told.
    let mut told = Findings::new();
    let inputs_of_plan = plan::Inputs {
        environment: name,
        settings: environment,
        project: &workspace.project,
        classes: &workspace.classes.typed,
        spec: &spec,
        values: &values,
        provider_specs: &inputs.provider_specs,
    };
    let planned = plan::resolve_in_part(&inputs_of_plan, &holes, &mut told)?;
    let plan = planned.plan;
    let refused = workspace.refused || part.refused || planned.refused;
    let doubts = |before: &Findings, told: Findings| {
        let (project, values, pools) = (&workspace.holes, &holes, &planned.unsound);
        Doubts { project, values, pools, told: before, sources }.without_consequences(told)
    };
    let told = doubts(findings, told);
    findings.extend(told);
    let mut told = Findings::new();
    let extra = render::extra::render(&plan, &spec.extra_objects, &inputs.templates, sources, &mut told);
    let objects = render::objects(&plan, extra, &mut told);
    // What is not whole is not written, so its bytes are of no interest.
    let files = if refused { Vec::new() } else { write::files(&objects, threads, &mut told)? };
    let committed = guard::committed::read(&workspace.files.root, &environment.output, &files, &mut told);
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
    guard::run(&subject, &mut told);
    let told = if refused { doubts(findings, told) } else { told };
    findings.extend(told);
    (!refused).then_some((objects, files))
}

/// Renders several environments, at most `threads` at once, and checks them against the others of the
/// project. The result is in the order of `names` and the same for any number of threads.
pub fn render_all(workspace: &Workspace, names: &[String], threads: usize) -> Vec<Rendering> {
    let mut renderings = render_each(workspace, names, threads);
    let (mut sources, mut findings) = (workspace.files.sources.clone(), Findings::new());
    guard::environments::check(&workspace.files, &workspace.project, names, &mut sources, &mut findings);
    for finding in findings {
        let of_it = |rendering: &&mut Rendering| finding.environment.as_ref() == Some(&rendering.environment);
        if let Some(rendering) = renderings.iter_mut().find(of_it) {
            let mut own = Findings::new();
            own.push(finding);
            rendering.findings.extend(rendering.sources.absorb(&sources, own));
        }
    }
    renderings
}

fn render_each(workspace: &Workspace, names: &[String], threads: usize) -> Vec<Rendering> {
    let one = |name: &String| {
        let environment = workspace.project.environments.get(name)?;
        // Threads that are not needed for environments help within one.
        Some(render(workspace, name, environment, (threads / names.len().max(1)).max(1)))
    };
    let threads = threads.clamp(1, names.len().max(1));
    if threads == 1 {
        return names.iter().filter_map(one).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let index = next.fetch_add(1, Ordering::Relaxed)
            && let Some(name) = names.get(index)
        {
            done.push((index, one(name)));
        }
        done
    };
    let mut done: Vec<(usize, Option<Rendering>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().filter_map(|(_, rendering)| rendering).collect()
}
