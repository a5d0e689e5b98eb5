//! The text of a key, or a word.

use super::choice::Choice;
use super::error::{Class, DecodeError, Decoded};
use super::words::listed;
use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;

/// The text of a key, for the fields of structs, the words of enums, and keys that are text, words or a
/// type around text.
pub(super) struct KeyText<'de>(pub(super) &'de str);

impl KeyText<'_> {
    #[inline(never)]
    fn among(&self, words: &[&str]) -> Decoded<()> {
        if words.contains(&self.0) {
            return Ok(());
        }
        Err(DecodeError::value(Class::WrongWord, format!("the key is none of {}", listed(words))))
    }
}

impl<'de> Deserializer<'de> for KeyText<'de> {
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
        self.among(words)?;
        visitor.visit_enum(&Choice::key(self.0))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
