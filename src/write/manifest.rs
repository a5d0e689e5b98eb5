//! Objects to bytes: canonical YAML that a second, independent reader has confirmed.

use super::rules;
use super::{MARKER, RenderedFile};
use crate::diag::{Finding, Findings};
use crate::render::Object;
use crate::yaml;

/// The objects as files, one object a file, in their order.
///
/// Up to `threads` threads share the work, most of which is the second reader's.
///
/// Nothing is given back when one of them cannot be written so that every reader understands the same:
/// that is a fault of poolsmith's own, and no output.
pub fn files(objects: &[Object], threads: usize, findings: &mut Findings) -> Option<Vec<RenderedFile>> {
    // Fewer documents than this are sooner read than a thread is started.
    const WORTH_A_THREAD: usize = 8;
    let threads = threads.clamp(1, objects.len().div_ceil(WORTH_A_THREAD).max(1));
    let documents = if threads == 1 { documents(objects) } else { documents_in_parallel(objects, threads) };
    let mut files = Vec::with_capacity(objects.len());
    let mut sound = true;
    for (object, document) in objects.iter().zip(documents) {
        match document {
            Ok(text) => files.push(RenderedFile { path: file_name(object), text }),
            Err(reason) => {
                sound = false;
                findings.push(
                    Finding::new(&rules::UNFAITHFUL_DOCUMENT, reason)
                        .object(object.reference())
                        .help("report this with the input that shows it: it is a fault of poolsmith's own"),
                );
            }
        }
    }
    sound.then_some(files)
}

/// The documents in the order of the objects, whatever the number of threads.
fn documents_in_parallel(objects: &[Object], threads: usize) -> Vec<Result<String, String>> {
    std::thread::scope(|scope| {
        let parts: Vec<_> = objects
            .chunks(objects.len().div_ceil(threads))
            .map(|part| scope.spawn(move || documents(part)))
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// The documents in the order of the objects, each read again by the second reader.
fn documents(objects: &[Object]) -> Vec<Result<String, String>> {
    // Written in one place that grows, and kept in no more than they need.
    let mut text = String::new();
    let mut documents: Vec<Result<String, String>> =
        objects.iter().map(|object| document(object, &mut text).map(|()| text.as_str().to_owned())).collect();
    let written = documents.iter().zip(objects);
    let written: Vec<_> =
        written.filter_map(|(document, object)| Some((document.as_deref().ok()?, &object.value))).collect();
    let read = yaml::verify_in_parts(&written);
    for (document, read) in documents.iter_mut().filter(|document| document.is_ok()).zip(read) {
        if let Err(mismatch) = read {
            *document = Err(format!("a second reader understands the document otherwise: {mismatch}"));
        }
    }
    documents
}

/// Puts the document of an object in place of what `text` held.
fn document(object: &Object, text: &mut String) -> Result<(), String> {
    text.clear();
    text.push_str(MARKER);
    text.push('\n');
    yaml::emit(&object.value, text).map_err(|error| format!("the object cannot be written: {error}"))
}

/// `bundle/kind-name.yaml`, the kind in lower case.
fn file_name(object: &Object) -> String {
    let (bundle, kind, name) = (object.bundle.as_str(), object.kind(), object.name());
    let mut path = String::with_capacity(bundle.len() + kind.len() + name.len() + "/-.yaml".len());
    path.push_str(bundle);
    path.push('/');
    let lower = path.len();
    path.push_str(kind);
    if let Some(kind) = path.get_mut(lower..) {
        kind.make_ascii_lowercase();
    }
    path.push('-');
    // A name may hold a colon (RBAC) where a file name had better not.
    if name.bytes().any(|byte| matches!(byte, b':' | b'/' | b'\\')) {
        path.push_str(&name.replace([':', '/', '\\'], "-"));
    } else {
        path.push_str(name);
    }
    path.push_str(".yaml");
    path
}
