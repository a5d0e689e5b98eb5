//! Reading the committed output for the rules about changes of hands.

use super::{CommittedObject, CommittedObjects};
use crate::diag::Findings;
use crate::load::{Committed, Root};
use crate::write::{MARKER, RenderedFile};
use crate::yaml::{self, FileId, Limits};

/// The committed objects of an environment. Nothing is given back when there are none, or when they
/// are what is rendered now: then nothing changes hands.
pub fn read(root: &Root, output: &str, files: &[RenderedFile], findings: &mut Findings) -> Option<CommittedObjects> {
    let committed = Committed::read(root, output, MARKER, findings);
    let unchanged = committed.files.len() == files.len()
        && files.iter().all(|file| committed.files.get(&file.path).is_some_and(|old| old.text == file.text));
    if committed.files.is_empty() || unchanged {
        return None;
    }
    let mut objects = CommittedObjects::default();
    for (path, file) in committed.files {
        // What somebody broke by hand is reported as stale; it cannot be compared.
        let mut ignored = Findings::new();
        if let Some(tree) = yaml::parse_one(&file.text, FileId::default(), &Limits::default(), &mut ignored) {
            objects.objects.push(CommittedObject { path, value: tree.to_json() });
        }
    }
    Some(objects)
}
