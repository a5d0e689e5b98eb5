//! The whole of poolsmith in one function: read this first.
//!
//! ```text
//! load      files -> one layered tree in which every node knows its source position
//! spec      tree -> typed spec, all errors at once
//! plan      spec -> resolved plan
//! render    plan -> objects
//! guard     plan + objects (+ the committed objects) -> findings
//! waive     findings -> findings, those that are accepted without weight
//! write     objects -> bytes
//! ```
//!
//! What is refused leaves a hole, and the steps go on with what is sound, so that one run tells all there
//! is to tell; `crate::consequences` keeps what only follows from a hole from being told again. Nothing
//! is delivered then.

mod budgets;

pub use budgets::{Budget, budgets};

use crate::consequences::Doubts;
use crate::diag::{Findings, Sources};
use crate::guard::{self, CommittedObjects};
use crate::load::{self, Overlay, ProjectFiles, QuotaFile};
use crate::plan::{Plan, QuotaPlan};
use crate::render::Object;
use crate::side_by_side::side_by_side;
use crate::sorted::IntoSorted;
use crate::spec::project::Environment;
use crate::spec::{self, ClusterPools, Holes, Project};
use crate::waive::{Acceptance, Used};
use crate::write::{self, RenderedFile};
use crate::yaml::Node;
use crate::{plan, render};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A project that was opened: what its environments share.
#[derive(Debug)]
pub struct Workspace {
    /// The project's own files.
    pub files: ProjectFiles,
    /// The project file, decoded.
    pub project: Project,
    /// The pool classes.
    pub classes: spec::preset::Classes,
    /// The findings that are accepted.
    pub acceptance: Acceptance,
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
        let waivers = files.as_ref().and_then(|files| files.waivers.clone());
        let opened = files.and_then(|files| Workspace::from_files(files, &mut own));
        let refused = own.has_errors();
        findings.extend(own);
        let project = opened.as_ref().filter(|workspace| !workspace.holes.touch(&["environments"]));
        let project = project.map(|workspace| &workspace.project);
        let acceptance = Acceptance::read(waivers.as_ref(), project, findings);
        match opened {
            Some(mut workspace) => {
                workspace.refused |= refused;
                workspace.acceptance = acceptance;
                (workspace.files.sources.clone(), Some(workspace))
            }
            None => (sources, None),
        }
    }

    fn from_files(mut files: ProjectFiles, findings: &mut Findings) -> Option<Workspace> {
        let project = spec::decode_project_in_part(&mut files.tree, &files.matched, findings)?;
        let own = files.classes.take();
        let unread = own.is_none() && project.value.classes.is_some();
        let classes = spec::preset::Classes::load_in_part(own, unread, &mut files.sources, findings)?;
        let refused = project.refused || classes.refused;
        let (project, holes, acceptance) = (project.value, project.holes, Acceptance::default());
        Some(Workspace { files, project, classes, holes, refused, acceptance })
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
    /// Whether the output directory was found to hold exactly those files, and nothing else.
    pub is_committed: bool,
    /// What counts against the limits of the account, unless it was refused before.
    pub quotas: Option<QuotaPlan>,
    /// The cluster's infrastructure name, unless something was refused.
    pub infra_id: Option<String>,
    /// What lifted some of the findings.
    pub used: Used,
}

/// Renders one environment: the steps in order, each resting on the one before. Up to `threads` threads
/// share what can be shared.
pub fn render(workspace: &Workspace, name: &str, environment: &Environment, threads: usize) -> Rendering {
    let mut findings = Findings::new();
    let mut sources = workspace.files.sources.clone();
    let rendered = steps(workspace, name, environment, threads, &mut sources, &mut findings);
    findings.set_environment(name);
    let mut used = workspace.acceptance.lift(&sources, &mut findings);
    if rendered.is_some() {
        used.judged(name);
    }
    let Rendered { objects, files, is_committed, quotas, infra_id } = rendered.unwrap_or_default();
    let environment = name.to_owned();
    Rendering { environment, sources, findings, objects, files, is_committed, quotas, infra_id, used }
}

/// What the steps give for an environment in which nothing was refused.
#[derive(Default)]
struct Rendered {
    objects: Vec<Object>,
    files: Vec<RenderedFile>,
    is_committed: bool,
    quotas: Option<QuotaPlan>,
    infra_id: Option<String>,
}

/// An environment that was planned, and what it was planned from.
struct Planned {
    spec: ClusterPools,
    values: Node,
    templates: BTreeMap<String, Node>,
    plan: Plan,
    /// What of the values cannot be relied on.
    holes: Holes,
    /// Pools that are left out, or of which something was refused.
    unsound: BTreeSet<String>,
    /// Whether something was refused: then the rest is only looked at for further faults.
    refused: bool,
}

impl Planned {
    /// What a step told, without what only follows from what was `before` it.
    fn without_consequences(
        &self,
        workspace: &Workspace,
        sources: &Sources,
        before: &Findings,
        told: Findings,
    ) -> Findings {
        let (project, values, pools) = (&workspace.holes, &self.holes, &self.unsound);
        let quotas = self.values.find(&["quotas"]).map(|quotas| quotas.position);
        Doubts { project, values, pools, told: before, quotas, sources }.without_consequences(told)
    }

