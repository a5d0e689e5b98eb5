//! How we know our own files: by one constant first line, and by where they stand.

use super::ground::Ground;
use std::fs::Metadata;
use std::io::Read;
use std::path::{Component, Path};

/// The first line of every rendered file.
///
/// It names no version and no source, so that a new release of the tool changes no file. A file of an
/// output directory that does not begin with it is foreign and is never changed or removed.
pub const MARKER: &str = "# Rendered by poolsmith; edits are overwritten.";

/// Whether `text` begins with the marker as a whole line; a checkout may have given it `\r\n`.
pub(super) fn is_marked(text: &[u8]) -> bool {
    match text.strip_prefix(MARKER.as_bytes()) {
        Some(rest) => matches!(rest, [] | [b'\n', ..] | [b'\r', b'\n', ..]),
        None => false,
    }
}

/// Whether the entry at `path`, `relative` to the output directory, is a file that we wrote.
///
/// Only a regular `*.yaml` file at the depth at which we write can be ours: a rendered file that
/// somebody copied elsewhere, or another environment's output further down, is foreign. A file that
/// cannot be read is not known to be ours, hence foreign too.
pub(super) fn is_own(ground: &Ground, relative: &Path, path: &Path, metadata: &Metadata) -> bool {
    let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    let depth = relative.components().count();
    if !metadata.is_file() || !plain || depth == 0 || depth > super::names::DEPTH {
        return false;
    }
    if relative.to_str().is_none_or(|text| !text.ends_with(super::names::EXTENSION)) {
        return false;
    }
    let mut start = Vec::with_capacity(MARKER.len() + 2);
    let limit = MARKER.len() as u64 + 2;
    ground.read(path).is_ok_and(|file| file.take(limit).read_to_end(&mut start).is_ok() && is_marked(&start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marker_is_a_whole_line() {
        for (text, marked) in [
            (format!("{MARKER}\n"), true),
            (format!("{MARKER}\r\nkind: A\r\n"), true),
            (MARKER.to_owned(), true),
            (format!("{MARKER} x\n"), false),
            (format!("{MARKER}\r"), false),
            (format!(" {MARKER}\n"), false),
            (String::new(), false),
        ] {
            assert_eq!(is_marked(text.as_bytes()), marked, "{text:?}");
        }
    }

    #[test]
    fn only_regular_yaml_files_at_our_depth_are_ours() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("a/b")).unwrap();
        let ground = Ground::open(root.path()).unwrap();
        for (relative, own) in [
            ("x.yaml", true),
            ("a/x.yaml", true),
            ("a/b/x.yaml", false),
            ("a/x.yml", false),
            ("a/README", false),
        ] {
            let path = root.path().join(relative);
            std::fs::write(&path, format!("{MARKER}\n")).unwrap();
            let metadata = std::fs::symlink_metadata(&path).unwrap();
            assert_eq!(is_own(&ground, Path::new(relative), &path, &metadata), own, "{relative}");
        }
        let metadata = std::fs::symlink_metadata(root.path().join("a")).unwrap();
        assert!(!is_own(&ground, Path::new("a"), &root.path().join("a"), &metadata));
    }
}
