//! Listing directories inside the project root.

use super::{ReadError, Root};
use std::io::{self, ErrorKind};
use std::path::Path;

/// An entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its name; an entry whose name is not text is left out.
    pub name: String,
    /// Whether it is itself a directory: a link to one is none.
    pub is_directory: bool,
}

impl Root {
    /// The entries of a directory inside the root, in the order of the file system.
    ///
    /// # Errors
    /// When the path leaves the root, also by way of a link ([`ErrorKind::PermissionDenied`]), or is no
    /// directory that can be listed.
    pub(super) fn list(&self, path: &str) -> io::Result<Vec<Entry>> {
        match self.list_beneath(Path::new(path)) {
            Err(ReadError::Outside) => Err(ErrorKind::PermissionDenied.into()),
            Err(ReadError::Missing) => Err(ErrorKind::NotFound.into()),
            Err(ReadError::Unreadable(kind)) => Err(kind.into()),
            Err(_) => Err(ErrorKind::NotADirectory.into()),
            Ok(entries) => entries,
        }
    }

    #[cfg(target_os = "linux")]
    fn list_beneath(&self, path: &Path) -> Result<io::Result<Vec<Entry>>, ReadError> {
        let directory = self.open_inside_as(path, true)?;
        Ok(entries(directory))
    }

    #[cfg(not(target_os = "linux"))]
    fn list_beneath(&self, path: &Path) -> Result<io::Result<Vec<Entry>>, ReadError> {
        let missing = |error: io::Error| ReadError::Unreadable(error.kind());
        let resolved = self.directory().join(path).canonicalize().map_err(missing)?;
        if !resolved.starts_with(self.directory()) {
            return Err(ReadError::Outside);
        }
        let entries = std::fs::read_dir(resolved).map_err(missing)?.map(|entry| {
            let entry = entry?;
            let is_directory = entry.file_type()?.is_dir();
            Ok(entry.file_name().into_string().ok().map(|name| Entry { name, is_directory }))
        });
        Ok(entries.filter_map(Result::transpose).collect())
    }
}

#[cfg(target_os = "linux")]
fn entries(directory: std::fs::File) -> io::Result<Vec<Entry>> {
    use rustix::fs::{AtFlags, Dir, FileType, statat};
    let mut listed = Vec::new();
    for entry in Dir::read_from(&directory)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().to_str() else { continue };
        if matches!(name, "." | "..") {
            continue;
        }
        let kind = match entry.file_type() {
            // Some file systems do not tell while they list.
            FileType::Unknown => match statat(&directory, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(known) => FileType::from_raw_mode(known.st_mode),
                Err(_) => continue,
            },
            known => known,
        };
        listed.push(Entry { name: name.to_owned(), is_directory: kind == FileType::Directory });
    }
    Ok(listed)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn nothing_outside_is_listed() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("secret"), "").unwrap();
        fs::create_dir_all(inside.path().join("a/b")).unwrap();
        fs::write(inside.path().join("a/c"), "").unwrap();
        std::os::unix::fs::symlink(outside.path(), inside.path().join("out")).unwrap();
        std::os::unix::fs::symlink("a", inside.path().join("in")).unwrap();
        let root = Root::open(inside.path()).unwrap();
        for path in ["a", "in", "./a"] {
            let mut listed = root.list(path).unwrap();
            listed.sort_by(|one, other| one.name.cmp(&other.name));
            let told: Vec<(&str, bool)> =
                listed.iter().map(|entry| (entry.name.as_str(), entry.is_directory)).collect();
            assert_eq!(told, [("b", true), ("c", false)], "{path}");
        }
        assert!(root.list(".").unwrap().contains(&Entry { name: "out".to_owned(), is_directory: false }));
        let kind = |path: &str| root.list(path).unwrap_err().kind();
        assert_eq!(kind("out"), ErrorKind::PermissionDenied);
        assert_eq!(kind("nothing"), ErrorKind::NotFound);
        assert!(root.list("a/c").is_err() && root.list("..").is_err());
    }
}
