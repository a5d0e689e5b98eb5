//! The few operations on files that need care, with what the portable fallback is.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// What tells one file from another on this machine, where the system says so: device and inode.
#[cfg(unix)]
pub(super) fn identity(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

/// What tells one file from another on this machine, where the system says so: device and inode.
#[cfg(not(unix))]
pub(super) fn identity(_metadata: &Metadata) -> Option<(u64, u64)> {
    None
}

/// Whether two directories belong to the same user and group and stand on the same device.
#[cfg(unix)]
pub(super) fn same_owner_and_device(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.uid(), a.gid(), a.dev()) == (b.uid(), b.gid(), b.dev())
}

/// Whether two directories belong to the same user and group and stand on the same device.
#[cfg(not(unix))]
pub(super) fn same_owner_and_device(_a: &Metadata, _b: &Metadata) -> bool {
    true
}

/// The metadata of what stands at `path` itself, links not followed; `None` where nothing stands.
pub(super) fn look(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        // A component that is a file is met and named elsewhere.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a new file, or leaves none; one that stands there already is an error.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes).inspect_err(|_| {
        let _ = fs::remove_file(path);
    })
}

/// Creates a directory, or takes the one that stands there; a symbolic link to one is an error.
pub(super) fn ensure_directory(path: &Path) -> io::Result<()> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => match look(path)? {
            Some(metadata) if metadata.is_dir() => Ok(()),
            _ => Err(ErrorKind::NotADirectory.into()),
        },
        result => result,
    }
}

/// Removes a file; that it is gone already is fine.
pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Removes a directory if it is empty; that it is gone or has entries is fine.
pub(super) fn remove_empty(path: &Path) -> io::Result<()> {
    match fs::remove_dir(path) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::DirectoryNotEmpty) => Ok(()),
        result => result,
    }
}

/// Waits until a file's content has reached the disk.
pub(super) fn sync_file(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Waits until a directory's entries have reached the disk, where the system can say so.
pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    match File::open(path)?.sync_all() {
        // Some file systems in user space and on networks have no such thing for directories.
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        result => result,
    }
}

/// Renames, unless something stands at `to`.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE).map_err(io::Error::from) {
        Err(error) if refused(&error) => rename_new_portable(from, to),
        result => result,
    }
}

/// Renames, unless something stands at `to`.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    rename_new_portable(from, to)
}

fn rename_new_portable(from: &Path, to: &Path) -> io::Result<()> {
    match look(to)? {
        Some(_) => Err(ErrorKind::AlreadyExists.into()),
        None => fs::rename(from, to),
    }
}

/// Exchanges two directories in one step.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

/// Exchanges two directories in one step.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn exchange(_a: &Path, _b: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Whether the error says that the file system cannot do it in this way, rather than that it failed.
///
/// `renameat2(2)`: `EINVAL` and `ENOSYS` where the flag is unknown, `EXDEV` on an overlay's lower
/// directory and between mounts, `EBUSY` on a mount point, `EPERM` from some network file systems.
pub(super) fn refused(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::InvalidInput
            | ErrorKind::Unsupported
            | ErrorKind::CrossesDevices
            | ErrorKind::ResourceBusy
            | ErrorKind::PermissionDenied
    )
}

/// Whether two entries hold the same: the same file, equal bytes, or equal link targets.
pub(super) fn same_content(a: &Path, b: &Path) -> io::Result<bool> {
    let (Some(left), Some(right)) = (look(a)?, look(b)?) else { return Ok(false) };
    if identity(&left).is_some() && identity(&left) == identity(&right) {
        return Ok(true);
    }
    if left.is_symlink() && right.is_symlink() {
        return Ok(fs::read_link(a)? == fs::read_link(b)?);
    }
    Ok(left.is_file() && right.is_file() && left.len() == right.len() && fs::read(a)? == fs::read(b)?)
}
