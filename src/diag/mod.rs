//! Findings: what is wrong, where, why and what to write instead, and their renderings.
//!
//! The model knows none of its renderings; each format is a file of its own.

mod concise;
mod finding;
mod fingerprint;
mod fix;
mod format;
mod github;
mod human;
mod json;
mod junit;
mod lifted;
mod macros;
mod nearest;
mod page;
mod report;
mod sarif;
mod sources;
mod text;
mod wish;

pub use finding::{Edit, Finding, Findings, Fix, Label, ObjectRef, Rule, Severity};
pub use fingerprint::Fingerprints;
pub use fix::{Fixed, apply_fixes, unified_diff};
pub use format::{Format, UnknownFormat, render};
pub use json::findings_schema;
pub use lifted::{Lifted, Waived};
pub use nearest::{certain, nearest};
pub use page::{Block, COVERS, Page, PageError, Section};
pub use report::{Counts, Report};
pub use sources::{SourceFile, Sources};
pub use wish::Wish;
