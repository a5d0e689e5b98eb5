//! Someone swaps a directory on the way for a link that leads out of the project, over and over, while the
//! output is replaced and compared: nothing outside is changed, and nothing of it comes in.

use crate::project::{DIR, Project, options, state};
use poolsmith::write::{MARKER, compare, replace};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const SECRET: &str = "the secret outside";

/// How long each place is raced for; `POOLSMITH_RACE_SECONDS` makes it longer.
fn span() -> Duration {
    let stated = std::env::var("POOLSMITH_RACE_SECONDS").ok();
    Duration::from_secs_f64(stated.map_or(0.7, |text| text.parse().unwrap()))
}

/// Everything below a directory: what it is, when it last changed, and what it holds.
fn contents(directory: &Path) -> BTreeMap<PathBuf, (i64, i64, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut open = vec![directory.to_path_buf()];
    while let Some(place) = open.pop() {
        let known = fs::symlink_metadata(&place).unwrap();
        let mut bytes = Vec::new();
        if known.is_dir() {
            open.extend(fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().path()));
        } else if known.is_file() {
            bytes = fs::read(&place).unwrap();
        }
        found.insert(place, (known.ctime(), known.ctime_nsec(), bytes));
    }
    found
}

/// What stands outside looks like an output directory, so that it would be taken for one.
fn outside() -> tempfile::TempDir {
    let outside = tempfile::tempdir().unwrap();
    for folder in ["capacity", "prod/capacity", "only-a", "new-1/capacity", "staged"] {
        fs::create_dir_all(outside.path().join(folder)).unwrap();
        fs::write(outside.path().join(folder).join("secret.txt"), SECRET).unwrap();
        for name in ["changes-0.yaml", "left-over.yaml"] {
            let text = format!("{MARKER}\n{SECRET}\n");
            fs::write(outside.path().join(folder).join(name), text).unwrap();
        }
    }
    fs::write(outside.path().join("lock"), SECRET).unwrap();
    fs::write(outside.path().join("journal"), "{\"replace\": {}, \"remove\": [\"capacity/changes-0.yaml\"]}")
        .unwrap();
    outside
}

/// Ends the swapping, however the writing ends.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Writes for a while, while `place` is swapped for a link to the outside and back.
fn race(place: &str, force_journal: bool) -> (usize, usize, usize) {
    let project = Project::with_foreign();
    let outside = outside();
    let before = contents(outside.path());
    let place = project.root().join(place);
    fs::create_dir_all(&place).unwrap();
    let spare = tempfile::tempdir_in(project.root()).unwrap();
    let link = spare.path().join("link");
    symlink(outside.path(), &link).unwrap();
    let (done, swaps) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (mut written, mut refused) = (0, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                // Sometimes at once again, sometimes late enough that a run comes through in between.
                let pause = Duration::from_micros(50 * (swaps.load(Ordering::Relaxed) as u64 % 40));
                let swapped = renameat_with(CWD, &place, CWD, &link, RenameFlags::EXCHANGE).is_ok();
                // What is there only while a run needs it is put there beforehand.
                let put = !swapped && symlink(outside.path(), &place).is_ok();
                swaps.fetch_add(usize::from(swapped || put), Ordering::Relaxed);
                std::thread::sleep(pause);
                if put {
                    let _ = fs::remove_file(&place);
                }
            }
        });
        let _done = Done(&done);
        let end = Instant::now() + span();
        for which in ['b', 'a'].into_iter().cycle() {
            match replace(project.root(), Path::new(DIR), &state(which), &options(force_journal)) {
                Ok(_) => written += 1,
                Err(error) => {
                    assert!(!error.to_string().contains(SECRET));
                    refused += 1;
                }
            }
            if let Ok(comparison) = compare(project.root(), Path::new(DIR), &state(which)) {
                let named = comparison.differences.iter().any(|one| one.path.contains("secret.txt"));
                assert!(!named, "a name from outside is told");
            }
            if Instant::now() > end {
                break;
            }
        }
    });
    assert_eq!(contents(outside.path()), before, "the outside was changed");
    for (path, (_, _, bytes)) in contents(project.root()) {
        assert!(!String::from_utf8_lossy(&bytes).contains(SECRET), "{} came in", path.display());
    }
    (written, refused, swaps.load(Ordering::Relaxed))
}

#[test]
fn no_link_that_appears_on_the_way_leads_out() {
    for place in
        ["golden", "golden/prod", "golden/prod/capacity", "golden/.prod.poolsmith", "golden/prod/.poolsmith"]
    {
        for force_journal in [false, true] {
            let (written, refused, swaps) = race(place, force_journal);
            println!("{place}: {written} written, {refused} refused, {swaps} swaps");
            assert!(swaps > 50, "{swaps} swaps");
        }
    }
}
