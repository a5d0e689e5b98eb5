//! The serde `Deserializer` over a [`Node`].

use super::super::{Node, Position, Value};
use super::access::{EntryAccess, ItemAccess, StructAccess, VariantChoice};
use super::error::{Class, DecodeError};
use super::faults::is_reported;
use super::path::Path;
use super::repair::Cure;
use super::stand_in::StandIn;
use super::state::State;
use super::words::listed;
use serde::de::{Deserializer, Visitor};

type Decoded<T> = Result<T, DecodeError>;

/// A value to decode, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Decoder<'de, 'c> {
    pub(super) node: &'de Node,
    pub(super) path: Path<'c>,
    /// The key that leads to the value; items of lists and the root have none.
    pub(super) key: Option<Position>,
    /// The settings of this word, which was written without any.
    pub(super) bare: Option<&'de str>,
    pub(super) state: &'c State,
}

impl<'de, 'c> Decoder<'de, 'c> {
    pub(super) fn root(node: &'de Node, state: &'c State) -> Decoder<'de, 'c> {
        Decoder { node, path: Path::Root, key: None, bare: None, state }
    }

    /// The value itself; `None` for the settings of a bare word.
    fn value(&self) -> Option<&'de Value> {
        self.state.visit();
        self.bare.is_none().then_some(&self.node.value)
    }

    /// Where to point: a scalar itself, else the key that leads to it.
    pub(super) fn place(&self) -> Position {
        let is_visible = self.node.position.start < self.node.position.end;
        match (&self.node.value, self.key) {
            (Value::Map(_) | Value::Seq(_), Some(key)) => key,
            (Value::Null, Some(key)) if !is_visible => key,
            (Value::Map(_), None) if matches!(self.path, Path::Root) => super::start_of_file(self.node),
            _ => self.node.position,
        }
    }

    /// Where to point when something is missing inside.
    pub(super) fn owner(&self) -> Position {
        match (self.key, self.path) {
            (Some(key), _) => key,
            (None, Path::Root) => super::start_of_file(self.node),
            (None, _) => self.node.position,
        }
    }

    /// Takes a failed value out of the tree, so that the next pass gets past it.
    ///
    /// A fault that follows from one inside the value, counted from `touched_before` on, is not told.
    pub(super) fn bounded<T>(&self, result: Decoded<T>, touched_before: usize) -> Decoded<T> {
        result.map_err(|error| self.given_up(error, touched_before))
    }

    // What does not depend on the type decoded stands apart, once for all of them: there are hundreds.
    #[inline(never)]
    fn given_up(&self, error: DecodeError, touched_before: usize) -> DecodeError {
        let untouched = self.state.touched() == touched_before;
        match error {
            DecodeError::Again => return DecodeError::Again,
            DecodeError::Hopeless => {}
            DecodeError::Value { class, message, at } if untouched => {
                let (position, path) = at.unwrap_or_else(|| (self.place(), self.path.to_string()));
                let message = if path.is_empty() { message } else { format!("`{path}`: {message}") };
                let cure = self
                    .quotable(class, &message)
                    .then(|| Cure::quotes(self.node.position, &super::words::source(self.node)));
                self.state.record(class, position, message, None, cure);
            }
            DecodeError::Missing(field) if untouched => {
                let path = Path::Key(&self.path, field);
                let message = format!("`{path}` is missing");
                self.state.record(Class::MissingKey, self.owner(), message, None, None);
            }
            DecodeError::Value { .. } | DecodeError::Missing(_) => {}
        }
        self.hole();
        self.state.skip(self.node);
        DecodeError::Again
    }

    /// Whether a number stands where a type asks for its quoted form, as versions do: its expectation
    /// begins with "a quoted".
    fn quotable(&self, class: Class, message: &str) -> bool {
        class == Class::WrongType
            && self.bare.is_none()
            && matches!(self.node.value, Value::Int(_) | Value::UInt(_) | Value::Float(_))
            && message.contains("expected a quoted ")
    }

    fn integer<V: Visitor<'de>>(self, visitor: V, least: i64, most: u64) -> Decoded<V::Value> {
        match self.whole_number(least, most) {
            Ok(number) => visitor.visit_i64(number),
            Err(number) => visitor.visit_u64(number),
        }
    }

    /// The whole number within these bounds, signed or not; 0 after a fault is recorded.
    #[inline(never)]
    fn whole_number(&self, least: i64, most: u64) -> Result<i64, u64> {
        match self.value() {
            Some(Value::Int(number))
                if *number >= least && u64::try_from(*number).is_ok_and(|n| n <= most) =>
            {
                return Ok(*number);
            }
            Some(Value::Int(number)) if *number < 0 && *number >= least => return Ok(*number),
            Some(Value::UInt(number)) if *number <= most => return Err(*number),
            Some(_) | None => {}
        }
        let expected = match (least, most) {
            (0, u64::MAX) => "a whole number, 0 or more".to_owned(),
            (i64::MIN, _) => "a whole number".to_owned(),
            _ => format!("a whole number from {least} to {most}"),
        };
        self.wrong_number(&expected, |value| match value {
            Value::Int(number) => {
                *number >= least && u64::try_from(*number).map_or(*number < 0, |number| number <= most)
            }
            _ => false,
        });
        Err(0)
    }

    fn text<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        visitor.visit_borrowed_str(self.text_value())
    }

    /// The text; an empty one after a fault is recorded.
    #[inline(never)]
    fn text_value(&self) -> &'de str {
        match self.value() {
            Some(Value::Str(text)) => {
                self.certainly_text(text);
                text
            }
            _ => {
                self.wrong_text();
                ""
            }
        }
    }

    fn list<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        match self.value() {
            Some(Value::Seq(items)) => visitor.visit_seq(ItemAccess::new(items, self)),
            _ => {
                self.wrong_type("a list");
                visitor.visit_seq(ItemAccess::new(&[], self))
            }
        }
    }

    /// The entries of a map with these fields; nothing after a fault is recorded.
    #[inline(never)]
    fn settings(&self, fields: &[&str]) -> Option<&'de [(super::super::Key, Node)]> {
        match self.value() {
            Some(Value::Map(entries)) => Some(entries),
            // A bare word stands for the word with no settings.
            None => Some(&[]),
            Some(_) => {
                self.wrong_type(&match fields.len() {
                    0 => "an empty map".to_owned(),
                    1..=5 => format!("a map with {}", listed(fields)),
                    _ => "a map".to_owned(),
                });
                None
            }
        }
    }

    /// What a struct's error comes to, once a missing field is recorded.
    #[inline(never)]
    fn of_struct(
        &self,
        error: DecodeError,
        entries: &[(super::super::Key, Node)],
        visitor_type: &'static str,
    ) -> DecodeError {
        let DecodeError::Missing(field) = error else { return error };
        self.state.touch();
        if entries.iter().any(|(key, _)| &*key.name == field) {
            self.state.hole(Path::Key(&self.path, field), self.owner());
        } else {
            self.missing(field);
        }
        match self.state.next_fill((visitor_type, field)) {
            true => DecodeError::Again,
            false => DecodeError::Hopeless,
        }
    }

    /// What failed to be built is given up; the fault itself is recorded.
    fn stand_in<T>(&self, result: Decoded<T>) -> Decoded<T> {
        result.map_err(|_| DecodeError::Hopeless)
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
        deserialize_seq list;
        deserialize_f32 deserialize_f64;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        match self.value() {
            None | Some(Value::Null) => visitor.visit_unit(),
            Some(Value::Bool(value)) => visitor.visit_bool(*value),
            Some(Value::Int(value)) => visitor.visit_i64(*value),
            Some(Value::UInt(value)) => visitor.visit_u64(*value),
            Some(Value::Float(value)) => visitor.visit_f64(*value),
            Some(Value::Str(value)) => visitor.visit_borrowed_str(value),
            Some(Value::Seq(items)) => visitor.visit_seq(ItemAccess::new(items, self)),
            Some(Value::Map(entries)) => visitor.visit_map(EntryAccess::new(entries, self)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        match self.value() {
            Some(Value::Bool(value)) => visitor.visit_bool(*value),
            _ => {
                self.wrong_number("`true` or `false`", |value| matches!(value, Value::Bool(_)));
                visitor.visit_bool(false)
            }
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        match self.value() {
            Some(Value::Float(value)) => visitor.visit_f64(*value),
            Some(Value::Int(value)) => visitor.visit_i64(*value),
            Some(Value::UInt(value)) => visitor.visit_u64(*value),
            _ => {
                self.wrong_number("a number", |value| {
                    matches!(value, Value::Int(_) | Value::UInt(_) | Value::Float(_))
                });
                visitor.visit_f64(0.0)
            }
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        if !matches!(self.value(), None | Some(Value::Null)) {
            self.wrong_type("empty");
        }
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Decoded<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        match self.value() {
            None | Some(Value::Null) => visitor.visit_none(),
            Some(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Decoded<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Decoded<V::Value> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Decoded<V::Value> {
        self.list(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Decoded<V::Value> {
        match self.value() {
            Some(Value::Map(entries)) => visitor.visit_map(EntryAccess::new(entries, self)),
            _ => {
                self.wrong_type("a map");
                visitor.visit_map(EntryAccess::new(&[], self))
            }
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Decoded<V::Value> {
        let Some(entries) = self.settings(fields) else {
            return self.stand_in(StandIn::first().deserialize_struct(name, fields, visitor));
        };
        // The visitor's type tells apart structs of the same name.
        let visitor_type = std::any::type_name::<V>();
        let access = StructAccess::new(entries, fields, visitor_type, self);
        visitor.visit_map(access).map_err(|error| self.of_struct(error, entries, visitor_type))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Decoded<V::Value> {
        let choice = match self.value() {
            Some(Value::Str(word)) => Some(VariantChoice::bare(word, self)),
            Some(Value::Map(entries)) => match entries.as_slice() {
                [(key, node)] => Some(VariantChoice::with_settings(key, node, self)),
                entries => {
                    let found = self.only_word(entries, variants);
                    found.map(|(key, node)| VariantChoice::with_settings(key, node, self))
                }
            },
            _ => None,
        };
        match choice {
            None => {
                let one = if variants.len() == 1 { "" } else { "one of " };
                self.wrong_type(&format!("{one}{}", listed(variants)));
            }
            Some(choice) if variants.contains(&choice.word) => return visitor.visit_enum(choice),
            Some(_) if is_reported(self.node) => self.reported(None),
            Some(choice) => self.wrong_word(choice.word, choice.position, variants),
        }
        self.stand_in(StandIn::first().deserialize_enum(name, variants, visitor))
    }
}
