//! The texts that positions point into.

use super::{Finding, Findings};
use crate::yaml::{FileId, Position};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A file that was read, or one that is built in.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as shown to people: relative to the project root, with `/`; built-in files are
    /// shown as `<built-in>/name`.
    pub path: String,
    /// The whole text.
    pub text: Arc<str>,
}

/// Every file of a run, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    /// Their ids by path: a fleet has thousands.
    by_path: BTreeMap<String, Vec<FileId>>,
}

impl Sources {
    /// Adds a file and gives its id. A file of the same path is added again, not replaced.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let path = path.into();
        self.by_path.entry(path.clone()).or_default().push(id);
        self.files.push(SourceFile { path, text: text.into() });
        id
    }

    /// The file behind an id.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The shown path of a file, `?` for an id that is not from here.
    pub fn path(&self, id: FileId) -> &str {
        self.get(id).map_or("?", |file| &file.path)
    }

    /// All files in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(i, file)| (FileId(u32::try_from(i).unwrap_or(u32::MAX)), file))
    }

    /// The findings with no other files than those that they point into: what is kept of one environment
    /// while the others of a fleet are rendered.
    pub fn only_for(&self, findings: Findings) -> (Sources, Findings) {
        let mut pointed_into = Sources::default();
        let mut findings: Findings = pointed_into.absorb(self, findings).into_iter().collect();
        // Those of many environments need then not be sorted among each other.
        findings.sort(&pointed_into);
        findings.shrink_to_fit();
        (pointed_into, findings)
    }

    /// Takes over the files that the findings of another run point into, and moves the findings over.
    pub fn absorb(&mut self, other: &Sources, findings: Findings) -> Vec<Finding> {
        let mut moved: BTreeMap<FileId, FileId> = BTreeMap::new();
        let mut move_over = |position: &mut Position| {
            let id = position.file;
            position.file = *moved.entry(id).or_insert_with(|| match other.get(id) {
                Some(file) => self.take_over(file),
                None => id,
            });
        };
        findings
            .into_iter()
            .map(|mut finding| {
                let labels =
                    finding.primary.iter_mut().chain(&mut finding.related).map(|label| &mut label.position);
                let edits =
                    finding.fix.iter_mut().flat_map(|fix| &mut fix.edits).map(|edit| &mut edit.position);
                let wishes = finding.wish.iter_mut().flat_map(|wish| wish.positions());
                labels.chain(edits).chain(wishes).for_each(&mut move_over);
                finding
            })
            .collect()
    }

    fn take_over(&mut self, file: &SourceFile) -> FileId {
        let of_that_path = self.by_path.get(&file.path).into_iter().flatten();
        let known =
            of_that_path.copied().find(|id| self.get(*id).is_some_and(|own| is_same(&own.text, &file.text)));
        known.unwrap_or_else(|| self.add(file.path.clone(), Arc::clone(&file.text)))
    }
}

fn is_same(one: &Arc<str>, other: &Arc<str>) -> bool {
    Arc::ptr_eq(one, other) || one == other
}
