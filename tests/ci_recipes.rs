//! The recipes for CI and the documents about them: what they run exists and does what they say.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use clap::Parser;
use poolsmith::cli::Cli;
use serde_json::Value as Json;
use std::path::Path;
use std::process::{Command, Output};
use support::{Sample, repository, stdout};

fn yaml(path: &str) -> Json {
    let text = std::fs::read_to_string(repository().join(path)).expect(path);
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn texts<'a>(value: &'a Json, pointer: &str) -> Vec<&'a str> {
    let items = value.pointer(pointer).and_then(Json::as_array).unwrap_or_else(|| panic!("{pointer}"));
    items.iter().map(|item| item.as_str().unwrap()).collect()
}

/// The lines that call poolsmith, from its name to the end of the command.
fn calls(text: &str) -> Vec<Vec<String>> {
    let begins = |line: &&str| line.starts_with("poolsmith ");
    let trimmed = text.lines().map(|line| line.trim_start_matches([' ', '$', '-', '#']).trim());
    let ends =
        |word: &&str| !["||", "&&", "|", "\\|", ";", "#", "\\", "…"].contains(word) && !word.contains('>');
    trimmed
        .filter(begins)
        .map(|line| {
            line.split_whitespace()
                .take_while(ends)
                .map(|word| word.trim_matches(['"', '\'', '`']).to_owned())
                .collect()
        })
        .collect()
}

/// What stands as code in a document: the lines of its blocks, and each span of its prose by itself.
fn code(document: &str) -> String {
    let mut code = String::new();
    let mut inside = false;
    for line in document.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if inside {
            code.push_str(line);
            code.push('\n');
        } else {
            for span in line.split('`').skip(1).step_by(2) {
                code.push_str(span);
                code.push('\n');
            }
        }
    }
    code
}

fn parses(call: &[String], place: &str) {
    if let Err(error) = Cli::try_parse_from(call) {
        let kind = error.kind();
        assert!(!error.use_stderr(), "{place}: `{}` is no command ({kind}): {error}", call.join(" "));
    }
}

/// Runs a script of a recipe in the sample, with poolsmith on the PATH, as the runner's shell does.
fn run(sample: &Sample, shell: &[&str], script: &str, variables: &[(&str, &str)]) -> Output {
    let binary = Path::new(env!("CARGO_BIN_EXE_poolsmith"));
    let path = format!("{}:/usr/bin:/bin", binary.parent().unwrap().display());
    Command::new(shell[0])
        .args(&shell[1..])
        .arg(script)
        .current_dir(sample.root())
        .env_clear()
        .env("PATH", path)
        .envs(variables.iter().copied())
        .output()
        .expect("the shell starts")
}

/// The sample, clean, stale, and faulty.
fn states() -> [(Sample, bool, &'static str); 3] {
    let stale = Sample::new();
    stale.replace("values/prod.yaml", "size: {fixed: 2}", "size: {fixed: 4}");
    let faulty = Sample::new();
    faulty.replace("values/prod.yaml", "instanceType: g6e", "instancetype: g6e");
    [(Sample::new(), true, ""), (stale, false, "OUT001"), (faulty, false, "SPC001")]
}

#[test]
fn the_recipe_for_github_actions_reports_and_judges() {
    let recipe = yaml("docs/ci/github-actions.yaml");
    let steps = recipe.pointer("/jobs/check/steps").and_then(Json::as_array).unwrap();
    let script = |name: &str| {
        let step = steps.iter().find(|step| step["name"] == *name);
        step.and_then(|step| step["run"].as_str()).unwrap_or_else(|| panic!("there is no step {name}"))
    };
    // As a runner calls it: `bash -e` with the script.
    let bash = ["bash", "-e", "-c"];
    for (sample, clean, code) in states() {
        let scanned = run(&sample, &bash, script("Findings for code scanning"), &[]);
        assert!(scanned.status.success(), "{}", support::stderr(&scanned));
        let sarif: Json = serde_json::from_str(&sample.read("poolsmith.sarif")).unwrap();
        assert_eq!(sarif["version"], "2.1.0");
        assert!(sample.read("poolsmith.sarif").contains(code));
        let judged = run(&sample, &bash, script("Annotate the change, and judge it"), &[]);
        assert_eq!(judged.status.success(), clean, "{}", stdout(&judged));
        assert_eq!(stdout(&judged).contains("::error "), !clean);
        assert!(stdout(&judged).contains(code));
    }
    let upload = steps.iter().find(|step| step["with"]["sarif_file"] == "poolsmith.sarif").unwrap();
    assert!(upload["if"].as_str().unwrap().starts_with("always()"), "findings are shown when they fail, too");
    assert_eq!(recipe.pointer("/permissions/security-events"), Some(&Json::from("write")));
}

#[test]
fn a_project_that_cannot_be_read_is_not_passed_over() {
    let recipe = yaml("docs/ci/github-actions.yaml");
    let steps = recipe.pointer("/jobs/check/steps").and_then(Json::as_array).unwrap();
    let scan = steps.iter().find(|step| step["name"] == "Findings for code scanning").unwrap();
    let sample = Sample::new();
    sample.write("poolsmith.yaml", "a: [\n");
    let output = run(&sample, &["bash", "-e", "-c"], scan["run"].as_str().unwrap(), &[]);
    assert!(!output.status.success());
}

#[test]
fn the_recipe_for_gitlab_reports_and_judges() {
    let recipe = yaml("docs/ci/gitlab-ci.yaml");
    let job = &recipe["poolsmith"];
    let script = texts(job, "/script").join("\n");
    let report = job.pointer("/artifacts/reports/junit").and_then(Json::as_str).unwrap();
    assert_eq!(job.pointer("/artifacts/when"), Some(&Json::from("always")));
    for (sample, clean, code) in states() {
        // As a runner's shell executor joins the lines.
        let output = run(&sample, &["sh", "-e", "-c"], &script, &[]);
        assert_eq!(output.status.success(), clean, "{}", support::stderr(&output));
        let junit = sample.read(report);
        assert!(junit.contains("<testsuites") && junit.contains(code), "{junit}");
        assert_eq!(junit.contains("<failure"), !clean, "{junit}");
    }
}

#[test]
fn the_recipe_for_tekton_judges_and_writes_nothing() {
    let task = yaml("docs/ci/tekton-task.yaml");
    assert_eq!((&task["apiVersion"], &task["kind"]), (&"tekton.dev/v1".into(), &"Task".into()));
    let step = &task["spec"]["steps"][0];
    let script = step["script"].as_str().unwrap();
    assert!(script.starts_with("#!/bin/sh\n"));
    assert_eq!(step["env"][0]["name"], "PROJECT");
    for (sample, clean, code) in states() {
        let before = support::snapshot(sample.root());
        let output = run(&sample, &["sh", "-c"], script, &[("PROJECT", ".")]);
        assert_eq!(output.status.success(), clean);
        assert!(support::stderr(&output).contains(code));
        assert_eq!(support::snapshot(sample.root()), before, "the workspace is read-only");
    }
}

#[test]
fn every_command_of_the_documents_exists() {
    let mut documents = vec![repository().join("README.md")];
    for folder in ["docs", "docs/ci"] {
        let entries = std::fs::read_dir(repository().join(folder)).unwrap();
        documents.extend(entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()));
    }
    let mut seen = 0;
    for document in documents {
        let text = std::fs::read_to_string(&document).unwrap();
        let text = if document.extension().is_some_and(|ending| ending == "md") { code(&text) } else { text };
        for call in calls(&text) {
            parses(&call, &document.display().to_string());
            seen += 1;
        }
    }
    assert!(seen > 10, "only {seen} commands were found");
}

