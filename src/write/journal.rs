//! The second way to replace a directory: everything is written aside first, the renames and removals
//! are recorded, and then they are done.
//!
//! It serves where directories cannot be exchanged. A killed process leaves whole files; between the
//! first and the last rename they are of both states, which `check` reports from the record and the
//! next run completes.

use super::compare::Pending;
use super::files::identity;
use super::ground::Ground;
use super::marker::is_own;
use super::names::Wanted;
use super::sweep::{Kept, set_aside};
use super::target::{Target, WITHIN};
use super::work::{Work, ignore};
use super::{WriteError, recover};
use crate::sorted::IntoSorted;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// The record of what is to be done.
pub(super) const JOURNAL: &str = "journal";
/// The record while it is being written.
pub(super) const JOURNAL_DRAFT: &str = "journal.draft";
/// Holds the new files until they are renamed.
pub(super) const STAGED: &str = "staged";
/// A record larger than this is not one of ours.
const LONGEST_JOURNAL: u64 = 16 << 20;

/// What is to be done.
#[derive(Default, Serialize, Deserialize)]
struct Journal {
    /// Paths to write, with the name of the staged file.
    replace: BTreeMap<String, String>,
    /// Paths to remove.
    remove: BTreeSet<String>,
}

/// Writes the files `changed` and removes the files `left_over`.
pub(super) fn replace(
    target: &Target,
    work: &Work,
    wanted: &Wanted<'_>,
    changed: &BTreeSet<&str>,
    left_over: &BTreeSet<&str>,
) -> Result<Vec<Kept>, WriteError> {
    let staged = stage(target, wanted, changed, left_over);
    let journal = match staged {
        Ok(journal) => journal,
        Err(error) => {
            // Nothing has been changed yet; the next run clears up what this cannot.
            let _ = recover::clear_within(target, work);
            return Err(error);
        }
    };
    let forward = roll_forward(target, wanted, &journal);
    let cleared = forward.and_then(|kept| recover::clear_within(target, work).map(|()| kept));
    cleared.map_err(|source| WriteError::Interrupted {
        dir: target.shown.clone(),
        at: target.show(Path::new(WITHIN)),
        source,
    })
}

/// Writes everything aside, and records what is to be done. Until this returns, nothing is changed.
fn stage(
    target: &Target,
    wanted: &Wanted<'_>,
    changed: &BTreeSet<&str>,
    left_over: &BTreeSet<&str>,
) -> Result<Journal, WriteError> {
    let failed = |path: &Path, source| WriteError::io("write", target.show_path(path), source);
    let (ground, staged) = (&target.ground, target.within.join(STAGED));
    let prepared = ground
        .ensure_directory(&target.dir)
        .and_then(|()| ground.ensure_directory(&target.within))
        .and_then(|()| ignore(ground, &target.within))
        .and_then(|()| ground.create_directory(&staged));
    prepared.map_err(|source| failed(&target.within, source))?;
    for folder in changed.iter().filter_map(|path| Path::new(path).parent()) {
        let folder = target.dir.join(folder);
        same_device(ground, &folder, &staged).map_err(|source| failed(&folder, source))?;
    }
    let mut journal = Journal::default();
    for (number, &path) in changed.iter().enumerate() {
        let name = format!("{number}.yaml");
        let place = staged.join(&name);
        let text = wanted.get(path).copied().unwrap_or_default();
        let write = || {
            let file = ground.create(&place, text.as_bytes())?;
            match ground.look(&target.dir.join(path))? {
                Some(old) => file.set_permissions(old.permissions()),
                None => Ok(()),
            }
        };
        write().map_err(|source| failed(&target.dir.join(path), source))?;
        journal.replace.insert(path.to_owned(), name);
    }
    journal.remove = left_over.iter().map(|&path| path.to_owned()).collect();
    let record = || {
        for name in journal.replace.values() {
            ground.sync_file(&staged.join(name))?;
        }
        ground.sync_directory(&staged)?;
        let draft = target.within.join(JOURNAL_DRAFT);
        ground.create(&draft, &serde_json::to_vec_pretty(&journal)?)?.sync_all()?;
        ground.rename(&draft, &target.within.join(JOURNAL))?;
        ground.sync_directory(&target.within)
    };
    record().map_err(|source| failed(&target.within.join(JOURNAL), source))?;
    Ok(journal)
}

