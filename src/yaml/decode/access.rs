//! Lists, maps, structs and enums, value by value.

use super::super::{Key, Node, Position};
use super::error::{Class, DecodeError};
use super::node::Decoder;
use super::path::Path;
use super::stand_in::StandIn;
use super::state::MAX_ATTEMPTS;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::forward_to_deserialize_any;

type Decoded<T> = Result<T, DecodeError>;

/// The items of a list.
pub(super) struct ItemAccess<'de, 'c> {
    items: std::iter::Enumerate<std::slice::Iter<'de, Node>>,
    list: Decoder<'de, 'c>,
}

impl<'de, 'c> ItemAccess<'de, 'c> {
    pub(super) fn new(items: &'de [Node], list: Decoder<'de, 'c>) -> Self {
        ItemAccess { items: items.iter().enumerate(), list }
    }
}

impl<'de> SeqAccess<'de> for ItemAccess<'de, '_> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Decoded<Option<T::Value>> {
        let state = self.list.state;
        for (index, node) in self.items.by_ref() {
            if state.is_exhausted() {
                return Err(DecodeError::Again);
            }
            if state.is_skipped(node) {
                state.touch();
                continue;
            }
            let path = Path::Index(&self.list.path, index);
            let item = Decoder { node, path, key: None, bare: None, state };
            let before = state.touched();
            return item.bounded(seed.deserialize(item), before).map(Some);
        }
        Ok(None)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// The entries of a map whose keys are the user's.
pub(super) struct EntryAccess<'de, 'c> {
    entries: std::slice::Iter<'de, (Key, Node)>,
    current: Option<&'de (Key, Node)>,
    map: Decoder<'de, 'c>,
}

impl<'de, 'c> EntryAccess<'de, 'c> {
    pub(super) fn new(entries: &'de [(Key, Node)], map: Decoder<'de, 'c>) -> Self {
        EntryAccess { entries: entries.iter(), current: None, map }
    }
}

impl<'de> MapAccess<'de> for EntryAccess<'de, '_> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Decoded<Option<K::Value>> {
        let state = self.map.state;
        for entry in self.entries.by_ref() {
            if state.is_exhausted() {
                return Err(DecodeError::Again);
            }
            let (key, node) = entry;
            if state.is_skipped(node) {
                state.touch();
                continue;
            }
            self.current = Some(entry);
            let path = Path::Key(&self.map.path, &key.name);
            let before = state.touched();
            let at_key = Decoder { node, path, key: Some(key.position), bare: None, state };
            let name = seed.deserialize(KeyText(&key.name));
            return at_key.bounded(name.map_err(|error| error.located(key.position, path)), before).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Decoded<T::Value> {
        // serde asks for a key first.
        let Some((key, node)) = self.current.take() else { return Err(DecodeError::Hopeless) };
        decode_entry(&self.map, key, node, seed)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

fn decode_entry<'de, T: DeserializeSeed<'de>>(
    map: &Decoder<'de, '_>,
    key: &'de Key,
    node: &'de Node,
    seed: T,
) -> Decoded<T::Value> {
    let state = map.state;
    let path = Path::Key(&map.path, &key.name);
    let value = Decoder { node, path, key: Some(key.position), bare: None, state };
    let before = state.touched();
    value.bounded(seed.deserialize(value), before)
}

/// The text of a key, for keys that are text, words or a type around text.
struct KeyText<'de>(&'de str);

impl<'de> serde::Deserializer<'de> for KeyText<'de> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Decoded<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Decoded<V::Value> {
        if !words.contains(&self.0) {
            let message = format!("the key is none of {}", super::words::listed(words));
            return Err(DecodeError::Value { class: Class::WrongWord, message, at: None });
        }
        visitor.visit_enum(BorrowedStrDeserializer::new(self.0))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// The entries of a map whose keys are the fields of a struct.
pub(super) struct StructAccess<'de, 'c> {
    entries: &'de [(Key, Node)],
    fields: &'static [&'static str],
    visitor_type: &'static str,
    next_entry: usize,
    next_field: usize,
    current: Option<Current<'de>>,
    map: Decoder<'de, 'c>,
}

enum Current<'de> {
    Given(&'de Key, &'de Node),
    Filled(&'static str, u8),
}

impl<'de, 'c> StructAccess<'de, 'c> {
    pub(super) fn new(
        entries: &'de [(Key, Node)],
        fields: &'static [&'static str],
        visitor_type: &'static str,
        map: Decoder<'de, 'c>,
    ) -> Self {
        StructAccess { entries, fields, visitor_type, next_entry: 0, next_field: 0, current: None, map }
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

impl<'de> MapAccess<'de> for StructAccess<'de, '_> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Decoded<Option<K::Value>> {
        if self.map.state.is_exhausted() {
            return Err(DecodeError::Again);
        }
        let name: &'de str = if let Some((key, node)) = self.next_given() {
            self.current = Some(Current::Given(key, node));
            &key.name
        } else if let Some((field, attempt)) = self.next_filled() {
            self.current = Some(Current::Filled(field, attempt));
            field
        } else {
            return Ok(None);
        };
        seed.deserialize(KeyText(name)).map(Some)
    }

