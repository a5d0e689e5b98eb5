//! Directories inside the project root: what they hold, and reading it without looking for its path anew.

use super::{ReadError, Root};
use std::borrow::Cow;
use std::io::{self, ErrorKind};

/// An entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its name.
    pub name: String,
    /// What it is itself.
    pub kind: Kind,
}

/// What an entry of a directory is; a link is none of what it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Directory,
    File,
    Other,
}

/// The entries of a directory, in the order of the file system.
#[derive(Debug)]
pub(super) struct Listing {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Whether these are all: one whose name is not text is left out.
    pub is_whole: bool,
}

/// A directory inside the root.
#[derive(Debug)]
pub(super) struct Folder<'r> {
    root: &'r Root,
    /// Its path from the root, as it was named.
    path: String,
    #[cfg(target_os = "linux")]
    handle: std::fs::File,
    #[cfg(not(target_os = "linux"))]
    resolved: std::path::PathBuf,
    /// Whether it stands at its path, with no link on the way.
    without_links: bool,
}

impl Root {
    /// A directory inside the root.
    ///
    /// # Errors
    /// When the path leaves the root, also by way of a link ([`ErrorKind::PermissionDenied`]), or is no
    /// directory that can be opened.
    pub(super) fn folder(&self, path: &str) -> io::Result<Folder<'_>> {
        self.open_folder(path).map_err(|error| match error {
            ReadError::Outside => ErrorKind::PermissionDenied.into(),
            ReadError::Missing => ErrorKind::NotFound.into(),
            ReadError::Unreadable(kind) => kind.into(),
            _ => ErrorKind::NotADirectory.into(),
        })
    }

    /// The entries of a directory inside the root whose names are text.
    ///
    /// # Errors
    /// As those of [`Root::folder`], and when it cannot be listed.
    pub(super) fn list(&self, path: &str) -> io::Result<Vec<Entry>> {
        Ok(self.folder(path)?.list()?.entries)
    }

    #[cfg(target_os = "linux")]
    fn open_folder(&self, path: &str) -> Result<Folder<'_>, ReadError> {
        use crate::beneath::{self, READING};
        use rustix::{fs::OFlags, io::Errno};
        use std::path::Path;
        let relative = Path::new(path);
        let (handle, without_links) =
            match beneath::open(self.handle(), relative, READING | OFlags::DIRECTORY) {
                Ok(handle) => (handle.into(), true),
                Err(Errno::NOENT) => return Err(ReadError::Missing),
                // Perhaps for a link, which may lead to another place inside.
                Err(_) => (self.open_inside_as(relative, true)?, false),
            };
        Ok(Folder { root: self, path: path.to_owned(), handle, without_links })
    }

    #[cfg(not(target_os = "linux"))]
    fn open_folder(&self, path: &str) -> Result<Folder<'_>, ReadError> {
        let place = self.directory().join(path);
        let resolved = place.canonicalize().map_err(|error| ReadError::Unreadable(error.kind()))?;
        if !resolved.starts_with(self.directory()) {
            return Err(ReadError::Outside);
        }
        let without_links = resolved == place;
        Ok(Folder { root: self, path: path.to_owned(), resolved, without_links })
    }
}

impl<'r> Folder<'r> {
    /// Whether what is read in it is what stands there: no link leads to it, and no text is laid over.
    pub fn is_bare(&self) -> bool {
        self.without_links && self.root.is_bare()
    }

    /// The path of an entry from the root.
    pub fn path_of(&self, name: &str) -> String {
        format!("{}/{name}", self.path)
    }
}

