//! Clearing the old directory after an exchange, without losing what is not ours.

use super::files::identity;
use super::ground::Ground;
use super::marker::is_own;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::Metadata;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The files that were linked over, with what tells them from others.
pub(super) type Linked = BTreeMap<PathBuf, (u64, u64)>;

/// A foreign file that could not stay where it was, as a rendered one or another foreign one stands there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kept {
    /// Where it was, relative to the output directory.
    pub path: String,
    /// Where it is now, relative to the output directory.
    pub at: String,
}

/// How often the old directory is gone through when files keep appearing in it.
const PASSES: usize = 8;

/// Removes the directory `old`, which was exchanged for `dir`: our own files and the links that `dir`
/// holds too go, everything else moves to `dir`. An error leaves the rest for another try.
pub(super) fn sweep(ground: &Ground, old: &Path, dir: &Path, linked: &Linked) -> io::Result<Vec<Kept>> {
    let mut sweep = Sweep { ground, old, dir, linked, kept: Vec::new() };
    ground.ensure_directory(dir)?;
    for _ in 0..PASSES {
        sweep.folder(Path::new(""))?;
        if ground.look(old)?.is_none() {
            ground.sync_directory(dir)?;
            return Ok(sweep.kept);
        }
    }
    Err(ErrorKind::DirectoryNotEmpty.into())
}

struct Sweep<'a> {
    ground: &'a Ground,
    old: &'a Path,
    dir: &'a Path,
    linked: &'a Linked,
    kept: Vec<Kept>,
}

impl Sweep<'_> {
    fn folder(&mut self, folder: &Path) -> io::Result<()> {
        let place = self.old.join(folder);
        for name in self.ground.names(&place)? {
            let relative = folder.join(name);
            let path = self.old.join(&relative);
            let Some(metadata) = self.ground.look(&path)? else { continue };
            if metadata.is_dir() {
                self.folder(&relative)?;
            } else if is_own(self.ground, &relative, &path, &metadata) {
                self.ground.remove_file(&path)?;
            } else {
                self.foreign(&relative, &metadata)?;
            }
        }
        // A file that has appeared meanwhile keeps the directory for the next pass.
        self.ground.remove_empty(&place)
    }

    /// Sees to it that a foreign file of the old directory is in the new one, and not in the old one.
    fn foreign(&mut self, relative: &Path, old: &Metadata) -> io::Result<()> {
        let from = self.old.join(relative);
        let to = self.dir.join(relative);
        if self.parent_is_directory(relative)? {
            let Some(there) = self.ground.look(&to)? else {
                return match self.ground.rename_new(&from, &to) {
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => self.keep(relative, &from),
                    result => result,
                };
            };
            if self.ground.same_content(&from, &to)? {
                return self.ground.remove_file(&from);
            }
            let there = identity(&there);
            if there.is_some() && there == self.linked.get(relative).copied() && there != identity(old) {
                // Replaced by its owner after it was linked over: the later one belongs there. The
                // other is kept even so, as an inode number may have been given to a new file meanwhile.
                self.keep(relative, &to)?;
                return self.ground.rename_new(&from, &to);
            }
        }
        self.keep(relative, &from)
    }

    /// Makes the way to a file in the new directory; `false` if something else stands there.
    fn parent_is_directory(&self, relative: &Path) -> io::Result<bool> {
        let mut place = self.dir.to_path_buf();
        for part in relative.parent().into_iter().flatten() {
            place.push(part);
            match self.ground.ensure_directory(&place) {
                Err(error) if error.kind() == ErrorKind::NotADirectory => return Ok(false),
                result => result?,
            }
        }
        Ok(true)
    }

    fn keep(&mut self, relative: &Path, from: &Path) -> io::Result<()> {
        self.kept.push(set_aside(self.ground, self.dir, relative, from)?);
        Ok(())
    }
}

/// Moves a foreign file to the first free `<path>.poolsmith-kept…` at the top of the output directory.
pub(super) fn set_aside(ground: &Ground, dir: &Path, relative: &Path, from: &Path) -> io::Result<Kept> {
    let mut base = OsString::new();
    for (i, part) in relative.iter().enumerate() {
        if i > 0 {
            base.push("-");
        }
        base.push(part);
    }
    base.push(".poolsmith-kept");
    for number in 1_u64.. {
        let mut name = base.clone();
        if number > 1 {
            name.push(format!("-{number}"));
        }
        match ground.rename_new(from, &dir.join(&name)) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            result => {
                result?;
                let at = super::target::shown(Path::new(&name));
                return Ok(Kept { path: super::target::shown(relative), at });
            }
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}
