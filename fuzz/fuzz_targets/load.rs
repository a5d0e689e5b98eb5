//! Any text as a value file and as a project file: read, layered, decoded and checked, or refused with a
//! word. The first half of the text is the lower layer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolsmith::diag::{Findings, Sources};
use poolsmith::spec::{self, preset::Classes};
use poolsmith::yaml::{self, FileId, Limits, MergeOptions};
use std::collections::BTreeSet;

fuzz_target!(|text: &str| {
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let mut findings = Findings::new();
    let middle = (text.len() / 2..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let whole = yaml::parse_one(text, FileId(0), &limits, &mut findings);
    assert!(whole.is_some() || findings.has_errors(), "refused without a word");
    let (lower, upper) = text.split_at(middle);
    let lower = yaml::parse_one(lower, FileId(0), &limits, &mut Findings::new());
    let upper = yaml::parse_one(upper, FileId(1), &limits, &mut Findings::new());
    let classes = Classes::load(None, &mut Sources::default(), &mut Findings::new()).expect("the built-in classes");
    if let (Some(mut lower), Some(upper)) = (lower, upper) {
        let layers = MergeOptions { atomic: &|path| path.len() == 3, patch: &|_| false };
        yaml::merge(&mut lower, upper, &layers, &mut |_| {});
        decode(lower, &classes);
    }
    if let Some(whole) = whole {
        let mut findings = Findings::new();
        let project = spec::decode_project(&mut whole.clone(), &[], &mut findings);
        assert!(project.is_some() || findings.has_errors(), "refused without a word");
        decode(whole, &classes);
    }
});

fn decode(values: yaml::Node, classes: &Classes) {
    let mut findings = Findings::new();
    let decoded = spec::decode_values(values, BTreeSet::new(), classes, &mut findings);
    assert!(decoded.is_some() || findings.has_errors(), "refused without a word");
}
