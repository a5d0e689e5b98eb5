//! What can be wrong with an Application, a repository and the machine: the exit code says so, nothing
//! reaches stdout, and nothing is written.

use crate::argo_cd::{Variables, application, at, cmp, environment, for_generate, parameters};
use crate::support::{self, Sample, snapshot, stderr, stdout};
use serde_json::{Value as Json, json};
use std::fmt::Write as _;
use std::path::Path;

/// Runs the plugin in a folder of the sample, which must refuse with that exit code, and gives stderr.
#[track_caller]
fn refused(sample: &Sample, path: &str, variables: &Variables, exit: i32) -> String {
    let before = snapshot(sample.root());
    let output = cmp(&sample.root().join(path), "generate", variables);
    let told = stderr(&output);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(exit), ""), "{told}");
    assert!(snapshot(sample.root()) == before, "something was written");
    assert!(!told.is_empty() && told.ends_with('\n'), "{told:?}");
    let temporary = sample.root().file_name().unwrap().to_str().unwrap();
    assert!(!told.contains(temporary), "Argo CD caches the message, which names a random directory: {told}");
    assert!(told.len() < 20_000 && !told.contains('\u{1b}') && !told.contains("panicked"), "{told}");
    told
}

fn with_plugin(plugin: &Json) -> Variables {
    for_generate(&application(plugin))
}

#[track_caller]
fn holds(told: &str, parts: &[&str]) {
    for part in parts {
        assert!(told.contains(part), "{part:?} is not said:\n{told}");
    }
}

#[test]
fn parameters_that_are_not_set() {
    let sample = Sample::new();
    let both = [
        "parameter `env` nor the plugin environment POOLSMITH_ENV (which arrives as ARGOCD_ENV_POOLSMITH_ENV)",
        "parameter `bundle` nor the plugin environment POOLSMITH_BUNDLE (which arrives as ARGOCD_ENV_POOLSMITH_BUNDLE)",
    ];
    holds(&refused(&sample, "", &Vec::new(), 2), &both);
    holds(&refused(&sample, "", &with_plugin(&Json::Null), 2), &both);
    for nothing in [
        json!({"name": "poolsmith"}),
        json!({"name": "poolsmith", "parameters": []}),
        json!({"name": "poolsmith", "env": [{"name": "ENV", "value": "prod"}, {"name": "BUNDLE", "value": "rbac"}]}),
        parameters("", ""),
        environment("", ""),
    ] {
        holds(&refused(&sample, "", &with_plugin(&nothing), 2), &both);
    }
    let one = json!({"parameters": [{"name": "bundle", "string": "rbac"}]});
    let told = refused(&sample, "", &with_plugin(&one), 2);
    assert_eq!(told.lines().count(), 1, "{told}");
    holds(&told, &both[..1]);
}

#[test]
fn parameters_that_contradict_each_other() {
    let sample = Sample::new();
    let mut plugin = parameters("prod", "rbac");
    plugin["env"] = environment("dev", "capacity")["env"].clone();
    let told = refused(&sample, "", &with_plugin(&plugin), 2);
    holds(
        &told,
        &[
            "parameter `env` says `prod` and ARGOCD_ENV_POOLSMITH_ENV says `dev`: set one of them",
            "parameter `bundle` says `rbac` and ARGOCD_ENV_POOLSMITH_BUNDLE says `capacity`",
        ],
    );
    // A variable of the sidecar itself, which would rule every Application.
    let mut variables = with_plugin(&parameters("prod", "rbac"));
    variables.push(("POOLSMITH_ENV".to_owned(), "dev".to_owned()));
    holds(
        &refused(&sample, "", &variables, 2),
        &["parameter `env` says `prod` and POOLSMITH_ENV says `dev`"],
    );
    let twice = json!({"parameters": [
        {"name": "env", "string": "prod"}, {"name": "env", "string": "dev"}, {"name": "bundle", "string": "rbac"},
    ]});
    holds(&refused(&sample, "", &with_plugin(&twice), 2), &["`env` is given twice with different values"]);
}

