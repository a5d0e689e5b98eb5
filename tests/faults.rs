//! The real binary while the world around it misbehaves: files that change while they are read, links that
//! lead out of the project and come and go, several runs on one directory, a reader that leaves, directories
//! that cannot be written.
//!
//! What must hold: no run panics, nothing that stands outside of the project is read, written or told, and a
//! run that says it succeeded has left whole output behind. `POOLSMITH_FAULT_SECONDS` sets how long each kind
//! of disturbance lasts; `tests/faults/run` runs all of them at length.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use rustix::fs::{CWD, FileType, Mode, RenameFlags, mknodat, renameat_with};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use support::{Sample, snapshot};

/// Stands in every file outside; no output, message or written file may hold it.
const SECRET: &str = "zq-secret-of-the-outside";

fn span() -> Duration {
    let stated = std::env::var("POOLSMITH_FAULT_SECONDS").ok();
    Duration::from_secs_f64(stated.map_or(3.0, |text| text.parse().unwrap()))
}

/// Lets `disturb` work until `work` is done, and tells how often it did.
fn while_disturbed<T>(disturb: &(dyn Fn(usize) + Sync), work: impl FnOnce() -> T) -> (T, usize) {
    struct Done<'a>(&'a AtomicBool);
    impl Drop for Done<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let (done, count) = (AtomicBool::new(false), AtomicUsize::new(0));
    let result = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                disturb(count.fetch_add(1, Ordering::Relaxed));
                std::thread::sleep(Duration::from_micros(100));
            }
        });
        let _done = Done(&done);
        work()
    });
    (result, count.into_inner())
}

/// What every run must keep, however it ends.
fn assert_sound(output: &Output, what: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code().unwrap_or_else(|| panic!("{what}: ended by a signal: {said}"));
    assert!(code <= 2, "{what}: exit {code}: {said}");
    assert!(!said.contains("panicked"), "{what}: {said}");
    assert!(code == 0 || output.stdout.is_empty(), "{what}: refused, and still something on stdout");
    for stream in [&output.stdout, &output.stderr] {
        assert!(!String::from_utf8_lossy(stream).contains(SECRET), "{what}: the secret is told: {said}");
    }
}

/// A directory outside that looks like the parts of a project, with the secret in every file.
fn outside(sample: &Sample) -> tempfile::TempDir {
    let outside = tempfile::tempdir().unwrap();
    for part in ["values", "provider-specs", "quotas", "golden"] {
        support::copy(&sample.root().join(part), &outside.path().join(part));
    }
    support::copy(&sample.root().join("golden/prod"), outside.path());
    for (path, mut text) in snapshot(outside.path()) {
        let comment = path.extension().is_none_or(|ending| ending != "json");
        text.extend_from_slice(if comment { b"\n# " } else { b"\n" });
        text.extend_from_slice(SECRET.as_bytes());
        fs::write(path, text).unwrap();
    }
    outside
}

/// Runs poolsmith in turns until the time is over; how often it succeeded and how often it refused.
fn runs(sample: &Sample, what: &str) -> (usize, usize) {
    let turns: [&[&str]; 4] = [
        &["render", "--env", "prod"],
        &["render", "--env", "prod", "--out"],
        &["check", "--all", "--format", "json"],
        &["check", "--env", "prod", "--fix"],
    ];
    let (end, mut succeeded, mut refused) = (Instant::now() + span(), 0, 0);
    for (turn, arguments) in turns.iter().cycle().enumerate() {
        if Instant::now() > end && turn > 3 {
            break;
        }
        let mut output = sample.run(arguments);
        if arguments[0] == "check" {
            // Findings are what `check` prints.
            assert!(!String::from_utf8_lossy(&output.stdout).contains(SECRET), "{what}: the secret is told");
            output.stdout.clear();
        }
        assert_sound(&output, what);
        if output.status.success() { succeeded += 1 } else { refused += 1 }
    }
    (succeeded, refused)
}

