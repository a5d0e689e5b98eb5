//! The committed output of an environment: what a change of hands is judged against.

use super::listing::Entry;
use super::{Root, rules};
use crate::diag::{Finding, Findings};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};

/// The files that an earlier run rendered, by path relative to the output directory.
#[derive(Debug, Default)]
pub struct Committed {
    /// The files.
    pub files: BTreeMap<String, CommittedFile>,
    /// Manifests that stand among them and were not rendered, by path relative to the output directory.
    pub foreign: BTreeSet<String>,
}

/// A file that an earlier run rendered.
#[derive(Debug)]
pub struct CommittedFile {
    /// Its text.
    pub text: String,
}

/// No environment renders a directory deeper than bundle and file.
const BUNDLE_DEPTH: usize = 1;
/// A rendered object is far smaller.
const FILE_LIMIT: usize = 4 << 20;

impl Committed {
    /// Reads the rendered files under `output`. A directory that is not there holds none.
    ///
    /// A file counts as rendered when it begins with `marker`. One that cannot be read is a finding:
    /// without it a change of hands could go unnoticed.
    pub fn read(root: &Root, output: &str, marker: &str, findings: &mut Findings) -> Committed {
        let mut committed = Committed::default();
        committed.walk(root, output, "", marker, 0, findings);
        committed
    }

    fn walk(
        &mut self,
        root: &Root,
        output: &str,
        below: &str,
        marker: &str,
        depth: usize,
        findings: &mut Findings,
    ) {
        let directory = if below.is_empty() { output.to_owned() } else { format!("{output}/{below}") };
        let entries = match root.list(&directory) {
            Ok(entries) => entries,
            // What is no directory is the writer's to refuse.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return,
            Err(error) => return findings.push(unlisted(&directory, &error)),
        };
        for entry in entries {
            let Entry { name, is_directory } = entry;
            let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
            if is_directory {
                if depth < BUNDLE_DEPTH {
                    self.walk(root, output, &path, marker, depth + 1, findings);
                }
                continue;
            }
            if !name.ends_with(".yaml") {
                continue;
            }
            let inside = format!("{output}/{path}");
            match root.read(&inside, FILE_LIMIT) {
                Ok(text) if text.starts_with(marker) => {
                    self.files.insert(path, CommittedFile { text });
                }
                Ok(_) => {
                    self.foreign.insert(path);
                }
                Err(error) => {
                    let message = error.message(&inside);
                    findings.push(Finding::new(&rules::COMMITTED_UNREADABLE, message).help(error.help()));
                }
            }
        }
    }
}

fn unlisted(directory: &str, error: &io::Error) -> Finding {
    Finding::new(
        &rules::COMMITTED_UNREADABLE,
        format!("the directory `{directory}` cannot be listed: {}", error.kind()),
    )
    .help("let the user that runs poolsmith read it: `chmod u+rx` on the directory")
}
