//! The serde `Deserializer` over a place of the tree, or over nothing.
//!
//! There is one for both, so that the code of each type is there once: there are hundreds of types. What
//! does not depend on the type stands apart for the same reason.

use super::super::Value;
use super::choice::Choice;
use super::entries::EntryAccess;
use super::error::{DecodeError, Decoded};
use super::items::ItemAccess;
use super::place::Place;
use super::stand_in::{Anything, StandIn};
use serde::de::{Deserializer, Visitor};

/// A value to decode.
#[derive(Clone, Copy)]
pub(super) enum Decoder<'de, 'c> {
    /// One that the file has.
    At(&'c Place<'de, 'c>),
    /// One that is made up.
    Made(StandIn),
}

/// A value of whatever type it has.
enum Any<'de, 'c> {
    Nothing,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Text(&'de str),
    List(ItemAccess<'de, 'c>),
    Map(EntryAccess<'de, 'c>),
}

impl<'de, 'c> Decoder<'de, 'c> {
    #[inline(never)]
    fn whole_number(self, least: i64, most: u64) -> Result<i64, u64> {
        match self {
            Decoder::At(place) => place.whole_number(least, most),
            Decoder::Made(stand_in) => Ok(i64::from(stand_in.number())),
        }
    }

    fn integer<V: Visitor<'de>>(self, visitor: V, least: i64, most: u64) -> Decoded<V::Value> {
        match self.whole_number(least, most) {
            Ok(number) => visitor.visit_i64(number),
            Err(number) => visitor.visit_u64(number),
        }
    }

    #[inline(never)]
    fn number(self) -> Any<'de, 'c> {
        match self {
            Decoder::At(place) => match place.number() {
                Value::Int(number) => Any::Int(*number),
                Value::UInt(number) => Any::UInt(*number),
                Value::Float(number) => Any::Float(*number),
                _ => Any::Nothing,
            },
            Decoder::Made(stand_in) => Any::Int(i64::from(stand_in.number())),
        }
    }

    #[inline(never)]
    fn boolean(self) -> bool {
        match self {
            Decoder::At(place) => place.boolean(),
            Decoder::Made(_) => false,
        }
    }

    #[inline(never)]
    fn text_value(self) -> &'de str {
        match self {
            Decoder::At(place) => place.text(),
            Decoder::Made(stand_in) => stand_in.text(),
        }
    }

    fn text<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        visitor.visit_borrowed_str(self.text_value())
    }

    #[inline(never)]
    fn nothing(self) {
        if let Decoder::At(place) = self {
            place.nothing();
        }
    }

    #[inline(never)]
    fn any(self) -> Any<'de, 'c> {
        match self {
            Decoder::At(place) => match place.value() {
                None | Some(Value::Null) => Any::Nothing,
                Some(Value::Bool(value)) => Any::Bool(*value),
                Some(Value::Int(value)) => Any::Int(*value),
                Some(Value::UInt(value)) => Any::UInt(*value),
                Some(Value::Float(value)) => Any::Float(*value),
                Some(Value::Str(value)) => Any::Text(value),
                Some(Value::Seq(items)) => Any::List(ItemAccess::written(items, place)),
                Some(Value::Map(entries)) => Any::Map(EntryAccess::users(entries, place)),
            },
            Decoder::Made(stand_in) => match stand_in.any() {
                Anything::Nothing => Any::Nothing,
                Anything::Number(number) => Any::UInt(u64::from(number)),
                Anything::Text(text) => Any::Text(text),
            },
        }
    }

    /// The value if there is one.
    #[inline(never)]
    fn optional(self) -> Decoded<Option<Self>> {
        match self {
            Decoder::At(place) => Ok(place.is_given().then_some(self)),
            Decoder::Made(stand_in) => Ok(stand_in.optional()?.map(Decoder::Made)),
        }
    }

    /// The value inside a type around it.
    #[inline(never)]
    fn wrapped(self) -> Decoded<Self> {
        match self {
            Decoder::At(_) => Ok(self),
            Decoder::Made(stand_in) => stand_in.wrapped().map(Decoder::Made),
        }
    }

    /// The items of a list; of so many if it is made up, else of as many as the attempt makes.
    #[inline(never)]
    fn items(self, length: Option<usize>) -> Decoded<ItemAccess<'de, 'c>> {
        match self {
            Decoder::At(place) => Ok(ItemAccess::written(place.items(), place)),
            Decoder::Made(stand_in) => {
                ItemAccess::made(length.unwrap_or_else(|| stand_in.length()), stand_in)
            }
        }
    }

    #[inline(never)]
    fn entries(self) -> EntryAccess<'de, 'c> {
        match self {
            Decoder::At(place) => EntryAccess::users(place.entries(), place),
            Decoder::Made(stand_in) => EntryAccess::made(&[], stand_in),
        }
    }

    /// The entries of a struct; made up where something else stands.
    #[inline(never)]
    fn fields(self, fields: &'static [&'static str], visitor_type: &'static str) -> EntryAccess<'de, 'c> {
        match self {
            Decoder::At(place) => match place.settings(fields) {
                Some(entries) => EntryAccess::fields(entries, fields, visitor_type, place),
                None => EntryAccess::made(fields, StandIn::first()),
            },
            Decoder::Made(stand_in) => EntryAccess::made(fields, stand_in),
        }
    }

    /// One of these words; made up where something else stands.
    #[inline(never)]
    fn choice(self, words: &'static [&'static str]) -> Decoded<Choice<'de, 'c>> {
        match self {
            Decoder::At(place) => match place.word(words) {
                Some((word, settings)) => Ok(Choice::written(word, settings, place)),
                None => Choice::made(words, StandIn::first()),
            },
            Decoder::Made(stand_in) => Choice::made(words, stand_in),
        }
    }
}