#[test]
fn parameters_of_another_form() {
    let sample = Sample::new();
    let plugin = json!({"parameters": [
        {"name": "env", "array": ["prod"]},
        {"name": "bundle", "map": {"name": "rbac"}},
        {"name": "environment", "string": "prod"},
        {"name": "Bundle", "string": "rbac"},
        {"name": ""},
    ]});
    let told = refused(&sample, "", &with_plugin(&plugin), 2);
    holds(&told, &["`env` is a list or a map", "`bundle` is a list or a map", "no parameter `environment`"]);
    holds(&told, &["no parameter `Bundle`", "write `bundle`", "no parameter ``"]);
    let texts = [
        "[null]",
        "[{\"name\":null,\"string\":null}]",
        "[{\"name\":\"env\",\"string\":null}]",
        "{",
        "{}",
        "0",
        "\"\"",
        "[[]]",
        "\u{1}",
        "[{\"name\":\"env\",\"string\":\"prod\"}] [",
        "nul",
    ];
    for text in texts {
        let variables = vec![("ARGOCD_APP_PARAMETERS".to_owned(), text.to_owned())];
        refused(&sample, "", &variables, 2);
    }
    let deep = vec![("ARGOCD_APP_PARAMETERS".to_owned(), "[".repeat(100_000))];
    holds(&refused(&sample, "", &deep, 2), &["is not a list of parameters in JSON"]);
}

#[test]
fn names_that_nothing_has() {
    let sample = Sample::new();
    let told = refused(&sample, "", &with_plugin(&parameters("prd", "capacities")), 2);
    holds(&told, &["there is no environment `prd`", "write `prod`, or choose among dev, prod"]);
    holds(&told, &["there is no bundle `capacities`: choose one of rbac, accelerators, capacity, argocd"]);
    // A fleet's names do not fit into a message.
    let mut environments = String::new();
    for i in 0..60 {
        let _ = writeln!(
            environments,
            "  edge-{i:02}: {{values: [values/prod.yaml], output: golden/edge-{i:02}}}"
        );
    }
    sample.replace("poolsmith.yaml", "environments:", &format!("environments:\n{environments}"));
    let told = refused(&sample, "", &with_plugin(&parameters("hub", "rbac")), 2);
    holds(&told, &["there is no environment `hub`", "dev, edge-00, edge-01", "edge-38 and 22 more"]);
}

#[test]
fn values_with_spaces_quotes_and_newlines() {
    let sample = Sample::new();
    let long = "x".repeat(60_000);
    for value in [
        " prod",
        "prod ",
        "prod\n",
        "pr od",
        "'prod'",
        "\"prod\"",
        "prod\nrbac",
        "$(id)",
        "../prod",
        "prod\0",
        "\u{202e}",
        "\u{1b}[2J",
        &long,
    ] {
        let value = value.replace('\0', "\u{7f}");
        for plugin in [parameters(&value, &value), environment(&value, &value)] {
            let told = refused(&sample, "", &with_plugin(&plugin), 2);
            assert_eq!(told.lines().count(), 2, "two findings, each on one line: {told}");
            holds(&told, &["there is no environment `", "there is no bundle `", "choose among dev, prod"]);
            assert!(told.len() < 1_000, "{}", told.len());
        }
    }
}

#[test]
fn a_value_that_is_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let sample = Sample::new();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_poolsmith"))
        .args(["cmp", "generate"])
        .current_dir(sample.root())
        .env_clear()
        .env("POOLSMITH_ENV", std::ffi::OsStr::from_bytes(b"pr\xffd"))
        .env("POOLSMITH_BUNDLE", "rbac")
        .output()
        .unwrap();
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""));
    holds(&stderr(&output), &["there is no environment `pr\u{fffd}d`", "choose among dev, prod"]);
}

#[test]
fn a_path_outside_of_any_project() {
    let sample = Sample::new();
    let inner = sample.root().join("copy/apps/web");
    std::fs::create_dir_all(inner).unwrap();
    // The sample itself lies above Argo CD's copy, and is not the repository's.
    for (stands, path) in
        [("copy", "."), ("copy/apps/web", "apps/web"), ("copy/apps", "apps"), ("copy", "elsewhere")]
    {
        let told = refused(&sample, stands, &for_generate(&at(path, &parameters("prod", "rbac"))), 2);
        assert_eq!(told.lines().count(), 1, "{told}");
        holds(
            &told,
            &["SRC020", "no poolsmith.yaml in the Application's path", "set the Application's `path`"],
        );
    }
    // Parameters and place are both wrong: both are said.
    let told = refused(&sample, "copy", &for_generate(&at(".", &parameters("", "x"))), 2);
    holds(&told, &["SRC020", "neither the plugin parameter `env`", "no bundle `x`"]);
}

