//! `requiredVersion` stops a differing version before anything else is said.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use clap::CommandFactory;
use poolsmith::cli::Cli;
use poolsmith::spec::schema::SchemaName;
use serde_json::{Value as Json, json};
use support::{Sample, stderr, stdout};

/// The sample as a newer version may write it: a requirement that this one does not keep, keys that it
/// does not know, another `apiVersion`, and a committed file that is stale.
fn newer() -> Sample {
    let sample = Sample::new();
    sample.replace(
        "poolsmith.yaml",
        "kind: Project\n",
        "kind: Project\nrequiredVersion: \">=900.1, <901\"\nbudgets: {monthly: 4000}\n",
    );
    sample.replace("poolsmith.yaml", "poolsmith.dev/v1alpha1", "poolsmith.dev/v9");
    sample.replace(
        "poolsmith.yaml",
        "argocd:\n  version",
        "classes: {file: no-such.yaml}\nargocd:\n  version",
    );
    sample.replace("golden/prod/capacity/clusterautoscaler-default.yaml", "spec:", "spec: # by hand");
    sample
}

#[test]
fn every_command_says_the_version_and_nothing_else() {
    let sample = newer();
    let running = env!("CARGO_PKG_VERSION");
    let message = format!("the project requires poolsmith >=900.1, <901, but this is {running}");
    // Those that open no project, or need words of their own and are asked below.
    let others = ["schema", "rules", "explain", "completions", "man", "cmp"];
    let cli = Cli::command();
    let by_itself = cli.get_subcommands().map(clap::Command::get_name).filter(|name| !others.contains(name));
    let mut asked: Vec<Vec<&str>> = by_itself.map(|name| vec![name]).collect();
    assert!(asked.len() >= 3, "{asked:?}");
    asked.extend([
        vec!["render", "--env", "prod"],
        vec!["render", "--all", "--out"],
        vec!["check", "--format", "concise"],
        vec!["cmp", "parameters"],
    ]);
    for arguments in asked {
        let output = sample.run(&arguments);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert_eq!(stdout(&output), "", "{arguments:?}");
        assert!(told.contains(&message) && told.contains("poolsmith.yaml:4:18"), "{arguments:?}: {told}");
        assert_eq!(told.matches("error[").count(), 1, "{arguments:?}: {told}");
    }
    let generated = support::poolsmith_with(
        sample.root(),
        &["cmp", "generate"],
        &[("PARAM_ENV", "prod"), ("PARAM_BUNDLE", "capacity")],
    );
    assert_eq!((generated.status.code(), stdout(&generated).as_str()), (Some(2), ""));
    let told = stderr(&generated);
    assert!(told.contains(&message), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
}

#[test]
fn every_format_of_check_carries_it_alone() {
    let sample = newer();
    for format in ["json", "sarif", "github", "junit"] {
        let output = sample.run(&["check", "--format", format]);
        let told = stdout(&output);
        assert_eq!(output.status.code(), Some(2), "{format}: {told}");
        assert!(told.contains("SPC093"), "{format}: {told}");
        for noise in ["SPC001", "SPC004", "OUT001", "SRC022"] {
            assert!(!told.contains(noise), "{format}: {told}");
        }
    }
    let report: Json = serde_json::from_slice(&sample.run(&["check", "--format", "json"]).stdout).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
}

#[test]
fn a_malformed_requirement_is_told_with_everything_else() {
    let sample = Sample::new();
    sample.replace("poolsmith.yaml", "kind: Project\n", "kind: Project\nrequiredVersion: 0.10\nbudgets: 1\n");
    let output = sample.run(&["check", "--format", "concise"]);
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("poolsmith.yaml:4:18: error[SPC094]"), "{told}");
    assert!(told.contains("write \"0.10\", in quotes"), "{told}");
    assert!(told.contains("poolsmith.yaml:5:1: error[SPC001]"), "{told}");
    assert_eq!(told.matches("error[").count(), 2, "{told}");
}

#[test]
fn bounds_without_quotes_are_told_what_to_write() {
    for written in [">=0.1, <0.3", ">0.1"] {
        let sample = Sample::new();
        let line = format!("kind: Project\nrequiredVersion: {written}\n");
        sample.replace("poolsmith.yaml", "kind: Project\n", &line);
        let told = stderr(&sample.run(&["check", "--format", "concise"]));
        assert!(told.contains("poolsmith.yaml:4:1"), "{told}");
        assert!(told.contains("error[SRC001]") && told.contains("starts with `>`"), "{told}");
    }
}

#[test]
fn an_allowed_version_renders_the_same_bytes() {
    let sample = Sample::new();
    let before = stdout(&sample.run(&["render", "--env", "prod"]));
    sample.replace(
        "poolsmith.yaml",
        "kind: Project\n",
        &format!("kind: Project\nrequiredVersion: \"{}\"\n", env!("CARGO_PKG_VERSION")),
    );
    let output = sample.run(&["render", "--env", "prod"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output), before);
}

#[test]
fn the_schema_takes_the_requirements_that_the_program_takes() {
    let schema = SchemaName::Project.document();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document = |requirement: Json| {
        json!({
            "apiVersion": "poolsmith.dev/v1alpha1", "kind": "Project", "requiredVersion": requirement,
            "argocd": {"version": "3.1", "source": {"repoURL": "https://git.example.com/a.git", "targetRevision": "main"}},
        })
    };
    assert!(validator.is_valid(&document(json!("0.1.0"))));
    assert!(!validator.is_valid(&document(json!(0.1))));
    for text in [
        "0.1.0",
        "0.1",
        "1",
        "1.x",
        "1.2.*",
        ">=0.1, <0.3",
        " ~1.2 ",
        "^1.2.3",
        "=1.0.0-rc.1",
        "*",
        "<2,>=1",
        "",
        " ",
        "v1",
        "latest",
        ">=0.1 <0.3",
        "1,",
        ",1",
        "1..2",
        "1.2.3.4",
        ">",
        "=>1",
        "1.0.0 || 2",
        "1.0.0-",
    ] {
        let understood = poolsmith::load::requirement(text).is_ok();
        assert_eq!(validator.is_valid(&document(json!(text))), understood, "{text:?}");
    }
}