#[test]
fn a_link_that_comes_and_goes_leads_nowhere() {
    let places = [
        "values",
        "values/prod.yaml",
        "provider-specs",
        "quotas/us-west-2.json",
        "golden",
        "golden/prod",
        "golden/prod/capacity",
    ];
    for place in places {
        let sample = Sample::new();
        let outside = outside(&sample);
        let before = snapshot(outside.path());
        let link = sample.root().join("spare");
        let target = match place {
            "golden/prod" => outside.path().to_path_buf(),
            "golden/prod/capacity" => outside.path().join("capacity"),
            place => outside.path().join(place),
        };
        symlink(target, &link).unwrap();
        let at = sample.root().join(place);
        // Sometimes back at once, sometimes after a whole run.
        let swap = |turn: usize| {
            let _ = renameat_with(CWD, &at, CWD, &link, RenameFlags::EXCHANGE);
            std::thread::sleep(Duration::from_micros(700 * (turn as u64 % 24)));
        };
        let ((succeeded, refused), swaps) = while_disturbed(&swap, || runs(&sample, place));
        println!("{place}: {swaps} swaps, {succeeded} runs succeeded, {refused} were refused");
        assert_eq!(snapshot(outside.path()), before, "{place}: the outside was changed");
        for (path, bytes) in snapshot(sample.root()).into_iter().filter(|(path, _)| !path.is_symlink()) {
            assert!(!String::from_utf8_lossy(&bytes).contains(SECRET), "{} came in", path.display());
        }
    }
}

#[test]
fn files_that_change_while_they_are_read_are_read_whole_or_refused() {
    let files = ["poolsmith.yaml", "values/prod.yaml", "provider-specs/worker-us-west-2a.yaml"];
    let sample = Sample::new();
    let originals = files.map(|file| sample.read(file));
    let change = |turn: usize| {
        let file = turn % files.len();
        let (path, original) = (sample.root().join(files[file]), &originals[file]);
        let spare = sample.root().join("spare");
        let put = |make: &dyn Fn(&Path)| {
            make(&spare);
            // Over a directory nothing can be renamed.
            let _ = fs::remove_dir(&path);
            let _ = fs::rename(&spare, &path);
        };
        match turn / files.len() % 7 {
            // Cut off where it stands, and grown again.
            0 => drop(
                fs::File::options().write(true).open(&path).and_then(|file| file.set_len(turn as u64 % 900)),
            ),
            1 => drop(fs::write(&path, original.repeat(3))),
            2 => put(&|spare| fs::write(spare, original).unwrap()),
            3 => {
                let _ = fs::remove_file(&path);
            }
            4 => drop(fs::create_dir(&path)),
            5 => put(&|spare| mknodat(CWD, spare, FileType::Fifo, Mode::RUSR, 0).unwrap()),
            _ => put(&|spare| fs::write(spare, original).unwrap()),
        }
        std::thread::sleep(Duration::from_micros(400 * (turn as u64 % 13)));
    };
    let ((succeeded, refused), changes) = while_disturbed(&change, || {
        let (end, mut succeeded, mut refused) = (Instant::now() + span(), 0, 0);
        while Instant::now() < end {
            let output = sample.run(&["render", "--env", "prod"]);
            assert_sound(&output, "a changing file");
            if output.status.success() { succeeded += 1 } else { refused += 1 }
        }
        (succeeded, refused)
    });
    println!("{changes} changes, {succeeded} runs succeeded, {refused} were refused");
    assert!(refused > 0, "nothing was disturbed");
}

