//! Output directories under stress: kills, concurrent runs, foreign files, full and read-only disks.
//!
//! Where a case needs another process, the test executable starts itself as `child`, told by
//! environment variables what to do. `POOLSMITH_KILLS` sets the number of kills.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests")]

use poolsmith::write::{
    Difference, MARKER, Obstacle, Pending, RenderedFile, ReplaceOptions, Replaced, State, Way, WriteError,
    compare, replace,
};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const DIR: &str = "golden/prod";

fn file(path: &str, text: &str) -> RenderedFile {
    RenderedFile { path: path.to_owned(), text: format!("{MARKER}\n{text}\n") }
}

/// Two states that share a file, change some, and have files and a folder of their own.
fn state(which: char) -> Vec<RenderedFile> {
    let mut files =
        vec![file("capacity/same.yaml", "same"), file(&format!("only-{which}/x.yaml"), "own folder")];
    for number in 0..8 {
        let text = format!("{which} {number}\n").repeat(500);
        files.push(file(&format!("capacity/changes-{number}.yaml"), &text));
    }
    files.push(file(&format!("capacity/only-{which}.yaml"), "own file"));
    files
}

fn texts(files: &[RenderedFile]) -> BTreeMap<String, String> {
    files.iter().map(|file| (file.path.clone(), file.text.clone())).collect()
}

fn options(force_journal: bool) -> ReplaceOptions {
    ReplaceOptions { force_journal, lock_wait: Duration::from_secs(20) }
}

struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Project {
        Project(tempfile::tempdir().unwrap())
    }

    /// A project whose output directory holds state `a` and foreign entries of several kinds.
    fn with_foreign() -> Project {
        let project = Project::new();
        project.replace('a', false).unwrap();
        let dir = project.dir();
        fs::create_dir_all(dir.join("docs/deep")).unwrap();
        fs::write(dir.join("docs/deep/page.md"), "page").unwrap();
        fs::write(dir.join("notes.txt"), "notes").unwrap();
        fs::write(dir.join("capacity/kustomization.yaml"), "resources: []\n").unwrap();
        symlink("../notes.txt", dir.join("capacity/link.yaml")).unwrap();
        fs::set_permissions(dir.join("notes.txt"), fs::Permissions::from_mode(0o640)).unwrap();
        project
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn dir(&self) -> PathBuf {
        self.root().join(DIR)
    }

    fn replace(&self, which: char, force_journal: bool) -> Result<Replaced, WriteError> {
        replace(self.root(), Path::new(DIR), &state(which), &options(force_journal))
    }

    fn compare(&self, which: char) -> Vec<Difference> {
        compare(self.root(), Path::new(DIR), &state(which)).unwrap().differences
    }

    /// The files that begin with the marker.
    fn own(&self) -> BTreeMap<String, String> {
        let mut own = files_below(&self.dir());
        own.retain(|path, text| text.starts_with(MARKER) && !path.starts_with(".poolsmith/"));
        own
    }

    fn assert_foreign(&self) {
        let dir = self.dir();
        assert_eq!(fs::read_to_string(dir.join("docs/deep/page.md")).unwrap(), "page");
        assert_eq!(fs::read_to_string(dir.join("notes.txt")).unwrap(), "notes");
        assert_eq!(fs::read_to_string(dir.join("capacity/kustomization.yaml")).unwrap(), "resources: []\n");
        assert_eq!(fs::read_link(dir.join("capacity/link.yaml")).unwrap(), Path::new("../notes.txt"));
        assert_eq!(fs::metadata(dir.join("notes.txt")).unwrap().mode() & 0o777, 0o640);
    }

    /// Nothing but the output directory is left.
    fn assert_tidy(&self) {
        let names: Vec<_> =
            fs::read_dir(self.root().join("golden")).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["prod"]);
        assert!(!self.dir().join(".poolsmith").exists());
    }
}

