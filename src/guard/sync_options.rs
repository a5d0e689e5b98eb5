//! Argo CD's sync options, as they stand in an Application and in an object's annotation.
//!
//! They are compared exactly, case included; an unknown one is ignored without an error (argo-cd
//! `gitops-engine/pkg/sync/common/types.go`, `docs/user-guide/sync-options.md`).

use super::Subject;
use crate::diag::{Finding, Findings, Rule};
use crate::json::Value as Json;
use crate::render::Object;
use crate::render::object::SYNC_OPTIONS;

/// What keeps an object when it leaves Git, and when its Application is deleted.
pub(super) const PROTECTION: [&str; 2] = ["Prune=false", "Delete=false"];

/// Both, as nearly every object has them: this text need not be taken apart.
pub(super) const PROTECTED: &str = "Prune=false,Delete=false";

/// The options in an object's annotation.
pub(super) fn of_object(object: &Object) -> impl Iterator<Item = &str> {
    split(object.annotation(SYNC_OPTIONS).unwrap_or_default())
}

/// The options in the text of an annotation.
pub(super) fn split(annotation: &str) -> impl Iterator<Item = &str> {
    annotation.split(',').map(str::trim).filter(|option| !option.is_empty())
}

/// The options of an Application.
pub(super) fn of_application(application: &Json) -> impl Iterator<Item = &Json> {
    application["spec"]["syncPolicy"]["syncOptions"].as_array().into_iter().flatten()
}

/// Reports what of [`PROTECTION`] an object lacks, with what would come of it.
pub(super) fn report_missing_protection(
    subject: &Subject<'_>,
    rule: &'static Rule,
    object: &Object,
    consequence: &str,
    findings: &mut Findings,
) {
    let annotation = object.annotation(SYNC_OPTIONS).unwrap_or_default();
    if annotation == PROTECTED {
        return;
    }
    let has = |wanted: &str| split(annotation).any(|option| option == wanted);
    let missing: Vec<&str> = PROTECTION.into_iter().filter(|option| !has(option)).collect();
    if missing.is_empty() {
        return;
    }
    let message =
        format!("{} `{}` lacks {}: {consequence}", object.kind(), object.name(), missing.join(" and "));
    let finding = Finding::new(rule, message)
        .help("write the annotation `argocd.argoproj.io/sync-options: Prune=false,Delete=false`");
    findings.push(subject.about(finding, object));
}