#[cfg(target_os = "linux")]
impl<'r> Folder<'r> {
    /// Its entries. It can be listed once.
    pub fn list(&self) -> io::Result<Listing> {
        use crate::beneath;
        use rustix::fs::FileType;
        let mut listing = Listing { entries: Vec::new(), is_whole: true };
        for (name, told) in beneath::entries(&self.handle)? {
            let kind = match told {
                FileType::Unknown => beneath::kind(&self.handle, &name),
                told => Ok(told),
            };
            match (name.into_string(), kind) {
                (Ok(name), Ok(kind)) => {
                    let kind = match kind {
                        FileType::Directory => Kind::Directory,
                        FileType::RegularFile => Kind::File,
                        _ => Kind::Other,
                    };
                    listing.entries.push(Entry { name, kind });
                }
                _ => listing.is_whole = false,
            }
        }
        Ok(listing)
    }

    /// A directory in it.
    ///
    /// # Errors
    /// As those of [`Root::folder`].
    pub fn folder(&self, name: &str) -> io::Result<Folder<'r>> {
        use crate::beneath::{READING, open_entry};
        use rustix::fs::OFlags;
        let path = self.path_of(name);
        match open_entry(&self.handle, name.as_ref(), READING | OFlags::DIRECTORY) {
            Ok(handle) => {
                Ok(Folder { root: self.root, path, handle: handle.into(), without_links: self.without_links })
            }
            Err(_) => self.root.folder(&path),
        }
    }

    /// Whether a file that was listed as a regular one holds exactly `text`. False says no more than that it
    /// has to be read. It takes one call less than [`Folder::read`]: what holds the text needs no other look.
    pub fn holds(&self, name: &str, text: &str, room: &mut Vec<u8>) -> bool {
        use crate::beneath::{READING, open_entry};
        self.root.is_bare()
            && open_entry(&self.handle, name.as_ref(), READING)
                .is_ok_and(|file| super::root::holds(std::fs::File::from(file), text, room))
    }

    /// The whole text of a file in it, as [`Root::read`] gives it; mostly in `room`, which grows as it must
    /// and can be used again.
    ///
    /// # Errors
    /// As those of [`Root::read`].
    pub fn read<'t>(
        &self,
        name: &str,
        limit: usize,
        room: &'t mut Vec<u8>,
    ) -> Result<Cow<'t, str>, ReadError> {
        use crate::beneath::{READING, open_entry};
        if self.root.is_bare()
            && let Ok(file) = open_entry(&self.handle, name.as_ref(), READING)
        {
            let count = super::root::read_whole(file.into(), limit, room)?;
            let text = std::str::from_utf8(room.get(..count).unwrap_or_default());
            return text.map(Cow::Borrowed).map_err(|_| ReadError::NotText);
        }
        // Perhaps a link, which may lead to another place inside.
        self.root.read(&self.path_of(name), limit).map(Cow::Owned)
    }
}

#[cfg(not(target_os = "linux"))]
impl<'r> Folder<'r> {
    /// Its entries.
    pub fn list(&self) -> io::Result<Listing> {
        let mut listing = Listing { entries: Vec::new(), is_whole: true };
        for entry in std::fs::read_dir(&self.resolved)? {
            let entry = entry?;
            let kind = match entry.file_type()? {
                kind if kind.is_dir() => Kind::Directory,
                kind if kind.is_file() => Kind::File,
                _ => Kind::Other,
            };
            match entry.file_name().into_string() {
                Ok(name) => listing.entries.push(Entry { name, kind }),
                Err(_) => listing.is_whole = false,
            }
        }
        Ok(listing)
    }

