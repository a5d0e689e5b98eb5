//! What a waiver can lift, and that lifting it leaves something right to render.

use super::cases::{Case, checked};
use super::{for_every_page, section, support};
use poolsmith::diag::{Findings, Rule, Severity};
use poolsmith::pipeline::{self, Workspace};
use poolsmith::spec::waivers::Scope;
use poolsmith::waive::Trees;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Warnings that no waiver lifts: what happened to the output is no judgement about the spec, and a waiver
/// that lifts nothing is not cured by another.
const WARNINGS_TO_MEND: [&str; 3] = ["OUT006", "OUT012", "SPC040"];

#[test]
fn every_warning_is_a_judgement_that_a_waiver_can_lift() {
    let fixed: Vec<&str> = poolsmith::rules::all()
        .iter()
        .filter(|rule| rule.severity == Severity::Warning && !rule.waivable)
        .map(|rule| rule.code)
        .filter(|code| !WARNINGS_TO_MEND.contains(code))
        .collect();
    assert_eq!(fixed, [""; 0], "say `waivable`, or why there is nothing to waive");
}

#[test]
fn what_must_hold_is_never_waivable() {
    for rule in poolsmith::rules::all() {
        // What cannot be read, what is written, and what Argo CD does with it.
        let is_output = poolsmith::write::rules::ALL.contains(&rule);
        let must_hold = is_output || ["SRC", "ARG"].iter().any(|group| rule.code.starts_with(group));
        assert!(!(rule.waivable && must_hold && rule.severity == Severity::Error), "{}", rule.code);
    }
}

/// Every example of a waivable rule is waived, each finding in its own place. Nothing of the rule is left,
/// and where it was the only error, the environment is rendered.
#[test]
fn what_is_waived_is_rendered() {
    for_every_page(|rule, page| {
        if !rule.waivable {
            return Ok(());
        }
        let cases = Case::all(section(page, "Example")?)?;
        for case in cases.iter().filter(|case| case.is_input()) {
            let (_folder, project) = case.lay()?;
            let waivers = waivers_of(rule, &project)?;
            fs::write(project.join("waivers.yaml"), waivers).map_err(|error| error.to_string())?;
            name_the_waivers(&project);
            let outcome = checked(&project, &[])?;
            let own: Vec<_> = outcome.findings.iter().filter(|finding| finding.code == rule.code).collect();
            if own.is_empty() || own.iter().any(|finding| !finding.waived) {
                return Err(format!("it is not waived in\n{}", outcome.list()));
            }
            if let Some(unused) = outcome.findings.iter().find(|finding| finding.code.starts_with("SPC04")) {
                return Err(format!("its waiver is wrong: {unused}"));
            }
            // The guard of what is written has no say in what was accepted where it was copied.
            if let Some(again) = outcome.findings.iter().find(|finding| finding.code == "PSP030") {
                return Err(format!("waived, it is told again: {again}"));
            }
            let others =
                outcome.findings.iter().any(|finding| finding.severity == "error" && finding.matters());
            let rendered = support::poolsmith(&project, &["render", "--all"]);
            if !others && (!rendered.status.success() || rendered.stdout.is_empty()) {
                return Err(format!("waived, it is still not rendered:\n{}", support::stderr(&rendered)));
            }
        }
        Ok(())
    });
}

/// A page may bring a project file of its own, which names no waivers.
fn name_the_waivers(project: &Path) {
    let path = project.join("poolsmith.yaml");
    let text = fs::read_to_string(&path).expect("the project file is there");
    if !text.contains("\nwaivers:") {
        fs::write(&path, format!("{text}waivers: {{file: waivers.yaml}}\n")).expect("it is written");
    }
}

/// Waivers for every finding of a rule in a project.
fn waivers_of(rule: &Rule, project: &Path) -> Result<String, String> {
    let mut findings = Findings::new();
    let (_, workspace) = Workspace::open(project, &mut findings);
    let workspace = workspace.ok_or("its example is refused before anything is rendered")?;
    let names: Vec<String> = workspace.project.environments.keys().cloned().collect();
    let (renderings, sources, shared) = pipeline::render_all(&workspace, &names, 1, &|rendering| rendering);
    let each = renderings.into_iter().map(|rendering| (rendering.sources, rendering.findings));
    let mut scopes = BTreeSet::new();
    for (sources, findings) in each.chain([(sources, shared)]) {
        let mut trees = Trees::new(&sources);
        for finding in findings.iter().filter(|finding| finding.rule == rule) {
            scopes.insert(trees.scope_of(finding).ok_or("a finding has no scope that a waiver could name")?);
        }
    }
    let waivers = scopes.into_iter().map(|scope| {
        let scope = match scope {
            Scope::Pool(text) => json!({"pool": text}),
            Scope::Object(text) => json!({"object": text}),
            Scope::Path(text) => json!({"path": text}),
        };
        json!({"code": rule.code, "scope": scope, "reason": "a test", "owner": "tests", "expires": "2027-01-01"})
    });
    let waivers: Vec<Json> = waivers.collect();
    Ok(json!({"apiVersion": "poolsmith.dev/v1alpha1", "kind": "Waivers", "waivers": waivers}).to_string())
}
