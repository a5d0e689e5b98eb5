//! The rules that are run on the final objects, whatever they came from: one file each.
//!
//! A guard sees the objects as they will be written, and the spec only to point at what to mend. The
//! seat belts among them cannot be waived (see `docs/rules/`).

pub mod committed;
pub mod registry;
mod subject;

pub use subject::{CommittedObject, CommittedObjects, Subject};

use crate::diag::{Findings, Rule};

/// A rule with the code that finds it broken.
pub struct Guard {
    /// The rule.
    pub rule: &'static Rule,
    /// Finds where it is broken.
    pub check: fn(&Subject<'_>, &mut Findings),
}

/// Runs every guard.
pub fn run(subject: &Subject<'_>, findings: &mut Findings) {
    for guard in registry::GUARDS {
        (guard.check)(subject, findings);
    }
}
