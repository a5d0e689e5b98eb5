//! Writing a file of the user's anew: whole, and only if nobody else changed it meanwhile.

use super::ground::Ground;
use std::fs::{File, Permissions};
use std::io;
use std::path::{Path, PathBuf};

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    /// It is not, or no longer, a regular file inside the project root.
    #[error("it is no regular file inside the project")]
    Outside,
    /// It holds something else than what was read.
    #[error("it was changed since it was read")]
    Changed,
    /// Its permissions let nobody write it.
    #[error("it is read-only")]
    ReadOnly,
    /// The system refuses.
    #[error("it cannot be written: {}", .0.kind())]
    Io(#[from] io::Error),
}

/// How many names are tried for the file beside it.
const NAMES: u32 = 100;

/// Replaces the file at `path`, an absolute path with links resolved, by `after` in one step. It must lie
/// inside `root` and still hold `before`. Its permissions are kept.
///
/// # Errors
/// [`RewriteError`]; the file is then as it was.
pub fn rewrite(root: &Path, path: &Path, before: &[u8], after: &[u8]) -> Result<(), RewriteError> {
    let ground = Ground::open(&root.canonicalize()?)?;
    if !path.starts_with(ground.root()) {
        return Err(RewriteError::Outside);
    }
    let metadata = ground.look(path)?.filter(|metadata| metadata.is_file()).ok_or(RewriteError::Outside)?;
    if metadata.permissions().readonly() {
        return Err(RewriteError::ReadOnly);
    }
    if ground.content(path)? != before {
        return Err(RewriteError::Changed);
    }
    put(&ground, path, after, Some(metadata.permissions()), &|| match ground.content(path)? == before {
        true => Ok(()),
        false => Err(RewriteError::Changed),
    })
}

/// Puts `text` at `path`, an absolute path with links resolved inside `root`, in one step: what stands there
/// is replaced whole, or stays.
///
/// # Errors
/// [`RewriteError`]; what stood there is then as it was.
pub fn put_file(root: &Path, path: &Path, text: &[u8]) -> Result<(), RewriteError> {
    let ground = Ground::open(&root.canonicalize()?)?;
    put(&ground, path, text, None, &|| Ok(()))
}

/// Writes the text beside `path` and renames it, once `ready` has nothing against it.
fn put(
    ground: &Ground,
    path: &Path,
    text: &[u8],
    permissions: Option<Permissions>,
    ready: &dyn Fn() -> Result<(), RewriteError>,
) -> Result<(), RewriteError> {
    let (file, aside) = beside(ground, path, text)?;
    let written = permissions
        .map_or(Ok(()), |permissions| file.set_permissions(permissions))
        .and_then(|()| file.sync_all())
        .map_err(RewriteError::from)
        .and_then(|()| ready())
        .and_then(|()| Ok(ground.rename(&aside, path)?));
    if written.is_err() {
        // It is our own and of no use; what keeps it from going keeps it from harm too.
        let _ = ground.remove_file(&aside);
    }
    written
}

/// A new file in the same directory.
fn beside(ground: &Ground, path: &Path, text: &[u8]) -> Result<(File, PathBuf), RewriteError> {
    let name = path.file_name().ok_or(RewriteError::Outside)?.to_string_lossy().into_owned();
    for number in 0..NAMES {
        let aside = path.with_file_name(format!(".{name}.poolsmith-{number}"));
        match ground.create(&aside, text) {
            Ok(file) => return Ok((file, aside)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_is_replaced_only_as_it_was_read() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().canonicalize().unwrap();
        let path = root.join("a.yaml");
        fs::write(&path, "a: yes\n").unwrap();
        assert!(matches!(rewrite(&root, &path, b"other", b"x"), Err(RewriteError::Changed)));
        assert_eq!(fs::read(&path).unwrap(), b"a: yes\n");
        rewrite(&root, &path, b"a: yes\n", b"a: true\n").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"a: true\n");
        assert_eq!(fs::read_dir(&root).unwrap().count(), 1, "nothing is left beside it");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_links_lead_nowhere() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let root = inside.path().canonicalize().unwrap();
        let path = root.join("a.yaml");
        fs::write(&path, "1").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        rewrite(&root, &path, b"1", b"2").unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        let target = outside.path().canonicalize().unwrap().join("b.yaml");
        fs::write(&target, "1").unwrap();
        symlink(&target, root.join("link.yaml")).unwrap();
        for path in [root.join("link.yaml"), target.clone()] {
            assert!(matches!(rewrite(&root, &path, b"1", b"2"), Err(RewriteError::Outside)));
        }
        assert_eq!(fs::read(&target).unwrap(), b"1");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).unwrap();
        assert!(matches!(rewrite(&root, &path, b"2", b"3"), Err(RewriteError::ReadOnly)));
    }
}
