//! A pruning parent cannot take our Applications and AppProjects.
//!
//! Source: argo-cd `gitops-engine/pkg/sync/sync_context.go` (`isPruningDisabled`).

use super::{Subject, sync_options};
use crate::diag::Findings;
use crate::rule;

rule! {
    /// An Application or AppProject that its parent may prune.
    pub RULE = "ARG002", "application-unprotected", Error, seat belt 1,
    "every Application and AppProject carries Prune=false,Delete=false"
}

/// Checks every Application and AppProject.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in subject.of_kind("Application").chain(subject.of_kind("AppProject")) {
        let consequence = "a parent that prunes would delete it";
        sync_options::report_missing_protection(subject, &RULE, object, consequence, findings);
    }
}
