//! Sum types: a word, and its settings.

use super::super::{Key, Node};
use super::error::{DecodeError, Decoded};
use super::key::KeyText;
use super::part::Part;
use super::path::Path;
use super::place::Place;
use super::stand_in::StandIn;
use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

/// A word, and its settings: `spot` or `{spot: {…}}`.
pub(super) struct Choice<'de, 'c> {
    word: &'de str,
    settings: Settings<'de, 'c>,
}

enum Settings<'de, 'c> {
    /// The whole value is the word.
    Bare(&'c Place<'de, 'c>),
    /// The word leads to them, in a map.
    Given(&'de Key, &'de Node, &'c Place<'de, 'c>),
    /// They are made up, as the word is.
    Made(StandIn),
    /// The word is a key: there cannot be any.
    None,
}

impl<'de, 'c> Choice<'de, 'c> {
    /// A word that stands at `whole`, with the key and the node of its settings if it has some.
    pub(super) fn written(
        word: &'de str,
        settings: Option<(&'de Key, &'de Node)>,
        whole: &'c Place<'de, 'c>,
    ) -> Self {
        let settings = match settings {
            None => Settings::Bare(whole),
            Some((key, node)) => Settings::Given(key, node, whole),
        };
        Choice { word, settings }
    }

    /// One of these words.
    pub(super) fn made(words: &'static [&'static str], value: StandIn) -> Decoded<Self> {
        let (word, settings) = value.word(words)?;
        Ok(Choice { word, settings: Settings::Made(settings) })
    }

    /// A key that is a word.
    pub(super) fn key(word: &'de str) -> Self {
        Choice { word, settings: Settings::None }
    }

    /// The settings, to be decoded.
    #[inline(never)]
    fn part(&self) -> Decoded<Part<'de, '_>> {
        Ok(match &self.settings {
            Settings::Bare(whole) => Part::Settings(Place { bare: Some(self.word), ..**whole }),
            // `{spot: null}` is the same as `spot`.
            Settings::Given(key, node, whole) if node.is_null() => {
                let (key, bare) = (Some(key.position), Some(self.word));
                Part::Settings(Place { node, key, bare, ..**whole })
            }
            Settings::Given(key, node, whole) => {
                let path = Path::Key(&whole.path, self.word);
                Part::Settings(Place { node, path, key: Some(key.position), bare: None, state: whole.state })
            }
            Settings::Made(stand_in) => Part::Made(*stand_in),
            Settings::None => {
                return Err(de::Error::invalid_type(de::Unexpected::UnitVariant, &"a word with settings"));
            }
        })
    }

    /// What an error of the whole value comes to.
    #[inline(never)]
    pub(super) fn refused(&self, error: DecodeError) -> DecodeError {
        match &self.settings {
            // What it stands in for is recorded.
            Settings::Made(_) => DecodeError::hopeless(),
            _ => error,
        }
    }
}

impl<'de> EnumAccess<'de> for &Choice<'de, '_> {
    type Error = DecodeError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Decoded<(V::Value, Self)> {
        Ok((seed.deserialize(KeyText(self.word))?, self))
    }
}

impl<'de> VariantAccess<'de> for &Choice<'de, '_> {
    type Error = DecodeError;

    #[inline(never)]
    fn unit_variant(self) -> Decoded<()> {
        if let Settings::Given(key, node, whole) = &self.settings
            && !node.is_null()
        {
            Place { node, key: Some(key.position), bare: None, ..**whole }.no_settings(self.word);
        }
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Decoded<T::Value> {
        self.part()?.decode(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Decoded<V::Value> {
        let part = self.part()?;
        part.decoder().deserialize_tuple(length, visitor).map_err(|error| part.refused(error))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Decoded<V::Value> {
        let part = self.part()?;
        part.decoder().deserialize_struct("", fields, visitor).map_err(|error| part.refused(error))
    }
}
