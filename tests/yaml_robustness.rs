//! Reading real files, and files broken at random: no false alarm on the first, no panic on the second.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::panic, reason = "a test, its helpers included")]

use poolsmith::diag::{Findings, Rule, Severity};
use poolsmith::yaml::{
    DecodeRules, FileId, Limits, MergeOptions, Node, Position, Value, decode, merge, parse,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The texts of the shared corpus: files of this field from public repositories.
fn corpus() -> Vec<(PathBuf, String)> {
    let shared = std::env::var_os("POOLSMITH_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let mut files = Vec::new();
    collect(&shared.join("corpus"), &mut files);
    if files.is_empty() {
        assert!(std::env::var_os("CI").is_none(), "the corpus is not there");
        println!("skipped: the corpus is not there");
    }
    files
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            let text = std::fs::read_to_string(&path).unwrap();
            files.push((path, text));
        }
    }
}

#[test]
fn real_files_give_no_false_alarm_and_the_tree_that_another_reader_sees() {
    let mut read = 0;
    for (path, text) in corpus() {
        // The second reader decides what counts as parseable; it accepts tags and odd keys that we refuse.
        let documents: Result<Vec<serde_json::Value>, _> =
            serde_yaml::Deserializer::from_str(&text).map(serde_json::Value::deserialize).collect();
        let Ok(theirs) = documents else { continue };
        let mut findings = Findings::new();
        let ours = parse(&text, FileId(0), &Limits::default(), &mut findings);
        let told: Vec<String> =
            findings.iter().map(|finding| format!("{} {}", finding.rule.code, finding.message)).collect();
        assert!(told.is_empty(), "{}: {told:?}", path.display());
        let ours: Vec<serde_json::Value> = ours.unwrap().iter().map(|node| node.to_json().into()).collect();
        let theirs: Vec<_> = theirs.into_iter().filter(|document| !document.is_null()).collect();
        if !text.contains("<<:") {
            assert_eq!(ours, theirs, "{}", path.display());
        }
        read += 1;
    }
    println!("{read} files read");
}

/// A generator of numbers, the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % limit.max(1)
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }
}

const PIECES: &[&str] = &[
    ":",
    ": ",
    "- ",
    "? ",
    "\n",
    "\r\n",
    "\r",
    " ",
    "  ",
    "\t",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"",
    "'",
    "|",
    ">",
    "|-\n",
    ">2+\n",
    "#",
    " # c",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "!x ",
    "! ",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "~",
    "null",
    "yes",
    "0x1F",
    "4.20",
    "1e999",
    "99999999999999999999",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "é",
    "漢",
    "\u{1f600}",
    "\0",
    "\u{7f}",
    "\\",
    "\\u12",
    "{{ x }}",
    "${X}",
    "@",
    "`",
    "=",
];

fn broken(random: &mut Random, text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(6) {
        let at = random.below(chars.len() + 1);
        match random.below(4) {
            0 => {
                let end = (at + random.below(12)).min(chars.len());
                chars.drain(at..end);
            }
            1 => {
                let end = (at + random.below(60)).min(chars.len());
                let copy: Vec<char> = chars[at..end].to_vec();
                let to = random.below(chars.len() + 1);
                chars.splice(to..to, copy);
            }
            _ => {
                let piece = random.pick(PIECES);
                chars.splice(at..at, piece.chars());
            }
        }
    }
    chars.into_iter().collect()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "only decoded")]
