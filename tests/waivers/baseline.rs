//! The life of a baseline.

use super::project::{CASE, CHANNEL, Project, ROLE, SIZE, generate};
use super::support::{self, stderr};

/// What `--fix` is for is not what is accepted.
#[test]
fn fixes_and_a_baseline_do_not_go_together() {
    for option in ["--fix", "--diff"] {
        let output = Project::new().run(&["check", "--write-baseline", "b.yaml", option]);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    }
    let project = Project::waiving(&[ROLE, SIZE, CHANNEL]);
    let before = project.read("values/case.yaml");
    let fixed = project.run(&["check", "--fix"]);
    assert_eq!(fixed.status.code(), Some(0), "{}", stderr(&fixed));
    assert_eq!(project.read("values/case.yaml"), before, "what is waived stays as it is");
}

#[test]
fn a_baseline_lets_a_team_begin_and_stops_what_is_new() {
    let project = Project::waiving(&[ROLE]);
    let written = project.run(&["check", "--write-baseline", "baseline.yaml"]);
    assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
    assert!(
        stderr(&written).contains("`baseline.yaml` was written: 2 known findings"),
        "{}",
        stderr(&written)
    );
    let text = project.read("baseline.yaml");
    assert!(text.contains("code: SPC019") && text.contains("code: OLM004"), "{text}");
    assert!(!text.contains("SPC022"), "it is waived already: {text}");
    // The same bytes, and nothing else is said.
    project.run(&["check", "--write-baseline", "baseline.yaml"]);
    assert_eq!(project.read("baseline.yaml"), text);
    let checked = project.run(&["check", "--deny", "warnings"]);
    assert_eq!(stderr(&checked), "1 waived, 2 known since the baseline\n");
    assert_eq!(checked.status.code(), Some(0));
    assert_eq!(generate(&project, "test").status.code(), Some(0), "the plugin honours it");
    let report = project.json(&[]);
    assert_eq!(report["summary"]["baselined"], 2);
    // Lines move.
    project.replace("values/case.yaml", "pools:\n", "# a comment\n\npools:\n");
    assert_eq!(project.codes(&["--deny", "warnings"]), (0, vec![]));
    // A new finding of the same rule is new.
    project.replace("values/case.yaml", "accelerators:", "  more:\n    class: burst\n    providerSpecFrom: worker\n    instanceType: m6i.xlarge\n    zones: [us-west-2a]\n    size: {min: 0, max: 300}\naccelerators:");
    let (exit, said) = project.check(&[]);
    assert_eq!(exit, 1);
    assert!(said.contains("SPC019") && said.contains("`more`") && !said.contains("`burst` may"), "{said}");
    assert_eq!(generate(&project, "test").status.code(), Some(1));
    // What is mended is named, so that the file shrinks.
    project.write("values/case.yaml", &CASE.replace("max: 200", "max: 20"));
    let (exit, said) = project.check(&["--deny", "warnings"]);
    assert_eq!(exit, 0, "{said}");
    assert!(
        said.contains("note[SPC050] SPC019 is found no more: pool `burst` may have 0 to 200 nodes"),
        "{said}"
    );
    project.run(&["check", "--write-baseline", "baseline.yaml"]);
    assert!(!project.read("baseline.yaml").contains("SPC019"));
    assert_eq!(project.codes(&[]), (0, vec![]));
}

#[test]
fn a_baseline_on_the_command_line_stands_for_the_projects() {
    let project = Project::new();
    std::fs::create_dir(project.root().join("ci")).unwrap();
    let written = project.run(&["check", "--write-baseline", "ci/known.yaml"]);
    assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
    assert_eq!(project.codes(&[]).0, 1, "the project names another one");
    assert_eq!(project.codes(&["--baseline", "ci/known.yaml"]), (0, vec![]));
    // Paths are those of the working directory.
    let inside = support::poolsmith(&project.root().join("ci"), &["check", "--baseline", "known.yaml"]);
    assert_eq!(inside.status.code(), Some(0), "{}", stderr(&inside));
    for (path, code) in [
        ("none.yaml", "SRC022"),
        ("none/x.yaml", "SRC022"),
        ("../x.yaml", "SRC021"),
        ("ci", "SRC023"),
        ("/etc/hostname", "SRC021"),
    ] {
        let (exit, said) = project.check(&["--baseline", path]);
        assert_eq!(exit, 2, "{path}: {said}");
        assert!(said.contains(code) && said.contains("--baseline"), "{path}: {said}");
    }
}

#[test]
fn a_project_may_name_a_baseline_before_there_is_one() {
    let project = Project::new();
    std::fs::remove_file(project.root().join("baseline.yaml")).unwrap();
    let (exit, said) = project.check(&[]);
    assert!(exit == 2 && said.contains("SRC022") && said.contains("poolsmith.yaml:17:18"), "{said}");
    assert_eq!(project.run(&["check", "--write-baseline", "baseline.yaml"]).status.code(), Some(0));
    assert_eq!(project.codes(&[]), (0, vec![]));
}

