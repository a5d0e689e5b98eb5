//! Faults that no input leads to, made on the rendered objects, so that the guards are tested all the
//! same: whatever a later change to the renderer does, they are what stands between it and a cluster.

use super::cases::{Found, Outcome};
use poolsmith::diag::{Findings, Sources};
use poolsmith::guard::{self, CommittedObjects};
use poolsmith::json::{Map as JsonMap, Value as Json};
use poolsmith::load::{self, ProjectFiles};
use poolsmith::render::Object;
use poolsmith::spec::{self, preset::Classes};
use poolsmith::write::RenderedFile;
use poolsmith::{plan, render, write};
use serde::Deserialize;
use std::path::Path;

/// A change to the rendered objects named `Kind/name`; `Kind/*` names all of a kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutation {
    object: String,
    /// A JSON merge patch.
    merge: Option<Json>,
    /// A merge patch that makes a second object of it.
    copy: Option<Json>,
    /// Whether it is taken out.
    #[serde(default)]
    remove: bool,
}

/// Renders the project's environment, makes the changes and runs the guards.
pub fn run(project: &Path, mutations: &str) -> Result<Outcome, String> {
    let mutations: Vec<Mutation> = serde_yaml::from_str(mutations).map_err(|error| error.to_string())?;
    let mut findings = Findings::new();
    let mut found = Vec::new();
    let (sources, files) = ProjectFiles::read(project, &mut findings);
    let mut sources = files.as_ref().map_or(sources, |files| files.sources.clone());
    if files.and_then(|mut files| guarded(&mut files, &mutations, &mut sources, &mut findings)).is_none() {
        let sorted = findings.into_sorted(&sources);
        let messages: Vec<&str> = sorted.iter().map(|finding| finding.message.as_str()).collect();
        return Err(format!("the case is refused before the guards see it: {messages:?}"));
    }
    for finding in findings.into_sorted(&sources) {
        found.push(Found {
            code: finding.rule.code.to_owned(),
            severity: finding.severity.name().to_owned(),
            message: finding.message,
            help: finding.help,
            waived: false,
            place: finding.primary.map(|label| {
                let position = label.position;
                (sources.path(position.file).to_owned(), Some((position.line.into(), position.column.into())))
            }),
        });
    }
    Ok(Outcome { findings: found })
}

/// The steps of `pipeline::render`, with the changes in their midst.
fn guarded(
    files: &mut ProjectFiles,
    mutations: &[Mutation],
    sources: &mut Sources,
    findings: &mut Findings,
) -> Option<()> {
    let mut own = Findings::new();
    rendered(files, sources, findings, |objects, committed, judge| {
        let mut objects = objects.to_vec();
        for mutation in mutations {
            apply(mutation, &mut objects);
        }
        let files = write::files(&objects, 1, &mut own).unwrap_or_default();
        let read = committed(&files, &mut own);
        own.extend(judge(&objects, read.as_ref()));
    })?;
    findings.extend(own);
    Some(())
}

/// What the guards say of objects, beside those that were committed.
pub type Judge<'a> = dyn Fn(&[Object], Option<&CommittedObjects>) -> Findings + 'a;
/// What is committed, given what is rendered.
pub type Committed<'a> = dyn Fn(&[RenderedFile], &mut Findings) -> Option<CommittedObjects> + 'a;

/// Renders the project's first environment and hands over its objects, and what judges them.
pub fn rendered(
    files: &mut ProjectFiles,
    sources: &mut Sources,
    findings: &mut Findings,
    then: impl FnOnce(&[Object], &Committed<'_>, &Judge<'_>),
) -> Option<()> {
    let project = spec::decode_project(&mut files.tree, &files.matched, findings)?;
    let classes = Classes::load(None, sources, findings)?;
    let (name, environment) = project.environments.first_key_value()?;
    let inputs = load::environment_files(files, name, &environment.values, sources, findings)?;
    let quota_file = load::quota_file(files, &inputs.values, None, sources, findings);
    let (spec, values) = spec::decode_values(inputs.values, inputs.removals, &classes, findings)?;
    let plan_inputs = plan::Inputs {
        environment: name,
        settings: environment,
        project: &project,
        classes: &classes.typed,
        spec: &spec,
        values: &values,
        provider_specs: &inputs.provider_specs,
        quota_file: quota_file.as_deref(),
    };
    let mut plan = plan::resolve(&plan_inputs, findings)?;
    let extra = render::extra::render(&plan, &spec.extra_objects, &inputs.templates, sources, findings);
    let objects = render::objects(&mut plan, extra, findings);
    let judge = |objects: &[Object], committed: Option<&CommittedObjects>| {
        let inputs = guard::Inputs {
            environment: name,
            spec: &spec,
            values: &values,
            project: &files.tree,
            templates: &inputs.templates,
            plan: &plan,
            objects,
            committed,
        };
        let mut findings = Findings::new();
        guard::run(&inputs, &mut findings);
        findings
    };
    let committed = |rendered: &[RenderedFile], findings: &mut Findings| {
        guard::committed::read(&files.root, &environment.output, rendered, findings).objects
    };
    then(&objects, &committed, &judge);
    Some(())
}

fn apply(mutation: &Mutation, objects: &mut Vec<Object>) {
    let is_meant = |object: &Object| {
        let (kind, name) = mutation.object.split_once('/').expect("an object is named Kind/name");
        object.kind() == kind && (name == "*" || object.name() == name)
    };
    assert!(objects.iter().any(is_meant), "there is no {}", mutation.object);
    let mut copies = Vec::new();
    for object in objects.iter_mut().filter(|object| is_meant(object)) {
        if let Some(patch) = &mutation.copy {
            let mut copy = object.clone();
            merge(&mut copy.value, patch);
            copies.push(copy);
        }
        if let Some(patch) = &mutation.merge {
            merge(&mut object.value, patch);
        }
    }
    if mutation.remove {
        objects.retain(|object| !is_meant(object));
    }
    objects.extend(copies);
}

/// RFC 7396.
fn merge(target: &mut Json, patch: &Json) {
    let Json::Object(entries) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Json::Object(JsonMap::new());
    }
    let Some(object) = target.as_object_mut() else { return };
    for (key, value) in entries {
        if value.is_null() {
            object.remove(key);
        } else {
            merge(object.get_or_insert_with(key.clone(), || Json::Null), value);
        }
    }
}
