//! What a killed run has left behind: what is undone, and clearing it up.
//!
//! The next run knows the whole state that it wants, so it replays nothing: it saves the foreign files
//! that an exchange had not yet moved back, discards the rest, and then writes what still differs.
//! What stands in a working directory may come from a repository that others write; it is therefore
//! never followed, and its names serve for reports alone.

use super::compare::Pending;
use super::exchange::{NEW, was_exchanged};
use super::files::{look, remove_empty, remove_file, same_content};
use super::journal::{self, JOURNAL, JOURNAL_DRAFT, STAGED};
use super::marker::is_own;
use super::sweep::{Kept, Linked, sweep};
use super::target::{Target, shown};
use super::work::Work;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How many entries of an old directory are looked at for a report.
const MOST_REPORTED: usize = 10_000;

/// What an interrupted run has left undone, with the path below the output directory.
pub(super) fn pending(target: &Target) -> Result<BTreeSet<(String, Pending)>, (PathBuf, io::Error)> {
    let mut pending = BTreeSet::new();
    for old in old_directories(target).map_err(|error| (target.beside.clone(), error))? {
        to_move_back(&old, &target.dir, &mut pending).map_err(|error| (old.clone(), error))?;
    }
    journal::pending(target, &mut pending).map_err(|error| (target.within.join(JOURNAL), error))?;
    Ok(pending)
}

/// Clears up after a killed run; the caller holds the lock.
pub(super) fn recover(target: &Target, work: &Work) -> io::Result<Vec<Kept>> {
    let mut kept = Vec::new();
    if work.beside {
        for old in old_directories(target)? {
            kept.extend(sweep(&old, &target.dir, &Linked::new())?);
        }
        for path in built_directories(&target.beside)? {
            discard(&path)?;
        }
    }
    clear_within(target, work)?;
    Ok(kept)
}

/// Removes the working directory within the output directory, as far as its content is ours.
pub(super) fn clear_within(target: &Target, work: &Work) -> io::Result<()> {
    if !look(&target.within)?.is_some_and(|metadata| metadata.is_dir()) {
        return Ok(());
    }
    // The journal goes first: without it, what is staged means nothing.
    for name in [JOURNAL, JOURNAL_DRAFT, STAGED] {
        discard(&target.within.join(name))?;
    }
    if !work.beside {
        return Ok(());
    }
    for name in ["lock", ".gitignore"] {
        remove_file(&target.within.join(name))?;
    }
    remove_empty(&target.within)
}

fn discard(path: &Path) -> io::Result<()> {
    match look(path)? {
        None => Ok(()),
        Some(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Some(_) => remove_file(path),
    }
}

/// Everything in the working directory that a run has built, in a fixed order.
fn built_directories(beside: &Path) -> io::Result<Vec<PathBuf>> {
    if !look(beside)?.is_some_and(|metadata| metadata.is_dir()) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(beside)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(|name| name == NEW || name.starts_with("new-")) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// The old directories that an exchange has left and nobody has swept yet.
fn old_directories(target: &Target) -> io::Result<Vec<PathBuf>> {
    let mut old = built_directories(&target.beside)?;
    old.retain(|path| {
        fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir() && was_exchanged(path, &metadata))
    });
    Ok(old)
}

/// The foreign files of an old directory that the new one does not hold.
fn to_move_back(old: &Path, dir: &Path, pending: &mut BTreeSet<(String, Pending)>) -> io::Result<()> {
    let mut open = vec![PathBuf::new()];
    let mut count = 0_usize;
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(old.join(&folder))? {
            count += 1;
            if count > MOST_REPORTED {
                return Ok(());
            }
            let relative = folder.join(entry?.file_name());
            let path = old.join(&relative);
            let Some(metadata) = look(&path)? else { continue };
            if metadata.is_dir() {
                open.push(relative);
            } else if !is_own(&relative, &path, &metadata) && !same_content(&path, &dir.join(&relative))? {
                pending.insert((shown(&relative), Pending::MoveBack));
            }
        }
    }
    Ok(())
}
