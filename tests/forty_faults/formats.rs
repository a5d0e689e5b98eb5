//! The forty faults in every format: each with its place, in the form that readers of the format demand.

use crate::edits::{COMMON, FAULTS, PROD, WORKER, broken_sample};
use crate::support::{Sample, has_program, stderr, stdout};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::process::Command;

#[path = "../support/sarif.rs"]
mod sarif;

/// What `check` gives in a format, on stdout or stderr.
fn checked(sample: &Sample, format: &str) -> String {
    let output = sample.run(&["check", "--env", "prod", "--format", format]);
    assert_eq!(output.status.code(), Some(2), "a template is no YAML");
    if matches!(format, "human" | "concise") { stderr(&output) } else { stdout(&output) }
}

fn json(sample: &Sample, format: &str) -> Json {
    serde_json::from_str(&checked(sample, format)).unwrap()
}

#[test]
fn sarif_has_every_fault_and_follows_the_schema() {
    let log = json(&broken_sample(), "sarif");
    let results = log["runs"][0]["results"].as_array().unwrap();
    for fault in &FAULTS {
        let found = results.iter().find(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            result["ruleId"] == fault.code
                && place["artifactLocation"]["uri"] == fault.file
                && place["region"]["startLine"] == fault.at.0
                && place["region"]["startColumn"] == fault.at.1
        });
        assert!(found.is_some(), "{} {} {:?}", fault.code, fault.file, fault.at);
    }
    let fixes = results.iter().filter_map(|result| result["fixes"].as_array()).count();
    assert!(fixes >= 9, "{fixes} results have fixes");
    if let Some(validator) = sarif::validator() {
        assert_eq!(sarif::errors(&validator, &log), [""; 0]);
    }
}

#[test]
fn fingerprints_survive_lines_that_move() {
    let prints = |sample: &Sample| -> Vec<(String, String)> {
        let log = json(sample, "sarif");
        let results = log["runs"][0]["results"].as_array().unwrap();
        let mut prints: Vec<_> = results
            .iter()
            .map(|result| (result["ruleId"].to_string(), result["partialFingerprints"].to_string()))
            .collect();
        prints.sort();
        prints
    };
    let sample = broken_sample();
    let before = prints(&sample);
    for file in [COMMON, PROD, WORKER] {
        sample.write(file, &format!("# one\n\n# two\n{}", sample.read(file)));
    }
    assert_eq!(prints(&sample), before);
    let distinct: BTreeSet<_> = before.iter().collect();
    assert_eq!(distinct.len(), before.len(), "no two results have one fingerprint");
}

#[test]
fn json_follows_the_published_schema() {
    let document = json(&broken_sample(), "json");
    let validator = jsonschema::validator_for(&poolsmith::diag::findings_schema()).unwrap();
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    assert_eq!(document["summary"]["errors"], 40);
}

#[test]
fn github_has_a_command_for_every_fault() {
    let commands = checked(&broken_sample(), "github");
    for fault in &FAULTS {
        let begin = format!("::error file={},line={},col={},", fault.file, fault.at.0, fault.at.1);
        let found = commands
            .lines()
            .any(|line| line.starts_with(&begin) && line.contains(&format!("title={} ", fault.code)));
        assert!(found, "{begin} is not in\n{commands}");
    }
    let is_command =
        |line: &str| ["::error ", "::notice ", "::warning "].iter().any(|begin| line.starts_with(begin));
    assert!(commands.lines().all(is_command), "{commands}");
}

#[test]
fn concise_and_human_show_every_place() {
    let sample = broken_sample();
    let (concise, human) = (checked(&sample, "concise"), checked(&sample, "human"));
    for fault in &FAULTS {
        let place = format!("{}:{}:{}", fault.file, fault.at.0, fault.at.1);
        assert!(concise.contains(&format!("{place}: error[{}] ", fault.code)), "{place}\n{concise}");
        assert!(human.contains(&format!("--> {place}\n")), "{place}\n{human}");
    }
    assert!(concise.trim_end().ends_with("can be fixed with --fix"), "{concise}");
}

/// Reads the report with a parser that knows nothing of us.
#[test]
fn junit_is_read_by_an_xml_parser() {
    if !has_program("python3", &["--version"]) {
        return;
    }
    let sample = broken_sample();
    sample.write("report.xml", &checked(&sample, "junit"));
    let script = "import sys, xml.etree.ElementTree as tree\n\
        root = tree.parse(sys.argv[1]).getroot()\n\
        cases = list(root.iter('testcase'))\n\
        failures = [case for case in cases if case.find('failure') is not None]\n\
        assert root.tag == 'testsuites' and int(root.get('tests')) == len(cases), (root.attrib, len(cases))\n\
        assert int(root.get('failures')) == len(failures), root.attrib\n\
        for case in failures: print(case.get('classname').split()[0], case.get('file'), case.get('line'))\n";
    let output = Command::new("python3")
        .args(["-c", script, "report.xml"])
        .current_dir(sample.root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let read: BTreeSet<String> = stdout(&output).lines().map(str::to_owned).collect();
    let expected: BTreeSet<String> =
        FAULTS.iter().map(|fault| format!("{} {} {}", fault.code, fault.file, fault.at.0)).collect();
    assert_eq!(read, expected);
}
