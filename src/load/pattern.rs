//! Environments from a pattern: the files of the repository that stand for one environment each.

use super::folder::Entry;
use super::{Root, rules};
use crate::diag::{Finding, Findings};
use crate::yaml::{Node, Position};
use std::collections::BTreeMap;
use std::io::ErrorKind;

/// A file that stands for an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedEnvironment {
    /// The entry of `environmentsFrom` whose pattern matched, by index.
    pub entry: usize,
    /// What the pattern's `*` stands for: the environment's name.
    pub name: String,
    /// The file, relative to the project root.
    pub file: String,
}

/// As many environments a repository may have: what a pattern brings is bounded, as every input is.
const LIMIT: usize = 10_000;

/// The files that the patterns of the project file match, in the order of the patterns and sorted by
/// name. What is wrong with a pattern becomes findings; one that is no text is left to the decoder.
pub(super) fn matched_environments(
    root: &Root,
    tree: &Node,
    findings: &mut Findings,
) -> Vec<MatchedEnvironment> {
    let mut matched = Vec::new();
    let entries = tree.get("environmentsFrom").and_then(Node::as_seq).unwrap_or_default();
    for (entry, node) in entries.iter().enumerate() {
        let Some(files) = node.get("files") else { continue };
        let Some(text) = files.as_str() else { continue };
        let pattern = match Pattern::parse(text) {
            Ok(pattern) => pattern,
            Err(wrong) => {
                findings.push(
                    Finding::new(&rules::INVALID_PATTERN, format!("the pattern `{text}` {wrong}"))
                        .at(files.position)
                        .help("write a path below the project file with one `*` for the environment's name, such as `clusters/*/cluster.yaml`"),
                );
                continue;
            }
        };
        let found = match pattern.files(root) {
            Ok(found) => found,
            Err(kind) => {
                let message = format!("`{}` cannot be listed: {kind}", pattern.directory());
                findings.push(Finding::new(&rules::FILE_UNREADABLE, message).at(files.position));
                continue;
            }
        };
        if found.is_empty() {
            findings.push(no_match(text, files.position));
        }
        matched.extend(found.into_iter().map(|(name, file)| MatchedEnvironment { entry, name, file }));
        if matched.len() > LIMIT {
            findings.push(
                Finding::new(
                    &rules::INVALID_PATTERN,
                    format!("the pattern `{text}` matches more than {LIMIT} files"),
                )
                .at(files.position)
                .help("narrow the pattern, or split the repository into several projects"),
            );
            matched.truncate(LIMIT);
            break;
        }
    }
    matched
}

fn no_match(pattern: &str, position: Position) -> Finding {
    Finding::new(&rules::PATTERN_MATCHES_NOTHING, format!("no file matches the pattern `{pattern}`"))
        .at(position)
        .help("add the first file, or correct the pattern; it is relative to poolsmith.yaml")
}

/// A path with one `*`, which stands for a name within one segment.
struct Pattern<'a> {
    /// The segments before the one with the `*`.
    parents: Vec<&'a str>,
    /// What stands before the `*` in its segment.
    prefix: &'a str,
    /// What stands behind it in its segment.
    suffix: &'a str,
    /// The segments after it.
    rest: Vec<&'a str>,
}

impl<'a> Pattern<'a> {
    fn parse(text: &'a str) -> Result<Pattern<'a>, &'static str> {
        match text.matches('*').count() {
            0 => return Err("has no `*`, so every match would have the same name"),
            1 => {}
            _ => return Err("has several `*`, so a match has no one name"),
        }
        if text.contains(['?', '[', ']', '{', '}', '\\']) {
            return Err("holds a wildcard other than `*`");
        }
        if text.starts_with('/') {
            return Err("is absolute");
        }
        let segments: Vec<&str> = text.split('/').filter(|segment| !matches!(*segment, "" | ".")).collect();
        if segments.contains(&"..") {
            return Err("leads out of the project");
        }
        let place = segments.iter().position(|segment| segment.contains('*')).unwrap_or_default();
        let (prefix, suffix) = segments[place].split_once('*').unwrap_or_default();
        Ok(Pattern {
            parents: segments[..place].to_vec(),
            prefix,
            suffix,
            rest: segments[place + 1..].to_vec(),
        })
    }

    /// The directory that is listed, relative to the project root.
    fn directory(&self) -> String {
        if self.parents.is_empty() { ".".to_owned() } else { self.parents.join("/") }
    }

    /// The files that match, by the name that the `*` stands for.
    fn files(&self, root: &Root) -> Result<BTreeMap<String, String>, ErrorKind> {
        let mut found = BTreeMap::new();
        let entries = match root.list(&self.directory()) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
            Err(error) => return Err(error.kind()),
        };
        for Entry { name: segment, .. } in entries {
            let Some(name) =
                segment.strip_prefix(self.prefix).and_then(|rest| rest.strip_suffix(self.suffix))
            else {
                continue;
            };
            // As in a shell, `*` stands for no hidden entry and not for nothing.
            if name.is_empty() || (self.prefix.is_empty() && name.starts_with('.')) {
                continue;
            }
            let path: Vec<&str> = self
                .parents
                .iter()
                .copied()
                .chain([segment.as_str()])
                .chain(self.rest.iter().copied())
                .collect();
            let path = path.join("/");
            if root.names_a_file(&path) {
                found.insert(name.to_owned(), path);
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_names_one_part_of_a_path_inside_the_project() {
        for good in ["clusters/*/cluster.yaml", "./clusters//cluster-*.yaml", "*.yaml", "*/a/b.yaml"] {
            assert!(Pattern::parse(good).is_ok(), "{good}");
        }
        for bad in ["clusters/prod.yaml", "*/*.yaml", "**/a", "../*/a", "/a/*", "a/?*", "a/[ab]*", ""] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
    }
}
