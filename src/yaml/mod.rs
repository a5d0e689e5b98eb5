//! YAML in and out. The only place that names a YAML crate (see `docs/adr/0001-yaml.md`).

mod node;

pub use node::{FileId, Key, Node, Position, Value};
