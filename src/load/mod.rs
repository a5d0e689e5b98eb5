//! Files to trees: the project file, the layered value files and what they name.
//!
//! This step and `write` are the only ones that touch the outside world. Nothing is read outside the
//! project root, whatever a path or a symlink says.

mod committed;
mod environment;
mod folder;
mod json;
mod pattern;
mod project;
mod quotas;
mod required_version;
mod root;
pub mod rules;
mod search;
mod shared;

pub use committed::Committed;
pub use environment::{EnvironmentFiles, environment_files, layered_values};
pub(crate) use environment::{LAYERS, refuse_silent_loss};
pub use pattern::MatchedEnvironment;
pub use project::{PROJECT_FILE, ProjectFiles};
pub use quotas::{QuotaFile, quota_file, read_named_file};
pub use required_version::requirement;
pub use root::{Overlay, ReadError, Root};
pub use search::Search;

use crate::diag::{Finding, Findings, Sources};
use crate::yaml::{self, Limits, Node, Position};

/// Reads and parses a file of exactly one document that `named_at` names.
///
/// What is wrong with the file becomes findings, and then there is no tree.
pub(crate) fn read_document(
    root: &Root,
    path: &str,
    named_at: Position,
    sources: &mut Sources,
    findings: &mut Findings,
) -> Option<Node> {
    let text = read_text(root, path, named_at, findings)?;
    let file = sources.add(path, text.as_str());
    yaml::parse_one(&text, file, &Limits::default(), findings)
}

/// Reads a file that `named_at` names.
pub(crate) fn read_text(
    root: &Root,
    path: &str,
    named_at: Position,
    findings: &mut Findings,
) -> Option<String> {
    match root.read(path, Limits::default().bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            findings.push(Finding::new(error.rule(), error.message(path)).at(named_at).help(error.help()));
            None
        }
    }
}
