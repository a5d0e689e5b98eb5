//! The project file, and the files that every environment shares.

use super::pattern::{MatchedEnvironment, matched_environments};
use super::shared::SharedFiles;
use super::{Overlay, Root, read_document, required_version, rules};
use crate::diag::{Finding, Findings, Sources};
use crate::yaml::{Node, Position};
use std::path::Path;

/// The name of the project file. It marks the root.
pub const PROJECT_FILE: &str = "poolsmith.yaml";

/// The project's own files, read.
#[derive(Debug)]
pub struct ProjectFiles {
    /// The root.
    pub root: Root,
    /// Every text read so far.
    pub sources: Sources,
    /// The project file.
    pub tree: Node,
    /// The repository's own pool classes, if the project file names some.
    pub classes: Option<Node>,
    /// The file of waivers, if the project file names one.
    pub waivers: Option<Node>,
    /// The files that stand for one environment each.
    pub matched: Vec<MatchedEnvironment>,
    /// The files that its environments name.
    shared: SharedFiles,
}

impl ProjectFiles {
    /// Reads the project file in `directory` and the files of classes and waivers that it names.
    ///
    /// What is wrong becomes findings; there is nothing to go on with when the project file itself
    /// cannot be read.
    pub fn read(directory: &Path, findings: &mut Findings) -> (Sources, Option<ProjectFiles>) {
        ProjectFiles::read_over(directory, &Overlay::new(), findings)
    }

    /// Reads as [`ProjectFiles::read`] does, as if the files held the texts of `overlay`.
    pub fn read_over(
        directory: &Path,
        overlay: &Overlay,
        findings: &mut Findings,
    ) -> (Sources, Option<ProjectFiles>) {
        let mut sources = Sources::default();
        let root = match Root::open_over(directory, overlay) {
            Ok(root) => root,
            Err(error) => {
                let message =
                    format!("the project root `{}` cannot be opened: {}", directory.display(), error.kind());
                findings.push(Finding::new(&rules::FILE_UNREADABLE, message));
                return (sources, None);
            }
        };
        let mut own = Findings::new();
        let tree = read_document(&root, PROJECT_FILE, Position::default(), &mut sources, &mut own);
        // Before anything else is said of the file: one that was written for another version may hold
        // what this one does not know.
        let tree = match tree.map(|tree| required_version::check(tree, &required_version::running())) {
            Some(Err(mismatch)) => {
                findings.push(*mismatch);
                return (sources, None);
            }
            Some(Ok((tree, malformed))) => {
                findings.extend(own);
                findings.extend(malformed);
                tree
            }
            None => {
                findings.extend(own);
                return (sources, None);
            }
        };
        let mut named = |section: &str| {
            let path = tree.find(&[section, "file"]).and_then(Node::as_str)?;
            read_document(&root, path, tree.locate(&[section, "file"]), &mut sources, findings)
        };
        let (classes, waivers) = (named("classes"), named("waivers"));
        let matched = matched_environments(&root, &tree, findings);
        let shared = SharedFiles::default();
        (sources.clone(), Some(ProjectFiles { root, sources, tree, classes, waivers, matched, shared }))
    }

    /// Reads and parses a file of exactly one document that an environment names, once however many name it.
    pub(super) fn read_document(
        &self,
        path: &str,
        named_at: Position,
        sources: &mut Sources,
        findings: &mut Findings,
    ) -> Option<Node> {
        self.shared.read_document(&self.root, path, named_at, sources, findings)
    }
}
