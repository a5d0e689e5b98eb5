//! A map while it is being read: unique keys, and merge keys applied at the end.

use super::{Key, Node, Position};
use crate::json::Text;
use std::collections::HashMap;

/// From this many entries on, keys are looked up in an index.
const INDEXED: usize = 16;

/// The entries of a map so far.
#[derive(Default)]
pub(super) struct Entries {
    entries: Vec<(Key, Node)>,
    index: HashMap<Text, usize>,
}

impl Entries {
    /// Where `name` was given already.
    pub(super) fn position_of(&self, name: &str) -> Option<Position> {
        self.entry(name).map(|(key, _)| key.position)
    }

    /// The entry of `name`.
    pub(super) fn entry(&self, name: &str) -> Option<&(Key, Node)> {
        let at = if self.index.is_empty() {
            self.entries.iter().position(|(key, _)| &*key.name == name)
        } else {
            self.index.get(name).copied()
        };
        self.entries.get(at?)
    }

    /// Adds an entry whose key is new.
    pub(super) fn push(&mut self, key: Key, value: Node) {
        if !self.index.is_empty() {
            self.index.insert(key.name.clone(), self.entries.len());
        } else if self.entries.len() >= INDEXED {
            let all = self.entries.iter().map(|(key, _)| &key.name).chain([&key.name]);
            self.index = all.enumerate().map(|(at, name)| (name.clone(), at)).collect();
        }
        self.entries.push((key, value));
    }

    /// Adds what `<<` brings: keys of the map itself win, and earlier merges win over later ones.
    pub(super) fn absorb(&mut self, merged: Vec<(Key, Node)>) {
        for (key, value) in merged {
            if self.position_of(&key.name).is_none() {
                self.push(key, value);
            }
        }
    }

    /// The entries in the order written.
    pub(super) fn into_vec(self) -> Vec<(Key, Node)> {
        self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_with_and_without_the_index() {
        let mut entries = Entries::default();
        for line in 1..100u32 {
            let name = format!("k{line}");
            assert_eq!(entries.position_of(&name), None);
            let position = Position { line, ..Position::default() };
            entries.push(Key { name: name.as_str().into(), position }, Node::null());
            assert_eq!(entries.position_of(&name), Some(position));
            assert_eq!(entries.position_of("k1").map(|place| place.line), Some(1));
        }
        assert_eq!(entries.into_vec().len(), 99);
    }
}
