//! The comparison itself can fail: with judges that are not to be believed, and with faults that are known.

use super::base::{self, Base};
use super::case::{Case, Outcome, Subject};
use super::cases::Source;
use super::compare::{Report, Verdicts};
use super::edit::Edit;
use super::explained::Explained;
use super::judge::Judge;
use super::platforms::{self, Platform};
use super::{support, table};
use serde_json::{Value as Json, json};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// A judge that answers by itself.
struct Simple(fn(&Json) -> bool);

impl Judge for Simple {
    fn complaints(&mut self, _: &Base, object: &Json) -> Vec<String> {
        if (self.0)(object) { vec!["not that".to_owned()] } else { Vec::new() }
    }
}

const ACCEPTS: Simple = Simple(|_| false);

fn sample(platform: &'static Platform) -> Base {
    base::sample(platform)
}

fn as_it_is(base: &Base, subject: Subject) -> Case<'_> {
    Case { base, subject, edits: Vec::new(), wish: None }
}

fn with<'b>(base: &'b Base, path: &str, value: Json) -> Case<'b> {
    Case { edits: vec![Edit::set(path, value)], ..as_it_is(base, Subject::ProviderSpec) }
}

/// The report on one case, against a table of these lines.
fn report(case: &Case<'_>, mut judge: Simple, lines: &str) -> Report {
    Report::of(&[Verdicts::of(case, &mut judge)], &Explained::parse(lines), true)
}

#[test]
fn what_both_accept_needs_no_word() {
    for platform in platforms::ALL {
        let base = sample(platform);
        for subject in [Subject::ProviderSpec, Subject::Pools] {
            let report = report(&as_it_is(&base, subject), ACCEPTS, "");
            assert!(report.passes(), "{}", report.text(0));
        }
    }
}

#[test]
fn a_refusal_that_no_judge_shares_and_no_line_explains_is_a_fault() {
    let base = sample(&platforms::ALL[0]);
    let case = with(&base, "nobodyKnowsThis", json!(1));
    let alone = report(&case, ACCEPTS, "");
    assert!(!alone.passes());
    assert!(alone.text(0).contains("we say: PSP004"), "{}", alone.text(0));
    let explained = "stricter\tPSP004\tnobodyKnowsThis\ta reason for a test\n";
    assert!(report(&case, ACCEPTS, explained).passes());
    let of_another_key = "stricter\tPSP004\tsomethingElse\ta reason for a test\n";
    assert!(!report(&case, ACCEPTS, of_another_key).passes());
    assert!(report(&case, Simple(|_| true), "").passes(), "a shared refusal needs no line");
}

#[test]
fn a_line_that_nothing_needs_is_a_fault() {
    let base = sample(&platforms::ALL[0]);
    let case = as_it_is(&base, Subject::ProviderSpec);
    let stale = report(&case, ACCEPTS, "stricter\tPSP004\t*\ta reason for a test\n");
    assert!(!stale.passes());
    assert!(stale.text(0).contains("STALE"), "{}", stale.text(0));
}

#[test]
fn a_rendering_that_a_judge_refuses_is_a_fault_that_nothing_explains() {
    let base = sample(&platforms::ALL[0]);
    let case = as_it_is(&base, Subject::ProviderSpec);
    let lines = "stricter\tPSP004\t*\ta reason for a test\nmended\t-\t*\ta reason for a test\n";
    let lax = report(&case, Simple(|object| object["kind"] == "MachineSet"), lines);
    assert_eq!(lax.laxer(), 1);
    assert!(!lax.passes());
}

#[test]
fn a_renderer_that_writes_an_unknown_key_is_found_out() {
    let base = sample(&platforms::ALL[0]);
    let case = as_it_is(&base, Subject::ProviderSpec);
    let Outcome { rendered, plain, refused } = case.run();
    assert!(refused.is_empty(), "{refused:?}");
    let broken = |mut object: Json| {
        if object["kind"] == "MachineSet" {
            object["spec"]["template"]["spec"]["providerSpec"]["value"]["nobodyKnowsThis"] = json!(1);
        }
        object
    };
    let outcome = Outcome { rendered: rendered.into_iter().map(broken).collect(), plain, refused };
    let mut judge = Simple(|object| object.to_string().contains("nobodyKnowsThis"));
    let report = Report::of(&[Verdicts::from(&case, outcome, &mut judge)], &Explained::parse(""), true);
    assert_eq!(report.laxer(), 1);
    assert!(!report.passes());
}

#[test]
fn what_is_mended_without_a_word_is_a_fault() {
    let base = sample(&platforms::ALL[0]);
    let case = with(&base, "tags", json!([]));
    let judge =
        || Simple(|object| object.pointer("/spec/template/spec/providerSpec/value/tags") == Some(&json!([])));
    let unexplained = report(&case, judge(), "");
    assert!(!unexplained.passes());
    assert_eq!(unexplained.laxer(), 0);
    assert!(report(&case, judge(), "mended\t-\tnot that\ta reason for a test\n").passes());
}

