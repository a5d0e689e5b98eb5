//! A map in the order in which it was built.

use super::{Text, Value};
use crate::sorted::sort_by;
use std::fmt;
use std::ops::Index;

/// Entries in their order, each key once.
///
/// Looking up walks the entries: the maps of a manifest have a handful of them.
#[derive(Clone, Default)]
pub struct Map {
    entries: Vec<(Text, Value)>,
}

impl Map {
    /// A map without entries.
    pub const fn new() -> Map {
        Map { entries: Vec::new() }
    }

    /// A map without entries and with room for some.
    pub fn with_capacity(capacity: usize) -> Map {
        Map { entries: Vec::with_capacity(capacity) }
    }

    /// A map of entries whose keys are known to differ from each other.
    pub(crate) fn of_distinct(entries: Vec<(Text, Value)>) -> Map {
        Map { entries }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn place(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|(name, _)| name == key)
    }

    /// The value of a key.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.entries.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The value of a key, put there by `make` if there is none.
    pub fn get_or_insert_with(&mut self, key: impl Into<Text>, make: impl FnOnce() -> Value) -> &mut Value {
        let key = key.into();
        let place = self.place(&key).unwrap_or_else(|| {
            self.entries.push((key, make()));
            self.entries.len() - 1
        });
        &mut self.entries[place].1
    }

    /// Whether there is an entry of that key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.place(key).is_some()
    }

    /// Sets the value of a key and gives back the one that it had. A new key comes last.
    pub fn insert(&mut self, key: impl Into<Text>, value: impl Into<Value>) -> Option<Value> {
        let (key, value) = (key.into(), value.into());
        match self.get_mut(&key) {
            Some(slot) => Some(std::mem::replace(slot, value)),
            None => {
                self.entries.push((key, value));
                None
            }
        }
    }

    /// Removes an entry; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.place(key).map(|place| self.entries.remove(place).1)
    }

    /// Keeps the entries for which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(&Text, &mut Value) -> bool) {
        self.entries.retain_mut(|(key, value)| keep(key, value));
    }

    /// Sorts the entries by their keys' bytes; the maps within keep their order.
    pub fn sort_keys(&mut self) {
        sort_by(&mut self.entries, |(one, _), (other, _)| one.cmp(other));
    }

    /// The entries.
    pub fn iter(&self) -> Iter<'_> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The keys.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Text> + ExactSizeIterator {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The values.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> + ExactSizeIterator {
        self.entries.iter().map(|(_, value)| value)
    }
}

/// The entries of a [`Map`].
pub type Iter<'a> =
    std::iter::Map<std::slice::Iter<'a, (Text, Value)>, fn(&'a (Text, Value)) -> (&'a Text, &'a Value)>;

impl<'a> IntoIterator for &'a Map {
    type Item = (&'a Text, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.entries.iter().map(|(key, value)| (key, value))
    }
}

impl IntoIterator for Map {
    type Item = (Text, Value);
    type IntoIter = std::vec::IntoIter<(Text, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<K: Into<Text>> Extend<(K, Value)> for Map {
    fn extend<I: IntoIterator<Item = (K, Value)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Into<Text>> FromIterator<(K, Value)> for Map {
    /// A key that comes twice keeps its first place and its last value.
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Map {
        let entries = entries.into_iter();
        let mut map = Map::with_capacity(entries.size_hint().0);
        map.extend(entries);
        map
    }
}

impl Index<&str> for Map {
    type Output = Value;

    /// The value of a key, null if there is none.
    fn index(&self, key: &str) -> &Value {
        self.get(key).unwrap_or(&Value::Null)
    }
}

impl PartialEq for Map {
    /// The order of the entries does not count.
    fn eq(&self, other: &Map) -> bool {
        self.len() == other.len()
            && self.entries.iter().zip(&other.entries).all(|((key, value), (name, its))| {
                // Nearly always both were built in the same order.
                if key == name {
                    value == its
                } else {
                    other.get(key) == Some(value) && self.contains_key(name)
                }
            })
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}
