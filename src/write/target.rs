//! Where an environment's output stands, and that it stays inside the project.

use super::WriteError;
use super::ground::Ground;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// An output directory whose place is checked; it need not exist yet.
#[derive(Debug)]
pub(super) struct Target {
    /// The project root, links resolved: whatever is done is done through it.
    pub ground: Ground,
    /// The directory that holds the output directory, links resolved as far as it exists.
    pub parent: PathBuf,
    /// The output directory.
    pub dir: PathBuf,
    /// The output directory as people know it: relative to the root, with `/`.
    pub shown: String,
    /// The working directory beside it; see [`super::work`].
    pub beside: PathBuf,
    /// The working directory within it, for the journal way.
    pub within: PathBuf,
}

impl Target {
    /// Finds the place of `dir`, relative to `root` or absolute within it.
    pub fn resolve(root: &Path, dir: &Path) -> Result<Target, WriteError> {
        let real_root = fs::canonicalize(root)
            .map_err(|source| WriteError::io("find the project root", root.display().to_string(), source))?;
        let relative = if dir.is_absolute() {
            match dir.strip_prefix(&real_root).or_else(|_| dir.strip_prefix(root)) {
                Ok(relative) => relative,
                Err(_) => return Err(WriteError::Outside { dir: dir.display().to_string() }),
            }
        } else {
            dir
        };
        let ground = Ground::open(&real_root)
            .map_err(|source| WriteError::io("open the project root", root.display().to_string(), source))?;
        let names = names(relative).ok_or_else(|| WriteError::Outside { dir: shown(relative) })?;
        let Some((last, before)) = names.split_last() else {
            return Err(WriteError::IsRoot);
        };
        let shown = shown(&names.iter().collect::<PathBuf>());
        let parent = follow(&ground, before)?;
        let dir = parent.join(last);
        let failed = |source| WriteError::io("look at", shown.clone(), source);
        match ground.look(&dir).map_err(failed)? {
            Some(metadata) if metadata.is_symlink() => return Err(WriteError::SymbolicLink { dir: shown }),
            Some(metadata) if !metadata.is_dir() => return Err(WriteError::NotADirectory { path: shown }),
            _ => {}
        }
        Ok(Target::at(ground, parent, last, shown))
    }

    /// The place of `dir`, relative to `root`, where no link stands on the way to it: nothing is looked at.
    pub fn without_links(root: &Path, dir: &Path) -> Option<Target> {
        let names = names(dir)?;
        let (last, before) = names.split_last()?;
        let ground = Ground::open(root).ok()?;
        let parent = root.join(before.iter().collect::<PathBuf>());
        Some(Target::at(ground, parent, last, shown(&names.iter().collect::<PathBuf>())))
    }

    fn at(ground: Ground, parent: PathBuf, last: &OsStr, shown: String) -> Target {
        let mut name = OsString::from(".");
        name.push(last);
        name.push(".poolsmith");
        let (dir, beside) = (parent.join(last), parent.join(name));
        let within = dir.join(WITHIN);
        Target { ground, parent, dir, shown, beside, within }
    }

    /// Whether the output directory is there.
    pub fn is_there(&self) -> bool {
        self.ground.look(&self.dir).is_ok_and(|metadata| metadata.is_some_and(|metadata| metadata.is_dir()))
    }

    /// A path below the output directory as people know it.
    pub fn show(&self, relative: &Path) -> String {
        format!("{}/{}", self.shown, shown(relative))
    }

    /// Any path as people know it: relative to the root where it stands within.
    pub fn show_path(&self, path: &Path) -> String {
        shown(path.strip_prefix(self.ground.root()).unwrap_or(path))
    }
}

/// The name of the working directory within an output directory.
pub(super) const WITHIN: &str = ".poolsmith";

/// A path with `/` between its parts, whatever the system.
pub(super) fn shown(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/").replacen("//", "/", 1)
}

/// The plain names of a relative path; `None` where it leaves the root or enters the repository's own data.
fn names(relative: &Path) -> Option<Vec<&OsStr>> {
    let parts = relative.components().filter(|part| !matches!(part, Component::CurDir));
    parts
        .map(|part| match part {
            Component::Normal(name) if !name.eq_ignore_ascii_case(".git") => Some(name),
            _ => None,
        })
        .collect()
}

/// Goes down from the root, following links that stay inside; what does not exist yet is appended.
fn follow(ground: &Ground, names: &[&OsStr]) -> Result<PathBuf, WriteError> {
    let root = ground.root();
    let mut place = root.to_path_buf();
    for name in names {
        place.push(name);
        let shown = shown(place.strip_prefix(root).unwrap_or(&place));
        let failed = |source| WriteError::io("look at", shown.clone(), source);
        let Some(metadata) = ground.look(&place).map_err(failed)? else { continue };
        if metadata.is_symlink() {
            place = fs::canonicalize(&place).map_err(failed)?;
            if !place.starts_with(root) {
                return Err(WriteError::Outside { dir: shown });
            }
        }
        if !ground.look(&place).map_err(failed)?.is_some_and(|metadata| metadata.is_dir()) {
            return Err(WriteError::NotADirectory { path: shown });
        }
    }
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_inside_the_root_are_found() {
        let root = tempfile::tempdir().unwrap();
        for dir in ["golden/prod", "./golden/prod", "golden//prod/"] {
            let target = Target::resolve(root.path(), Path::new(dir)).unwrap();
            assert_eq!(target.shown, "golden/prod");
            assert!(target.dir.ends_with("golden/prod") && target.beside.ends_with("golden/.prod.poolsmith"));
        }
        let absolute = root.path().join("out");
        assert_eq!(Target::resolve(root.path(), &absolute).unwrap().shown, "out");
    }

    #[test]
    fn escapes_are_refused() {
        let root = tempfile::tempdir().unwrap();
        for dir in ["../x", "a/../../x", "a/..", "/etc", ".git/hooks", "a/.GIT"] {
            let result = Target::resolve(root.path(), Path::new(dir));
            assert!(matches!(result, Err(WriteError::Outside { .. })), "{dir}: {result:?}");
        }
        for dir in ["", "."] {
            assert!(matches!(Target::resolve(root.path(), Path::new(dir)), Err(WriteError::IsRoot)));
        }
    }

    #[test]
    #[cfg(unix)]
    fn links_are_followed_only_inside_and_never_at_the_end() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("real")).unwrap();
        fs::write(root.path().join("file"), "").unwrap();
        symlink(root.path().join("real"), root.path().join("inside")).unwrap();
        symlink(outside.path(), root.path().join("leaves")).unwrap();
        symlink("loop", root.path().join("loop")).unwrap();
        let resolve = |dir: &str| Target::resolve(root.path(), Path::new(dir));
        assert!(resolve("inside/prod").unwrap().dir.ends_with("real/prod"));
        assert!(matches!(resolve("leaves/prod"), Err(WriteError::Outside { .. })));
        assert!(matches!(resolve("inside"), Err(WriteError::SymbolicLink { .. })));
        assert!(matches!(resolve("file"), Err(WriteError::NotADirectory { .. })));
        assert!(matches!(resolve("file/prod"), Err(WriteError::NotADirectory { .. })));
        assert!(matches!(resolve("loop/prod"), Err(WriteError::Io { .. })));
    }
}
