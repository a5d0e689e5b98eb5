//! Linux: each entry is named by its folder's handle, and the folder is opened from the root's without
//! following links.

use super::{For, Ground};
use crate::beneath::{self, FOLDER, READING};
use rustix::fs::{AtFlags, Mode, OFlags, RenameFlags};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

pub(super) fn open_root(root: &Path) -> io::Result<File> {
    Ok(File::from(rustix::fs::open(root, FOLDER, Mode::empty())?))
}

/// Opens what stands at `path`, relative to the root, without following a link anywhere on the way.
fn open_at(ground: &Ground, path: &Path, flags: OFlags) -> io::Result<OwnedFd> {
    beneath::open(&*ground.handle, path, flags).map_err(not_a_link)
}

/// A link where a folder or a file is wanted is neither.
fn not_a_link(error: Errno) -> io::Error {
    match error {
        Errno::LOOP => ErrorKind::NotADirectory.into(),
        error => error.into(),
    }
}

/// The folder of an entry, open, and the entry's name in it.
fn entry<'p>(ground: &Ground, path: &'p Path) -> io::Result<(OwnedFd, &'p OsStr)> {
    let below = ground.below(path)?;
    let name = below.file_name().ok_or(ErrorKind::InvalidInput)?;
    Ok((open_at(ground, below.parent().unwrap_or(Path::new("")), FOLDER)?, name))
}

pub(super) fn metadata(ground: &Ground, path: &Path) -> io::Result<Metadata> {
    File::from(open_at(ground, ground.below(path)?, OFlags::PATH)?).metadata()
}

pub(super) fn open(ground: &Ground, path: &Path, purpose: For) -> io::Result<File> {
    match purpose {
        For::Reading => Ok(File::from(open_at(ground, ground.below(path)?, READING)?)),
        For::Creating | For::Locking => {
            let (folder, name) = entry(ground, path)?;
            let flags = match purpose {
                For::Locking => OFlags::RDWR | OFlags::CREATE,
                _ => OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL,
            };
            let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
            let mode = Mode::from_raw_mode(0o666);
            Ok(File::from(rustix::fs::openat(folder, name, flags, mode).map_err(not_a_link)?))
        }
    }
}

pub(super) fn create_directory(ground: &Ground, path: &Path) -> io::Result<()> {
    let (folder, name) = entry(ground, path)?;
    Ok(rustix::fs::mkdirat(folder, name, Mode::from_raw_mode(0o777))?)
}

pub(super) fn names(ground: &Ground, path: &Path) -> io::Result<Vec<OsString>> {
    let folder = open_at(ground, ground.below(path)?, OFlags::RDONLY | OFlags::DIRECTORY)?;
    Ok(beneath::entries(folder)?.into_iter().map(|(name, _)| name).collect())
}

pub(super) fn remove_file(ground: &Ground, path: &Path) -> io::Result<()> {
    let (folder, name) = entry(ground, path)?;
    Ok(rustix::fs::unlinkat(folder, name, AtFlags::empty())?)
}

pub(super) fn remove_directory(ground: &Ground, path: &Path) -> io::Result<()> {
    let (folder, name) = entry(ground, path)?;
    Ok(rustix::fs::unlinkat(folder, name, AtFlags::REMOVEDIR)?)
}

pub(super) fn rename(ground: &Ground, from: &Path, to: &Path) -> io::Result<()> {
    let ((old, from), (new, to)) = (entry(ground, from)?, entry(ground, to)?);
    Ok(rustix::fs::renameat(old, from, new, to)?)
}

pub(super) fn rename_new(ground: &Ground, from: &Path, to: &Path) -> io::Result<()> {
    rename_with(ground, from, to, RenameFlags::NOREPLACE)
}

pub(super) fn exchange(ground: &Ground, a: &Path, b: &Path) -> io::Result<()> {
    rename_with(ground, a, b, RenameFlags::EXCHANGE)
}

fn rename_with(ground: &Ground, from: &Path, to: &Path, flags: RenameFlags) -> io::Result<()> {
    let ((old, from), (new, to)) = (entry(ground, from)?, entry(ground, to)?);
    Ok(rustix::fs::renameat_with(old, from, new, to, flags)?)
}

pub(super) fn hard_link(ground: &Ground, from: &Path, to: &Path) -> io::Result<()> {
    let ((old, from), (new, to)) = (entry(ground, from)?, entry(ground, to)?);
    Ok(rustix::fs::linkat(old, from, new, to, AtFlags::empty())?)
}

pub(super) fn read_link(ground: &Ground, path: &Path) -> io::Result<OsString> {
    let (folder, name) = entry(ground, path)?;
    Ok(OsString::from_vec(rustix::fs::readlinkat(folder, name, Vec::new())?.into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::Ground;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn no_operation_follows_a_link_on_the_way() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let root = inside.path().canonicalize().unwrap();
        fs::write(outside.path().join("file"), "secret").unwrap();
        fs::write(root.join("own"), "own").unwrap();
        fs::create_dir(root.join("real")).unwrap();
        symlink(outside.path(), root.join("link")).unwrap();
        symlink("real", root.join("within")).unwrap();
        let ground = Ground::open(&root).unwrap();
        for folder in ["link", "within"] {
            let place = |name: &str| root.join(folder).join(name);
            assert!(ground.look(&place("file")).unwrap().is_none());
            assert!(ground.read(&place("file")).is_err() && ground.read(&root.join(folder)).is_err());
            assert!(ground.names(&root.join(folder)).is_err());
            assert!(ground.create(&place("new"), b"").is_err());
            assert!(ground.open_lock(&place("lock")).is_err());
            assert!(ground.create_directory(&place("new")).is_err());
            assert!(ground.ensure_directory(&root.join(folder)).is_err());
            assert!(ground.rename(&root.join("own"), &place("file")).is_err());
            assert!(ground.rename_new(&root.join("own"), &place("own")).is_err());
            assert!(ground.exchange(&root.join("own"), &place("file")).is_err());
            assert!(ground.hard_link(&place("file"), &root.join("taken")).is_err());
            assert!(ground.remove_file(&place("file")).is_err());
            assert!(ground.remove_tree(&root.join(folder)).is_err());
            assert!(
                ground
                    .set_permissions(&root.join(folder), outside.path().metadata().unwrap().permissions())
                    .is_err()
            );
        }
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
        assert_eq!(fs::read_dir(root.join("real")).unwrap().count(), 0);
        assert!(ground.look(&root.join("link")).unwrap().unwrap().is_symlink());
        assert!(ground.look(outside.path()).is_err(), "a path outside the root is none");
        ground.remove_file(&root.join("link")).unwrap();
        assert_eq!(fs::read(outside.path().join("file")).unwrap(), b"secret");
    }

    #[test]
    fn a_tree_goes_with_what_is_in_it_and_nothing_else() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let root = inside.path().canonicalize().unwrap();
        fs::write(outside.path().join("file"), "secret").unwrap();
        let mut deep = root.join("tree");
        for _ in 0..300 {
            deep.push("d");
        }
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("file"), "x").unwrap();
        symlink(outside.path(), deep.join("link")).unwrap();
        let ground = Ground::open(&root).unwrap();
        ground.remove_tree(&root.join("tree")).unwrap();
        assert_eq!(fs::read_dir(&root).unwrap().count(), 0);
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    }
}