#[test]
fn a_file_larger_than_its_limit_and_one_that_never_ends_are_refused_at_once() {
    let sample = Sample::new();
    for make in [
        (|path: &Path| fs::File::create(path).unwrap().set_len(40 << 30).unwrap()) as fn(&Path),
        |path| mknodat(CWD, path, FileType::Fifo, Mode::RUSR, 0).unwrap(),
        |path| symlink("/dev/zero", path).unwrap(),
        |path| symlink("/proc/self/mem", path).unwrap(),
    ] {
        let path = sample.root().join("values/prod.yaml");
        fs::remove_file(&path).unwrap();
        make(&path);
        let began = Instant::now();
        let output = sample.run(&["render", "--env", "prod"]);
        assert_sound(&output, "an endless file");
        assert_ne!(output.status.code(), Some(0));
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
}

/// Runs on one directory at the same time: each whole, the last one stays, and none gets in another's way.
#[test]
fn several_runs_on_one_directory_take_turns() {
    let sample = Sample::new();
    let golden = sample.root().join("golden");
    let mut wanted = Vec::new();
    for size in ["{fixed: 2}", "{fixed: 3}"] {
        sample.replace("values/prod.yaml", "{fixed: 2}", size);
        assert!(sample.run(&["render", "--env", "prod", "--out"]).status.success());
        wanted.push((sample.read("values/prod.yaml"), snapshot(&golden)));
    }
    let rounds = if span() > Duration::from_secs(5) { 40 } else { 8 };
    for round in 0..rounds {
        sample.write("values/prod.yaml", &wanted[round % 2].0);
        let outputs: Vec<Output> = std::thread::scope(|scope| {
            let runs: Vec<_> =
                (0..6).map(|_| scope.spawn(|| sample.run(&["render", "--env", "prod", "--out"]))).collect();
            runs.into_iter().map(|run| run.join().unwrap()).collect()
        });
        for output in &outputs {
            assert!(output.status.success(), "{}", support::stderr(output));
        }
        assert!(snapshot(&golden) == wanted[round % 2].1, "round {round}: not what one run writes");
    }
    println!("{} runs, six at a time", rounds * 6);
}

#[test]
fn a_reader_that_leaves_ends_a_run_quietly() {
    let sample = Sample::new();
    for taken in [0, 1, 100, 4096] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_poolsmith"))
            .args(["render", "--all"])
            .current_dir(sample.root())
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = child.stdout.take().unwrap();
        std::io::Read::read_exact(&mut stdout, &mut vec![0; taken]).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !said.contains("panicked") && !said.contains("pipe"), "{said}");
    }
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_poolsmith"))
        .args(["render", "--env", "prod"])
        .current_dir(sample.root())
        .stdout(full)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(2), "a full device is no success");
}

/// As another user, since permissions do not bind root.
#[test]
fn a_directory_that_cannot_be_written_is_refused_and_stays() {
    let sample = Sample::new();
    let open = fs::Permissions::from_mode(0o755);
    fs::set_permissions(sample.root(), open.clone()).unwrap();
    let golden = sample.root().join("golden");
    sample.replace("values/prod.yaml", "{fixed: 2}", "{fixed: 3}");
    let before = snapshot(&golden);
    let as_root = fs::write("/proc/self/oom_score_adj", "0").is_ok() && Path::new("/root").read_dir().is_ok();
    let executable: PathBuf = sample.root().join("executable");
    fs::copy(env!("CARGO_BIN_EXE_poolsmith"), &executable).unwrap();
    let mut command = if as_root {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&executable);
        command
    } else {
        fs::set_permissions(&golden, fs::Permissions::from_mode(0o555)).unwrap();
        fs::set_permissions(golden.join("prod"), fs::Permissions::from_mode(0o555)).unwrap();
        Command::new(&executable)
    };
    let output = command.args(["render", "--env", "prod", "--out"]).current_dir(sample.root()).output();
    for place in [golden.clone(), golden.join("prod")] {
        fs::set_permissions(place, open.clone()).unwrap();
    }
    match output {
        Ok(output) if !output.stderr.is_empty() => {
            assert_sound(&output, "a directory that cannot be written");
            let said = support::stderr(&output);
            assert!(output.status.code() == Some(1) && said.contains("OUT007"), "{said}");
            assert!(snapshot(&golden) == before);
        }
        other => println!("skipped: there is no setpriv here: {other:?}"),
    }
}
