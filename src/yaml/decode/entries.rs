//! Maps and structs, entry by entry.

use super::super::{Key, Node};
use super::error::{DecodeError, Decoded};
use super::key::KeyText;
use super::part::Part;
use super::path::Path;
use super::place::Place;
use super::stand_in::StandIn;
use super::state::MAX_ATTEMPTS;
use serde::de::{DeserializeSeed, MapAccess};

/// The entries of a map.
pub(super) struct EntryAccess<'de, 'c> {
    keys: Keys<'de, 'c>,
    current: Option<Part<'de, 'c>>,
}

/// Where the keys come from.
enum Keys<'de, 'c> {
    /// The user.
    Users { map: &'c Place<'de, 'c>, entries: std::slice::Iter<'de, (Key, Node)> },
    /// The fields of a struct.
    Fields(Fields<'de, 'c>),
    /// The fields of a struct that is made up; a map that is made up has none.
    Made { map: StandIn, fields: &'static [&'static str], next: usize },
}

struct Fields<'de, 'c> {
    map: &'c Place<'de, 'c>,
    entries: &'de [(Key, Node)],
    fields: &'static [&'static str],
    visitor_type: &'static str,
    next_entry: usize,
    next_field: usize,
}

type Entry<'de, 'c> = (&'de str, Part<'de, 'c>);

impl<'de, 'c> EntryAccess<'de, 'c> {
    /// A map whose keys are the user's.
    pub(super) fn users(entries: &'de [(Key, Node)], map: &'c Place<'de, 'c>) -> Self {
        EntryAccess { keys: Keys::Users { map, entries: entries.iter() }, current: None }
    }

    /// A map whose keys are the fields of the struct that this type of visitor makes.
    pub(super) fn fields(
        entries: &'de [(Key, Node)],
        fields: &'static [&'static str],
        visitor_type: &'static str,
        map: &'c Place<'de, 'c>,
    ) -> Self {
        let fields = Fields { map, entries, fields, visitor_type, next_entry: 0, next_field: 0 };
        EntryAccess { keys: Keys::Fields(fields), current: None }
    }

    /// A map with these fields.
    pub(super) fn made(fields: &'static [&'static str], map: StandIn) -> Self {
        EntryAccess { keys: Keys::Made { map, fields, next: 0 }, current: None }
    }

    #[inline(never)]
    fn advance(&mut self) -> Decoded<Option<&'de str>> {
        let entry = match &mut self.keys {
            Keys::Users { map, entries } => next_of_user(map, entries)?,
            Keys::Fields(fields) => fields.next()?,
            Keys::Made { map, fields, next } => match fields.get(*next) {
                Some(name) => {
                    *next += 1;
                    Some((*name, Part::Made(map.field(*next)?)))
                }
                None => None,
            },
        };
        let (name, part) = entry.unzip();
        self.current = part;
        Ok(name)
    }

    #[inline(never)]
    fn refused_key(&self, error: DecodeError) -> DecodeError {
        match (&self.keys, &self.current) {
            (Keys::Users { .. }, Some(part)) => part.refused_key(error),
            _ => error,
        }
    }

    /// What an error of the whole map comes to.
    #[inline(never)]
    pub(super) fn refused(&self, error: DecodeError) -> DecodeError {
        match &self.keys {
            Keys::Users { .. } => error,
            Keys::Fields(Fields { map, entries, visitor_type, .. }) => {
                map.of_struct(error, entries, visitor_type)
            }
            // What it stands in for is recorded.
            Keys::Made { .. } => DecodeError::hopeless(),
        }
    }
}

fn next_of_user<'de, 'c>(
    map: &'c Place<'de, 'c>,
    entries: &mut std::slice::Iter<'de, (Key, Node)>,
) -> Decoded<Option<Entry<'de, 'c>>> {
    let state = map.state;
    for (key, node) in entries {
        if state.is_exhausted() {
            return Err(DecodeError::again());
        }
        if state.is_skipped(node) {
            state.touch();
            continue;
        }
        return Ok(Some((&key.name, under(key, node, map))));
    }
    Ok(None)
}

/// The value under a key.
fn under<'de, 'c>(key: &'de Key, node: &'de Node, map: &'c Place<'de, 'c>) -> Part<'de, 'c> {
    let path = Path::Key(&map.path, &key.name);
    Part::value(Place { node, path, key: Some(key.position), bare: None, state: map.state })
}

impl<'de, 'c> Fields<'de, 'c> {
    fn next(&mut self) -> Decoded<Option<Entry<'de, 'c>>> {
        if self.map.state.is_exhausted() {
            return Err(DecodeError::again());
        }
        if let Some((key, node)) = self.next_given() {
            return Ok(Some((&key.name, under(key, node, self.map))));
        }
        let Some((field, attempt)) = self.next_filled() else { return Ok(None) };
        let id = (self.visitor_type, field);
        Ok(Some((field, Part::Filled(StandIn::attempt(attempt), id, self.map.state))))
    }

    fn next_given(&mut self) -> Option<&'de (Key, Node)> {
        let state = self.map.state;
        while let Some(entry) = self.entries.get(self.next_entry) {
            self.next_entry += 1;
            let (key, node) = entry;
            if !self.fields.contains(&&*key.name) {
                self.map.unknown(&key.name, key.position, self.fields);
            } else if state.is_skipped(node) {
                state.touch();
            } else {
                return Some(entry);
            }
        }
        None
    }

    /// The next field that is known to be demanded, is not there, and has a stand-in to try.
    fn next_filled(&mut self) -> Option<(&'static str, u8)> {
        let state = self.map.state;
        while let Some(field) = self.fields.get(self.next_field) {
            self.next_field += 1;
            let Some(attempt) = state.fill((self.visitor_type, field)) else { continue };
            match self.entries.iter().find(|(key, _)| &*key.name == *field) {
                Some((_, node)) if !state.is_skipped(node) => continue,
                Some(_) => state.touch(),
                None => self.map.missing(field),
            }
            if attempt < MAX_ATTEMPTS {
                return Some((field, attempt));
            }
        }
        None
    }
}

impl<'de> MapAccess<'de> for EntryAccess<'de, '_> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Decoded<Option<K::Value>> {
        let Some(name) = self.advance()? else { return Ok(None) };
        match seed.deserialize(KeyText(name)) {
            Ok(key) => Ok(Some(key)),
            Err(error) => Err(self.refused_key(error)),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Decoded<T::Value> {
        match &self.current {
            Some(part) => part.decode(seed),
            // serde asks for a key first.
            None => Err(DecodeError::hopeless()),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(match &self.keys {
            Keys::Users { entries, .. } => entries.len(),
            Keys::Fields(Fields { fields, .. }) | Keys::Made { fields, .. } => fields.len(),
        })
    }
}