macro_rules! integers {
    ($($method:ident $least:expr, $most:expr;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
            self.integer(visitor, $least, $most)
        }
    )*};
}

macro_rules! same_as {
    ($($method:ident $as:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
            self.$as(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Decoder<'de, '_> {
    type Error = DecodeError;

    integers! {
        deserialize_u8 0, u64::from(u8::MAX);
        deserialize_u16 0, u64::from(u16::MAX);
        deserialize_u32 0, u64::from(u32::MAX);
        deserialize_u64 0, u64::MAX;
        deserialize_i8 i64::from(i8::MIN), i8::MAX as u64;
        deserialize_i16 i64::from(i16::MIN), i16::MAX as u64;
        deserialize_i32 i64::from(i32::MIN), i32::MAX as u64;
        deserialize_i64 i64::MIN, i64::MAX as u64;
    }

    same_as! {
        deserialize_str text;
        deserialize_string text;
        deserialize_char text;
        deserialize_identifier text;
        deserialize_bytes text;
        deserialize_byte_buf text;
        deserialize_f32 deserialize_f64;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        match self.any() {
            Any::Nothing => visitor.visit_unit(),
            Any::Bool(value) => visitor.visit_bool(value),
            Any::Int(value) => visitor.visit_i64(value),
            Any::UInt(value) => visitor.visit_u64(value),
            Any::Float(value) => visitor.visit_f64(value),
            Any::Text(value) => visitor.visit_borrowed_str(value),
            Any::List(mut items) => visitor.visit_seq(&mut items),
            Any::Map(mut entries) => visitor.visit_map(&mut entries),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        visitor.visit_bool(self.boolean())
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        match self.number() {
            Any::Int(value) => visitor.visit_i64(value),
            Any::UInt(value) => visitor.visit_u64(value),
            Any::Float(value) => visitor.visit_f64(value),
            _ => visitor.visit_f64(0.0),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        self.nothing();
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Decoded<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        match self.optional()? {
            Some(value) => visitor.visit_some(value),
            None => visitor.visit_none(),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Decoded<V::Value> {
        visitor.visit_newtype_struct(self.wrapped()?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        visitor.visit_seq(&mut self.items(None)?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Decoded<V::Value> {
        visitor.visit_seq(&mut self.items(Some(length))?)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Decoded<V::Value> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        visitor.visit_map(&mut self.entries())
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Decoded<V::Value> {
        // The visitor's type tells apart structs of the same name.
        let mut entries = self.fields(fields, std::any::type_name::<V>());
        visitor.visit_map(&mut entries).map_err(|error| entries.refused(error))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Decoded<V::Value> {
        let choice = self.choice(words)?;
        visitor.visit_enum(&choice).map_err(|error| choice.refused(error))
    }
}