struct Object {
    api_version: String,
    kind: Kind,
    metadata: Metadata,
    spec: Option<BTreeMap<String, Spec>>,
    data: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
enum Kind {
    MachineSet,
    Other(#[expect(dead_code, reason = "only decoded")] Box<Object>),
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only decoded")]
struct Metadata {
    name: Name,
    #[serde(default)]
    labels: BTreeMap<Name, String>,
    replicas: Option<u8>,
}

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(try_from = "String")]
struct Name(String);

impl TryFrom<String> for Name {
    type Error = String;
    fn try_from(text: String) -> Result<Name, String> {
        if text.len() > 20 { Err(format!("`{text}` is too long")) } else { Ok(Name(text)) }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only decoded")]
enum Spec {
    Template { metadata: Metadata },
    Replicas(u32),
    Selector(Vec<(String, f64)>),
}

static RULE: Rule = Rule {
    code: "TST001",
    slug: "test",
    severity: Severity::Error,
    seat_belt: None,
    waivable: false,
    summary: "",
    page: "",
};

/// Reads, layers and decodes `text`; checks what must hold however broken it is.
fn go_through(text: &str, over: &str) {
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let mut findings = Findings::new();
    let documents = parse(text, FileId(0), &limits, &mut findings);
    assert!(documents.is_some() || findings.has_errors(), "refused without a word: {text:?}");
    for finding in findings.iter() {
        for label in finding.primary.iter().chain(&finding.related) {
            check_position(text, label.position);
        }
    }
    let rules = DecodeRules {
        unknown_key: &RULE,
        missing_key: &RULE,
        wrong_type: &RULE,
        wrong_word: &RULE,
        invalid_value: &RULE,
    };
    for mut document in documents.into_iter().flatten() {
        check_node(text, &document);
        let before = findings.iter().count();
        let value = decode::<Object>(&document, &mut findings, &rules);
        assert!(value.is_some() || findings.has_errors(), "not decoded without a word: {text:?}");
        assert!(value.is_none() || findings.iter().count() == before, "decoded with faults: {text:?}");
        let layers = parse(over, FileId(1), &limits, &mut Findings::new());
        for layer in layers.into_iter().flatten() {
            let atomic = |path: &[poolsmith::json::Text]| path.len() == 3;
            merge(&mut document, layer, &MergeOptions { atomic: &atomic, patch: &|_| false }, &mut |_| {});
        }
    }
}

fn check_node(text: &str, node: &Node) {
    check_position(text, node.position);
    match &node.value {
        Value::Seq(items) => items.iter().for_each(|item| check_node(text, item)),
        Value::Map(entries) => {
            for (at, (key, value)) in entries.iter().enumerate() {
                check_position(text, key.position);
                check_node(text, value);
                assert!(entries[..at].iter().all(|(other, _)| other.name != key.name), "{text:?}");
            }
        }
        _ => {}
    }
}

/// The byte range can be cut out of the text, and its line and column say the same place.
fn check_position(text: &str, position: Position) {
    if position.line == 0 {
        return;
    }
    let (start, end) = (position.start as usize, position.end as usize);
    assert!(start <= end && text.get(start..end).is_some(), "{position:?} in {text:?}");
    if text.trim_start_matches('\u{feff}').contains('\u{feff}') {
        // A byte order mark between documents has no column of its own; it is refused anyway.
        return;
    }
    let before = text[..start].trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let line = 1 + before.matches('\n').count();
    let column = 1 + before.rsplit('\n').next().unwrap().chars().count();
    assert_eq!(
        (position.line as usize, position.column as usize),
        (line, column),
        "{position:?} in {text:?}"
    );
}

#[test]
fn files_broken_at_random_are_read_or_refused() {
    let files = corpus();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for round in 0..6 {
        for (at, (_, text)) in files.iter().enumerate() {
            let over = &files[(at + round) % files.len()].1;
            go_through(&broken(&mut random, text), over);
        }
    }
}

#[test]
fn nonsense_is_read_or_refused() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for _ in 0..20_000 {
        let text: String = (0..random.below(24)).map(|_| random.pick(PIECES)).collect();
        go_through(&text, "a: {b: ~}");
    }
    for _ in 0..5_000 {
        let bytes: Vec<u8> =
            (0..random.below(60)).map(|_| u8::try_from(random.below(256)).unwrap()).collect();
        go_through(&String::from_utf8_lossy(&bytes), "a");
    }
}
