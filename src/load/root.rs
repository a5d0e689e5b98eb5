//! The project root, and reading inside it.

use super::rules;
use crate::diag::Rule;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The directory that holds the project file; every path of a project is relative to it.
#[derive(Debug)]
pub struct Root {
    directory: PathBuf,
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "paths are taken as they are"))]
    handle: File,
    overlay: Overlay,
}

/// Texts that are read instead of what the files hold, by the files' resolved paths.
pub type Overlay = BTreeMap<PathBuf, Arc<str>>;

/// Why a file was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadError {
    /// It leads out of the project root, by itself or through a symlink.
    Outside,
    /// There is nothing.
    Missing,
    /// It is a directory, a pipe or a device.
    NotAFile,
    /// The system refuses.
    Unreadable(io::ErrorKind),
    /// It is larger than the limit, in bytes.
    TooLarge(usize),
    /// It is not UTF-8.
    NotText,
}

impl ReadError {
    /// The rule that the file breaks.
    pub fn rule(self) -> &'static Rule {
        match self {
            ReadError::Outside => &rules::FILE_OUTSIDE_PROJECT,
            ReadError::Missing => &rules::FILE_MISSING,
            ReadError::NotAFile => &rules::FILE_NOT_REGULAR,
            ReadError::Unreadable(_) => &rules::FILE_UNREADABLE,
            ReadError::TooLarge(_) => &rules::FILE_TOO_LARGE,
            ReadError::NotText => &rules::FILE_NOT_TEXT,
        }
    }

    /// What is wrong, in words.
    pub fn message(self, path: &str) -> String {
        match self {
            ReadError::Outside => format!("`{path}` leads out of the project root"),
            ReadError::Missing => format!("there is no file `{path}`"),
            ReadError::NotAFile => format!("`{path}` is not a regular file"),
            ReadError::Unreadable(kind) => format!("`{path}` cannot be read: {kind}"),
            ReadError::TooLarge(limit) => format!("`{path}` is larger than {limit} bytes"),
            ReadError::NotText => format!("`{path}` is not UTF-8 text"),
        }
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            ReadError::Outside => {
                "write a path inside the project, relative to poolsmith.yaml, without a symlink that leaves it"
            }
            ReadError::Missing => "write the path relative to poolsmith.yaml, or add the file",
            ReadError::NotAFile => "name a file",
            ReadError::Unreadable(_) => "grant the user that runs poolsmith read access",
            ReadError::TooLarge(_) => "split the file, or remove what does not belong in it",
            ReadError::NotText => "save the file as UTF-8",
        }
    }
}

impl Root {
    /// Opens the root.
    ///
    /// # Errors
    /// When the directory cannot be opened.
    pub fn open(directory: &Path) -> io::Result<Root> {
        let directory = directory.canonicalize()?;
        let handle = File::open(&directory)?;
        Ok(Root { directory, handle, overlay: Overlay::new() })
    }

    /// Opens the root to read it as if its files held the texts of `overlay`.
    ///
    /// # Errors
    /// When the directory cannot be opened.
    pub fn open_over(directory: &Path, overlay: &Overlay) -> io::Result<Root> {
        Ok(Root { overlay: overlay.clone(), ..Root::open(directory)? })
    }

    /// The file that a path leads to, links resolved; `None` if it leads out of the root or to none.
    pub fn resolve(&self, path: &str) -> Option<PathBuf> {
        let resolved = self.directory.join(path).canonicalize().ok()?;
        (resolved.starts_with(&self.directory) && resolved.is_file()).then_some(resolved)
    }

