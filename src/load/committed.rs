//! The committed output of an environment: what a change of hands is judged against.

use super::folder::{Entry, Folder, Kind, Listing};
use super::{Root, rules};
use crate::diag::{Finding, Findings};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};

/// The files that an earlier run rendered, by path relative to the output directory.
#[derive(Debug)]
pub struct Committed {
    /// The files.
    pub files: BTreeMap<String, CommittedFile>,
    /// Manifests that stand among them and were not rendered, by path relative to the output directory.
    pub foreign: BTreeSet<String>,
    /// Whether the files are the whole: the directory stands at its path with no link on the way, and besides
    /// them, each a regular file, it holds nothing but their folders, or empty ones.
    pub is_whole: bool,
}

/// A file that an earlier run rendered.
#[derive(Debug)]
pub struct CommittedFile {
    /// Its text.
    pub text: String,
}

/// A rendered object is far smaller.
const FILE_LIMIT: usize = 4 << 20;

impl Committed {
    /// Reads the rendered files under `output`. A directory that is not there holds none.
    ///
    /// A file counts as rendered when it begins with `marker`. One that cannot be read is a finding:
    /// without it a change of hands could go unnoticed.
    pub fn read(root: &Root, output: &str, marker: &str, findings: &mut Findings) -> Committed {
        let mut committed = Committed { files: BTreeMap::new(), foreign: BTreeSet::new(), is_whole: true };
        committed.walk(root.folder(output), output, "", marker, findings);
        committed
    }

    /// Reads what stands in a directory, `below` the output directory or that directory itself.
    fn walk(
        &mut self,
        folder: io::Result<Folder<'_>>,
        path: &str,
        below: &str,
        marker: &str,
        findings: &mut Findings,
    ) {
        let listed = folder.and_then(|folder| folder.list().map(|listing| (folder, listing)));
        let (folder, Listing { entries, is_whole }) = match listed {
            Ok(listed) => listed,
            Err(error) => {
                self.is_whole = false;
                // What is no directory is the writer's to refuse.
                if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) {
                    findings.push(unlisted(path, &error));
                }
                return;
            }
        };
        self.is_whole &= is_whole && folder.is_bare();
        for Entry { name, kind } in entries {
            match kind {
                // No environment renders a directory deeper than bundle and file.
                Kind::Directory if below.is_empty() => {
                    self.walk(folder.folder(&name), &folder.path_of(&name), &name, marker, findings);
                }
                Kind::File | Kind::Other if name.ends_with(".yaml") => {
                    self.is_whole &= kind == Kind::File;
                    self.read_file(&folder, &name, below, marker, findings);
                }
                _ => self.is_whole = false,
            }
        }
    }

    fn read_file(
        &mut self,
        folder: &Folder<'_>,
        name: &str,
        below: &str,
        marker: &str,
        findings: &mut Findings,
    ) {
        let path = if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
        match folder.read(name, FILE_LIMIT) {
            Ok(text) if text.starts_with(marker) => {
                self.files.insert(path, CommittedFile { text });
                return;
            }
            Ok(_) => {
                self.foreign.insert(path);
            }
            Err(error) => {
                let message = error.message(&folder.path_of(name));
                findings.push(Finding::new(&rules::COMMITTED_UNREADABLE, message).help(error.help()));
            }
        }
        self.is_whole = false;
    }
}

fn unlisted(directory: &str, error: &io::Error) -> Finding {
    Finding::new(
        &rules::COMMITTED_UNREADABLE,
        format!("the directory `{directory}` cannot be listed: {}", error.kind()),
    )
    .help("let the user that runs poolsmith read it: `chmod u+rx` on the directory")
}
