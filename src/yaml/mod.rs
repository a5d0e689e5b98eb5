//! YAML in and out. The only place that names a YAML crate (see `docs/adr/0001-yaml.md`).

mod emit;
mod node;
mod pointer;
mod quoting;
mod scan;
mod verify;

pub use emit::{EmitError, MAX_DEPTH, emit, emit_document};
pub use node::{FileId, Key, Node, Position, Value};
pub use verify::{Mismatch, verify};