#[test]
fn the_judges_are_shown_what_is_rendered() {
    for platform in platforms::ALL {
        let base = sample(platform);
        for subject in [Subject::ProviderSpec, Subject::Pools] {
            let Outcome { rendered, plain, refused } = as_it_is(&base, subject).run();
            assert!(refused.is_empty(), "{refused:?}");
            let mut seen = 0;
            for object in rendered.iter().filter(|object| is_of_a_pool(object)) {
                let same = |other: &&Json| {
                    other["kind"] == object["kind"] && other["metadata"]["name"] == object["metadata"]["name"]
                };
                let shown = plain.iter().find(same).unwrap_or_else(|| panic!("nobody is shown {object}"));
                lacks_nothing(&object["spec"], &shown["spec"], "spec");
                seen += 1;
            }
            let shown = plain.iter().filter(|object| is_of_a_pool(object)).count();
            assert_eq!(shown, seen, "what is not rendered is shown");
        }
    }
}

fn is_of_a_pool(object: &Json) -> bool {
    ["MachineSet", "MachineAutoscaler", "ClusterAutoscaler"].iter().any(|kind| object["kind"] == *kind)
        && object["spec"] != json!({})
}

/// What is rendered stands in what is shown as well, but for what poolsmith derives.
fn lacks_nothing(rendered: &Json, shown: &Json, path: &str) {
    let derived = ["labels", "taints", "gpus"];
    match (rendered, shown) {
        (Json::Object(map), Json::Object(_)) => {
            for (key, value) in map.iter().filter(|(key, _)| !derived.contains(&key.as_str())) {
                lacks_nothing(value, &shown[key], &format!("{path}.{key}"));
            }
        }
        (Json::Array(rendered), Json::Array(shown)) if rendered.len() == shown.len() => {
            rendered.iter().zip(shown).for_each(|(rendered, shown)| lacks_nothing(rendered, shown, path));
        }
        // The second zone has a subnet of its own.
        (Json::String(rendered), Json::String(shown)) if path.contains("subnet") => {
            assert_eq!(rendered.len(), shown.len(), "{path}");
        }
        _ => assert_eq!(rendered, shown, "{path}"),
    }
}

#[test]
fn the_same_seed_draws_the_same_cases() {
    for platform in platforms::ALL {
        let bases = [sample(platform)];
        let (first, second) = (Source::new(platform, &bases), Source::new(platform, &bases));
        let names = |source: &Source<'_>, seed| -> Vec<String> {
            (0..50).map(|number| source.drawn(seed, number).to_string()).collect()
        };
        assert_eq!(names(&first, 1), names(&second, 1));
        assert_ne!(names(&first, 1), names(&first, 2));
        assert!(first.fixed().len() > 1000, "{} is little", first.fixed().len());
    }
}

#[test]
fn the_table_names_rules_that_there_are() {
    let codes: Vec<&str> = poolsmith::rules::all().into_iter().map(|rule| rule.code).collect();
    for code in table().codes().filter(|code| *code != "-") {
        assert!(codes.contains(&code), "{code} is no rule");
    }
}

/// Runs the comparison as a process with a judge that is this shell script.
fn run_with(script: &str) -> (bool, String) {
    let directory = tempfile::tempdir().unwrap();
    let judge = directory.path().join("judge");
    std::fs::write(&judge, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&judge, std::fs::Permissions::from_mode(0o755)).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--nocapture", "the_operators_and_poolsmith_agree"])
        .current_dir(support::repository())
        .env("POOLSMITH_JUDGE", &judge)
        .env("POOLSMITH_CASES", "60")
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn answers(admitted: bool, errors: &str) -> String {
    format!(
        r#"exec sed -u -E 's/^\{{"id":([0-9]+),.*/{{"id":\1,"admitted":{admitted},"errors":[{errors}],"warnings":[],"rewritten":[]}}/'"#
    )
}

#[test]
fn a_run_with_a_judge_that_accepts_everything_fails() {
    if !Path::new("/bin/sh").exists() || support::shared("corpus").is_none() {
        return;
    }
    let (succeeds, text) = run_with(&answers(true, ""));
    assert!(!succeeds, "{text}");
    assert!(text.contains("UNEXPLAINED stricter") && text.contains("laxer 0"), "{text}");
}

#[test]
fn a_run_with_a_judge_that_refuses_everything_fails() {
    if !Path::new("/bin/sh").exists() || support::shared("corpus").is_none() {
        return;
    }
    let (succeeds, text) = run_with(&answers(false, r#""no""#));
    assert!(!succeeds, "{text}");
    assert!(text.contains("UNEXPLAINED laxer"), "{text}");
}