#[test]
fn a_project_inside_another_one() {
    let sample = Sample::new();
    let plugin = parameters("prod", "rbac");
    sample.write("team/poolsmith.yaml", &sample.read("poolsmith.yaml"));
    std::fs::create_dir_all(sample.root().join("team/pools")).unwrap();
    for (path, inner, outer) in [
        ("team", "`poolsmith.yaml`", "`../poolsmith.yaml`"),
        ("team/pools", "`../poolsmith.yaml`", "`../../poolsmith.yaml`"),
    ] {
        let told = refused(&sample, path, &for_generate(&at(path, &plugin)), 2);
        holds(&told, &["SPC090", &format!("the project {inner} lies inside the project {outer}")]);
        // The hook and the person see what the plugin will say.
        let checked = support::poolsmith(&sample.root().join(path), &["check"]);
        assert_eq!(checked.status.code(), Some(2));
        holds(&stderr(&checked), &["SPC090", "name the project that is meant with --project"]);
        let named = support::poolsmith(
            &sample.root().join(path),
            &["check", "--project", &format!("{}/..", sample.root().join("team").display())],
        );
        assert_eq!(named.status.code(), Some(0), "{}", stderr(&named));
    }
    // From the outer project nothing is ambiguous.
    let output = cmp(sample.root(), "generate", &for_generate(&at(".", &plugin)));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn a_project_file_that_is_none() {
    let rbac = with_plugin(&parameters("prod", "rbac"));
    let sample = Sample::of(Path::new("/"), &[]);
    holds(&refused(&sample, "", &rbac, 2), &["SRC020"]);
    std::fs::create_dir(sample.root().join("poolsmith.yaml")).unwrap();
    holds(&refused(&sample, "", &rbac, 2), &["SRC020"]);
    std::fs::remove_dir(sample.root().join("poolsmith.yaml")).unwrap();
    std::os::unix::fs::symlink("nowhere", sample.root().join("poolsmith.yaml")).unwrap();
    holds(&refused(&sample, "", &rbac, 2), &["SRC020"]);
    std::fs::remove_file(sample.root().join("poolsmith.yaml")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", sample.root().join("poolsmith.yaml")).unwrap();
    holds(&refused(&sample, "", &rbac, 2), &["SRC021", "leads out of the project root"]);
    std::fs::remove_file(sample.root().join("poolsmith.yaml")).unwrap();
    for (text, code) in [("", "SRC007"), ("\0", "SRC009"), ("{", "SRC001"), ("a: &a [*a]\n", "SRC008")] {
        sample.write("poolsmith.yaml", text);
        let output = cmp(sample.root(), "generate", &rbac);
        assert!(matches!(output.status.code(), Some(1 | 2)) && output.stdout.is_empty(), "{text:?}");
        holds(&stderr(&output), &[code]);
    }
}

#[test]
fn a_bundle_that_holds_nothing() {
    let told = refused(&Sample::new(), "", &with_plugin(&parameters("dev", "accelerators")), 1);
    holds(&told, &["bundle `accelerators` of environment `dev` holds no object", "prune everything"]);
}

#[test]
fn a_stdout_that_takes_nothing() {
    let sample = Sample::new();
    let run = |stdout: std::process::Stdio| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_poolsmith"));
        command.args(["cmp", "generate"]).current_dir(sample.root()).env_clear();
        let command = command.envs(with_plugin(&parameters("prod", "capacity"))).stdout(stdout);
        command.stderr(std::process::Stdio::piped()).spawn().unwrap().wait_with_output().unwrap()
    };
    if let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") {
        let output = run(full.into());
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(stderr(&output).lines().count(), 1, "{}", stderr(&output));
        holds(&stderr(&output), &["stdout cannot be written"]);
    }
    // Success without a reader would look like an empty result.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = run(writer.into());
    assert_eq!(output.status.code(), Some(2));
    holds(&stderr(&output), &["stdout cannot be written"]);
}
