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

mod budgets;

pub use budgets::{Budget, budgets};

use crate::diag::{Findings, Sources};
use crate::guard::{self, CommittedObjects, Subject};
use crate::load::{self, ProjectFiles, QuotaFile};
use crate::plan::{Plan, QuotaPlan};
use crate::render::Object;
use crate::spec::project::Environment;
use crate::spec::{self, ClusterPools, Project};
use crate::write::{self, RenderedFile};
use crate::yaml::Node;
use crate::{plan, render};
use std::collections::BTreeMap;
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
    /// What counts against the limits of the account, unless it was refused before.
    pub quotas: Option<QuotaPlan>,
}

/// Renders one environment: the steps in order, each resting on the one before. Up to `threads` threads
/// share what can be shared.
pub fn render(workspace: &Workspace, name: &str, environment: &Environment, threads: usize) -> Rendering {
    let mut findings = Findings::new();
    let mut sources = workspace.files.sources.clone();
    let rendered = steps(workspace, name, environment, threads, &mut sources, &mut findings);
    findings.set_environment(name);
    let (objects, files, quotas) = rendered.unwrap_or_default();
    Rendering { environment: name.to_owned(), sources, findings, objects, files, quotas }
}

/// An environment that was planned, and what it was planned from.
struct Planned {
    spec: ClusterPools,
    values: Node,
    templates: BTreeMap<String, Node>,
    plan: Plan,
}

impl Planned {
    /// What the guards look at.
    fn subject<'a>(
        &'a self,
        workspace: &'a Workspace,
        name: &'a str,
        objects: &'a [Object],
        committed: Option<&'a CommittedObjects>,
    ) -> Subject<'a> {
        Subject {
            environment: name,
            spec: &self.spec,
            values: &self.values,
            project: &workspace.files.tree,
            templates: &self.templates,
            plan: &self.plan,
            objects,
            committed,
        }
    }
}

/// The steps up to the plan. A quota file in `quotas` stands for the one that the values name.
fn planned(
    workspace: &Workspace,
    name: &str,
    environment: &Environment,
    quotas: Option<&QuotaFile>,
    sources: &mut Sources,
    findings: &mut Findings,
) -> Option<Planned> {
    let inputs = load::environment_files(&workspace.files, name, &environment.values, sources, findings)?;
    let quota_file = load::quota_file(&workspace.files, &inputs.values, quotas, sources, findings);
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
            quota_file: quota_file.as_deref(),
        },
        findings,
    )?;
    Some(Planned { spec, values, templates: inputs.templates, plan })
}

fn steps(
    workspace: &Workspace,
    name: &str,
    environment: &Environment,
    threads: usize,
    sources: &mut Sources,
    findings: &mut Findings,
) -> Option<(Vec<Object>, Vec<RenderedFile>, Option<QuotaPlan>)> {
    let planned = planned(workspace, name, environment, None, sources, findings)?;
    let Planned { spec, templates, plan, .. } = &planned;
    let extra = render::extra::render(plan, &spec.extra_objects, templates, sources, findings);
    let objects = render::objects(plan, extra, findings);
    let files = write::files(&objects, threads, findings)?;
    let committed = guard::committed::read(&workspace.files.root, &environment.output, &files, findings);
    let subject = planned.subject(workspace, name, &objects, committed.as_ref());
    guard::run(&subject, findings);
    Some((objects, files, Some(planned.plan.quotas)))
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
    let count_and_finish = |mut rendering: Rendering| {
        let quotas = rendering.quotas.take();
        ((rendering.environment.clone(), quotas), finish(rendering))
    };
    let (counted, finished): (Vec<_>, Vec<T>) =
        render_each(workspace, names, threads, &count_and_finish).into_iter().unzip();
    let (mut sources, mut findings) = (workspace.files.sources.clone(), Findings::new());
    guard::environments::check(&workspace.files, &workspace.project, names, &mut sources, &mut findings);
    let counted = counted.iter().filter_map(|(name, quotas)| Some((name.as_str(), quotas.as_ref()?)));
    findings.extend(guard::quotas::exceeded_together::check(&workspace.files.tree, counted));
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
