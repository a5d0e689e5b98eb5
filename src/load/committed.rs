//! The committed output of an environment: what a change of hands is judged against.

use super::folder::{Entry, Folder, Kind, Listing};
use super::{Root, rules};
use crate::diag::{Finding, Findings};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};

/// The files that an earlier run rendered, by path relative to the output directory.
#[derive(Debug)]
pub struct Committed<'k> {
    /// Their texts; those that were known before are borrowed.
    pub files: BTreeMap<Cow<'k, str>, Cow<'k, str>>,
    /// Manifests that stand among them and were not rendered, by path relative to the output directory.
    pub foreign: BTreeSet<String>,
    /// Whether the files are the whole: the directory stands at its path with no link on the way, and besides
    /// them, each a regular file, it holds nothing but their folders, or empty ones.
    pub is_whole: bool,
}

/// A rendered object is far smaller.
const FILE_LIMIT: usize = 4 << 20;

/// What the files below a directory are read with.
struct Reading<'k, 'a> {
    marker: &'a str,
    known: &'a BTreeMap<&'k str, &'k str>,
    /// Where a path and a text stand before it is known whether they are to be kept.
    path: String,
    text: Vec<u8>,
    findings: &'a mut Findings,
}

impl<'k> Committed<'k> {
    /// Reads the rendered files under `output`. A directory that is not there holds none.
    ///
    /// A file counts as rendered when it begins with `marker`. One that cannot be read is a finding:
    /// without it a change of hands could go unnoticed. `known` are texts by path that the files probably
    /// have.
    pub fn read(
        root: &Root,
        output: &str,
        marker: &str,
        known: &BTreeMap<&'k str, &'k str>,
        findings: &mut Findings,
    ) -> Committed<'k> {
        let mut committed = Committed { files: BTreeMap::new(), foreign: BTreeSet::new(), is_whole: true };
        let mut reading = Reading { marker, known, path: String::new(), text: Vec::new(), findings };
        committed.walk(root.folder(output), output, "", &mut reading);
        committed
    }

    /// Reads what stands in a directory, `below` the output directory or that directory itself.
    fn walk(
        &mut self,
        folder: io::Result<Folder<'_>>,
        path: &str,
        below: &str,
        reading: &mut Reading<'k, '_>,
    ) {
        let listed = folder.and_then(|folder| folder.list().map(|listing| (folder, listing)));
        let (folder, Listing { entries, is_whole }) = match listed {
            Ok(listed) => listed,
            Err(error) => {
                self.is_whole = false;
                // What is no directory is the writer's to refuse.
                if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) {
                    reading.findings.push(unlisted(path, &error));
                }
                return;
            }
        };
        self.is_whole &= is_whole && folder.is_bare();
        for Entry { name, kind } in entries {
            match kind {
                // No environment renders a directory deeper than bundle and file.
                Kind::Directory if below.is_empty() => {
                    self.walk(folder.folder(&name), &folder.path_of(&name), &name, reading);
                }
                Kind::File | Kind::Other if name.ends_with(".yaml") => {
                    self.is_whole &= kind == Kind::File;
                    self.read_file(&folder, &name, kind, below, reading);
                }
                _ => self.is_whole = false,
            }
        }
    }

    fn read_file(
        &mut self,
        folder: &Folder<'_>,
        name: &str,
        kind: Kind,
        below: &str,
        reading: &mut Reading<'k, '_>,
    ) {
        let path = &mut reading.path;
        path.clear();
        path.extend([below, if below.is_empty() { "" } else { "/" }, name]);
        let known = reading.known.get_key_value(path.as_str());
        if let Some((path, known)) = known
            && kind == Kind::File
            && known.starts_with(reading.marker)
            && folder.holds(name, known, &mut reading.text)
        {
            self.files.insert(Cow::Borrowed(path), Cow::Borrowed(known));
            return;
        }
        match folder.read(name, FILE_LIMIT, &mut reading.text) {
            Ok(text) if text.starts_with(reading.marker) => {
                let (path, text) = match known.filter(|(_, known)| **known == text) {
                    Some((path, known)) => (Cow::Borrowed(*path), Cow::Borrowed(*known)),
                    None => (Cow::Owned(path.clone()), Cow::Owned(text.into_owned())),
                };
                self.files.insert(path, text);
                return;
            }
            Ok(_) => {
                self.foreign.insert(path.clone());
            }
            Err(error) => {
                let message = error.message(&folder.path_of(name));
                reading.findings.push(Finding::new(&rules::COMMITTED_UNREADABLE, message).help(error.help()));
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
