//! The files that several environments name: each is read and parsed once.
//!
//! A fleet lays every cluster's file on the same few, and takes the same templates.

use super::{Root, read_text};
use crate::diag::{Findings, Sources};
use crate::yaml::{self, FileId, Limits, Node, Position};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The files that environments named so far, by path.
#[derive(Debug, Default)]
pub(super) struct SharedFiles {
    seen: Mutex<BTreeMap<String, Seen>>,
}

/// What is known of a file.
#[derive(Debug)]
enum Seen {
    /// It was named once, as most are: nothing is kept.
    Once,
    /// It was named again, and nothing was wrong with it.
    Kept(Arc<SharedFile>),
}

/// A file that several environments name.
#[derive(Debug)]
struct SharedFile {
    text: Arc<str>,
    /// The file that the places in the tree are in.
    id: FileId,
    tree: Node,
}

impl SharedFiles {
    /// Reads and parses a file of exactly one document as [`super::read_document`] does.
    pub(super) fn read_document(
        &self,
        root: &Root,
        path: &str,
        named_at: Position,
        sources: &mut Sources,
        findings: &mut Findings,
    ) -> Option<Node> {
        let known = self.kept(path);
        let text: Arc<str> = match &known {
            Some(known) => Arc::clone(&known.text),
            None => read_text(root, path, named_at, findings)?.into(),
        };
        let id = sources.add(path, Arc::clone(&text));
        if let Some(known) = known.filter(|known| known.id == id) {
            return Some(known.tree.clone());
        }
        let mut own = Findings::new();
        let tree = yaml::parse_one(&text, id, &Limits::default(), &mut own);
        if let (Some(tree), true) = (&tree, own.is_empty()) {
            self.note(path, &text, id, tree);
        }
        findings.extend(own);
        tree
    }

    fn kept(&self, path: &str) -> Option<Arc<SharedFile>> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match seen.get(path)? {
            Seen::Once => None,
            Seen::Kept(file) => Some(Arc::clone(file)),
        }
    }

    /// Takes note of a file in which nothing is wrong, and keeps it if it was named before.
    fn note(&self, path: &str, text: &Arc<str>, id: FileId, tree: &Node) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match seen.get_mut(path) {
            Some(known @ Seen::Once) => {
                let (text, tree) = (Arc::clone(text), tree.clone());
                *known = Seen::Kept(Arc::new(SharedFile { text, id, tree }));
            }
            Some(Seen::Kept(_)) => {}
            None => _ = seen.insert(path.to_owned(), Seen::Once),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_same_however_often_it_is_named() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("a.yaml"), "a: [1, x]\n").unwrap();
        std::fs::write(directory.path().join("b.yaml"), "a: [1, x\n").unwrap();
        let root = Root::open(directory.path()).unwrap();
        let files = SharedFiles::default();
        // In the fifth environment it is the second file.
        for before in [&[][..], &[], &[], &[], &["x.yaml"], &[]] {
            let (mut sources, mut findings) = (Sources::default(), Findings::new());
            before.iter().for_each(|path| _ = sources.add(*path, ""));
            let mut read = |path: &str| {
                files.read_document(&root, path, Position::default(), &mut sources, &mut findings)
            };
            let (tree, broken) = (read("a.yaml").unwrap(), read("b.yaml"));
            let file = FileId(u32::try_from(before.len()).unwrap());
            assert_eq!(sources.get(file).map(|file| &*file.text), Some("a: [1, x]\n"));
            let place = tree.find(&["a", "1"]).unwrap().position;
            assert_eq!((place.file, place.line, place.column), (file, 1, 8));
            assert_eq!(tree.to_json().to_string(), r#"{"a":[1,"x"]}"#);
            assert!(broken.is_none() && findings.has_errors());
        }
    }

    #[test]
    fn one_run_sees_one_state_of_a_file() {
        let directory = tempfile::tempdir().unwrap();
        let root = Root::open(directory.path()).unwrap();
        let files = SharedFiles::default();
        let seen = ["1", "2", "3", "4"].map(|text| {
            std::fs::write(directory.path().join("a.yaml"), text).unwrap();
            let mut findings = Findings::new();
            let (place, mut sources) = (Position::default(), Sources::default());
            files.read_document(&root, "a.yaml", place, &mut sources, &mut findings).unwrap().to_json()
        });
        // It is kept when it is named the second time.
        assert_eq!(seen.map(|value| value.to_string()), ["1", "2", "2", "2"]);
    }
}