    /// The directory, absolute.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The whole text of a file inside the root, without a byte order mark's removal.
    ///
    /// # Errors
    /// When the path leaves the root, is no regular file, is larger than `limit` bytes or not UTF-8.
    pub fn read(&self, path: &str, limit: usize) -> Result<String, ReadError> {
        let file = self.open_inside(path)?;
        // Only fixes lay texts over the files; everyone else reads without resolving twice.
        if !self.overlay.is_empty()
            && let Some(text) = self.resolve(path).and_then(|resolved| self.overlay.get(&resolved))
        {
            return Ok(text.to_string());
        }
        text_of(file, limit)
    }

    /// Whether what is read is what the files hold.
    pub(super) fn is_bare(&self) -> bool {
        self.overlay.is_empty()
    }

    /// The root, open.
    #[cfg(target_os = "linux")]
    pub(super) fn handle(&self) -> &File {
        &self.handle
    }

    fn open_inside(&self, path: &str) -> Result<File, ReadError> {
        let relative = Path::new(path);
        let stays_inside = relative.components().try_fold(0_usize, |depth, component| match component {
            Component::Normal(_) => Some(depth + 1),
            Component::CurDir => Some(depth),
            Component::ParentDir => depth.checked_sub(1),
            Component::RootDir | Component::Prefix(_) => None,
        });
        match stays_inside {
            None => return Err(ReadError::Outside),
            Some(0) => return Err(ReadError::NotAFile),
            Some(_) => {}
        }
        self.open_beneath(relative)
    }

    /// Whether a file is to be read at a path: one that stands inside the root, or a link that leads out of
    /// it, which reading refuses with a word.
    pub(super) fn names_a_file(&self, path: &str) -> bool {
        match self.open_inside(path) {
            Ok(file) => file.metadata().is_ok_and(|metadata| metadata.is_file()),
            Err(error) => error == ReadError::Outside,
        }
    }

    /// The kernel resolves the path and refuses to leave the root, so that no symlink that changes
    /// between a check and the opening can lead out of it. Old kernels and strict sandboxes lack the
    /// call; there the resolved path is compared.
    #[cfg(target_os = "linux")]
    fn open_beneath(&self, relative: &Path) -> Result<File, ReadError> {
        self.open_inside_as(relative, false)
    }

    /// Opens a file, or a directory where that is wanted.
    #[cfg(target_os = "linux")]
    pub(super) fn open_inside_as(&self, relative: &Path, directory: bool) -> Result<File, ReadError> {
        use crate::beneath::READING;
        use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
        use rustix::io::Errno;
        let flags = if directory { READING | OFlags::DIRECTORY } else { READING };
        match openat2(&self.handle, relative, flags, Mode::empty(), ResolveFlags::BENEATH) {
            Ok(file) => Ok(File::from(file)),
            Err(Errno::XDEV) => Err(ReadError::Outside),
            Err(Errno::NOENT | Errno::NOTDIR) => Err(ReadError::Missing),
            Err(Errno::NOSYS | Errno::PERM) => self.open_resolved(relative, directory),
            Err(error) => Err(ReadError::Unreadable(io::Error::from(error).kind())),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn open_beneath(&self, relative: &Path) -> Result<File, ReadError> {
        self.open_resolved(relative, false)
    }

    /// Opens where the path leads, which is looked at beforehand.
    fn open_resolved(&self, relative: &Path, directory: bool) -> Result<File, ReadError> {
        let missing_or = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadError::Missing,
            kind => ReadError::Unreadable(kind),
        };
        let resolved = self.directory.join(relative).canonicalize().map_err(missing_or)?;
        if !resolved.starts_with(&self.directory) {
            return Err(ReadError::Outside);
        }
        // A pipe would block the opening.
        let found = resolved.metadata().map_err(missing_or)?;
        if if directory { !found.is_dir() } else { !found.is_file() } {
            return Err(ReadError::NotAFile);
        }
        File::open(resolved).map_err(missing_or)
    }
}

/// The whole text of a file that was opened.
fn text_of(file: File, limit: usize) -> Result<String, ReadError> {
    let mut bytes = Vec::new();
    let count = read_whole(file, limit, &mut bytes)?;
    bytes.truncate(count);
    String::from_utf8(bytes).map_err(|_| ReadError::NotText)
}

/// Reads the whole of a file that was opened into `room`, which grows as it must and can be used again. The
/// answer is how many bytes there are.
pub(super) fn read_whole(file: File, limit: usize, room: &mut Vec<u8>) -> Result<usize, ReadError> {
    let unreadable = |error: io::Error| ReadError::Unreadable(error.kind());
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(ReadError::NotAFile);
    }
    let expected = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if expected > limit {
        return Err(ReadError::TooLarge(limit));
    }
    match content(file, expected, limit, room).map_err(unreadable)? {
        count if count > limit => Err(ReadError::TooLarge(limit)),
        count => Ok(count),
    }
}

