//! The working directory and the lock of a run.
//!
//! Everything that a run needs besides the output itself stands in `.<name>.poolsmith`, beside the
//! output directory `<name>`. Its own `.gitignore` hides all of it, itself included, so that a killed
//! run leaves nothing in `git status`; the next run cleans up. Where the parent cannot be written
//! (a container that mounts nothing but the output directory), it is `.poolsmith` within the output
//! directory, and the exchange is not possible.

use super::WriteError;
use super::files::identity;
use super::ground::Ground;
use super::target::Target;
use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

const IGNORE: &str = ".gitignore";
const LOCK: &str = "lock";
/// How long to sleep between two tries for the lock.
const PAUSE: Duration = Duration::from_millis(10);

/// The working directory of a run that holds the lock. Dropping it tidies up and lets the next run in.
#[derive(Debug)]
pub(super) struct Work {
    /// The working directory.
    pub place: PathBuf,
    /// Whether it stands beside the output directory, so that an exchange is possible.
    pub beside: bool,
    lock: File,
    ground: Ground,
}

/// Whether a run is under way, or has left something behind.
pub(super) fn traces(target: &Target) -> bool {
    let look = |place| target.ground.look(place);
    !matches!((look(&target.beside), look(&target.within)), (Ok(None), Ok(None)))
}

/// Hides a working directory from git.
pub(super) fn ignore(ground: &Ground, place: &Path) -> io::Result<()> {
    match ground.create(&place.join(IGNORE), b"*\n").map(drop) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}

impl Work {
    /// Enters the working directory, waiting up to `wait` for another run to finish.
    pub fn enter(target: &Target, wait: Duration) -> Result<Work, WriteError> {
        let failed = |place: &Path, stop| match stop {
            Stop::Busy => WriteError::Locked {
                dir: target.shown.clone(),
                lock: target.show_path(&place.join(LOCK)),
                wait,
            },
            Stop::Io(source) if source.kind() == ErrorKind::NotADirectory => {
                WriteError::NotADirectory { path: target.show_path(place) }
            }
            Stop::Io(source) => WriteError::io("work in", target.show_path(place), source),
        };
        let ground = target.ground.clone();
        match lock(&ground, &target.beside, wait) {
            Ok(lock) => Ok(Work { place: target.beside.clone(), beside: true, lock, ground }),
            Err(Stop::Io(error)) if unwritable(&error) && target.is_there() => {
                match lock(&ground, &target.within, wait) {
                    Ok(lock) => Ok(Work { place: target.within.clone(), beside: false, lock, ground }),
                    Err(stop) => Err(failed(&target.within, stop)),
                }
            }
            Err(stop) => Err(failed(&target.beside, stop)),
        }
    }

    /// Leaves nothing behind if nothing but the lock is left; whatever else stands there stays, hidden.
    fn tidy(&self) -> io::Result<()> {
        if identity(&self.lock.metadata()?).is_none() {
            // Without file identities the removal of a lock cannot be made safe, so it stays, hidden.
            return Ok(());
        }
        for name in self.ground.names(&self.place)? {
            if name != IGNORE && name != LOCK {
                return Ok(());
            }
        }
        // Whoever waits for this lock will find that it is no longer the one at the path, and start anew.
        self.ground.remove_file(&self.place.join(LOCK))?;
        self.ground.remove_file(&self.place.join(IGNORE))?;
        self.ground.remove_empty(&self.place)
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        // What cannot be tidied now is tidied by the next run; the lock goes with its handle.
        let _ = self.tidy();
    }
}

enum Stop {
    Busy,
    Io(io::Error),
}

fn unwritable(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::InvalidFilename
    )
}

/// Creates the working directory and takes its lock.
fn lock(ground: &Ground, place: &Path, wait: Duration) -> Result<File, Stop> {
    let mut waited = Duration::ZERO;
    loop {
        match try_lock(ground, place) {
            Ok(Some(lock)) => return Ok(lock),
            Err(error) if error.kind() != ErrorKind::NotFound => {
                if matches!(ground.look(&place.join(LOCK)), Ok(None)) {
                    let gone = ground.remove_file(&place.join(IGNORE));
                    let _ = gone.and_then(|()| ground.remove_empty(place));
                }
                return Err(Stop::Io(error));
            }
            Err(error) if waited >= wait => return Err(Stop::Io(error)),
            Ok(None) if waited >= wait => return Err(Stop::Busy),
            Ok(None) | Err(_) => {}
        }
        std::thread::sleep(PAUSE);
        waited += PAUSE;
    }
}

/// One try: `None` if another run holds the lock or has just removed it; "not found" if that run
/// removed the directory under our hands.
fn try_lock(ground: &Ground, place: &Path) -> io::Result<Option<File>> {
    ground.ensure_directory(place)?;
    ignore(ground, place)?;
    let path = place.join(LOCK);
    let file = ground.open_lock(&path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let there = ground.look(&path)?;
    if there.is_none_or(|there| identity(&there) != file.metadata().ok().as_ref().and_then(identity)) {
        return Ok(None);
    }
    ignore(ground, place)?;
    Ok(Some(file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(place: &Path) -> Vec<String> {
        let entries =
            fs::read_dir(place).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        entries.collect()
    }

    #[test]
    fn a_second_run_waits_and_gives_up() {
        let root = tempfile::tempdir().unwrap();
        let target = Target::resolve(root.path(), Path::new("out")).unwrap();
        let first = Work::enter(&target, Duration::ZERO).unwrap();
        let second = Work::enter(&target, Duration::from_millis(20));
        assert!(matches!(second, Err(WriteError::Locked { ref lock, .. }) if lock == ".out.poolsmith/lock"));
        drop(first);
        drop(Work::enter(&target, Duration::ZERO).unwrap());
        assert!(names(root.path()).is_empty());
    }

    #[test]
    fn leftovers_are_taken_over_and_unknown_ones_stay_hidden() {
        let root = tempfile::tempdir().unwrap();
        let target = Target::resolve(root.path(), Path::new("out")).unwrap();
        for content in [None, Some(LOCK), Some(IGNORE)] {
            fs::create_dir(&target.beside).unwrap();
            if let Some(name) = content {
                fs::write(target.beside.join(name), "").unwrap();
            }
            drop(Work::enter(&target, Duration::ZERO).unwrap());
            assert!(names(root.path()).is_empty());
        }
        fs::create_dir(&target.beside).unwrap();
        fs::write(target.beside.join("notes"), "").unwrap();
        drop(Work::enter(&target, Duration::ZERO).unwrap());
        let mut left = names(&target.beside);
        left.sort();
        assert_eq!(left, [IGNORE, LOCK, "notes"]);
    }

    #[test]
    fn a_file_in_its_place_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let target = Target::resolve(root.path(), Path::new("out")).unwrap();
        fs::write(&target.beside, "").unwrap();
        let result = Work::enter(&target, Duration::ZERO);
        assert!(matches!(result, Err(WriteError::NotADirectory { ref path }) if path == ".out.poolsmith"));
    }
}
