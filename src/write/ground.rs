//! Every operation on files below the project root, resolved by the kernel from a handle to the root.
//!
//! A path that was looked at can lead elsewhere a moment later: who may write in the project can swap a
//! directory for a link to another place. So no operation trusts a path. Its folder is opened from the
//! root's handle without following any link, and the operation then names one entry of that folder.
//! Other systems than Linux have no such call; there the path is taken as it is.

#[cfg(target_os = "linux")]
#[path = "ground/beneath.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "ground/by_path.rs"]
mod system;

use super::files::identity;
use std::ffi::OsString;
use std::fs::{File, FileTimes, Metadata, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a file is opened for.
#[derive(Clone, Copy, Debug)]
enum For {
    /// Its content.
    Reading,
    /// A file that does not exist yet.
    Creating,
    /// Holding a lock on it; it may exist.
    Locking,
}

/// The project root, held open. All paths are absolute and lie below it, links resolved.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    root: PathBuf,
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "paths are taken as they are"))]
    handle: Arc<File>,
}

impl Ground {
    /// Opens the root, an absolute path with links resolved.
    pub fn open(root: &Path) -> io::Result<Ground> {
        Ok(Ground { root: root.to_path_buf(), handle: Arc::new(system::open_root(root)?) })
    }

    /// The root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The part of a path below the root.
    fn below<'p>(&self, path: &'p Path) -> io::Result<&'p Path> {
        path.strip_prefix(&self.root).map_err(|_| ErrorKind::InvalidInput.into())
    }

    /// The metadata of what stands at `path` itself, links not followed; `None` where nothing stands.
    pub fn look(&self, path: &Path) -> io::Result<Option<Metadata>> {
        match system::metadata(self, path) {
            Ok(metadata) => Ok(Some(metadata)),
            // A component that is a file is met and named elsewhere.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Opens a file to read it; a link at its place is an error.
    pub fn read(&self, path: &Path) -> io::Result<File> {
        system::open(self, path, For::Reading)
    }

    /// The whole content of a file.
    pub fn content(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read(path)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Opens a file to lock it, or creates it.
    pub fn open_lock(&self, path: &Path) -> io::Result<File> {
        system::open(self, path, For::Locking)
    }

    /// Writes a new file, or leaves none; one that stands there already is an error.
    pub fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<File> {
        let mut file = system::open(self, path, For::Creating)?;
        match file.write_all(bytes) {
            Ok(()) => Ok(file),
            Err(error) => {
                let _ = self.remove_file(path);
                Err(error)
            }
        }
    }

    /// Creates a directory; something that stands there already is an error.
    pub fn create_directory(&self, path: &Path) -> io::Result<()> {
        system::create_directory(self, path)
    }

    /// Creates a directory, or takes the one that stands there; a symbolic link to one is an error.
    pub fn ensure_directory(&self, path: &Path) -> io::Result<()> {
        match self.create_directory(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => match self.look(path)? {
                Some(metadata) if metadata.is_dir() => Ok(()),
                Some(_) => Err(ErrorKind::NotADirectory.into()),
                // Another run has just removed it: that is no fault, and whoever can wait tries again.
                None => Err(ErrorKind::NotFound.into()),
            },
            result => result,
        }
    }

    /// Creates a directory and those on the way to it, as far as they are not there.
    pub fn ensure_directories(&self, path: &Path) -> io::Result<()> {
        let below = self.below(path)?;
        let mut place = self.root.clone();
        below.components().try_for_each(|part| {
            place.push(part);
            self.ensure_directory(&place)
        })
    }

    /// The names in a directory.
    pub fn names(&self, path: &Path) -> io::Result<Vec<OsString>> {
        system::names(self, path)
    }

    /// Removes a file; that it is gone already is fine.
    pub fn remove_file(&self, path: &Path) -> io::Result<()> {
        match system::remove_file(self, path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }

    /// Removes a directory if it is empty; that it is gone or has entries is fine.
    pub fn remove_empty(&self, path: &Path) -> io::Result<()> {
        match system::remove_directory(self, path) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::DirectoryNotEmpty) => {
                Ok(())
            }
            result => result,
        }
    }

    /// Removes a directory with all that is in it. Links in it are removed and not followed.
    pub fn remove_tree(&self, path: &Path) -> io::Result<()> {
        // Each directory twice: on the way down, and again once what is in it is gone.
        let mut open = vec![(path.to_path_buf(), false)];
        while let Some((place, emptied)) = open.pop() {
            if emptied {
                system::remove_directory(self, &place)?;
                continue;
            }
            let names = self.names(&place)?;
            open.push((place.clone(), true));
            for name in names {
                let path = place.join(name);
                match self.look(&path)? {
                    Some(metadata) if metadata.is_dir() => open.push((path, false)),
                    Some(_) => self.remove_file(&path)?,
                    None => {}
                }
            }
        }
        Ok(())
    }

    /// Waits until a file's content has reached the disk.
    pub fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.read(path)?.sync_all()
    }

    /// Waits until a directory's entries have reached the disk, where the system can say so.
    pub fn sync_directory(&self, path: &Path) -> io::Result<()> {
        if cfg!(not(unix)) {
            return Ok(());
        }
        match self.read(path)?.sync_all() {
            // Some file systems in user space and on networks have no such thing for directories.
            Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
            result => result,
        }
    }

    /// Gives a file or directory these permissions.
    pub fn set_permissions(&self, path: &Path, permissions: Permissions) -> io::Result<()> {
        self.read(path)?.set_permissions(permissions)
    }

    /// Gives a file or directory these times.
    pub fn set_times(&self, path: &Path, times: FileTimes) -> io::Result<()> {
        self.read(path)?.set_times(times)
    }

    /// Renames; a file at `to` is replaced.
    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        system::rename(self, from, to)
    }

    /// Renames, unless something stands at `to`.
    pub fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        match system::rename_new(self, from, to) {
            Err(error) if refused(&error) => match self.look(to)? {
                Some(_) => Err(ErrorKind::AlreadyExists.into()),
                None => self.rename(from, to),
            },
            result => result,
        }
    }

    /// Exchanges two directories in one step.
    pub fn exchange(&self, a: &Path, b: &Path) -> io::Result<()> {
        system::exchange(self, a, b)
    }

    /// Makes `to` another name of the file `from`; a link is linked as such.
    pub fn hard_link(&self, from: &Path, to: &Path) -> io::Result<()> {
        system::hard_link(self, from, to)
    }

    /// Whether two entries hold the same: the same file, equal bytes, or equal link targets.
    pub fn same_content(&self, a: &Path, b: &Path) -> io::Result<bool> {
        let (Some(left), Some(right)) = (self.look(a)?, self.look(b)?) else { return Ok(false) };
        if identity(&left).is_some() && identity(&left) == identity(&right) {
            return Ok(true);
        }
        if left.is_symlink() && right.is_symlink() {
            return Ok(system::read_link(self, a)? == system::read_link(self, b)?);
        }
        Ok(left.is_file()
            && right.is_file()
            && left.len() == right.len()
            && self.content(a)? == self.content(b)?)
    }
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