/// Refuses a folder that nothing can be renamed to, before anything is renamed.
fn same_device(ground: &Ground, folder: &Path, staged: &Path) -> io::Result<()> {
    let device = |path: &Path| -> io::Result<Option<u64>> {
        Ok(ground.look(path)?.as_ref().and_then(identity).map(|(device, _)| device))
    };
    match (device(folder)?, device(staged)?) {
        (Some(here), Some(there)) if here != there => Err(ErrorKind::CrossesDevices.into()),
        _ => Ok(()),
    }
}

/// Does what the record says.
fn roll_forward(target: &Target, wanted: &Wanted<'_>, journal: &Journal) -> io::Result<Vec<Kept>> {
    let mut kept = Vec::new();
    // Where case does not count, a file that only changes its spelling must go before it comes.
    let respelt: BTreeSet<String> = wanted.keys().map(|path| path.to_lowercase()).into_set();
    let (first, last): (Vec<&String>, Vec<&String>) =
        journal.remove.iter().partition(|path| respelt.contains(&path.to_lowercase()));
    let mut folders = std::iter::once(target.dir.clone()).into_set();
    remove(target, &first)?;
    for (path, name) in &journal.replace {
        let to = target.dir.join(path);
        if let Some(folder) = to.parent() {
            target.ground.ensure_directory(folder)?;
            folders.insert(folder.to_path_buf());
        }
        put(target, &target.within.join(STAGED).join(name), Path::new(path), &mut kept)?;
    }
    remove(target, &last)?;
    for path in &journal.remove {
        let Some(folder) = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()) else {
            continue;
        };
        let folder = target.dir.join(folder);
        target.ground.remove_empty(&folder)?;
        if target.ground.look(&folder)?.is_some_and(|metadata| metadata.is_dir()) {
            folders.insert(folder);
        }
    }
    folders.iter().try_for_each(|folder| target.ground.sync_directory(folder))?;
    Ok(kept)
}

/// Puts a staged file in its place. A foreign file that has appeared there is set aside.
fn put(target: &Target, staged: &Path, relative: &Path, kept: &mut Vec<Kept>) -> io::Result<()> {
    let (ground, to) = (&target.ground, target.dir.join(relative));
    loop {
        match ground.look(&to)? {
            Some(metadata) if is_own(ground, relative, &to, &metadata) => return ground.rename(staged, &to),
            Some(metadata) if metadata.is_dir() => return Err(ErrorKind::IsADirectory.into()),
            Some(_) => kept.push(set_aside(ground, &target.dir, relative, &to)?),
            None => {}
        }
        match ground.rename_new(staged, &to) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            result => return result,
        }
    }
}

/// Removes files of ours; what is no longer ours stays.
fn remove(target: &Target, paths: &[&String]) -> io::Result<()> {
    let ground = &target.ground;
    for path in paths {
        let place = target.dir.join(path);
        if ground.look(&place)?.is_some_and(|metadata| is_own(ground, Path::new(path), &place, &metadata)) {
            ground.remove_file(&place)?;
        }
    }
    Ok(())
}

/// Adds what the record of an interrupted run says and has not been done.
pub(super) fn pending(target: &Target, pending: &mut BTreeSet<(String, Pending)>) -> io::Result<()> {
    let (ground, place) = (&target.ground, target.within.join(JOURNAL));
    // Not a link: the record may come from a repository that others write.
    if !ground.look(&target.within)?.is_some_and(|metadata| metadata.is_dir()) {
        return Ok(());
    }
    let Some(metadata) = ground.look(&place)?.filter(fs::Metadata::is_file) else { return Ok(()) };
    let mut text = Vec::new();
    if metadata.len() <= LONGEST_JOURNAL {
        ground.read(&place)?.take(LONGEST_JOURNAL).read_to_end(&mut text)?;
    }
    let Ok(journal) = serde_json::from_slice::<Journal>(&text) else {
        pending.insert((format!("{WITHIN}/{JOURNAL}"), Pending::Remove));
        return Ok(());
    };
    for (path, name) in journal.replace {
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        if plain
            && super::names::problem(&path).is_none()
            && ground.look(&target.within.join(STAGED).join(name))?.is_some()
        {
            pending.insert((path, Pending::Replace));
        }
    }
    for path in journal.remove {
        if super::names::problem(&path).is_none() && ground.look(&target.dir.join(&path))?.is_some() {
            pending.insert((path, Pending::Remove));
        }
    }
    Ok(())
}
