//! A value made up for a place that has none, so that decoding gets on to the next fault.
//!
//! Whatever is made up is thrown away: a run that needs one has a fault to report.

use super::error::DecodeError;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

type Made<T> = Result<T, DecodeError>;

/// How deep a made-up value goes; types may contain themselves.
const MAX_DEPTH: u8 = 16;

/// Texts that the usual conversions accept: names, numbers, durations, quantities, zones.
const TEXTS: [&str; 8] = ["x", "1", "a-1", "10m", "1Gi", "0.1", "us-x-1a", "1.1"];

/// A maker of values. Conversions may refuse what it makes, so there are several attempts: the first
/// leaves every optional field out, attempt `n` gives the `n`th field of each struct only; texts,
/// numbers and variants go round as well.
#[derive(Clone, Copy)]
pub(super) struct StandIn {
    attempt: u8,
    /// Whether an optional value is given.
    given: bool,
    depth: u8,
}

impl StandIn {
    pub(super) fn first() -> StandIn {
        StandIn::attempt(0)
    }

    pub(super) fn attempt(attempt: u8) -> StandIn {
        StandIn { attempt, given: false, depth: 0 }
    }

    fn inside(self, given: bool) -> Made<StandIn> {
        match self.depth < MAX_DEPTH {
            true => Ok(StandIn { given, depth: self.depth + 1, ..self }),
            false => Err(DecodeError::Hopeless),
        }
    }

    fn number(self) -> u8 {
        self.attempt % 2
    }

    fn text(self) -> &'static str {
        TEXTS[usize::from(self.attempt) % TEXTS.len()]
    }
}

macro_rules! make {
    ($($method:ident $visit:ident $value:expr;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Made<V::Value> {
            visitor.$visit($value(self))
        }
    )*};
}

impl<'de> Deserializer<'de> for StandIn {
    type Error = DecodeError;

    make! {
        deserialize_bool visit_bool |_: StandIn| false;
        deserialize_u8 visit_u8 StandIn::number;
        deserialize_u16 visit_u8 StandIn::number;
        deserialize_u32 visit_u8 StandIn::number;
        deserialize_u64 visit_u8 StandIn::number;
        deserialize_i8 visit_u8 StandIn::number;
        deserialize_i16 visit_u8 StandIn::number;
        deserialize_i32 visit_u8 StandIn::number;
        deserialize_i64 visit_u8 StandIn::number;
        deserialize_f32 visit_u8 StandIn::number;
        deserialize_f64 visit_u8 StandIn::number;
        deserialize_char visit_char |_: StandIn| 'x';
        deserialize_str visit_borrowed_str StandIn::text;
        deserialize_string visit_borrowed_str StandIn::text;
        deserialize_identifier visit_borrowed_str StandIn::text;
        deserialize_bytes visit_borrowed_str StandIn::text;
        deserialize_byte_buf visit_borrowed_str StandIn::text;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Made<V::Value> {
        match self.attempt {
            0 => visitor.visit_unit(),
            attempt if attempt % 2 == 0 => visitor.visit_u64(u64::from(attempt)),
            _ => visitor.visit_borrowed_str(self.text()),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Made<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Made<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Made<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Made<V::Value> {
        if self.given { visitor.visit_some(self.inside(false)?) } else { visitor.visit_none() }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Made<V::Value> {
        visitor.visit_newtype_struct(self.inside(self.given)?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Made<V::Value> {
        let length = usize::from(self.number());
        visitor.visit_seq(Items { left: length, item: self.inside(false)? })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Made<V::Value> {
        visitor.visit_seq(Items { left: length, item: self.inside(false)? })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Made<V::Value> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Made<V::Value> {
        visitor.visit_map(Fields { names: &[], next: 0, of: self })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Made<V::Value> {
        visitor.visit_map(Fields { names, next: 0, of: self })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Made<V::Value> {
        let at = usize::from(self.attempt).checked_rem(variants.len()).unwrap_or(0);
        let word = variants.get(at).copied().ok_or(DecodeError::Hopeless)?;
        visitor.visit_enum(Variant { word, settings: self.inside(false)? })
    }
}

struct Items {
    left: usize,
    item: StandIn,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Made<Option<T::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(self.item).map(Some)
    }
}

struct Fields {
    names: &'static [&'static str],
    next: usize,
    of: StandIn,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Made<Option<K::Value>> {
        let Some(name) = self.names.get(self.next) else { return Ok(None) };
        self.next += 1;
        let name: StrDeserializer<'_, DecodeError> = (*name).into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Made<T::Value> {
        let given = self.next == usize::from(self.of.attempt);
        seed.deserialize(self.of.inside(given)?)
    }
}

struct Variant {
    word: &'static str,
    settings: StandIn,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = DecodeError;
    type Variant = StandIn;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Made<(V::Value, StandIn)> {
        let word: StrDeserializer<'_, DecodeError> = self.word.into_deserializer();
        Ok((seed.deserialize(word)?, self.settings))
    }
}

impl<'de> VariantAccess<'de> for StandIn {
    type Error = DecodeError;

    fn unit_variant(self) -> Made<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Made<T::Value> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Made<V::Value> {
        self.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Made<V::Value> {
        self.deserialize_struct("", fields, visitor)
    }
}
