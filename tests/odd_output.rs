//! What `check` and `render --out` say of an output directory in which something odd stands: the same whether
//! one reading of it tells that it is as rendered, or it takes a comparison.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use poolsmith::diag::Findings;
use poolsmith::load::Overlay;
use poolsmith::pipeline::{self, Rendering, Workspace};
use poolsmith::write::{self, MARKER};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use support::{Sample, stderr};

const OUTPUT: &str = "golden/prod";
const FILE: &str = "golden/prod/capacity/clusterautoscaler-default.yaml";

/// Whether one reading is enough.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Takes {
    OneReading,
    AComparison,
}
use Takes::{AComparison, OneReading};

struct Odd {
    what: &'static str,
    makes: fn(&Path),
    takes: Takes,
    /// What is told of the output directory, by code.
    told: &'static [&'static str],
    /// Whether rendering into it has nothing to do.
    is_current: bool,
}

const fn odd(
    what: &'static str,
    makes: fn(&Path),
    takes: Takes,
    told: &'static [&'static str],
    is_current: bool,
) -> Odd {
    Odd { what, makes, takes, told, is_current }
}

fn moved(root: &Path, from: &str, to: &str) {
    fs::rename(root.join(from), root.join(to)).unwrap();
}

fn put(root: &Path, path: &str, text: &str) {
    fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
    fs::write(root.join(path), text).unwrap();
}

const CASES: &[Odd] = &[
    odd("nothing odd", |_| {}, OneReading, &[], true),
    odd(
        "an empty folder of a bundle that is not rendered any more",
        |root| fs::create_dir(root.join("golden/prod/old")).unwrap(),
        OneReading,
        &[],
        true,
    ),
    odd(
        "a link in place of a file",
        |root| {
            moved(root, FILE, "golden/elsewhere.yaml");
            symlink("../../elsewhere.yaml", root.join(FILE)).unwrap();
        },
        AComparison,
        &["OUT004"],
        false,
    ),
    odd(
        "a link in place of a folder",
        |root| {
            moved(root, "golden/prod/rbac", "golden/rbac");
            symlink("../rbac", root.join("golden/prod/rbac")).unwrap();
        },
        AComparison,
        &["OUT004"],
        false,
    ),
    odd(
        "a link in place of the directory",
        |root| {
            moved(root, OUTPUT, "golden/real");
            symlink("real", root.join(OUTPUT)).unwrap();
        },
        AComparison,
        &["OUT008"],
        false,
    ),
    odd(
        "a link on the way to the directory",
        |root| {
            moved(root, "golden", "real");
            symlink("real", root.join("golden")).unwrap();
        },
        AComparison,
        &[],
        true,
    ),
    odd(
        "a manifest beyond what is read",
        |root| put(root, "golden/prod/large.yaml", &"# x\n".repeat(5 << 18)),
        AComparison,
        &["SRC027"],
        true,
    ),
    odd("a pipe", |root| pipe(&root.join("golden/prod/pipe.yaml")), AComparison, &["SRC027"], true),
    odd(
        "an empty working directory beside it",
        |root| fs::create_dir(root.join("golden/.prod.poolsmith")).unwrap(),
        AComparison,
        &[],
        false,
    ),
    odd(
        "an empty working directory within it",
        |root| fs::create_dir(root.join("golden/prod/.poolsmith")).unwrap(),
        AComparison,
        &[],
        false,
    ),
    odd(
        "a run beside it that was interrupted",
        |root| put(root, "golden/.prod.poolsmith/new-0/notes.txt", "notes"),
        AComparison,
        &["OUT005"],
        false,
    ),
    odd(
        "a run within it that was interrupted",
        |root| {
            let journal = r#"{"replace": {}, "remove": ["capacity/clusterautoscaler-default.yaml"]}"#;
            put(root, "golden/prod/.poolsmith/journal", journal);
        },
        AComparison,
        &["OUT005"],
        false,
    ),
    odd(
        "a folder deeper than one",
        |root| put(root, "golden/prod/capacity/deep/x.yaml", MARKER),
        AComparison,
        &[],
        true,
    ),
    odd("a note", |root| put(root, "golden/prod/README.md", "note"), AComparison, &[], true),
    odd(
        "a manifest of somebody else",
        |root| put(root, "golden/prod/other.yaml", "kind: ConfigMap\n"),
        AComparison,
        &[],
        true,
    ),
    odd(
        "a name that is no text",
        |root| {
            let name = std::ffi::OsStr::from_bytes(b"golden/prod/capacity/\xff.yaml");
            fs::write(root.join(name), MARKER).unwrap();
        },
        AComparison,
        &[],
        true,
    ),
    odd(
        "line endings of Windows",
        |root| {
            let text = fs::read_to_string(root.join(FILE)).unwrap();
            put(root, FILE, &text.replace('\n', "\r\n"));
        },
        AComparison,
        &["OUT006"],
        false,
    ),
    odd(
        "a byte more at the end",
        |root| {
            let text = fs::read_to_string(root.join(FILE)).unwrap();
            put(root, FILE, &format!("{text}\n"));
        },
        AComparison,
        &["OUT001"],
        false,
    ),
    odd(
        "a file that is spelt otherwise",
        |root| moved(root, FILE, "golden/prod/capacity/ClusterAutoscaler-default.yaml"),
        AComparison,
        &["OUT002", "OUT003"],
        false,
    ),
    odd("a file less", |root| fs::remove_file(root.join(FILE)).unwrap(), AComparison, &["OUT002"], false),
    odd(
        "a file more",
        |root| put(root, "golden/prod/rbac/old.yaml", &format!("{MARKER}\nkind: A\n")),
        AComparison,
        &["OUT003"],
        false,
    ),
    odd(
        "a folder in place of a file",
        |root| {
            fs::remove_file(root.join(FILE)).unwrap();
            fs::create_dir(root.join(FILE)).unwrap();
        },
        AComparison,
        &["OUT004"],
        false,
    ),
    odd(
        "no directory",
        |root| fs::remove_dir_all(root.join(OUTPUT)).unwrap(),
        AComparison,
        &["OUT002"],
        false,
    ),
];