/// Every regular file below a directory, by its path.
fn files_below(dir: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let kind = fs::symlink_metadata(&path).unwrap().file_type();
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() {
                let name = path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// A small generator of numbers; the seed is printed so that a failure can be looked at.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

// ---- the other process ----

/// Does nothing in a usual run; see [`child_command`].
#[test]
fn child() {
    let Ok(task) = std::env::var("POOLSMITH_WRITE_CHILD") else { return };
    let root = PathBuf::from(std::env::var("POOLSMITH_WRITE_ROOT").unwrap());
    let options = options(std::env::var("POOLSMITH_WRITE_JOURNAL").is_ok());
    match &*task {
        "alternate" => {
            println!("ready");
            for which in ['b', 'a'].into_iter().cycle() {
                replace(&root, Path::new(DIR), &state(which), &options).unwrap();
            }
        }
        "once" => match replace(&root, Path::new(DIR), &state('b'), &options) {
            Ok(replaced) => println!("way {:?} kept {:?}", replaced.way, replaced.kept),
            Err(error) => println!("error {} {error} | {}", error.rule().code, error.help()),
        },
        task => panic!("{task}"),
    }
}

fn child_command(task: &str, root: &Path, force_journal: bool) -> Command {
    with_task(Command::new(std::env::current_exe().unwrap()), task, root, force_journal)
}

fn with_task(mut command: Command, task: &str, root: &Path, force_journal: bool) -> Command {
    command.env("POOLSMITH_WRITE_CHILD", task).env("POOLSMITH_WRITE_ROOT", root);
    if force_journal {
        command.env("POOLSMITH_WRITE_JOURNAL", "1");
    }
    command.args(["child", "--exact", "--nocapture"]);
    command
}

/// Runs a replacement by state `b` after `setup`, in a mount namespace of its own; `None` where the
/// system allows no mounts.
fn in_own_mounts(root: &Path, setup: &str, force_journal: bool) -> Option<String> {
    let mut command = Command::new("unshare");
    let user: &[&str] =
        if fs::metadata("/proc/self").unwrap().uid() == 0 { &[] } else { &["--map-root-user"] };
    command.args(user).args(["--mount", "sh", "-ec"]);
    command.arg(format!("cd \"$POOLSMITH_WRITE_ROOT\"; {setup}; echo mounted; exec \"$0\" \"$@\""));
    command.arg(std::env::current_exe().unwrap());
    let output = with_task(command, "once", root, force_journal).output().ok()?;
    let text = String::from_utf8(output.stdout).unwrap();
    if text.contains("mounted") {
        return Some(text);
    }
    println!("skipped, no mounts here: {}", String::from_utf8_lossy(&output.stderr).trim());
    None
}

// ---- kills ----

fn kills(force_journal: bool) {
    let number = std::env::var("POOLSMITH_KILLS").map_or(120, |text| text.parse().unwrap());
    let seed = u64::from(std::process::id());
    println!("seed {seed}, {number} kills");
    let mut random = Random(seed);
    let project = Project::with_foreign();
    let (a, b) = (texts(&state('a')), texts(&state('b')));
    let (mut old, mut new, mut mixed, mut interrupted) = (0, 0, 0, 0);
    for round in 0..number {
        let mut child =
            child_command("alternate", project.root(), force_journal).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let mut seen = Vec::new();
        while !seen.ends_with(b"ready\n") {
            let mut byte = [0];
            stdout.read_exact(&mut byte).unwrap();
            seen.push(byte[0]);
        }
        std::thread::sleep(Duration::from_micros(random.below(15_000)));
        assert!(child.try_wait().unwrap().is_none(), "the child has failed");
        child.kill().unwrap();
        child.wait().unwrap();

        let found = project.own();
        if found == a {
            old += 1;
        } else if found == b {
            new += 1;
        } else {
            assert!(force_journal, "round {round}: neither state: {:?}", found.keys());
            mixed += 1;
            for (path, text) in &found {
                assert!(
                    a.get(path) == Some(text) || b.get(path) == Some(text),
                    "round {round}: {path} is torn"
                );
            }
            for path in a.keys().filter(|path| b.contains_key(*path)) {
                assert!(found.contains_key(path), "round {round}: {path} is gone");
            }
        }
        project.assert_foreign();
        let differences = project.compare('a');
        interrupted += usize::from(differences.iter().any(|d| matches!(d.state, State::Unfinished(_))));
        if found != a && found != b {
            assert!(
                differences.iter().any(|d| matches!(d.state, State::Unfinished(_))),
                "round {round}: {differences:?}"
            );
        }
        assert_eq!(project.replace('a', force_journal).unwrap().kept, []);
        assert_eq!(project.own(), a);
        project.assert_foreign();
        project.assert_tidy();
    }
    println!("old {old}, new {new}, mixed {mixed}, reported as unfinished {interrupted}");
}

#[test]
fn killed_runs_leave_one_state_by_exchange() {
    kills(false);
}

#[test]
fn killed_runs_leave_whole_files_by_journal() {
    kills(true);
}

// ---- plain runs, both ways ----

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

fn tree_times(root: &Path) -> BTreeMap<PathBuf, (i64, i64)> {
    let mut times = BTreeMap::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(place) = open.pop() {
        let metadata = fs::symlink_metadata(&place).unwrap();
        if metadata.is_dir() {
            open.extend(fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().path()));
        }
        times.insert(place, (metadata.ctime(), metadata.ctime_nsec()));
    }
    times
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

// ---- interrupted runs, step by step ----

#[test]
fn an_interrupted_journal_is_reported_and_completed() {
    let project = Project::with_foreign();
    let within = project.dir().join(".poolsmith");
    fs::create_dir_all(within.join("staged")).unwrap();
    fs::write(within.join("staged/0.yaml"), "").unwrap();
    let journal = r#"{"replace": {"capacity/changes-0.yaml": "0.yaml", "capacity/changes-1.yaml": "1.yaml"},
        "remove": ["capacity/only-a.yaml", "gone.yaml", "../../../../etc/passwd"]}"#;
    fs::write(within.join("journal"), journal).unwrap();
    let unfinished: Vec<_> = project
        .compare('a')
        .into_iter()
        .filter_map(|d| match d.state {
            State::Unfinished(pending) => Some((d.path, pending)),
            _ => None,
        })
        .collect();
    let expected = [("capacity/changes-0.yaml", Pending::Replace), ("capacity/only-a.yaml", Pending::Remove)];
    assert_eq!(unfinished, expected.map(|(path, pending)| (path.to_owned(), pending)));
    assert_eq!(project.replace('a', false).unwrap().way, Way::Unchanged);
    assert_eq!(project.own(), texts(&state('a')));
    project.assert_tidy();
}

#[test]
fn foreign_files_left_in_an_old_directory_are_moved_back() {
    let project = Project::with_foreign();
    let old = project.root().join("golden/.prod.poolsmith/new-0");
    fs::create_dir_all(old.join("capacity")).unwrap();
    fs::write(old.join("capacity/same.yaml"), format!("{MARKER}\nolder\n")).unwrap();
    fs::write(old.join("capacity/appeared.txt"), "appeared").unwrap();
    fs::write(old.join("capacity/kustomization.yaml"), "resources: [other]\n").unwrap();
    fs::hard_link(project.dir().join("notes.txt"), old.join("notes.txt")).unwrap();
    let pending: Vec<_> = project.compare('a').into_iter().filter(|d| d.state != State::Foreign).collect();
    let expected = ["capacity/appeared.txt", "capacity/kustomization.yaml"]
        .map(|path| Difference { path: path.to_owned(), state: State::Unfinished(Pending::MoveBack) });
    assert_eq!(pending, expected);
    let replaced = project.replace('a', false).unwrap();
    assert_eq!(replaced.kept.len(), 1);
    assert_eq!(replaced.kept[0].at, "capacity-kustomization.yaml.poolsmith-kept");
    assert_eq!(fs::read_to_string(project.dir().join("capacity/appeared.txt")).unwrap(), "appeared");
    assert_eq!(fs::read_to_string(project.dir().join(&replaced.kept[0].at)).unwrap(), "resources: [other]\n");
    assert_eq!(replaced.to_findings("prod", DIR)[0].rule.code, "OUT012");
    project.assert_foreign();
    project.assert_tidy();
}

#[test]
fn git_status_stays_clean_after_a_kill() {
    let project = Project::with_foreign();
    let git = |arguments: &[&str]| {
        Command::new("git")
            .arg("-C")
            .arg(project.root())
            .args(arguments)
            .output()
            .ok()
            .filter(|o| o.status.success())
    };
    if git(&["init", "-q"]).is_none() {
        println!("skipped, no git here");
        return;
    }
    git(&["add", "."]).unwrap();
    for working in ["golden/.prod.poolsmith", "golden/prod/.poolsmith"] {
        let working = project.root().join(working);
        fs::create_dir_all(working.join("new-1/capacity")).unwrap();
        fs::write(working.join("new-1/capacity/a.yaml"), "").unwrap();
        fs::write(working.join(".gitignore"), "*\n").unwrap();
    }
    let status = git(&["status", "--porcelain"]).unwrap();
    assert!(!String::from_utf8_lossy(&status.stdout).contains("poolsmith"));
}

// ---- several at once ----

#[test]
fn concurrent_runs_take_turns() {
    for force_journal in [false, true] {
        let project = Project::with_foreign();
        std::thread::scope(|scope| {
            for which in ['a', 'b', 'a', 'b'] {
                let project = &project;
                scope.spawn(move || {
                    for _ in 0..12 {
                        project.replace(which, force_journal).unwrap();
                    }
                });
            }
        });
        let own = project.own();
        assert!(own == texts(&state('a')) || own == texts(&state('b')), "{:?}", own.keys());
        project.assert_foreign();
        project.assert_tidy();
    }
}

#[test]
fn files_that_appear_while_directories_are_swapped_are_not_lost() {
    for force_journal in [false, true] {
        let project = Project::with_foreign();
        let end = Instant::now() + Duration::from_millis(700);
        let kept = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut names = Vec::new();
                while Instant::now() < end {
                    let folder = if names.len() % 2 == 0 { "" } else { "capacity/" };
                    let name = format!("{folder}appears-{}.txt", names.len());
                    fs::write(project.dir().join(&name), &name).unwrap();
                    names.push(name);
                    std::thread::sleep(Duration::from_micros(300));
                }
                names
            });
            let mut kept = Vec::new();
            for which in ['b', 'a'].into_iter().cycle() {
                kept.extend(project.replace(which, force_journal).unwrap().kept);
                if Instant::now() > end {
                    break;
                }
            }
            let names = writer.join().unwrap();
            let found = files_below(&project.dir());
            for name in &names {
                assert_eq!(found.get(name), Some(name));
            }
            kept
        });
        assert_eq!(kept, []);
        project.assert_foreign();
        project.assert_tidy();
    }
}

