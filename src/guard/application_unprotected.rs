//! A pruning parent cannot take our Applications and AppProjects.
//!
//! Source: argo-cd `gitops-engine/pkg/sync/sync_context.go` (`isPruningDisabled`).

use super::{Subject, sync_options};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// An Application or AppProject that its parent may prune.
    pub RULE = "ARG002", "application-unprotected", Error, seat belt 1,
    "every Application and AppProject carries Prune=false,Delete=false"
}

/// Checks every Application and AppProject.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in subject.of_kind("Application").chain(subject.of_kind("AppProject")) {
        let missing = sync_options::missing_protection(object);
        if !missing.is_empty() {
            let message = format!(
                "{} `{}` lacks {}: a parent that prunes would delete it",
                object.kind(),
                object.name(),
                missing.join(" and ")
            );
            let finding = Finding::new(&RULE, message)
                .help("write the annotation `argocd.argoproj.io/sync-options: Prune=false,Delete=false`");
            findings.push(subject.about(finding, object));
        }
    }
}
