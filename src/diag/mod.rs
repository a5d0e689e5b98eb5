//! Findings: what is wrong, where, why and what to write instead, and their renderings.
//!
//! The model knows none of its renderings; each format is a file of its own.

mod finding;
mod macros;
mod sources;

pub use finding::{Finding, Findings, Label, ObjectRef, Rule, Severity};
pub use sources::{SourceFile, Sources};
