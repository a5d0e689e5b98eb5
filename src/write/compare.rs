//! What stands in an output directory against what should: never writes.

use super::ground::Ground;
use super::marker::is_own;
use super::names::Wanted;
use super::target::{Target, WITHIN, shown};
use super::{WriteError, recover};
use crate::sorted::IntoSorted;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// What a path of an output directory is, or what it lacks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum State {
    /// Differs from what is rendered now, first in this line (from 1).
    Stale {
        /// The first line that differs.
        line: usize,
    },
    /// Differs in its line endings alone, as a checkout on Windows makes it.
    LineEndings,
    /// Rendered, but not there.
    Missing,
    /// Begins with our marker, but is not rendered any more.
    LeftOver,
    /// Not ours; never touched, and no fault.
    Foreign,
    /// Something that is not ours stands where a file is to be written.
    Blocked(Obstacle),
    /// An interrupted run has left this undone.
    Unfinished(Pending),
}

/// What stands in the way of a rendered file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// A file without our marker, or one that cannot be read.
    ForeignFile,
    /// A directory.
    Directory,
    /// A symbolic link, wherever it leads.
    SymbolicLink,
    /// A device, a pipe or a socket.
    Special,
}

impl Obstacle {
    fn of(metadata: &fs::Metadata) -> Obstacle {
        if metadata.is_symlink() {
            Obstacle::SymbolicLink
        } else if metadata.is_dir() {
            Obstacle::Directory
        } else if metadata.is_file() {
            Obstacle::ForeignFile
        } else {
            Obstacle::Special
        }
    }

    /// The obstacle in words, with its article.
    pub fn words(self) -> &'static str {
        match self {
            Obstacle::ForeignFile => "a file that poolsmith did not render",
            Obstacle::Directory => "a directory",
            Obstacle::SymbolicLink => "a symbolic link",
            Obstacle::Special => "a special file",
        }
    }
}

/// What an interrupted run was about to do with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pending {
    /// Write it.
    Replace,
    /// Remove it, as it is no longer rendered.
    Remove,
    /// Move it back: a foreign file that appeared while the directories were exchanged.
    MoveBack,
}

/// One path and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Relative to the output directory, with `/`; for [`State::Blocked`], where the obstacle stands.
    pub path: String,
    /// What it is.
    pub state: State,
}

/// The differences between a directory and the rendered files, sorted by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Every path that is not as rendered, and every foreign one.
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// Whether the directory holds exactly what is rendered, foreign files aside.
    pub fn is_clean(&self) -> bool {
        self.differences.iter().all(|difference| difference.state == State::Foreign)
    }

    /// The obstacles, with where they stand.
    pub(super) fn obstacles(&self) -> Vec<(String, Obstacle)> {
        let obstacles = self.differences.iter().filter_map(|difference| match difference.state {
            State::Blocked(obstacle) => Some((difference.path.clone(), obstacle)),
            _ => None,
        });
        obstacles.collect()
    }

    /// The paths to be written.
    pub(super) fn to_write(&self) -> BTreeSet<&str> {
        self.of(|state| matches!(state, State::Stale { .. } | State::LineEndings | State::Missing))
    }

    /// The paths to be removed.
    pub(super) fn to_remove(&self) -> BTreeSet<&str> {
        self.of(|state| *state == State::LeftOver)
    }

    fn of(&self, wanted: impl Fn(&State) -> bool) -> BTreeSet<&str> {
        let matching = self.differences.iter().filter(|difference| wanted(&difference.state));
        matching.map(|difference| &*difference.path).into_set()
    }
}

/// Compares without writing.
pub(super) fn compare(target: &Target, wanted: &Wanted<'_>) -> Result<Comparison, WriteError> {
    let failed = |path: &Path, source| WriteError::io("read", target.show_path(path), source);
    let mut found = Found::default();
    found.survey(target).map_err(|(path, source)| failed(&path, source))?;
    let mut differences = BTreeSet::new();
    for (&path, &text) in wanted {
        let (at, state) =
            found.judge(target, path, text).map_err(|source| failed(&target.dir.join(path), source))?;
        if let Some(state) = state {
            differences.insert(Difference { path: at.to_owned(), state });
        }
    }
    for path in found.own.iter().filter(|path| !wanted.contains_key(path.as_str())) {
        differences.insert(Difference { path: path.clone(), state: State::LeftOver });
    }
    for path in &found.foreign {
        differences.insert(Difference { path: shown(path), state: State::Foreign });
    }
    for (path, pending) in recover::pending(target).map_err(|(path, source)| failed(&path, source))? {
        differences.insert(Difference { path, state: State::Unfinished(pending) });
    }
    Ok(Comparison { differences: differences.into_iter().collect() })
}