// ---- disks that refuse ----

#[test]
fn a_full_disk_changes_nothing() {
    for force_journal in [false, true] {
        let project = Project::with_foreign();
        let setup = "cp -a golden keep; mount -t tmpfs -o size=128k tmpfs golden; cp -a keep/prod golden/; \
            head -c 1000000 /dev/zero > golden/fill 2>/dev/null || true; \
            trap 'diff -r --no-dereference keep/prod golden/prod && echo unchanged; ls -A golden' EXIT";
        // `exec` would skip the trap, so the child runs within.
        let setup = format!("{setup}; \"$0\" \"$@\"; exit 0");
        let Some(text) = in_own_mounts_checked(project.root(), &setup, force_journal) else { return };
        assert!(text.contains("error OUT007") && text.contains("the disk is full"), "{text}");
        assert!(text.contains("unchanged") && !text.contains(".prod.poolsmith"), "{text}");
    }
}

/// As [`in_own_mounts`], for a set-up that runs the child itself.
fn in_own_mounts_checked(root: &Path, setup: &str, force_journal: bool) -> Option<String> {
    let text = in_own_mounts(root, &format!("echo mounted; {setup}"), force_journal)?;
    if text.contains("running 1 test") {
        return Some(text);
    }
    println!("skipped, no mounts here");
    None
}

