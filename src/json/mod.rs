//! What is emitted, as a tree: the data model of JSON, in maps that keep the order they were built in.
//!
//! It stands where `serde_json::Value` would, with the same names, because a manifest is hundreds of
//! small maps that are built once and looked up thousands of times: a map here is a list of entries,
//! and a short text needs no memory of its own. See `docs/adr/0010-the-tree-of-what-is-emitted.md`.

mod convert;
mod macros;
mod map;
mod serialized;
mod value;

pub use convert::ToJson;
pub(crate) use macros::json;
pub use map::Map;
pub use serde_json::Number;
pub use value::Value;

/// A key, or the text of a value: as long as it is short, it stands in place.
pub type Text = smol_str::SmolStr;

#[cfg(test)]
mod tests;
