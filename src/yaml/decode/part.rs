//! A part of a list, a map or a sum type, and what it means when it cannot be decoded.

use super::super::Node;
use super::decoder::Decoder;
use super::error::{DecodeError, Decoded};
use super::place::Place;
use super::stand_in::StandIn;
use super::state::{FieldId, State};
use serde::de::DeserializeSeed;

/// A value inside another one, about to be decoded.
pub(super) enum Part<'de, 'c> {
    /// An item, or what a key leads to: taken out of the tree if it fails. The number is that of what
    /// was touched before it.
    Value(Place<'de, 'c>, usize),
    /// The settings of a word: their faults are told where they stand.
    Settings(Place<'de, 'c>),
    /// What stands in for a field that is not there; the next attempt is made if it fails.
    Filled(StandIn, FieldId, &'c State),
    /// A part of what is made up.
    Made(StandIn),
}

impl<'de, 'c> Part<'de, 'c> {
    /// The whole tree.
    pub(super) fn root(node: &'de Node, state: &'c State) -> Part<'de, 'c> {
        Part::value(Place::root(node, state))
    }

    pub(super) fn value(place: Place<'de, 'c>) -> Part<'de, 'c> {
        Part::Value(place, place.state.touched())
    }

    pub(super) fn decoder(&self) -> Decoder<'de, '_> {
        match self {
            Part::Value(place, _) | Part::Settings(place) => Decoder::At(place),
            Part::Filled(stand_in, ..) | Part::Made(stand_in) => Decoder::Made(*stand_in),
        }
    }

    /// Decodes the part. Lists, maps and sum types of all kinds share this: it holds all the code of a
    /// type, so there is to be one for each.
    #[inline(never)]
    pub(super) fn decode<T: DeserializeSeed<'de>>(&self, seed: T) -> Decoded<T::Value> {
        seed.deserialize(self.decoder()).map_err(|error| self.refused(error))
    }

    /// What an error in the part comes to for what it is part of.
    #[inline(never)]
    pub(super) fn refused(&self, error: DecodeError) -> DecodeError {
        match self {
            Part::Value(place, touched_before) => place.given_up(error, *touched_before),
            Part::Settings(place) => error.located(place.position(), place.path),
            Part::Filled(_, field, state) => {
                state.next_fill(*field);
                DecodeError::again()
            }
            Part::Made(_) => error,
        }
    }

    /// What a refused key comes to.
    #[inline(never)]
    pub(super) fn refused_key(&self, error: DecodeError) -> DecodeError {
        match self {
            Part::Value(place, touched_before) => {
                let position = place.key.unwrap_or(place.node.position);
                place.given_up(error.located(position, place.path), *touched_before)
            }
            _ => error,
        }
    }
}
