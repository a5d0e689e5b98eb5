//! YAML in and out. The only place that names a YAML crate (see `docs/adr/0001-yaml.md`).
//!
//! Reading goes in three steps, each of which reports everything it finds and goes on:
//! [`parse`] turns a text into [`Node`]s that know their place, [`merge`] lays one tree over another,
//! and [`decode`] turns a tree into a typed value. Nothing here knows what a pool is.

mod ambiguity;
mod characters;
mod decode;
mod emit;
mod entries;
mod merge;
mod node;
mod parse;
mod places;
mod pointer;
mod reader;
pub mod rules;
mod scalar;
mod scan;
mod style;
mod syntax;
mod verify;
mod verify_parts;

pub use ambiguity::ambiguity;
pub use decode::{DecodeRules, Hole, InPart, decode, decode_in_part};
pub use emit::{EmitError, MAX_DEPTH, emit, emit_document};
pub use merge::{MergeEvent, MergeOptions, is_one_of, merge, settle};
pub use node::{FileId, Key, Node, Position, Value};
pub use parse::{Limits, parse, parse_one};
pub use scalar::{ambiguous, quoted, resolve, written};
pub use verify::{Mismatch, verify};
pub use verify_parts::verify_in_parts;