    /// What the guards look at.
    fn inputs<'a>(
        &'a self,
        workspace: &'a Workspace,
        name: &'a str,
        objects: &'a [Object],
        committed: Option<&'a CommittedObjects>,
    ) -> guard::Inputs<'a> {
        guard::Inputs {
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
    if ["values", "output"].iter().any(|key| workspace.holes.touch(&["environments", name, key])) {
        return None;
    }
    let inputs = load::environment_files(&workspace.files, name, &environment.values, sources, findings)?;
    let (mut values, classes) = (inputs.values, &workspace.classes);
    let is_path = values.find(&["quotas", "file"]).is_none_or(|path| path.as_str().is_some());
    let part = spec::decode_values_in_part(&mut values, inputs.removals, inputs.complete, classes, findings);
    // Decoding puts a misspelt name right, so the file is looked for afterwards.
    let named = is_path.then(|| load::quota_file(&workspace.files, &values, quotas, sources, findings));
    let quota_file = named.flatten();
    let part = part?;
    if part.holes.are_everywhere() {
        return None;
    }
    let mut told = Findings::new();
    let planned = plan::resolve_in_part(
        &plan::Inputs {
            environment: name,
            settings: environment,
            project: &workspace.project,
            classes: &classes.typed,
            spec: &part.value,
            values: &values,
            provider_specs: &inputs.provider_specs,
            quota_file: quota_file.as_deref(),
        },
        &part.holes,
        &mut told,
    )?;
    let planned = Planned {
        refused: workspace.refused || part.refused || planned.refused,
        spec: part.value,
        holes: part.holes,
        values,
        templates: inputs.templates,
        plan: planned.plan,
        unsound: planned.unsound,
    };
    let told = planned.without_consequences(workspace, sources, findings, told);
    findings.extend(told);
    Some(planned)
}

fn steps(
    workspace: &Workspace,
    name: &str,
    environment: &Environment,
    threads: usize,
    sources: &mut Sources,
    findings: &mut Findings,
) -> Option<Rendered> {
    let mut planned = planned(workspace, name, environment, None, sources, findings)?;
    let Planned { spec, templates, plan, .. } = &mut planned;
    let mut told = Findings::new();
    let extra = render::extra::render(plan, &spec.extra_objects, templates, sources, &mut told);
    let objects = render::objects(plan, extra, &mut told);
    // What is not whole is not written, so its bytes are of no interest.
    let files = if planned.refused { Some(Vec::new()) } else { write::files(&objects, threads, &mut told) };
    let mut is_committed = false;
    if let Some(files) = &files {
        let root = &workspace.files.root;
        let committed = guard::committed::read(root, &environment.output, files, &mut told);
        guard::run(&planned.inputs(workspace, name, &objects, committed.objects.as_ref()), &mut told);
        is_committed = committed.is_as_rendered;
    }
    if planned.refused {
        told = planned.without_consequences(workspace, sources, findings, told);
    }
    findings.extend(told);
    let files = files.filter(|_| !planned.refused)?;
    let (quotas, infra_id) = (Some(planned.plan.quotas), Some(planned.spec.cluster.infra_id));
    Some(Rendered { objects, files, is_committed, quotas, infra_id })
}

/// Renders several environments, at most `threads` at once, and hands each rendering to `finish` as soon
/// as it is there: what is not kept is gone before the next one, so that a fleet fits into memory.
/// The results are in the order of `names` and the same for any number of threads.
///
/// With them comes what is wrong between the environments of the project and what lifts nothing, and the
/// texts that it points into.
pub fn render_all<T: Send>(
    workspace: &Workspace,
    names: &[String],
    threads: usize,
    finish: &(dyn Fn(Rendering) -> T + Sync),
) -> (Vec<T>, Sources, Findings) {
    let count_and_finish = |mut rendering: Rendering| {
        let counted = Counted {
            environment: rendering.environment.clone(),
            quotas: rendering.quotas.take(),
            infra_id: rendering.infra_id.take(),
            used: std::mem::take(&mut rendering.used),
        };
        (counted, finish(rendering))
    };
    let (counted, finished): (Vec<_>, Vec<T>) =
        render_each(workspace, names, threads, &count_and_finish).into_iter().unzip();
    let (mut sources, mut findings) = (workspace.files.sources.clone(), Findings::new());
    let infra_ids = counted.iter().filter_map(|one| Some((&*one.environment, one.infra_id.as_deref()?)));
    let chosen = guard::environments::Chosen { names, infra_ids: infra_ids.into_map() };
    guard::environments::check(&workspace.files, &workspace.project, &chosen, &mut sources, &mut findings);
    let quotas = counted.iter().filter_map(|one| Some((&*one.environment, one.quotas.as_ref()?)));
    findings.extend(guard::quotas::exceeded_together::check(&workspace.files.tree, quotas));
    let mut used = workspace.acceptance.lift(&sources, &mut findings);
    counted.into_iter().for_each(|one| used.join(one.used));
    findings.extend(workspace.acceptance.unused(&used, &workspace.project));
    (finished, sources, findings)
}

/// What of a rendering counts together with that of the others.
struct Counted {
    environment: String,
    quotas: Option<QuotaPlan>,
    infra_id: Option<String>,
    used: Used,
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