/// The entries of an output directory.
#[derive(Default)]
struct Found {
    own: BTreeSet<String>,
    foreign: BTreeSet<PathBuf>,
}

impl Found {
    /// Lists the directory down to the depth at which we write; what lies deeper is foreign as a whole.
    fn survey(&mut self, target: &Target) -> Result<(), (PathBuf, io::Error)> {
        let (ground, dir) = (&target.ground, &target.dir);
        let mut open = vec![PathBuf::new()];
        while let Some(folder) = open.pop() {
            let place = dir.join(&folder);
            let names = match ground.names(&place) {
                Ok(names) => names,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err((place, error)),
            };
            for name in names {
                let relative = folder.join(name);
                let path = dir.join(&relative);
                let Some(metadata) = ground.look(&path).map_err(|error| (path.clone(), error))? else {
                    continue;
                };
                if is_own(ground, &relative, &path, &metadata) {
                    self.own.insert(shown(&relative));
                } else if metadata.is_dir() && relative == Path::new(WITHIN) {
                    // Ours while a run is under way; what it left undone is listed as unfinished.
                } else if metadata.is_dir() && folder.as_os_str().is_empty() {
                    open.push(relative);
                } else {
                    self.foreign.insert(relative);
                }
            }
        }
        Ok(())
    }

    /// What stands at the path of a rendered file: the place to name, and the fault if there is one.
    fn judge<'a>(&self, target: &Target, path: &'a str, text: &str) -> io::Result<(&'a str, Option<State>)> {
        let (ground, dir) = (&target.ground, &target.dir);
        if let Some((folder, _)) = path.split_once('/') {
            match ground.look(&dir.join(folder))? {
                None => return Ok((path, Some(State::Missing))),
                Some(metadata) if metadata.is_dir() => {}
                Some(metadata) => return Ok((folder, Some(State::Blocked(Obstacle::of(&metadata))))),
            }
        }
        let place = dir.join(path);
        let Some(metadata) = ground.look(&place)? else { return Ok((path, Some(State::Missing))) };
        if self.own.contains(path) {
            return Ok((path, difference(ground, &place, text)?));
        }
        // A file system that ignores case shows our own file under its former spelling.
        let respelt = self.own.iter().any(|own| own.to_lowercase() == path.to_lowercase());
        if respelt && metadata.is_file() {
            return Ok((path, Some(State::Missing)));
        }
        Ok((path, Some(State::Blocked(Obstacle::of(&metadata)))))
    }
}

/// How the file at `place` differs from `text`.
fn difference(ground: &Ground, place: &Path, text: &str) -> io::Result<Option<State>> {
    // Never more than twice the text, which is what a change of line endings can make of it.
    let limit = 2 * text.len() as u64 + 1;
    let mut found = Vec::new();
    ground.read(place)?.take(limit).read_to_end(&mut found)?;
    if found == text.as_bytes() {
        return Ok(None);
    }
    let mut unix = found.clone();
    let mut after = found.iter().skip(1).chain([&0]);
    unix.retain(|&byte| after.next().is_none_or(|&next| !(byte == b'\r' && next == b'\n')));
    if unix == text.as_bytes() {
        return Ok(Some(State::LineEndings));
    }
    let same =
        unix.split(|&b| b == b'\n').zip(text.as_bytes().split(|&b| b == b'\n')).take_while(|(a, b)| a == b);
    Ok(Some(State::Stale { line: same.count() + 1 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_from_line_endings() {
        let dir = tempfile::tempdir().unwrap();
        let (ground, place) = (Ground::open(dir.path()).unwrap(), dir.path().join("x"));
        for (found, expected) in [
            ("a\nb\n", None),
            ("a\r\nb\r\n", Some(State::LineEndings)),
            ("a\nb\r\n", Some(State::LineEndings)),
            ("a\nc\n", Some(State::Stale { line: 2 })),
            ("a\nb\n\n", Some(State::Stale { line: 4 })),
            ("a\nb", Some(State::Stale { line: 3 })),
            ("a\r\r\nb\n", Some(State::Stale { line: 1 })),
            ("", Some(State::Stale { line: 1 })),
        ] {
            fs::write(&place, found).unwrap();
            assert_eq!(difference(&ground, &place, "a\nb\n").unwrap(), expected, "{found:?}");
        }
    }
}
