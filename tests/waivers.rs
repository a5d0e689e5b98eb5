//! Waivers, the baseline and the choice of rules, as they are used: through the command line.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use serde_json::Value as Json;
use std::path::Path;
use std::process::Output;
use support::{stderr, stdout};

const HEADER: &str = "apiVersion: poolsmith.dev/v1alpha1\nkind: Waivers\nwaivers:\n";
/// Two waivable errors, at 5:18 and 11:5, a pool each, and a waivable warning without a pool.
const CASE: &str = "apiVersion: poolsmith.dev/v1alpha1
kind: ClusterPools
pools:
  general:
    machineRole: worker
  burst:
    class: burst
    providerSpecFrom: worker
    instanceType: m6i.xlarge
    zones: [us-west-2a]
    size: {min: 0, max: 200}
accelerators:
  nvidia:
    channel: stable
";
const ROLE: &str = "- code: SPC022\n  scope: {pool: general}\n  reason: the installer's own\n  owner: platform\n  expires: \"2027-03-31\"\n";
const SIZE: &str = "- code: SPC019\n  scope: {path: values/case.yaml#pools.burst.size}\n  reason: a passing peak\n  owner: builds\n  expires: \"2027-01-31\"\n";
const CHANNEL: &str = "- code: OLM004\n  scope: {path: values/case.yaml#accelerators.nvidia.channel}\n  reason: the catalogue is mirrored\n  owner: platform\n  expires: \"2027-03-31\"\n";

/// A small project with two waivable errors and a waivable warning.
struct Project {
    directory: tempfile::TempDir,
}

impl Project {
    fn new() -> Project {
        let directory = tempfile::tempdir().unwrap();
        support::copy(&support::repository().join("tests/rule-pages/base"), directory.path());
        let project = Project { directory };
        project.write("values/case.yaml", CASE);
        project
    }

    /// With this list of waivers.
    fn waiving(waivers: &[&str]) -> Project {
        let project = Project::new();
        project.waive(waivers);
        project
    }

    /// With a second environment `other`.
    fn with_another(self) -> Project {
        let text = self.read("poolsmith.yaml");
        let (environments, argocd) = text.split_once("argocd:\n").unwrap();
        self.write(
            "poolsmith.yaml",
            &format!(
                "{environments}  other:\n    values: [values/other.yaml, values/case.yaml]\n    output: rendered/other\n    argocd: {{destination: {{name: other}}, controllerServiceAccount: {{name: argocd-manager, namespace: kube-system}}}}\nargocd:\n{argocd}"
            ),
        );
        self
    }

    fn waive(&self, waivers: &[&str]) {
        self.write("waivers.yaml", &format!("{HEADER}{}", waivers.concat()));
    }

    fn root(&self) -> &Path {
        self.directory.path()
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.root().join(path), text).unwrap();
    }

    fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} does not hold {from:?}");
        self.write(path, &text.replace(from, to));
    }

    fn run(&self, arguments: &[&str]) -> Output {
        support::poolsmith(self.root(), arguments)
    }

    /// The exit code of `check` and its findings, one a line.
    fn check(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(&[&["check", "--format", "concise"], arguments].concat());
        (output.status.code().unwrap(), stderr(&output))
    }

    /// The exit code of `check` and the codes that it shows.
    fn codes(&self, arguments: &[&str]) -> (i32, Vec<String>) {
        let (exit, shown) = self.check(arguments);
        let code = |line: &str| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned());
        (exit, shown.lines().filter_map(code).collect())
    }

    fn json(&self, arguments: &[&str]) -> Json {
        serde_json::from_str(&stdout(&self.run(&[&["check", "--format", "json"], arguments].concat())))
            .unwrap()
    }
}

fn generate(project: &Project, environment: &str) -> Output {
    let variables = [("ARGOCD_ENV_POOLSMITH_ENV", environment), ("ARGOCD_ENV_POOLSMITH_BUNDLE", "capacity")];
    support::poolsmith_with(project.root(), &["cmp", "generate"], &variables)
}