#[test]
fn the_documents_name_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    for (path, wanted) in [
        ("README.md", format!("rev: v{version}\n")),
        ("docs/hooks.md", format!("rev: v{version}\n")),
        ("docs/install.md", format!("poolsmith-{version}-x86_64-unknown-linux-gnu.tar.gz")),
    ] {
        let text = std::fs::read_to_string(repository().join(path)).unwrap();
        assert!(text.contains(&wanted), "{path} does not hold {wanted:?}");
    }
}

#[test]
fn every_hook_runs_a_command_that_exists() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let mut variants = std::collections::BTreeMap::new();
    for hook in hooks.as_array().unwrap() {
        let (id, entry) = (hook["id"].as_str().unwrap(), hook["entry"].as_str().unwrap());
        assert_eq!(hook["pass_filenames"], false, "{id}");
        assert_eq!(hook["require_serial"], true, "{id}");
        assert_eq!(hook["files"], hooks[0]["files"], "{id}");
        if entry.starts_with("poolsmith ") {
            parses(&calls(entry)[0], id);
            variants.insert(id.to_owned(), (entry.to_owned(), hook["language"].clone()));
        } else {
            // The one that looks at git knows our files by their first line.
            assert!(entry.contains(&poolsmith::write::MARKER[.."# Rendered by poolsmith;".len()]), "{entry}");
        }
    }
    for id in ["poolsmith-render", "poolsmith-check"] {
        let (own, system) = (&variants[id], &variants[&format!("{id}-system")]);
        assert_eq!(own.0, system.0, "the variants of {id} differ in their language alone");
        assert_eq!((&own.1, &system.1), (&"rust".into(), &"system".into()));
    }
}

#[test]
fn the_workflows_run_scripts_that_exist() {
    for path in [".github/workflows/ci.yml", ".github/workflows/release.yml"] {
        let workflow = yaml(path);
        let text = workflow.to_string();
        assert!(workflow["jobs"].as_object().is_some_and(|jobs| !jobs.is_empty()), "{path}");
        for job in workflow["jobs"].as_object().unwrap().values() {
            for step in job["steps"].as_array().unwrap() {
                assert!(step["run"].is_string() || step["uses"].is_string(), "{path}: {step}");
            }
        }
        for script in ["tests/hooks/run", "tests/editor/run", "tests/package/run", ".ci/package"] {
            if text.contains(script) {
                assert!(repository().join(script).is_file(), "{path} runs {script}, which is not there");
            }
        }
    }
    let release = yaml(".github/workflows/release.yml");
    let targets: Vec<&str> = release
        .pointer("/jobs/archive/strategy/matrix/include")
        .and_then(Json::as_array)
        .unwrap()
        .iter()
        .map(|entry| entry["target"].as_str().unwrap())
        .collect();
    for (system, arch) in [("unknown-linux-gnu", 2), ("unknown-linux-musl", 2), ("apple-darwin", 2)] {
        assert_eq!(targets.iter().filter(|target| target.ends_with(system)).count(), arch, "{targets:?}");
    }
    assert!(release.to_string().contains(&format!("-eq {}", targets.len())), "every archive is counted");
}
