//! What a killed run has left behind: what is undone, and clearing it up.
//!
//! The next run knows the whole state that it wants, so it replays nothing: it saves the foreign files
//! that an exchange had not yet moved back, discards the rest, and then writes what still differs.
//! What stands in a working directory may come from a repository that others write; it is therefore
//! never followed, and its names serve for reports alone.

use super::compare::Pending;
use super::exchange::{NEW, was_exchanged};
use super::ground::Ground;
use super::journal::{self, JOURNAL, JOURNAL_DRAFT, STAGED};
use super::marker::is_own;
use super::sweep::{Kept, Linked, sweep};
use super::target::{Target, shown};
use super::work::Work;
use crate::sorted::sort;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// How many entries of an old directory are looked at for a report.
const MOST_REPORTED: usize = 10_000;

/// What an interrupted run has left undone, with the path below the output directory.
pub(super) fn pending(target: &Target) -> Result<BTreeSet<(String, Pending)>, (PathBuf, io::Error)> {
    let mut pending = BTreeSet::new();
    for old in old_directories(target).map_err(|error| (target.beside.clone(), error))? {
        to_move_back(target, &old, &mut pending).map_err(|error| (old.clone(), error))?;
    }
    journal::pending(target, &mut pending).map_err(|error| (target.within.join(JOURNAL), error))?;
    Ok(pending)
}

/// Clears up after a killed run; the caller holds the lock.
pub(super) fn recover(target: &Target, work: &Work) -> io::Result<Vec<Kept>> {
    let mut kept = Vec::new();
    if work.beside {
        for old in old_directories(target)? {
            kept.extend(sweep(&target.ground, &old, &target.dir, &Linked::new())?);
        }
        for path in built_directories(target)? {
            discard(&target.ground, &path)?;
        }
    }
    clear_within(target, work)?;
    Ok(kept)
}

/// Removes the working directory within the output directory, as far as its content is ours.
pub(super) fn clear_within(target: &Target, work: &Work) -> io::Result<()> {
    let ground = &target.ground;
    if !ground.look(&target.within)?.is_some_and(|metadata| metadata.is_dir()) {
        return Ok(());
    }
    // The journal goes first: without it, what is staged means nothing.
    for name in [JOURNAL, JOURNAL_DRAFT, STAGED] {
        discard(ground, &target.within.join(name))?;
    }
    if !work.beside {
        return Ok(());
    }
    for name in ["lock", ".gitignore"] {
        ground.remove_file(&target.within.join(name))?;
    }
    ground.remove_empty(&target.within)
}

fn discard(ground: &Ground, path: &Path) -> io::Result<()> {
    match ground.look(path)? {
        None => Ok(()),
        Some(metadata) if metadata.is_dir() => ground.remove_tree(path),
        Some(_) => ground.remove_file(path),
    }
}

/// Everything in the working directory that a run has built, in a fixed order.
fn built_directories(target: &Target) -> io::Result<Vec<PathBuf>> {
    let beside = &target.beside;
    if !target.ground.look(beside)?.is_some_and(|metadata| metadata.is_dir()) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for name in target.ground.names(beside)? {
        if name.to_str().is_some_and(|name| name == NEW || name.starts_with("new-")) {
            found.push(beside.join(name));
        }
    }
    sort(&mut found);
    Ok(found)
}

/// The old directories that an exchange has left and nobody has swept yet.
fn old_directories(target: &Target) -> io::Result<Vec<PathBuf>> {
    let mut old = built_directories(target)?;
    old.retain(|path| {
        let there = target.ground.look(path).ok().flatten();
        there.is_some_and(|metadata| metadata.is_dir() && was_exchanged(path, &metadata))
    });
    Ok(old)
}

/// The foreign files of an old directory that the new one does not hold.
fn to_move_back(target: &Target, old: &Path, pending: &mut BTreeSet<(String, Pending)>) -> io::Result<()> {
    let ground = &target.ground;
    let mut open = vec![PathBuf::new()];
    let mut count = 0_usize;
    while let Some(folder) = open.pop() {
        for name in ground.names(&old.join(&folder))? {
            count += 1;
            if count > MOST_REPORTED {
                return Ok(());
            }
            let relative = folder.join(name);
            let path = old.join(&relative);
            let Some(metadata) = ground.look(&path)? else { continue };
            if metadata.is_dir() {
                open.push(relative);
            } else if !is_own(ground, &relative, &path, &metadata)
                && !ground.same_content(&path, &target.dir.join(&relative))?
            {
                pending.insert((shown(&relative), Pending::MoveBack));
            }
        }
    }
    Ok(())
}