#[test]
fn read_only_places_are_errors_with_a_cure() {
    let project = Project::with_foreign();
    let before = tree_times(&project.dir());
    let setup = "mount --bind golden golden; mount -o remount,ro,bind golden";
    let Some(text) = in_own_mounts(project.root(), setup, false) else { return };
    assert!(text.contains("error OUT007") && text.contains("the file system is read-only"), "{text}");
    let setup = "mount --bind golden/prod golden/prod; mount -o remount,ro,bind golden/prod";
    let text = in_own_mounts(project.root(), setup, false).unwrap();
    assert!(text.contains("error OUT007") && text.contains("the file system is read-only"), "{text}");
    assert_eq!(tree_times(&project.dir()), before);
    project.assert_tidy();
}

#[test]
fn mounts_and_overlays_take_the_journal_way() {
    let setups = [
        // The output directory is a mount point.
        "mount --bind golden/prod golden/prod",
        // Nothing but the output directory can be written, as in a container.
        "mount --bind golden/prod /mnt; mount --bind golden golden; mount -o remount,ro,bind golden; \
            mount --bind /mnt golden/prod",
        // The output directory stands in the lower layer of an overlay.
        "mkdir up work; mount -t overlay -o lowerdir=golden,upperdir=up,workdir=work overlay golden",
    ];
    for setup in setups {
        let project = Project::with_foreign();
        let Some(text) = in_own_mounts(project.root(), setup, false) else { continue };
        assert!(text.contains("way Journal kept []"), "{setup}: {text}");
        if setup.contains("overlay") {
            let upper = files_below(&project.root().join("up"));
            assert!(
                upper.contains_key("prod/capacity/only-b.yaml")
                    && !upper.keys().any(|p| p.contains("poolsmith"))
            );
            continue;
        }
        assert_eq!(project.own(), texts(&state('b')));
        project.assert_foreign();
        project.assert_tidy();
    }
}

#[test]
fn a_directory_without_permission_is_an_error_with_a_cure() {
    let project = Project::with_foreign();
    let everyone = fs::Permissions::from_mode(0o755);
    fs::set_permissions(project.root(), everyone.clone()).unwrap();
    // Permission bits do not bind root: give the rights up first.
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let mut command = Command::new("setpriv");
    if root {
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        // The executable may stand where only root can read.
        let copy = project.root().join("executable");
        fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
        command.arg(copy);
    } else {
        fs::set_permissions(project.dir(), fs::Permissions::from_mode(0o555)).unwrap();
        fs::set_permissions(project.root().join("golden"), fs::Permissions::from_mode(0o555)).unwrap();
        command = Command::new(std::env::current_exe().unwrap());
    }
    let output = match with_task(command, "once", project.root(), false).output() {
        Ok(output) if !output.stdout.is_empty() => output,
        other => {
            println!("skipped, no setpriv here: {other:?}");
            return;
        }
    };
    fs::set_permissions(project.root().join("golden"), everyone.clone()).unwrap();
    fs::set_permissions(project.dir(), everyone).unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("error OUT007") && text.contains("permission denied"), "{text}");
    assert_eq!(project.own(), texts(&state('a')));
    project.assert_tidy();
}