fn pipe(path: &Path) {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
}

/// The environment that is committed, rendered.
fn rendered(sample: &Sample, overlay: &Overlay) -> (Workspace, Rendering) {
    let (_, workspace) = Workspace::open_over(sample.root(), overlay, &mut Findings::new());
    let workspace = workspace.unwrap();
    let rendering = pipeline::render(&workspace, "prod", &workspace.project.environments["prod"], 1);
    (workspace, rendering)
}

fn is_settled(workspace: &Workspace, rendering: &Rendering) -> bool {
    let root = workspace.files.root.directory();
    rendering.is_committed && write::is_settled(root, Path::new(OUTPUT), &rendering.files)
}

#[test]
fn one_reading_is_enough_where_nothing_else_stands() {
    for Odd { what, makes, takes, told, is_current } in CASES {
        let sample = Sample::new();
        makes(sample.root());
        let (workspace, rendering) = rendered(&sample, &Overlay::new());
        assert_eq!(is_settled(&workspace, &rendering), *takes == OneReading, "{what}");
        // What one reading tells, a comparison must not gainsay.
        let root = workspace.files.root.directory();
        assert_eq!(write::is_current(root, Path::new(OUTPUT), &rendering.files), *is_current, "{what}");

        let output = sample.run(&["check", "--env", "prod", "--format", "concise"]);
        let lines = stderr(&output);
        let mut codes: Vec<&str> = lines
            .lines()
            .filter_map(|line| line.split_once('[')?.1.split_once(']'))
            .map(|(code, _)| code)
            .filter(|code| code.starts_with("OUT") || code.starts_with("SRC"))
            .collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes, *told, "{what}: {lines}");
    }
}

#[test]
fn rendering_into_a_directory_that_is_as_rendered_changes_nothing() {
    let sample = Sample::new();
    let before = fs::metadata(sample.root().join(OUTPUT)).unwrap();
    let output = sample.run(&["render", "--env", "prod", "--out"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let after = fs::metadata(sample.root().join(OUTPUT)).unwrap();
    use std::os::unix::fs::MetadataExt;
    assert_eq!((before.ino(), before.ctime_nsec()), (after.ino(), after.ctime_nsec()));
}

#[test]
fn what_was_read_is_not_read_again() {
    let sample = Sample::new();
    let (workspace, rendering) = rendered(&sample, &Overlay::new());
    let text = sample.read(FILE);
    sample.write(FILE, "changed");
    assert!(is_settled(&workspace, &rendering), "no file is read to tell what was told");
    sample.write(FILE, &text);
    // Whoever writes looks for himself.
    sample.write(FILE, &format!("{text}# by hand\n"));
    let root = workspace.files.root.directory();
    let replaced =
        write::replace(root, Path::new(OUTPUT), &rendering.files, &write::ReplaceOptions::default()).unwrap();
    assert_eq!(replaced.written, ["capacity/clusterautoscaler-default.yaml"]);
    assert_eq!(sample.read(FILE), text);
}

#[test]
fn texts_that_are_laid_over_the_files_are_no_output() {
    let sample = Sample::new();
    let values = sample.root().canonicalize().unwrap().join("values/prod.yaml");
    let overlay = Overlay::from([(values, sample.read("values/prod.yaml").as_str().into())]);
    let (_, rendering) = rendered(&sample, &overlay);
    assert!(!rendering.files.is_empty() && !rendering.is_committed);
}

#[test]
fn names_that_may_not_be_written_are_never_settled() {
    let sample = Sample::new();
    let (workspace, rendering) = rendered(&sample, &Overlay::new());
    let root = workspace.files.root.directory();
    let settled = |dir: &str| write::is_settled(root, Path::new(dir), &rendering.files);
    assert!(settled(OUTPUT) && settled("./golden//prod/"));
    for dir in ["", ".", "../prod", "golden/..", ".git/prod", "/golden/prod"] {
        assert!(!settled(dir), "{dir}");
    }
    let mut files = rendering.files.clone();
    files[0].path = "con/a.yaml".to_owned();
    assert!(!write::is_settled(root, Path::new(OUTPUT), &files));
    assert!(!write::is_settled(root, Path::new(OUTPUT), &[]), "no files are no output");
}
