//! A bundle's directory holds what was rendered and nothing else.
//!
//! The bundle's Application applies every `*.yaml` that stands there. A manifest of somebody's own is
//! applied with it and has passed no rule: a MachineSet whose first line was taken off, for example, is
//! no pool any more, so its size is Git's, whatever the autoscaler has made of it.

use super::Subject;
use crate::diag::{Finding, Findings};
use crate::render::Bundle;
use crate::rule;
use crate::spec::project::SourceKind;

rule! {
    /// A manifest in a bundle's directory that was not rendered.
    pub RULE = "TRN021", "unrendered-manifest-applied", Warning, waivable,
    "what stands in a bundle's directory was rendered"
}

/// Checks the manifests that stand among the committed ones, where Argo CD reads these.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(committed) = subject.committed else { return };
    if subject.plan.argocd.source_kind != SourceKind::Directory {
        return;
    }
    let output = &subject.plan.argocd.output;
    for path in &committed.foreign {
        let Some(bundle) = path.split_once('/').and_then(|(folder, _)| Bundle::from_name(folder)) else {
            continue;
        };
        let who = match subject.application_of(bundle) {
            Some(application) => format!("Application `{}`", application.name()),
            None => "whoever syncs that directory".to_owned(),
        };
        let message = format!(
            "`{output}/{path}` was not rendered, but {who} applies every manifest that stands there: no rule has seen it"
        );
        findings.push(
            Finding::new(&RULE, message)
                .at(subject.project.locate(&["environments", subject.environment, "output"]))
                .help("move it out of the output directory; an object of your own is rendered from `extraObjects`"),
        );
    }
}
