//! What an object is called, looked up once: nearly every rule that looks at all objects asks for it.

use crate::render::Object;

/// What tells an object from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity<'a> {
    /// The apiVersion, empty when there is none.
    pub(super) api_version: &'a str,
    /// The API group; empty for the core group.
    pub(super) group: &'a str,
    /// The kind, empty when there is none.
    pub(super) kind: &'a str,
    /// The namespace, if there is one.
    pub(super) namespace: Option<&'a str>,
    /// The name, empty when there is none.
    pub(super) name: &'a str,
}

impl<'a> Identity<'a> {
    /// That of an object.
    pub(super) fn of(object: &'a Object) -> Identity<'a> {
        let api_version = object.api_version();
        let metadata = &object.value["metadata"];
        Identity {
            api_version,
            group: api_version.split_once('/').map_or("", |(group, _)| group),
            kind: object.kind(),
            namespace: metadata["namespace"].as_str(),
            name: metadata["name"].as_str().unwrap_or_default(),
        }
    }
}
