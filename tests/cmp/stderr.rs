//! Argo CD shows stderr to users: it is short and free of secrets.

use crate::argo_cd::{Variables, application, cmp, for_generate, parameters};
use crate::support::{Sample, stderr, stdout};
use std::fmt::Write as _;

const PROD: &str = "values/prod.yaml";
const WORKER: &str = "provider-specs/worker-us-west-2a.yaml";
const SECRET: &str = "hunter2-c0rrect-horse";

fn capacity() -> Variables {
    for_generate(&application(&parameters("prod", "capacity")))
}

/// A secret that somebody put where none belongs is refused by its place, not by its text.
#[test]
fn a_secret_in_the_files_is_never_shown() {
    let cases: [(&str, &str, &str, &str); 8] = [
        (
            PROD,
            "    class: gpu\n",
            "    class: gpu\n    token: SECRET\n",
            "`pools.gpu-l40s.token` is not a known key",
        ),
        (
            PROD,
            "    class: gpu\n",
            "    class: gpu\n    auth: {user: SECRET, password: [SECRET]}\n",
            "SPC001",
        ),
        (PROD, "pools:\n", "SECRET: {a: \"SECRET\npools:\n", "SRC001"),
        (PROD, "pools:\n", "secret: 'SECRET\npools:\n", "SRC001"),
        (PROD, "    class: gpu\n", "    class: gpu\n    class: SECRET\n", "SRC002"),
        (WORKER, "volumeType: gp3", "volumeType: [SECRET]", "PSP005"),
        (WORKER, "volumeType: gp3", "volumeType: gp3\n              userData: SECRET", "PSP004"),
        (WORKER, "volumeType: gp3", "volumeType: gp3\n              userData: !secret SECRET", "SRC004"),
    ];
    for (file, from, to, expected) in cases {
        let sample = Sample::new();
        sample.replace(file, from, &to.replace("SECRET", SECRET));
        let output = cmp(sample.root(), "generate", &capacity());
        let told = stderr(&output);
        assert!(matches!(output.status.code(), Some(1 | 2)) && stdout(&output).is_empty(), "{to}: {told}");
        assert!(told.contains(expected), "{to} gives other findings than {expected}:\n{told}");
        assert!(!told.contains(SECRET) && !told.contains("hunter2"), "{to} is shown:\n{told}");
    }
}

#[test]
fn a_secret_in_the_environment_is_never_shown() {
    let sample = Sample::new();
    let mut variables = capacity();
    variables.retain(|(name, _)| !name.contains("PARAM"));
    for name in [
        "ARGOCD_ENV_TOKEN",
        "GIT_PASSWORD",
        "ARGOCD_APP_PARAMETERS",
        "PARAM_PASSWORD",
        "AWS_SECRET_ACCESS_KEY",
    ] {
        variables.push((name.to_owned(), format!("[{{\"name\": {SECRET}}}]")));
    }
    let output = cmp(sample.root(), "generate", &variables);
    assert_eq!(output.status.code(), Some(2));
    assert!(!stderr(&output).contains("hunter2"), "{}", stderr(&output));
    // A parameter that the plugin does not have is named; its value is not.
    let json = format!(r#"[{{"name":"password","string":"{SECRET}"}},{{"name":"env","string":"prod"}}]"#);
    let variables = vec![("ARGOCD_APP_PARAMETERS".to_owned(), json)];
    let output = cmp(sample.root(), "generate", &variables);
    assert!(stderr(&output).contains("no parameter `password`") && !stderr(&output).contains("hunter2"));
}

#[test]
fn warnings_are_left_to_check() {
    let sample = Sample::new();
    let checked = sample.run(&["check", "--env", "prod", "--format", "json"]);
    assert!(stdout(&checked).contains("\"severity\""), "the sample gives nothing to leave out");
    let output = cmp(sample.root(), "generate", &capacity());
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}

#[test]
fn a_finding_is_one_line_with_its_place_in_the_repository() {
    let sample = Sample::new();
    sample.replace(PROD, "    instanceType: g6e.xlarge", "    instancetype: g6e.xlarge");
    let told = stderr(&cmp(sample.root(), "generate", &capacity()));
    let place = "values/prod.yaml:19:5: error[SPC001] ";
    assert!(told.starts_with(place) && told.ends_with("; write `instanceType`\n"), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(
        stderr(&sample.run(&["check", "--format", "concise"])).contains("--fix"),
        "it has no fix to be left out"
    );
}

#[test]
fn a_flood_of_findings_is_cut() {
    let sample = Sample::new();
    let mut pools = String::from("pools:\n");
    for i in 0..200 {
        let _ = writeln!(pools, "  wrong-{i:03}: {{clas: worker}}");
    }
    sample.replace(PROD, "pools:\n", &pools);
    let output = cmp(sample.root(), "generate", &capacity());
    let told = stderr(&output);
    assert_eq!((output.status.code(), told.lines().count()), (Some(1), 21), "{told}");
    let last = told.lines().last().unwrap();
    assert!(last.contains(" more findings: run `poolsmith check` in the repository"), "{last}");
    assert!(told.len() < 20_000, "{} bytes", told.len());
}
