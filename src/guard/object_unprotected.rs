//! Argo CD neither prunes nor deletes what we render.
//!
//! Both options are read from the live object (argo-cd `gitops-engine/pkg/sync/sync_context.go`,
//! `controller/appcontroller.go`, `shouldBeDeleted`), so they must have been synced before they are
//! needed: that is why every object carries them from its first rendering.

use super::{Subject, sync_options};
use crate::diag::Findings;
use crate::rule;

rule! {
    /// An object that a prune, or the deletion of its Application, takes along.
    pub RULE = "ARG003", "object-unprotected", Error, seat belt 2,
    "every object carries Prune=false,Delete=false"
}

/// Checks every object but Applications and AppProjects, which have a rule of their own.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (object, identity) in subject.identified() {
        if matches!(identity.kind, "Application" | "AppProject") {
            continue;
        }
        let consequence = "Argo CD would delete it once it leaves Git, or with its Application";
        sync_options::report_missing_protection(subject, &RULE, object, consequence, findings);
    }
}
