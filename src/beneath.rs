//! Below a directory that is held open: what is opened there without following a link, and what it holds.
//!
//! A path that was looked at can lead elsewhere a moment later, so the kernel resolves it from the handle
//! and refuses every link on the way. Who wants to follow links inside the directory does so by other means.

use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawDir, ResolveFlags, openat, openat2, statat};
use rustix::io::{Errno, Result};
use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Component, Path};

/// A folder that is only on the way to something.
pub(crate) const FOLDER: OFlags =
    OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// Reading; a pipe that has taken the place of a file would block the opening.
pub(crate) const READING: OFlags =
    OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

/// Opens what stands at `path` below `directory`, without following a link anywhere on the way.
pub(crate) fn open(directory: impl AsFd, path: &Path, flags: OFlags) -> Result<OwnedFd> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    match openat2(&directory, path, flags, Mode::empty(), resolve) {
        // Old kernels and strict sandboxes lack the call.
        Err(Errno::NOSYS | Errno::PERM) => step_by_step(directory, path, flags),
        result => result,
    }
}

/// As the kernel does it in one call: one folder after the other, none of them a link.
fn step_by_step(directory: impl AsFd, path: &Path, flags: OFlags) -> Result<OwnedFd> {
    let mut parts = path.components().filter(|part| !matches!(part, Component::CurDir)).peekable();
    let mut place = openat(directory, ".", FOLDER, Mode::empty())?;
    if parts.peek().is_none() {
        return openat(&place, ".", flags, Mode::empty());
    }
    while let Some(part) = parts.next() {
        let Component::Normal(name) = part else { return Err(Errno::INVAL) };
        let flags = if parts.peek().is_some() { FOLDER } else { flags };
        place = open_entry(&place, name, flags)?;
    }
    Ok(place)
}

/// Opens the entry `name` of a directory, which is no path; a link is an error.
pub(crate) fn open_entry(directory: impl AsFd, name: &OsStr, flags: OFlags) -> Result<OwnedFd> {
    openat(directory, name, flags | OFlags::CLOEXEC | OFlags::NOFOLLOW, Mode::empty())
}

/// The entries of a directory that was opened to be read and not listed yet, in the order of the file
/// system, with what each of them is.
pub(crate) fn entries(directory: impl AsFd) -> Result<Vec<(OsString, FileType)>> {
    /// Room for some hundred names, so that a directory of ours takes one call.
    const ROOM: usize = 32 << 10;
    let mut room = Vec::with_capacity(ROOM);
    let mut listing = RawDir::new(&directory, room.spare_capacity_mut());
    let mut entries = Vec::new();
    while let Some(entry) = listing.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(Errno::INTR) => continue,
            // The directory itself was removed: it has no entries.
            Err(Errno::NOENT) => break,
            Err(error) => return Err(error),
        };
        let name = entry.file_name().to_bytes();
        if !matches!(name, b"." | b"..") {
            entries.push((OsString::from_vec(name.to_vec()), entry.file_type()));
        }
    }
    Ok(entries)
}

/// What the entry `name` of a directory is, for file systems that do not tell it while they list.
pub(crate) fn kind(directory: impl AsFd, name: &OsStr) -> Result<FileType> {
    statat(directory, name.as_bytes(), AtFlags::SYMLINK_NOFOLLOW)
        .map(|status| FileType::from_raw_mode(status.st_mode))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn step_by_step_is_the_same() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("a/b")).unwrap();
        std::fs::write(root.path().join("a/b/c"), "c").unwrap();
        symlink("a", root.path().join("link")).unwrap();
        let handle = rustix::fs::open(root.path(), FOLDER, Mode::empty()).unwrap();
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let identity = |opened: OwnedFd| {
            let status = rustix::fs::fstat(opened).unwrap();
            (status.st_dev, status.st_ino)
        };
        for path in ["a/b/c", "a/b", ".", "a/./b"] {
            let stepped = step_by_step(&handle, Path::new(path), flags).unwrap();
            let opened = open(&handle, Path::new(path), flags).unwrap();
            assert_eq!(identity(stepped), identity(opened), "{path}");
        }
        for path in ["link/b/c", "link", "a/../a", "a/b/c/d", "nothing"] {
            assert!(step_by_step(&handle, Path::new(path), flags).is_err(), "{path}");
        }
        for path in ["link/b/c", "link", "../a", "a/b/c/d", "nothing"] {
            assert!(open(&handle, Path::new(path), flags).is_err(), "{path}");
        }
    }

    #[test]
    fn more_entries_than_one_call_gives_are_all_listed() {
        let root = tempfile::tempdir().unwrap();
        let names: Vec<OsString> = (0..1000).map(|number| format!("{number:060}").into()).collect();
        names.iter().for_each(|name| std::fs::write(root.path().join(name), "").unwrap());
        let handle = rustix::fs::open(root.path(), READING | OFlags::DIRECTORY, Mode::empty()).unwrap();
        let mut listed: Vec<OsString> = entries(handle).unwrap().into_iter().map(|(name, _)| name).collect();
        listed.sort();
        assert_eq!(listed, names);
    }
}