#[test]
fn a_baseline_takes_nothing_that_must_hold_and_overwrites_nothing_else() {
    let project = Project::new();
    // A seat belt: an annotation that only the renderer writes, through a template.
    project.write(
        "templates/case.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: case\n  namespace: default\n  annotations: {argocd.argoproj.io/hook: PreSync}\ndata: {}\n",
    );
    let written = project.run(&["check", "--write-baseline", "baseline.yaml", "--format", "concise"]);
    assert_eq!(written.status.code(), Some(1));
    assert!(stderr(&written).contains("ARG004"), "{}", stderr(&written));
    assert!(!project.read("baseline.yaml").contains("ARG004"));
    let (exit, codes) = project.codes(&[]);
    assert_eq!((exit, codes), (1, vec!["ARG004".to_owned()]));
    // An environment that was not judged has findings that nobody knows.
    let before = project.read("baseline.yaml");
    project
        .write("values/case.yaml", &CASE.replace("class: burst", "class: brust").replace("stable", "v25.10"));
    let refused = project.run(&["check", "--write-baseline", "baseline.yaml"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        stderr(&refused).contains("was not written") && stderr(&refused).contains("test"),
        "{}",
        stderr(&refused)
    );
    assert_eq!(project.read("baseline.yaml"), before);
    // What is no baseline stays what it is.
    project.write("values/case.yaml", CASE);
    for (path, code) in [
        ("poolsmith.yaml", "OUT004"),
        ("values", "OUT004"),
        ("none/b.yaml", "SRC022"),
        ("../b.yaml", "SRC021"),
    ] {
        let before = project.read("poolsmith.yaml");
        let output = project.run(&["check", "--format", "concise", "--write-baseline", path]);
        assert_ne!(output.status.code(), Some(0), "{path}");
        assert!(stderr(&output).contains(code), "{path}: {}", stderr(&output));
        assert_eq!(project.read("poolsmith.yaml"), before);
    }
    assert!(!project.root().join("../b.yaml").exists());
    for other in [["--env", "test"], ["--select", "SPC"], ["--ignore", "SPC"], ["--baseline", "b"]] {
        let output = project.run(&[&["check", "--write-baseline", "b.yaml"], other.as_slice()].concat());
        assert_eq!(output.status.code(), Some(2), "{other:?}");
    }
    assert!(!project.root().join("b.yaml").exists());
}

#[test]
fn a_baseline_that_is_none_is_refused_where_it_stands() {
    let entry = "- code: OLM004\n  fingerprint: \"0123456789abcdef:1\"\n  message: m\n";
    for (from, to, place, parts) in [
        ("code: OLM004", "code: ARG003", "4:9", ["SPC051", "seat belt 2"]),
        ("code: OLM004", "code: SPC001", "4:9", ["SPC051", "no baseline"]),
        ("0123456789abcdef:1", "0123456789abcdeF:1", "5:16", ["SPC005", "not a fingerprint"]),
        ("0123456789abcdef:1", "0123456789abcdef", "5:16", ["SPC005", "not a fingerprint"]),
        ("0123456789abcdef:1", "0123456789abcdef:0", "5:16", ["SPC005", "not a fingerprint"]),
        ("message", "mesage", "6:3", ["SPC001", "write `message`"]),
        ("  message: m\n", "", "4:3", ["SPC002", "message"]),
        (entry, &format!("{entry}{entry}"), "8:16", ["SPC005", "twice"]),
    ] {
        let project = Project::waiving(&[ROLE, SIZE, CHANNEL]);
        let text = format!(
            "apiVersion: poolsmith.dev/v1alpha1\nkind: Baseline\nfindings:\n{}",
            entry.replace(from, to)
        );
        project.write("baseline.yaml", &text);
        let (exit, said) = project.check(&[]);
        let place = format!("baseline.yaml:{place}: error");
        let found =
            said.lines().any(|line| line.starts_with(&place) && parts.iter().all(|part| line.contains(part)));
        assert!(exit == 1 && found, "{to}: exit {exit}, expected {place} {parts:?} in\n{said}");
        assert_eq!(generate(&project, "test").status.code(), Some(1), "{to}");
    }
}

#[test]
fn equal_findings_are_counted_and_environments_are_told_apart() {
    let project = Project::new().with_another();
    let written = project.run(&["check", "--write-baseline", "baseline.yaml"]);
    assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
    // The value file is shared: one fault, one entry.
    assert_eq!(project.read("baseline.yaml").matches("code: SPC019").count(), 1);
    for environment in ["test", "other"] {
        assert_eq!(project.codes(&["--env", environment]), (0, vec![]), "{environment}");
        assert_eq!(generate(&project, environment).status.code(), Some(0), "{environment}");
    }
    assert_eq!(project.codes(&[]), (0, vec![]));
}
