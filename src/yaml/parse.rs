//! A file's text to its documents: the ways in, and how much is read.

use super::characters::odd_characters;
use super::reader::Reader;
use super::rules::{DOCUMENT_COUNT, OVER_LIMIT};
use super::{FileId, Node, Position};
use crate::diag::{Finding, Findings};

/// How much of a file is read before it is refused: the plugin reads what others wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of text.
    pub bytes: usize,
    /// Nodes, with aliases expanded and each anchored node counted once more.
    pub nodes: usize,
    /// Maps and lists inside each other, with aliases expanded.
    pub depth: usize,
    /// Documents in a file.
    pub documents: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 2 << 20, nodes: 200_000, depth: 64, documents: 1000 }
    }
}

/// All documents of `text`; documents that hold nothing are left out, so an empty file gives none.
///
/// Every fault becomes a finding. The answer is `None` when the file cannot be gone on with; otherwise
/// the trees are whole enough for the next step to look for further faults, even if there were some.
pub fn parse(text: &str, file: FileId, limits: &Limits, findings: &mut Findings) -> Option<Vec<Node>> {
    if text.len() > limits.bytes {
        let message =
            format!("the file has {} bytes, more than the {} that are read", text.len(), limits.bytes);
        findings
            .push(Finding::new(&OVER_LIMIT, message).at(Position::whole_file(file)).help("split the file"));
        return None;
    }
    findings.extend(odd_characters(text, file));
    Reader::new(text, file, limits, findings).documents()
}

/// The one document of `text`; none or several are a finding.
pub fn parse_one(text: &str, file: FileId, limits: &Limits, findings: &mut Findings) -> Option<Node> {
    let mut documents = parse(text, file, limits, findings)?.into_iter();
    let Some(first) = documents.next() else {
        let finding =
            Finding::new(&DOCUMENT_COUNT, "the file holds no document").at(Position::whole_file(file));
        findings.push(finding.help("write the document, or remove the file"));
        return None;
    };
    if let Some(second) = documents.next() {
        let finding = Finding::new(&DOCUMENT_COUNT, "a second document starts here, where one is expected")
            .at(second.position)
            .related(first.position, "the first document");
        findings.push(finding.help("move the second document to a file of its own"));
        return None;
    }
    Some(first)
}

#[cfg(test)]
mod tests;
