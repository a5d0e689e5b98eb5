//! A copy of the sample with forty faults: one run tells each of them where it stands, and nothing that
//! only follows from another.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod edits;
mod formats;
mod hiding;
#[path = "../support/mod.rs"]
mod support;

use edits::{FAULTS, broken_sample, sound_sample};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use support::{Sample, stderr};

/// What `check` finds in a sample, as its JSON.
fn check(sample: &Sample) -> Vec<Json> {
    let output = sample.run(&["check", "--env", "prod", "--format", "json"]);
    let document: Json = serde_json::from_slice(&output.stdout).unwrap();
    document["findings"].as_array().unwrap().clone()
}

/// The code and place of each finding that is no note, with how often and what it says.
fn told(sample: &Sample) -> BTreeMap<String, Vec<String>> {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in check(sample).iter().filter(|finding| finding["severity"] != "note") {
        let (code, place) = (finding["code"].as_str().unwrap(), &finding["location"]);
        let place =
            format!("{code} {}:{}:{}", place["path"].as_str().unwrap_or("-"), place["line"], place["column"]);
        told.entry(place).or_default().push(finding["message"].as_str().unwrap().to_owned());
    }
    told
}

#[test]
fn one_run_tells_every_fault_and_nothing_else() {
    let told = told(&broken_sample());
    let expected: Vec<String> = FAULTS
        .iter()
        .map(|fault| format!("{} {}:{}:{}", fault.code, fault.file, fault.at.0, fault.at.1))
        .collect();
    let missing: Vec<&String> = expected.iter().filter(|place| !told.contains_key(*place)).collect();
    let beyond: Vec<_> = told.iter().filter(|(place, _)| !expected.contains(place)).collect();
    assert!(missing.is_empty() && beyond.is_empty(), "missing {missing:#?}, beyond {beyond:#?}");
    let twice: Vec<_> = told.values().filter(|messages| messages.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:#?}");
    assert_eq!((told.len(), FAULTS.len()), (40, 40));
}

#[test]
fn without_the_faults_nothing_is_told() {
    // The committed manifests are those of the sample, without what was added to it.
    let beyond: Vec<_> =
        told(&sound_sample()).into_iter().filter(|(place, _)| !place.starts_with("OUT00")).collect();
    assert!(beyond.is_empty(), "{beyond:#?}");
}

#[test]
fn nothing_is_rendered_from_what_is_broken() {
    let sample = broken_sample();
    let output = sample.run(&["render", "--env", "prod"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{}", stderr(&output));
    let before = sample.read("golden/prod/capacity/clusterautoscaler-default.yaml");
    assert_eq!(sample.run(&["render", "--env", "prod", "--out"]).status.code(), Some(2));
    assert_eq!(sample.read("golden/prod/capacity/clusterautoscaler-default.yaml"), before);
}
