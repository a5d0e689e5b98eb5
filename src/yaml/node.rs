//! The one tree that every input becomes: values that know where they were written.
//!
//! Layers and class presets are merged on this tree, so a value keeps the file, line and column it
//! came from however it reached the resolved spec. What is emitted is a [`crate::json::Value`]: it
//! needs no positions.

use crate::json::{Map as JsonMap, Number, Text, Value as Json};

/// Index of a source file in [`crate::diag::Sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// Where a key or a value stands: a file, a line and column from 1, and a byte range.
///
/// Columns count characters. The byte range of a map or list starts at its first entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The file.
    pub file: FileId,
    /// Line, from 1; 0 means that only the file is known.
    pub line: u32,
    /// Column in characters, from 1; 0 means that only the file is known.
    pub column: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Position {
    /// A position that names a file and no place in it.
    pub fn whole_file(file: FileId) -> Position {
        Position { file, ..Position::default() }
    }
}

/// A value with its position.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where the value stands.
    pub position: Position,
    /// A scalar written without quotes.
    pub plain: bool,
    /// The spelling of a plain scalar that its value no longer tells: `4.20`, or `True`.
    pub raw: Option<Box<str>>,
    /// What it is.
    pub value: Value,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer that fits 64 bits, signed.
    Int(i64),
    /// An integer that fits only 64 bits unsigned.
    UInt(u64),
    /// A decimal number.
    Float(f64),
    /// Text.
    Str(Text),
    /// A list.
    Seq(Vec<Node>),
    /// A map in the order written; keys are unique.
    Map(Vec<(Key, Node)>),
}

/// The most entries of a map that are walked through at once.
const FEW: usize = 32;

/// Looks for a key as if the keys were sorted, as the environments of a fleet are, before the entries are
/// walked through.
#[inline(never)]
fn entry_of_many<'a>(entries: &'a [(Key, Node)], key: &str) -> Option<&'a (Key, Node)> {
    match entries.binary_search_by(|(known, _)| known.name.as_str().cmp(key)) {
        Ok(at) => entries.get(at),
        Err(_) => entries.iter().find(|(known, _)| &*known.name == key),
    }
}

/// A key of a map with its position.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key's text.
    pub name: Text,
    /// Where the key stands.
    pub position: Position,
}

impl Node {
    /// A value at `position`, not written as a plain scalar.
    pub fn new(position: Position, value: Value) -> Node {
        Node { position, plain: false, raw: None, value }
    }

    /// A null without a place in a file.
    pub fn null() -> Node {
        Node { plain: true, ..Node::new(Position::default(), Value::Null) }
    }

    /// An empty map at `position`.
    pub fn empty_map(position: Position) -> Node {
        Node::new(position, Value::Map(Vec::new()))
    }

    /// Whether this is null.
    #[inline]
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The text, if this is text.
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The entries, if this is a map.
    #[inline]
    pub fn as_map(&self) -> Option<&[(Key, Node)]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items, if this is a list.
    #[inline]
    pub fn as_seq(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Seq(items) => Some(items),
            _ => None,
        }
    }

    /// The value under `key`, if this is a map that has it.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, node)| node)
    }

    /// The entry under `key`, if this is a map that has it.
    pub fn entry(&self, key: &str) -> Option<&(Key, Node)> {
        let entries = self.as_map()?;
        if entries.len() > FEW {
            return entry_of_many(entries, key);
        }
        entries.iter().find(|(k, _)| &*k.name == key)
    }

    /// The node at `path`; list items are named by their index in decimal.
    pub fn find(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, step| node.step(step))
    }

    fn step(&self, step: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(_) => self.get(step),
            Value::Seq(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// The position of the value at `path`, or of the nearest ancestor that exists.
    ///
    /// An ancestor is pointed at by its key, since a map's own position is that of its first entry.
    pub fn locate(&self, path: &[&str]) -> Position {
        let mut place = self.position;
        let mut node = self;
        for (depth, step) in path.iter().enumerate() {
            let Some(next) = node.step(step) else { return place };
            let scalar_at_end =
                depth + 1 == path.len() && !matches!(next.value, Value::Map(_) | Value::Seq(_));
            place = match node.entry(step) {
                Some((key, _)) if !scalar_at_end => key.position,
                _ => next.position,
            };
            node = next;
        }
        place
    }

    /// The position of the key at the end of `path`, or of the nearest ancestor that exists.
    pub fn locate_key(&self, path: &[&str]) -> Position {
        let Some((last, parents)) = path.split_last() else { return self.position };
        match self.find(parents).and_then(|parent| parent.entry(last)) {
            Some((key, _)) => key.position,
            None => self.locate(path),
        }
    }

    /// How many nodes there are, this one included.
    pub fn size(&self) -> usize {
        1 + match &self.value {
            Value::Seq(items) => items.iter().map(Node::size).sum::<usize>(),
            Value::Map(entries) => entries.iter().map(|(_, node)| node.size()).sum(),
            _ => 0,
        }
    }

    /// The same value without positions.
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(b) => Json::Bool(*b),
            Value::Int(i) => Json::from(*i),
            Value::UInt(u) => Json::from(*u),
            Value::Float(f) => Number::from_f64(*f).map_or(Json::Null, Json::Number),
            Value::Str(s) => Json::String(s.clone()),
            Value::Seq(items) => Json::Array(items.iter().map(Node::to_json).collect()),
            // The reader lets no key stand twice.
            Value::Map(entries) => Json::Object(JsonMap::of_distinct(
                entries.iter().map(|(k, v)| (k.name.clone(), v.to_json())).collect(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_a_large_map_is_found_in_any_order() {
        let map = |names: Vec<String>| {
            let key = |name: String| Key { name: name.into(), position: Position::default() };
            let entries = names
                .into_iter()
                .map(|name| (key(name.clone()), Node::new(Position::default(), Value::Str(name.into()))));
            Node::new(Position::default(), Value::Map(entries.collect()))
        };
        let sorted: Vec<String> = (0..100).map(|number| format!("{number:03}")).collect();
        let mixed = (0..100).map(|number| format!("{:03}", number * 37 % 100)).collect();
        for map in [map(sorted.clone()), map(mixed)] {
            assert!(sorted.iter().all(|name| map.get(name).and_then(Node::as_str) == Some(name)));
            assert!(["", "0505", "100", "x"].iter().all(|name| map.get(name).is_none()));
        }
    }
}
