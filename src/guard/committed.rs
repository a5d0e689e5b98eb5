//! Reading the committed output for the rules about changes of hands.

use super::{BrokenFile, CommittedObject, CommittedObjects};
use crate::diag::{Findings, Sources};
use crate::load::{Committed, Root};
use crate::sorted::IntoSorted;
use crate::write::{MARKER, RenderedFile};
use crate::yaml::{self, FileId, Limits};
use std::borrow::Cow;

/// What is committed of an environment.
#[derive(Debug)]
pub struct CommittedOutput {
    /// The committed objects. Nothing when there are none, or when they are what is rendered now and no other
    /// manifest stands among them: then nothing changes hands.
    pub objects: Option<CommittedObjects>,
    /// Whether the output directory holds exactly what is rendered now, and nothing else.
    pub is_as_rendered: bool,
}

/// Reads the committed output of an environment of which `files` are rendered now.
pub fn read(root: &Root, output: &str, files: &[RenderedFile], findings: &mut Findings) -> CommittedOutput {
    let rendered = files.iter().map(|file| (&*file.path, &*file.text)).into_map();
    let committed = Committed::read(root, output, MARKER, &rendered, findings);
    let is_rendered = |text: &Cow<'_, str>| matches!(text, Cow::Borrowed(_));
    let unchanged = committed.files.len() == files.len() && committed.files.values().all(is_rendered);
    let is_as_rendered = committed.is_whole && unchanged;
    let nothing_changes = committed.foreign.is_empty() && (committed.files.is_empty() || unchanged);
    let objects = (!nothing_changes).then(|| objects(output, committed));
    CommittedOutput { objects, is_as_rendered }
}

fn objects(output: &str, committed: Committed<'_>) -> CommittedObjects {
    let mut objects = CommittedObjects { foreign: committed.foreign, ..CommittedObjects::default() };
    for (path, text) in committed.files {
        let path = path.into_owned();
        let mut faults = Findings::new();
        match yaml::parse_one(&text, FileId::default(), &Limits::default(), &mut faults) {
            Some(tree) if tree.as_map().is_some() => {
                objects.objects.push(CommittedObject { path, value: tree.to_json() });
            }
            _ => objects.broken.push(BrokenFile {
                path: format!("{output}/{path}"),
                below_output: path,
                fault: first_fault(faults),
            }),
        }
    }
    objects
}

fn first_fault(faults: Findings) -> Option<(String, u32)> {
    let fault = faults.into_sorted(&Sources::default()).into_iter().next()?;
    let line = fault.primary?.position.line;
    Some((fault.message, line))
}