/// Whether a file that was opened holds exactly `text`, as far as one reading tells.
#[cfg(target_os = "linux")]
pub(super) fn holds(mut file: impl Read, text: &str, room: &mut Vec<u8>) -> bool {
    // One byte more than there should be: less than that is the end.
    if room.len() <= text.len() {
        room.resize(text.len() + 1, 0);
    }
    let count = file.read(room.get_mut(..=text.len()).unwrap_or_default());
    count.is_ok_and(|count| room.get(..count) == Some(text.as_bytes()))
}

/// Reads what a file holds that was `expected` long, and no more than one byte beyond `limit` of it.
fn content(mut file: impl Read, expected: usize, limit: usize, room: &mut Vec<u8>) -> io::Result<usize> {
    // One byte more than there should be: less than that is the end, so that there is no need to ask again.
    if room.len() <= expected {
        room.resize(expected + 1, 0);
    }
    let read = loop {
        match file.read(room.get_mut(..=expected).unwrap_or_default()) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read?,
        }
    };
    if read == expected {
        return Ok(read);
    }
    // It changes while it is read, or comes in pieces.
    room.truncate(read);
    file.take((limit + 1).saturating_sub(read) as u64).read_to_end(room)?;
    Ok(room.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// Gives a piece at each call, and counts the calls.
    struct Pieces(VecDeque<io::Result<&'static [u8]>>, usize);

    impl Read for &mut Pieces {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            self.1 += 1;
            match self.0.pop_front() {
                None => Ok(0),
                Some(Err(error)) => Err(error),
                Some(Ok(piece)) => {
                    let (now, later) = piece.split_at(piece.len().min(room.len()));
                    room[..now.len()].copy_from_slice(now);
                    if !later.is_empty() {
                        self.0.push_front(Ok(later));
                    }
                    Ok(now.len())
                }
            }
        }
    }

    #[test]
    fn a_file_is_read_to_its_end_whatever_its_size_was() {
        let interrupted = || Err(io::ErrorKind::Interrupted.into());
        let mut room = Vec::new();
        for (pieces, expected, read) in [
            (vec![Ok(&b"abc"[..])], 3, "abc"),
            (vec![interrupted(), Ok(&b"abc"[..])], 3, "abc"),
            (vec![], 0, ""),
            (vec![], 3, ""),
            (vec![Ok(b"ab")], 3, "ab"),
            (vec![Ok(b"ab"), interrupted(), Ok(b"c")], 3, "abc"),
            (vec![Ok(b"abcdef")], 3, "abcdef"),
            (vec![Ok(b"abc")], 0, "abc"),
            (vec![Ok(b"abcdefghijk")], 8, "abcdefghi"),
        ] {
            let count = content(&mut Pieces(pieces.into(), 0), expected, 8, &mut room).unwrap();
            assert_eq!(std::str::from_utf8(&room[..count]), Ok(read));
        }
        let mut once = Pieces(VecDeque::from([Ok(&b"abc"[..])]), 0);
        content(&mut once, 3, 8, &mut room).unwrap();
        assert_eq!(once.1, 1, "a file that does not change is read in one call");
    }
}