    // Many fields have the same type; each type is decoded in one place.
    #[inline(never)]
    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Decoded<T::Value> {
        match self.current.take() {
            Some(Current::Given(key, node)) => decode_entry(&self.map, key, node, seed),
            Some(Current::Filled(field, attempt)) => {
                seed.deserialize(StandIn::attempt(attempt)).map_err(|_| {
                    self.map.state.next_fill((self.visitor_type, field));
                    DecodeError::Again
                })
            }
            // serde asks for a key first.
            None => Err(DecodeError::Hopeless),
        }
    }
}

/// A word, and its settings: `spot` or `{spot: {…}}`.
pub(super) struct VariantChoice<'de, 'c> {
    pub(super) word: &'de str,
    pub(super) position: Position,
    settings: Settings<'de>,
    whole: Decoder<'de, 'c>,
}

#[derive(Clone, Copy)]
struct Settings<'de> {
    node: &'de Node,
    key: Option<Position>,
    is_bare: bool,
}

impl<'de, 'c> VariantChoice<'de, 'c> {
    pub(super) fn bare(word: &'de str, whole: Decoder<'de, 'c>) -> Self {
        let settings = Settings { node: whole.node, key: whole.key, is_bare: true };
        VariantChoice { word, position: whole.node.position, settings, whole }
    }

    /// `{spot: null}` is the same as `spot`.
    pub(super) fn with_settings(key: &'de Key, node: &'de Node, whole: Decoder<'de, 'c>) -> Self {
        let settings = Settings { node, key: Some(key.position), is_bare: node.is_null() };
        VariantChoice { word: &key.name, position: key.position, settings, whole }
    }

    fn with_decoder<T>(self, decode: impl FnOnce(Decoder<'de, '_>) -> Decoded<T>) -> Decoded<T> {
        let Settings { node, key, is_bare } = self.settings;
        let inner = Path::Key(&self.whole.path, self.word);
        let (path, bare) = if is_bare { (self.whole.path, Some(self.word)) } else { (inner, None) };
        let decoder = Decoder { node, path, key, bare, state: self.whole.state };
        decode(decoder).map_err(|error| error.located(decoder.place(), decoder.path))
    }
}

impl<'de> EnumAccess<'de> for VariantChoice<'de, '_> {
    type Error = DecodeError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Decoded<(V::Value, Self)> {
        Ok((seed.deserialize(KeyText(self.word))?, self))
    }
}

impl<'de> VariantAccess<'de> for VariantChoice<'de, '_> {
    type Error = DecodeError;

    fn unit_variant(self) -> Decoded<()> {
        if !self.settings.is_bare {
            let Settings { node, key, .. } = self.settings;
            let Decoder { path, state, .. } = self.whole;
            Decoder { node, path, key, bare: None, state }.no_settings(self.word);
        }
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Decoded<T::Value> {
        self.with_decoder(|decoder| seed.deserialize(decoder))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Decoded<V::Value> {
        self.with_decoder(|decoder| serde::Deserializer::deserialize_tuple(decoder, length, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Decoded<V::Value> {
        self.with_decoder(|decoder| serde::Deserializer::deserialize_struct(decoder, "", fields, visitor))
    }
}
