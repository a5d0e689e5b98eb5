//! What is committed about machines can be read.
//!
//! A rendered file that somebody broke, with the marks of a merge that was not finished for example, says
//! nothing about what runs; a change of hands would pass unnoticed. Files of other kinds are only stale.

use super::Subject;
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A committed file about machines that is no YAML object.
    pub RULE = "TRN014", "committed-broken", Error, seat belt 5,
    "a committed MachineSet, MachineAutoscaler or Application can be read"
}

/// How the files begin that say who decides about how many machines.
const ABOUT_MACHINES: [&str; 3] =
    ["capacity/machineset-", "capacity/machineautoscaler-", "argocd/application-"];

/// Checks the committed files that hold no object.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(committed) = subject.committed else { return };
    for broken in &committed.broken {
        if !ABOUT_MACHINES.iter().any(|beginning| broken.below_output.starts_with(beginning)) {
            continue;
        }
        let why = match &broken.fault {
            Some((message, line)) => format!("line {line}: {message}"),
            None => "it holds no object".to_owned(),
        };
        let message = format!(
            "the committed `{}` cannot be read, so what changes for its machines cannot be told ({why})",
            broken.path
        );
        findings.push(Finding::new(&RULE, message).help(format!(
            "restore it as it was last synced: `git checkout COMMIT -- {}`; then render again",
            broken.path
        )));
    }
}
