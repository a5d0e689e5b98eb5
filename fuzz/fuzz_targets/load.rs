//! Any text as a value file, a project file and a file of pool classes: read, layered, decoded and checked,
//! or refused with a word. The two halves of the text are layers of each other.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolsmith::diag::{Findings, Sources};
use poolsmith::spec::{self, preset::Classes};
use poolsmith::yaml::{self, Node};
use poolsmith_fuzz::{limits, tell};
use std::collections::BTreeSet;

fuzz_target!(|text: &str| {
    let middle = (text.len() / 2..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let (lower, upper) = text.split_at(middle);
    let mut sources = Sources::default();
    let classes = Classes::load(None, &mut sources, &mut Findings::new()).expect("the built-in classes");
    let mut findings = Findings::new();
    let mut read = |text: &str, name: &str| {
        let file = sources.add(name, text);
        let node = yaml::parse_one(text, file, &limits(), &mut findings);
        assert!(node.is_some() || findings.has_errors(), "refused without a word");
        node
    };
    let whole = read(text, "whole.yaml");
    let halves = (read(lower, "lower.yaml"), read(upper, "upper.yaml"));
    if let (Some(mut lower), Some(upper)) = halves {
        let sum_types = |path: &[poolsmith::json::Text]| path.len() == 3;
        let patches = |path: &[poolsmith::json::Text]| path.len() == 2;
        let layers = yaml::MergeOptions { atomic: &sum_types, patch: &patches };
        yaml::merge(&mut lower, upper, &layers, &mut |_| {});
        decode(lower, &classes, &mut findings);
    }
    if let Some(whole) = whole {
        let project = spec::decode_project(&mut whole.clone(), &[], &mut findings);
        assert!(project.is_some() || findings.has_errors(), "refused without a word");
        let own_classes = Classes::load(Some(whole.clone()), &mut sources, &mut findings);
        assert!(own_classes.is_some() || findings.has_errors(), "refused without a word");
        decode(whole, own_classes.as_ref().unwrap_or(&classes), &mut findings);
    }
    tell(findings, &sources);
});

fn decode(values: Node, classes: &Classes, findings: &mut Findings) {
    // A scalar that readers differ on was told when it was read, and is not told again.
    let decoded = spec::decode_values(values, BTreeSet::new(), classes, findings);
    assert!(decoded.is_some() || findings.has_errors(), "refused without a word");
}
