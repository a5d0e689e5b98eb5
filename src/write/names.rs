//! The names that we are ready to write: safe on every system that checks the output out.

use super::{MARKER, RenderedFile, WriteError};
use foldhash::fast::FixedState;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// How deep below the output directory a rendered file may stand: `bundle/kind-name.yaml`.
pub(super) const DEPTH: usize = 2;
/// What a rendered file's name ends with.
pub(super) const EXTENSION: &str = ".yaml";
/// What Linux, macOS and Windows allow for one component, in bytes.
const LONGEST_COMPONENT: usize = 255;

/// The files of a run by path: the whole state that the directory is to have.
pub(super) type Wanted<'a> = BTreeMap<&'a str, &'a str>;

/// Checks every name and text, and sorts the files by path.
pub(super) fn wanted(files: &[RenderedFile]) -> Result<Wanted<'_>, WriteError> {
    check(files)?;
    Ok(files.iter().map(|file| (&*file.path, &*file.text)).collect())
}

/// Checks every name and text: whether the files are ones that we are ready to write.
pub(super) fn check(files: &[RenderedFile]) -> Result<(), WriteError> {
    if files.is_empty() {
        return Err(WriteError::NothingToWrite);
    }
    // Lower-cased files and folders, with how they were first spelt and whether it was a folder.
    let mut spelt: HashMap<Cow<'_, str>, (&str, bool), FixedState> = HashMap::default();
    spelt.reserve(files.len());
    let mut last = None;
    for file in files {
        if let Some(problem) = problem(&file.path) {
            return Err(WriteError::UnsafeName { path: file.path.clone(), problem });
        }
        if !super::marker::is_marked(file.text.as_bytes()) || !file.text.ends_with('\n') {
            let problem =
                format!("its text does not begin with the line `{MARKER}` and end with a line break");
            return Err(WriteError::UnsafeName { path: file.path.clone(), problem });
        }
        let within = file.path.split_once('/').map(|(folder, _)| folder);
        // The files of a folder mostly come one after the other.
        let folder = within.filter(|_| within != last).map(|folder| (folder, true));
        last = within;
        for (prefix, folder) in folder.into_iter().chain([(&*file.path, false)]) {
            match spelt.insert(lowercase(prefix), (prefix, folder)) {
                Some((other, true)) if folder && other == prefix => {}
                Some((other, _)) => {
                    return Err(WriteError::Collision { first: other.to_owned(), second: prefix.to_owned() });
                }
                None => {}
            }
        }
    }
    Ok(())
}

fn lowercase(text: &str) -> Cow<'_, str> {
    let is_lowercase = text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lowercase { text.into() } else { text.to_lowercase().into() }
}

/// What is wrong with a name, if anything.
pub(super) fn problem(path: &str) -> Option<String> {
    if path.is_empty() {
        return Some("it is empty".to_owned());
    }
    let components = path.bytes().filter(|byte| *byte == b'/').count() + 1;
    if components > DEPTH {
        return Some(format!("it has {components} components, at most {DEPTH} are written"));
    }
    if !path.ends_with(EXTENSION) {
        return Some(format!("it does not end with `{EXTENSION}`"));
    }
    if path.as_bytes().split(|byte| *byte == b'/').all(is_ordinary) {
        return None;
    }
    path.split('/').find_map(component_problem)
}

const IS_ORDINARY: [bool; 256] = {
    let (mut is_ordinary, mut byte) = ([false; 256], 0);
    while byte < 128 {
        is_ordinary[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'-' | b'_' | b'.');
        byte += 1;
    }
    is_ordinary
};

/// Whether there is nothing to be looked into: letters, digits, `-`, `_` and `.`, and no length that a
/// device name has.
fn is_ordinary(bytes: &[u8]) -> bool {
    let stem = bytes.iter().position(|byte| *byte == b'.').unwrap_or(bytes.len());
    bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.last() != Some(&b'.')
        && bytes.len() <= LONGEST_COMPONENT
        && !matches!(stem, 3 | 4)
        && bytes.iter().all(|byte| IS_ORDINARY[usize::from(*byte)])
}

