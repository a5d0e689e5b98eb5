//! What a waiver lifts, where, until when, and what is said of it.

use super::project::{CASE, CHANNEL, Project, ROLE, SIZE, generate};
use super::support::{stderr, stdout};
use serde_json::Value as Json;

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