#[test]
fn the_case_has_three_findings() {
    let (exit, codes) = Project::new().codes(&[]);
    assert_eq!((exit, codes), (1, vec!["SPC022".to_owned(), "SPC019".to_owned(), "OLM004".to_owned()]));
}

#[test]
fn what_is_waived_weighs_nothing_and_is_counted() {
    let project = Project::waiving(&[ROLE, SIZE, CHANNEL]);
    let checked = project.run(&["check", "--deny", "warnings", "--today", "2026-11-25"]);
    assert_eq!(checked.status.code(), Some(0), "{}", stderr(&checked));
    assert_eq!(stderr(&checked), "3 waived\n");
    let rendered = project.run(&["render", "--env", "test"]);
    assert_eq!(rendered.status.code(), Some(0), "{}", stderr(&rendered));
    let text = stdout(&rendered);
    assert!(text.contains("machine.openshift.io/cluster-api-machine-role: worker"), "{text}");
    assert!(text.contains("maxReplicas: 200"), "{text}");
    // What is said of it is all there for a machine.
    let report = project.json(&[]);
    assert_eq!(
        report["summary"],
        serde_json::json!({"errors": 0, "warnings": 0, "notes": 0, "waived": 3}),
        "{report:#}"
    );
    let waived =
        report["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "SPC019").unwrap();
    assert_eq!(
        waived["waived"],
        serde_json::json!({"reason": "a passing peak", "owner": "builds", "expires": "2027-01-31"})
    );
}

#[test]
fn one_waiver_lifts_one_finding() {
    let (exit, codes) = Project::waiving(&[ROLE]).codes(&[]);
    assert_eq!((exit, codes), (1, vec!["SPC019".to_owned(), "OLM004".to_owned()]));
    let rendered = Project::waiving(&[ROLE, CHANNEL]).run(&["render", "--env", "test"]);
    assert_eq!(rendered.status.code(), Some(1));
    assert_eq!(stdout(&rendered), "");
}

#[test]
fn the_other_formats_say_that_it_is_waived() {
    let project = Project::waiving(&[ROLE, SIZE, CHANNEL]);
    let sarif: Json = serde_json::from_str(&stdout(&project.run(&["check", "--format", "sarif"]))).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    for result in results {
        assert_eq!(result["suppressions"][0]["kind"], "external");
    }
    assert_eq!(
        results[0]["suppressions"][0]["justification"],
        "the installer's own (waived by platform until 2027-03-31)"
    );
    let junit = stdout(&project.run(&["check", "--format", "junit"]));
    assert!(junit.contains("failures=\"0\"") && junit.matches("<skipped message=").count() == 3, "{junit}");
    assert_eq!(stdout(&project.run(&["check", "--format", "github"])), "");
}

#[test]
fn the_plugin_honours_waivers_whatever_their_day() {
    let long_ago = ROLE.replace("2027", "2001");
    let project = Project::waiving(&[&long_ago, SIZE, CHANNEL]);
    let generated = generate(&project, "test");
    assert_eq!(generated.status.code(), Some(0), "{}", stderr(&generated));
    assert!(stdout(&generated).contains("kind: MachineSet"));
    let refused = generate(&Project::waiving(&[SIZE, CHANNEL]), "test");
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(stdout(&refused), "");
    let said = stderr(&refused);
    assert!(said.contains("SPC022") && !said.contains("SPC019"), "{said}");
}

#[test]
fn days_are_judged_where_one_is_stated() {
    let project = Project::waiving(&[ROLE, SIZE, CHANNEL]);
    for today in ["2026-11-25", "2027-01-31"] {
        assert_eq!(project.codes(&["--today", today]), (0, vec![]), "{today}");
    }
    // The day after the last one; the finding is back.
    let (exit, said) = project.check(&["--today", "2027-02-01"]);
    assert_eq!(exit, 1);
    assert!(
        said.contains("waivers.yaml:13:12: error[SPC041] the waiver of SPC019 expired on 2027-01-31"),
        "{said}"
    );
    assert!(said.contains("error[SPC019]") && !said.contains("SPC022"), "{said}");
    let rendered = project.run(&["render", "--env", "test", "--today", "2027-02-01"]);
    assert_eq!((rendered.status.code(), stdout(&rendered)), (Some(1), String::new()));
    // More than a year ahead.
    let (exit, said) = project.check(&["--today", "2026-01-31"]);
    assert_eq!(exit, 1);
    assert_eq!(said.matches("SPC042").count(), 2, "{said}");
    assert!(said.contains("waivers.yaml:8:12: error[SPC042]") && said.contains("\"2027-01-31\""), "{said}");
    for no_day in ["today", "2027-02-29", "2027-1-1", "01.02.2027", ""] {
        let output = project.run(&["check", "--today", no_day]);
        assert_eq!(output.status.code(), Some(2), "{no_day}");
        assert!(stderr(&output).contains("--today"), "{}", stderr(&output));
    }
}

#[test]
fn a_waiver_holds_in_its_scope_alone() {
    let holds: [(&str, bool); 12] = [
        ("scope: {pool: burst}", true),
        ("scope: {pool: general}", false),
        ("scope: {path: values/case.yaml#pools.burst}", true),
        ("scope: {path: values/case.yaml#pools.burst.size}", true),
        ("scope: {path: values/case.yaml#pools.burst.size.max}", false),
        ("scope: {path: values/case.yaml#pools.burst.zones}", false),
        ("scope: {path: values/case.yaml#pools.burs}", false),
        ("scope: {path: values/base.yaml#pools.burst.size}", false),
        ("scope: {object: MachineSet openshift-machine-api/test-7kx2p-burst-us-west-2a}", false),
        ("environment: test\n  scope: {pool: burst}", true),
        ("environment: other\n  scope: {pool: burst}", false),
        ("scope: {pool: Burst}", false),
    ];
    for (scope, expected) in holds {
        let project = Project::new().with_another();
        let waiver = SIZE.replace("scope: {path: values/case.yaml#pools.burst.size}", scope);
        project.waive(&[&waiver]);
        let report = project.json(&["--env", "test"]);
        let finding =
            report["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "SPC019");
        assert_eq!(finding.unwrap()["waived"].is_object(), expected, "{scope}\n{report:#}");
    }
}

#[test]
fn an_object_is_named_as_it_is_shown() {
    let project = Project::new();
    project.write("values/case.yaml", &CASE.replace("machineRole: worker", "size: {min: 1, max: 4}"));
    let rendered = project.run(&["render", "--env", "test", "--out"]);
    assert_eq!(rendered.status.code(), Some(1), "the size of burst is over its class");
    project.replace("values/case.yaml", "max: 200", "max: 20");
    let rendered = project.run(&["render", "--env", "test", "--out"]);
    assert_eq!(rendered.status.code(), Some(0), "{}", stderr(&rendered));
    project.replace(
        "values/case.yaml",
        "    size: {min: 1, max: 4}",
        "    size: {min: 1, max: 4}\n    instanceType: m6i.2xlarge",
    );
    let report = project.json(&[]);
    let finding = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["code"] == "TRN006")
        .unwrap()
        .clone();
    let object = &finding["object"];
    let text = |key: &str| object[key].as_str().unwrap().to_owned();
    let shown = format!("{} {}/{}", text("kind"), text("namespace"), text("name"));
    project.waive(&[&ROLE
        .replace("SPC022", "TRN006")
        .replace("{pool: general}", &format!("{{object: {shown}}}"))]);
    let report = project.json(&[]);
    assert_eq!(report["summary"]["waived"], 1, "{report:#}");
}

#[test]
fn an_unused_waiver_is_named_where_it_can_be_known() {
    let stray = SIZE.replace("pools.burst.size", "pools.burst.zones");
    let project = Project::new().with_another();
    project.waive(&[ROLE, &stray, &CHANNEL.replace("- code", "- environment: other\n  code")]);
    let (_, said) = project.check(&["--env", "test"]);
    assert!(!said.contains("SPC040"), "other environments may need them:\n{said}");
    let (_, said) = project.check(&[]);
    assert!(said.contains("waivers.yaml:9:9: warning[SPC040] the waiver of SPC019 for {path: values/case.yaml#pools.burst.zones} lifts nothing"), "{said}");
    assert!(
        said.contains("write the scope of what is found: {path: values/case.yaml#pools.burst.size}"),
        "{said}"
    );
    assert_eq!(said.matches("SPC040").count(), 1, "{said}");
    // One for an environment is judged with that environment alone.
    project.replace("values/other.yaml", "pools:", "accelerators: {nvidia: {channel: v25.10}}\npools:");
    project.write("values/case.yaml", &CASE.replace("channel: stable", "channel: v25.10"));
    let (_, said) = project.check(&["--env", "test"]);
    assert!(!said.contains("SPC040"), "{said}");
    let (_, said) = project.check(&["--env", "other"]);
    assert!(said.contains("the waiver of OLM004") && said.contains("in environment other"), "{said}");
}

#[test]
fn nothing_is_called_unused_where_an_environment_was_not_judged() {
    let project = Project::waiving(&[ROLE, SIZE, CHANNEL]);
    project.replace("values/case.yaml", "class: burst", "class: brust");
    let (exit, said) = project.check(&[]);
    assert_eq!(exit, 1);
    assert!(said.contains("SPC010") && !said.contains("SPC040"), "{said}");
    assert!(said.contains("SPC022") || !said.contains("SPC04"), "{said}");
}

#[test]
fn an_unused_waiver_is_a_warning_that_can_be_denied() {
    let project = Project::waiving(&[ROLE, SIZE, CHANNEL]);
    project.replace("values/case.yaml", "channel: stable", "channel: v25.10");
    assert_eq!(project.codes(&[]), (0, vec!["SPC040".to_owned()]));
    assert_eq!(project.codes(&["--deny", "warnings"]).0, 1);
    assert_eq!(generate(&project, "test").status.code(), Some(0), "the plugin goes on");
}

/// What can be waived leaves nothing in doubt, so what is found in the same place later is told as well.
#[test]
fn a_waiver_hides_nothing_else_in_its_place() {
    let project = Project::waiving(&[ROLE, SIZE, CHANNEL]);
    project.replace(
        "values/case.yaml",
        "zones: [us-west-2a]\n    size: {min: 0, max: 200}",
        "zones: [us-west-2a, us-west-2b]\n    size: {min: 0, max: 200, per: total}",
    );
    let report = project.json(&[]);
    let at = |code: &str| {
        report["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == code).unwrap()["location"].clone()
    };
    assert_eq!(at("ASC016"), at("SPC019"), "{report:#}");
    assert_eq!(report["summary"]["waived"], 3);
}

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

/// What is done to the waiver of SPC022, where the fault is found and what is said of it.
#[test]
fn a_waiver_that_is_none_is_refused_where_it_stands() {
    let cases: [(&str, &str, &[&str]); 19] = [
        ("code: SPC022", "code: ARG005", &["4:9", "SPC044", "seat belt 4", "replicas-unguarded"]),
        ("code: SPC022", "code: SPC001", &["4:9", "SPC045", "nothing right can be rendered"]),
        ("code: SPC022", "code: ASC016", &["4:9", "SPC045", "a note"]),
        ("code: SPC022", "code: SPC220", &["4:9", "SPC046", "write `SPC020`"]),
        ("code: SPC022", "code: worker-role", &["4:9", "SPC046", "write `SPC022`"]),
        ("code: SPC022", "code: spc022", &["4:9", "SPC046", "write `SPC022`"]),
        ("code: SPC022", "code: SPC", &["4:9", "SPC043", "more than one rule"]),
        ("code: SPC022", "code: SPC0*", &["4:9", "SPC043", "more than one rule"]),
        ("code: SPC022", "code: 22", &["4:9", "SPC003", "text"]),
        ("  scope: {pool: general}\n", "", &["4:9", "SPC043", "everywhere"]),
        ("scope: {pool: general}", "scope: {pool: \"*\"}", &["5:17", "SPC043", "wildcard"]),
        ("scope: {pool: general}", "scope: {path: values/case.yaml}", &["5:17", "SPC043", "whole file"]),
        (
            "scope: {pool: general}",
            "scope: {path: values/case.yaml#pools}",
            &["5:17", "SPC043", "whole section"],
        ),
        ("scope: {pool: general}", "scope: {object: x}", &["5:19", "SPC005", "names no object"]),
        ("scope: {pool: general}", "scope: {pol: general}", &["5:11", "pool"]),
        (
            "scope: {pool: general}",
            "scope: {pool: general}\n  environment: tset",
            &["6:16", "SPC048", "write `test`"],
        ),
        ("reason: the installer's own", "reason: \" \"", &["6:11", "SPC005", "reason is empty"]),
        ("owner: platform", "owner:", &["7:3", "SPC003", "must be text"]),
        ("expires: \"2027-03-31\"", "expires: 2027-03-31", &["8:12", "SRC003", "\"2027-03-31\""]),
    ];
    let mut faults = Vec::new();
    for (from, to, expected) in cases {
        assert!(ROLE.contains(from), "{from}");
        let project = Project::waiving(&[&ROLE.replace(from, to), SIZE, CHANNEL]);
        let place = format!("waivers.yaml:{}: ", expected[0]);
        let (exit, said) = project.check(&[]);
        let found = said
            .lines()
            .any(|line| line.starts_with(&place) && expected[1..].iter().all(|part| line.contains(part)));
        // What it was to lift weighs again, and the others still lift.
        if exit != 1 || !found || said.contains("error[SPC019]") {
            faults.push(format!("{to}: exit {exit}, expected {expected:?} in\n{said}"));
        }
        let generated = generate(&project, "test");
        assert_eq!((generated.status.code(), stdout(&generated)), (Some(1), String::new()), "{to}");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn all_faults_of_the_file_are_said_at_once() {
    let project = Project::new();
    project.write(
        "waivers.yaml",
        "apiVersion: poolsmith.dev/v1alpha1
kind: Waiver
waivers:
- code: SPC022
  scope: {pool: general, path: a}
  reason: \"\"
  owner: platform
  expires: 2027-03-31
- code: SPC0l9
  scpe: {pool: burst}
  reason: <REASON>
  expires: \"2027-02-30\"
- code: 3
  scope: pool
  environment: tets
  owner: [a]
- x
",
    );
    let (exit, said) = project.check(&[]);
    assert_eq!(exit, 1);
    for (place, code) in [
        ("2:7", "SPC004"),
        ("5:3", "SPC003"),
        ("6:11", "SPC005"),
        ("8:12", "SRC003"),
        ("9:9", "SPC046"),
        ("9:3", "SPC002"),
        ("10:3", "SPC001"),
        ("11:11", "SPC021"),
        ("12:12", "SPC005"),
        ("13:9", "SPC003"),
        ("14:10", "SPC003"),
        ("15:16", "SPC048"),
        ("16:3", "SPC003"),
        ("17:3", "SPC003"),
    ] {
        assert!(said.contains(&format!("waivers.yaml:{place}: error[{code}]")), "{place} {code} in\n{said}");
    }
    assert!(!said.contains("would lift the rule everywhere"), "the misspelt scope is said once:\n{said}");
    assert!(!said.contains("panicked"));
}

#[test]
fn two_waivers_for_the_same_are_refused() {
    let project = Project::waiving(&[ROLE, &ROLE.replace("platform", "search"), SIZE, CHANNEL]);
    let (exit, said) = project.check(&[]);
    assert_eq!(exit, 1);
    assert!(said.contains("waivers.yaml:9:9: error[SPC047]"), "{said}");
    // In two environments they are two.
    let project = Project::new().with_another();
    project.waive(&[
        &ROLE.replace("- code", "- environment: test\n  code"),
        &ROLE.replace("- code", "- environment: other\n  code"),
        SIZE,
        CHANNEL,
    ]);
    assert_eq!(project.codes(&[]), (0, vec![]));
}

#[test]
fn a_file_of_waivers_that_is_none_is_refused() {
    for (text, code) in [("", "SRC007"), ("a: [", "SRC001"), ("[]", "SPC003"), ("apiVersion: x\n", "SPC00")] {
        let project = Project::new();
        project.write("waivers.yaml", text);
        let (exit, said) = project.check(&[]);
        assert!(
            exit > 0 && said.lines().any(|line| line.contains("waivers.yaml") && line.contains(code)),
            "{text}: {said}"
        );
    }
    let project = Project::new();
    std::fs::remove_file(project.root().join("waivers.yaml")).unwrap();
    let (exit, said) = project.check(&[]);
    assert_eq!(exit, 2);
    assert!(said.contains("SRC022") && said.contains("poolsmith.yaml:16:17"), "{said}");
    project.replace("poolsmith.yaml", "waivers: {file: waivers.yaml}", "waivers: {file: ../waivers.yaml}");
    assert!(project.check(&[]).1.contains("SRC021"));
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

#[test]
fn rules_are_chosen_by_code_or_group() {
    let project = Project::new();
    for (arguments, exit, codes) in [
        (vec!["--select", "OLM"], 0, vec!["OLM004"]),
        (vec!["--select", "OLM004"], 0, vec!["OLM004"]),
        (vec!["--select", "olm004,SPC022"], 1, vec!["SPC022", "OLM004"]),
        (vec!["--select", "OLM", "--select", "SPC019"], 1, vec!["SPC019", "OLM004"]),
        (vec!["--ignore", "SPC"], 0, vec!["OLM004"]),
        (vec!["--ignore", "SPC022,SPC019", "--deny", "warnings"], 1, vec!["OLM004"]),
        (vec!["--ignore", "SPC", "--select", "SPC019"], 1, vec!["SPC019"]),
        (vec!["--select", "SPC", "--ignore", "SPC019"], 1, vec!["SPC022"]),
        (vec!["--select", "TRN"], 0, vec![]),
    ] {
        assert_eq!(
            project.codes(&arguments),
            (exit, codes.iter().map(|code| (*code).to_owned()).collect()),
            "{arguments:?}"
        );
    }
    for (word, hint) in [
        ("SPC0222", "did you mean SPC022"),
        ("MHC", "did you mean MCH"),
        ("worker-role", "did you mean SPC022"),
        ("*", "the groups are ACC, ARG"),
        ("SPC022,", "the groups are"),
    ] {
        for option in ["--select", "--ignore"] {
            let output = project.run(&["check", option, word]);
            assert_eq!(output.status.code(), Some(2), "{option} {word}");
            assert!(
                stderr(&output).contains(hint) && stderr(&output).contains(option),
                "{}",
                stderr(&output)
            );
        }
    }
}

#[test]
fn a_choice_of_rules_hides_no_run_that_saw_nothing() {
    let project = Project::new();
    project.replace("values/case.yaml", "class: burst", "class: brust");
    let (exit, codes) = project.codes(&["--select", "TRN"]);
    assert_eq!((exit, codes), (1, ["SPC022", "SPC010", "SPC019"].map(str::to_owned).to_vec()));
    project.write("values/case.yaml", "a: [");
    assert_eq!(project.check(&["--ignore", "SRC"]).0, 2);
    project.write("values/case.yaml", CASE);
    project.replace("poolsmith.yaml", "argocd:", "argo:");
    assert_eq!(project.check(&["--select", "TRN"]).0, 1);
}

#[test]
fn what_there_is_to_waive_is_listed() {
    let repository = support::repository();
    let rules = stdout(&support::poolsmith(repository, &["rules"]));
    assert!(rules.lines().any(|line| line.starts_with("SPC022") && line.ends_with("(waivable)")), "{rules}");
    assert!(
        rules.lines().any(|line| line.starts_with("ARG001") && line.ends_with("(seat belt 1)")),
        "{rules}"
    );
    for name in ["waivers", "baseline"] {
        let schema = stdout(&support::poolsmith(repository, &["schema", name]));
        let committed =
            std::fs::read_to_string(repository.join(format!("schemas/{name}.schema.json"))).unwrap();
        assert_eq!(schema, committed, "{name}");
    }
    let help = stdout(&support::poolsmith(repository, &["check", "--help"]));
    for word in ["--today", "--baseline", "--write-baseline", "--select", "--ignore", "reads no clock"] {
        assert!(help.contains(word), "{word} in\n{help}");
    }
}
