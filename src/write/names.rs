//! The names that we are ready to write: safe on every system that checks the output out.

use super::{MARKER, RenderedFile, WriteError};
use std::borrow::Cow;
use std::collections::BTreeMap;

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
    if files.is_empty() {
        return Err(WriteError::NothingToWrite);
    }
    let mut wanted = Wanted::new();
    // Lower-cased files and folders, with how they were first spelt and whether it was a folder.
    let mut spelt: BTreeMap<Cow<'_, str>, (&str, bool)> = BTreeMap::new();
    for file in files {
        if let Some(problem) = problem(&file.path) {
            return Err(WriteError::UnsafeName { path: file.path.clone(), problem });
        }
        if !super::marker::is_marked(file.text.as_bytes()) || !file.text.ends_with('\n') {
            let problem =
                format!("its text does not begin with the line `{MARKER}` and end with a line break");
            return Err(WriteError::UnsafeName { path: file.path.clone(), problem });
        }
        let slash = file.path.find('/');
        for (prefix, folder) in
            slash.map(|end| (&file.path[..end], true)).into_iter().chain([(&*file.path, false)])
        {
            match spelt.insert(lowercase(prefix), (prefix, folder)) {
                Some((other, true)) if folder && other == prefix => {}
                Some((other, _)) => {
                    return Err(WriteError::Collision { first: other.to_owned(), second: prefix.to_owned() });
                }
                None => {}
            }
        }
        wanted.insert(&file.path, &file.text);
    }
    Ok(wanted)
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
    let parts = || path.split('/');
    let count = parts().count();
    if count > DEPTH {
        return Some(format!("it has {count} components, at most {DEPTH} are written"));
    }
    if !path.ends_with(EXTENSION) {
        return Some(format!("it does not end with `{EXTENSION}`"));
    }
    parts().find_map(component_problem)
}

/// The longest name that Windows reserves for a device and that is all ASCII.
const LONGEST_DEVICE: usize = "conout$".len();

/// Whether a component is one of those that nothing is wrong with at first sight, as nearly all are.
fn is_ordinary(part: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let stem = part.bytes().take_while(|byte| is_plain(*byte)).count();
    stem > LONGEST_DEVICE
        && part.len() <= LONGEST_COMPONENT
        && part.bytes().skip(stem).all(|byte| is_plain(byte) || byte == b'.')
        && !part.ends_with('.')
}

fn component_problem(part: &str) -> Option<String> {
    if is_ordinary(part) {
        return None;
    }
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
    fn safe_names_pass() {
        for path in [
            "a.yaml",
            "capacity/machineset-gpu-l40s-us-west-2a.yaml",
            "a/com.yaml",
            "a/com10.yaml",
            "a/conout.yaml",
            "a/long-enough.1.yaml",
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
            "a/conout$.yaml",
            "long-enough./a.yaml",
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
