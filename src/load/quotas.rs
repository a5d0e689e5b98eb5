//! The quota file: what the cloud's command prints about the limits of an account.

use super::{ProjectFiles, ReadError, Root, json, read_text};
use crate::diag::{Findings, Sources};
use crate::yaml::{Limits, Node};
use std::io;
use std::path::Path;

/// A quota file that was read beforehand and stands for the one that the values name.
#[derive(Debug, Clone)]
pub struct QuotaFile {
    /// Its path, as it is shown.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The documents of the quota file that the layered `values` name, or of `instead`. Nothing where there
/// is none, or none that can be used, which became a finding.
pub fn quota_file(
    project: &ProjectFiles,
    values: &Node,
    instead: Option<&QuotaFile>,
    sources: &mut Sources,
    findings: &mut Findings,
) -> Option<Vec<Node>> {
    let (path, text) = match instead {
        Some(file) => (file.path.as_str(), file.text.clone()),
        None => {
            // What is no text is the decoder's finding.
            let path = values.find(&["quotas", "file"]).and_then(Node::as_str)?;
            (path, read_text(&project.root, path, values.locate(&["quotas", "file"]), findings)?)
        }
    };
    let file = sources.add(path, text.as_str());
    json::documents(&text, file, &Limits::default(), findings)
}

/// Reads a file that the command line names, which may lie outside of the project.
///
/// # Errors
/// When it is no regular file, too large or not text.
pub fn read_named_file(path: &Path) -> Result<String, ReadError> {
    let missing_or = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => ReadError::Missing,
        kind => ReadError::Unreadable(kind),
    };
    let path = path.canonicalize().map_err(missing_or)?;
    let name = path.file_name().and_then(|name| name.to_str()).ok_or(ReadError::NotAFile)?;
    let folder = path.parent().ok_or(ReadError::NotAFile)?;
    Root::open(folder).map_err(missing_or)?.read(name, Limits::default().bytes)
}