    /// A directory in it.
    ///
    /// # Errors
    /// As those of [`Root::folder`].
    pub fn folder(&self, name: &str) -> io::Result<Folder<'r>> {
        self.root.folder(&self.path_of(name))
    }

    /// Whether a file holds exactly `text`, where that is known sooner than by reading it.
    pub fn holds(&self, _name: &str, _text: &str, _room: &mut Vec<u8>) -> bool {
        false
    }

    /// The whole text of a file in it, as [`Root::read`] gives it; mostly in `room`, which grows as it must
    /// and can be used again.
    ///
    /// # Errors
    /// As those of [`Root::read`].
    pub fn read<'t>(
        &self,
        name: &str,
        limit: usize,
        _room: &'t mut Vec<u8>,
    ) -> Result<Cow<'t, str>, ReadError> {
        self.root.read(&self.path_of(name), limit).map(Cow::Owned)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn nothing_outside_is_listed() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("secret"), "").unwrap();
        fs::create_dir_all(inside.path().join("a/b")).unwrap();
        fs::write(inside.path().join("a/c"), "").unwrap();
        symlink(outside.path(), inside.path().join("out")).unwrap();
        symlink("a", inside.path().join("in")).unwrap();
        let root = Root::open(inside.path()).unwrap();
        for path in ["a", "in", "./a"] {
            let mut listed = root.list(path).unwrap();
            listed.sort_by(|one, other| one.name.cmp(&other.name));
            let told: Vec<(&str, Kind)> =
                listed.iter().map(|entry| (entry.name.as_str(), entry.kind)).collect();
            assert_eq!(told, [("b", Kind::Directory), ("c", Kind::File)], "{path}");
        }
        assert!(root.list(".").unwrap().contains(&Entry { name: "out".to_owned(), kind: Kind::Other }));
        let kind = |path: &str| root.list(path).unwrap_err().kind();
        assert_eq!(kind("out"), ErrorKind::PermissionDenied);
        assert_eq!(kind("nothing"), ErrorKind::NotFound);
        assert!(root.list("a/c").is_err() && root.list("..").is_err());
    }

    #[test]
    fn an_entry_is_read_as_its_path_is() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("secret"), "secret").unwrap();
        fs::create_dir_all(inside.path().join("a/folder")).unwrap();
        fs::write(inside.path().join("a/file"), "file").unwrap();
        fs::write(inside.path().join("a/binary"), [0xff]).unwrap();
        fs::write(inside.path().join("a/large"), [b'x'; 101]).unwrap();
        symlink("../a/file", inside.path().join("a/link")).unwrap();
        symlink("nowhere", inside.path().join("a/dangling")).unwrap();
        symlink(outside.path().join("secret"), inside.path().join("a/leaves")).unwrap();
        symlink(outside.path(), inside.path().join("a/out")).unwrap();
        symlink("a", inside.path().join("in")).unwrap();
        let root = Root::open(inside.path()).unwrap();
        let mut room = Vec::new();
        for path in ["a", "in"] {
            let folder = root.folder(path).unwrap();
            for name in ["file", "binary", "large", "link", "dangling", "leaves", "folder", "nothing"] {
                let read = folder.read(name, 100, &mut room).map(Cow::into_owned);
                assert_eq!(read, root.read(&format!("{path}/{name}"), 100), "{name}");
            }
            for text in ["file", "fil", "files", "fine", ""] {
                let holds = cfg!(target_os = "linux") && text == "file";
                assert_eq!(folder.holds("file", text, &mut room), holds, "{text}");
                for name in ["link", "dangling", "folder", "nothing"] {
                    assert!(!folder.holds(name, text, &mut room), "{name}");
                }
            }
            assert_eq!(folder.is_bare(), path == "a");
            assert_eq!(folder.folder("folder").unwrap().is_bare(), path == "a");
            assert_eq!(folder.folder("out").unwrap_err().kind(), ErrorKind::PermissionDenied);
        }
        // A text that is laid over a file is read instead of it, and is not what stands there.
        let file = root.resolve("a/file").unwrap();
        let over = Root::open_over(inside.path(), &[(file, "over".into())].into()).unwrap();
        let folder = over.folder("a").unwrap();
        assert_eq!(folder.read("file", 100, &mut room).unwrap(), "over");
        assert_eq!(folder.read("link", 100, &mut room).unwrap(), "over");
        assert!(!folder.holds("file", "file", &mut room));
        assert!(!folder.is_bare());
    }
}
