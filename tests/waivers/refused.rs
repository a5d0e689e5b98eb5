//! Waivers that are none.

use super::project::{CHANNEL, Project, ROLE, SIZE, generate};
use super::support::stdout;

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
