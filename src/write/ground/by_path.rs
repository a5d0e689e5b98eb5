//! Systems that have no call to open a path without following links: the paths are taken as they are.

use super::{For, Ground};
use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// Nothing is opened through it: not every system opens directories.
pub(super) fn open_root(root: &Path) -> io::Result<File> {
    File::open(root).or_else(|_| File::open(std::env::current_exe()?))
}

pub(super) fn metadata(_: &Ground, path: &Path) -> io::Result<Metadata> {
    fs::symlink_metadata(path)
}

pub(super) fn open(_: &Ground, path: &Path, purpose: For) -> io::Result<File> {
    match purpose {
        For::Reading => File::open(path),
        For::Creating => OpenOptions::new().write(true).create_new(true).open(path),
        For::Locking => OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path),
    }
}

pub(super) fn create_directory(_: &Ground, path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

pub(super) fn names(_: &Ground, path: &Path) -> io::Result<Vec<OsString>> {
    fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.file_name())).collect()
}

pub(super) fn remove_file(_: &Ground, path: &Path) -> io::Result<()> {
    fs::remove_file(path)
}

pub(super) fn remove_directory(_: &Ground, path: &Path) -> io::Result<()> {
    fs::remove_dir(path)
}

pub(super) fn rename(_: &Ground, from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

#[cfg(target_os = "macos")]
pub(super) fn rename_new(_: &Ground, from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
}

#[cfg(not(target_os = "macos"))]
pub(super) fn rename_new(_: &Ground, _from: &Path, _to: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(target_os = "macos")]
pub(super) fn exchange(_: &Ground, a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "macos"))]
pub(super) fn exchange(_: &Ground, _a: &Path, _b: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(super) fn hard_link(_: &Ground, from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to)
}

pub(super) fn read_link(_: &Ground, path: &Path) -> io::Result<OsString> {
    fs::read_link(path).map(std::path::PathBuf::into_os_string)
}
