//! Runs that nothing disturbs, both ways.

use crate::process::child_command;
use crate::project::{DIR, Project, options, state, texts, tree_times};
use poolsmith::write::{MARKER, Obstacle, State, Way, WriteError, compare, replace};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::time::Duration;

#[test]
fn a_directory_is_created_changed_and_left_alone() {
    for force_journal in [false, true] {
        let way = if force_journal { Way::Journal } else { Way::Exchange };
        let project = Project::new();
        assert_eq!(project.replace('a', force_journal).unwrap().way, way);
        assert_eq!(project.own(), texts(&state('a')));
        assert_eq!(project.compare('a'), []);
        fs::set_permissions(project.dir().join("capacity/changes-0.yaml"), fs::Permissions::from_mode(0o600))
            .unwrap();
        let same = fs::metadata(project.dir().join("capacity/same.yaml")).unwrap();

        let replaced = project.replace('b', force_journal).unwrap();
        assert_eq!((replaced.way, replaced.written.len()), (way, 10));
        assert_eq!(replaced.removed, ["capacity/only-a.yaml", "only-a/x.yaml"]);
        assert_eq!(project.own(), texts(&state('b')));
        assert!(!project.dir().join("only-a").exists());
        let after = fs::metadata(project.dir().join("capacity/same.yaml")).unwrap();
        assert_eq!((after.ino(), after.modified().unwrap()), (same.ino(), same.modified().unwrap()));
        let mode = fs::metadata(project.dir().join("capacity/changes-0.yaml")).unwrap().mode();
        assert_eq!(mode & 0o777, 0o600);

        let before = fs::metadata(project.dir()).unwrap();
        assert_eq!(project.replace('b', force_journal).unwrap().way, Way::Unchanged);
        let after = fs::metadata(project.dir()).unwrap();
        assert_eq!((before.ino(), before.ctime_nsec()), (after.ino(), after.ctime_nsec()));
        project.assert_tidy();
    }
}

#[test]
fn foreign_entries_and_modes_survive() {
    for force_journal in [false, true] {
        let project = Project::with_foreign();
        let dir = project.dir();
        fs::create_dir(dir.join("empty")).unwrap();
        fs::create_dir(dir.join("only-a/inner")).unwrap();
        fs::write(dir.join("only-a/inner/copy.yaml"), format!("{MARKER}\na copy too deep to be ours\n"))
            .unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            dir.join("pipe.yaml"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .unwrap();
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o2750)).unwrap();
        fs::set_permissions(dir.join("capacity"), fs::Permissions::from_mode(0o711)).unwrap();
        let old =
            fs::FileTimes::new().set_modified(std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000));
        for place in ["docs", "docs/deep", "empty", "notes.txt"] {
            fs::File::open(dir.join(place)).unwrap().set_times(old).unwrap();
        }
        let way = project.replace('b', force_journal).unwrap().way;
        assert_eq!(way, if force_journal { Way::Journal } else { Way::Exchange });
        project.assert_foreign();
        assert!(dir.join("empty").is_dir() && dir.join("only-a/inner/copy.yaml").is_file());
        assert!(fs::symlink_metadata(dir.join("pipe.yaml")).is_ok());
        for place in ["docs", "docs/deep", "empty", "notes.txt"] {
            assert_eq!(fs::metadata(dir.join(place)).unwrap().mtime(), 1_000, "{place}");
        }
        assert_eq!(fs::metadata(&dir).unwrap().mode() & 0o7777, 0o2750);
        assert_eq!(fs::metadata(dir.join("capacity")).unwrap().mode() & 0o777, 0o711);
        project.assert_tidy();
    }
}

#[test]
fn comparing_names_every_difference_and_writes_nothing() {
    let project = Project::with_foreign();
    let dir = project.dir();
    fs::write(dir.join("capacity/changes-0.yaml"), format!("{MARKER}\nedited\n")).unwrap();
    let windows = state('a')[3].text.replace('\n', "\r\n");
    fs::write(dir.join("capacity/changes-1.yaml"), windows).unwrap();
    fs::remove_file(dir.join("capacity/changes-2.yaml")).unwrap();
    fs::write(dir.join("capacity/old.yaml"), format!("{MARKER}\n")).unwrap();
    let before = tree_times(project.root());
    let found: Vec<_> = project.compare('a').into_iter().map(|d| (d.path, d.state)).collect();
    let expected = [
        ("capacity/changes-0.yaml", State::Stale { line: 2 }),
        ("capacity/changes-1.yaml", State::LineEndings),
        ("capacity/changes-2.yaml", State::Missing),
        ("capacity/kustomization.yaml", State::Foreign),
        ("capacity/link.yaml", State::Foreign),
        ("capacity/old.yaml", State::LeftOver),
        ("docs/deep", State::Foreign),
        ("notes.txt", State::Foreign),
    ];
    assert_eq!(found, expected.map(|(path, state)| (path.to_owned(), state)));
    assert_eq!(tree_times(project.root()), before);
    let everything = compare(project.root(), Path::new("nowhere"), &state('a')).unwrap().differences;
    assert!(everything.iter().all(|d| d.state == State::Missing) && everything.len() == 11);
}

#[test]
fn obstacles_are_named_and_nothing_is_written() {
    for force_journal in [false, true] {
        let project = Project::with_foreign();
        let dir = project.dir();
        fs::write(dir.join("capacity/changes-0.yaml"), "mine: true\n").unwrap();
        fs::remove_file(dir.join("capacity/changes-1.yaml")).unwrap();
        fs::create_dir(dir.join("capacity/changes-1.yaml")).unwrap();
        fs::remove_file(dir.join("capacity/changes-2.yaml")).unwrap();
        symlink("/etc/passwd", dir.join("capacity/changes-2.yaml")).unwrap();
        symlink("capacity", dir.join("only-b")).unwrap();
        let before = tree_times(project.root());
        let Err(WriteError::Blocked { obstacles, .. }) = project.replace('b', force_journal) else {
            panic!()
        };
        let expected = [
            ("capacity/changes-0.yaml", Obstacle::ForeignFile),
            ("capacity/changes-1.yaml", Obstacle::Directory),
            ("capacity/changes-2.yaml", Obstacle::SymbolicLink),
            ("only-b", Obstacle::SymbolicLink),
        ];
        assert_eq!(obstacles, expected.map(|(path, obstacle)| (path.to_owned(), obstacle)));
        assert_eq!(tree_times(project.root()), before);
    }
}

#[test]
fn directories_that_are_none_are_refused() {
    let project = Project::new();
    fs::write(project.root().join("file"), "").unwrap();
    symlink(".", project.root().join("link")).unwrap();
    for (dir, code) in
        [("file", "OUT008"), ("file/x", "OUT008"), ("link", "OUT008"), ("../x", "OUT008"), (".", "OUT008")]
    {
        let error = replace(project.root(), Path::new(dir), &state('a'), &options(false)).unwrap_err();
        assert_eq!(error.to_finding().rule.code, code, "{dir}: {error}");
        assert!(compare(project.root(), Path::new(dir), &state('a')).is_err());
    }
    let error = replace(project.root(), Path::new(DIR), &[], &options(false)).unwrap_err();
    assert_eq!(error.rule().code, "OUT010");
    assert_eq!(fs::read_dir(project.root()).unwrap().count(), 2);
}

#[test]
fn a_shell_within_the_directory_is_not_left_behind() {
    let project = Project::with_foreign();
    let output = child_command("once", project.root(), false)
        .current_dir(project.dir().join("docs"))
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("way Journal"));
    assert_eq!(project.own(), texts(&state('b')));
}
