//! Argo CD's sync options, as they stand in an Application and in an object's annotation.
//!
//! They are compared exactly, case included; an unknown one is ignored without an error (argo-cd
//! `gitops-engine/pkg/sync/common/types.go`, `docs/user-guide/sync-options.md`).

use crate::render::Object;
use crate::render::object::SYNC_OPTIONS;
use serde_json::Value as Json;

/// What keeps an object when it leaves Git, and when its Application is deleted.
pub(super) const PROTECTION: [&str; 2] = ["Prune=false", "Delete=false"];

/// The options in an object's annotation.
pub(super) fn of_object(object: &Object) -> Vec<&str> {
    split(object.annotation(SYNC_OPTIONS).unwrap_or_default())
}

/// The options in the text of an annotation.
pub(super) fn split(annotation: &str) -> Vec<&str> {
    annotation.split(',').map(str::trim).filter(|option| !option.is_empty()).collect()
}

/// The options of an Application.
pub(super) fn of_application(application: &Json) -> impl Iterator<Item = &Json> {
    application["spec"]["syncPolicy"]["syncOptions"].as_array().into_iter().flatten()
}

/// What of [`PROTECTION`] an object lacks.
pub(super) fn missing_protection(object: &Object) -> Vec<&'static str> {
    let options = of_object(object);
    PROTECTION.into_iter().filter(|option| !options.contains(option)).collect()
}
