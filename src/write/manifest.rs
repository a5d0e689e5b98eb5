//! Objects to bytes: canonical YAML that a second, independent reader has confirmed.

use super::rules;
use super::{MARKER, RenderedFile};
use crate::diag::{Finding, Findings};
use crate::render::Object;
use crate::yaml;

/// The objects as files, one object a file, in their order.
///
/// Nothing is given back when one of them cannot be written so that every reader understands the same:
/// that is a fault of poolsmith's own, and no output.
pub fn files(objects: &[Object], findings: &mut Findings) -> Option<Vec<RenderedFile>> {
    let mut files = Vec::with_capacity(objects.len());
    let mut sound = true;
    for object in objects {
        match document(object) {
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

fn document(object: &Object) -> Result<String, String> {
    let mut text = String::with_capacity(2048);
    text.push_str(MARKER);
    text.push('\n');
    yaml::emit(&object.value, &mut text).map_err(|error| format!("the object cannot be written: {error}"))?;
    yaml::verify(&text, &object.value)
        .map_err(|mismatch| format!("a second reader understands the document otherwise: {mismatch}"))?;
    Ok(text)
}

/// `bundle/kind-name.yaml`, the kind in lower case.
fn file_name(object: &Object) -> String {
    // A name may hold a colon (RBAC) where a file name had better not.
    let name = object.name().replace([':', '/', '\\'], "-");
    format!("{}/{}-{name}.yaml", object.bundle.as_str(), object.kind().to_ascii_lowercase())
}