fn component_problem(part: &str) -> Option<String> {
    if part.is_empty() {
        return Some("it has an empty component".to_owned());
    }
    if part.starts_with('.') {
        return Some(format!("`{part}` begins with a dot"));
    }
    if part.ends_with(['.', ' ']) || part.starts_with(' ') {
        return Some(format!("`{part}` begins or ends with a blank, or ends with a dot"));
    }
    if part.len() > LONGEST_COMPONENT {
        return Some(format!("a component has {} bytes, the limit is {LONGEST_COMPONENT}", part.len()));
    }
    let is_refused = |c: &char| c.is_control() || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\');
    if let Some(bad) = part.chars().find(is_refused) {
        return Some(format!("it has the character {bad:?}, which Windows cannot check out"));
    }
    // Windows reserves these whatever follows the first dot
    // (learn.microsoft.com, "Naming Files, Paths, and Namespaces").
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        stem.strip_prefix(device).is_some_and(|rest| {
            rest.chars().count() == 1 && rest.chars().all(|c| c.is_ascii_digit() || "¹²³".contains(c))
        })
    });
    if numbered || ["con", "prn", "aux", "nul", "conin$", "conout$"].contains(&&*stem) {
        return Some(format!("`{part}` is a device name on Windows"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> RenderedFile {
        RenderedFile { path: path.to_owned(), text: format!("{MARKER}\nkind: A\n") }
    }

    #[test]
    fn an_ordinary_name_has_no_problem() {
        let pieces = [
            "", "a", "con", "COM1", "lpt9", "conin", "nul", "x1", ".", "-", "_", " ", "$", ":", "\u{b9}",
            "yaml",
        ];
        let mut ordinary = 0;
        for one in pieces {
            for two in pieces {
                for three in pieces {
                    let name = format!("{one}{two}{three}");
                    assert!(!is_ordinary(name.as_bytes()) || component_problem(&name).is_none(), "{name:?}");
                    ordinary += usize::from(is_ordinary(name.as_bytes()));
                }
            }
        }
        assert!(ordinary > 500, "{ordinary}");
        for length in [LONGEST_COMPONENT, LONGEST_COMPONENT + 1] {
            assert_eq!(
                is_ordinary("a".repeat(length).as_bytes()),
                component_problem(&"a".repeat(length)).is_none()
            );
        }
    }

    #[test]
    fn safe_names_pass() {
        for path in [
            "a.yaml",
            "capacity/machineset-gpu-l40s-us-west-2a.yaml",
            "a/com.yaml",
            "a/com10.yaml",
            "ä/ö.yaml",
        ] {
            assert!(wanted(&[file(path)]).is_ok(), "{path}");
        }
    }

    #[test]
    fn unsafe_names_are_refused() {
        let long = format!("a/{}.yaml", "x".repeat(251));
        for path in [
            "",
            "/a.yaml",
            "a//b.yaml",
            "../a.yaml",
            "a/../b.yaml",
            "./a.yaml",
            "a/b/c.yaml",
            "a/b",
            "a/.yaml",
            ".git/a.yaml",
            "a/b.yml",
            "a/x:y.yaml",
            "a\\b.yaml",
            "a/b\0.yaml",
            "a/b\n.yaml",
            "con/a.yaml",
            "a/NUL.yaml",
            "a/com1.yaml",
            "a/Lpt².x.yaml",
            "a./b.yaml",
            "a /b.yaml",
            "a/ b.yaml",
            &long,
        ] {
            let files = [file(path)];
            let result = wanted(&files);
            assert!(matches!(result, Err(WriteError::UnsafeName { .. })), "{path:?}: {result:?}");
        }
    }

    #[test]
    fn names_that_differ_in_case_alone_collide() {
        for (first, second) in [
            ("a/b.yaml", "a/B.yaml"),
            ("a/b.yaml", "A/c.yaml"),
            ("a/b.yaml", "a/b.yaml"),
            ("a/Ä.yaml", "a/ä.yaml"),
            ("x.yaml", "x.yaml/y.yaml"),
        ] {
            let files = [file(first), file(second)];
            let result = wanted(&files);
            assert!(matches!(result, Err(WriteError::Collision { .. })), "{first} {second}: {result:?}");
        }
    }

    #[test]
    fn a_text_without_the_marker_is_refused() {
        for text in ["kind: A\n".to_owned(), format!("{MARKER}\nkind: A")] {
            let files = [RenderedFile { path: "a/b.yaml".to_owned(), text }];
            assert!(matches!(wanted(&files), Err(WriteError::UnsafeName { .. })));
        }
        assert!(matches!(wanted(&[]), Err(WriteError::NothingToWrite)));
    }
}
