//! A value, and looking into it.

use super::{Map, Number, Text};
use std::fmt;
use std::ops::{Index, IndexMut};

/// A value of JSON.
#[derive(Clone, Default, PartialEq)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer or a decimal.
    Number(Number),
    /// A text.
    String(Text),
    /// A list.
    Array(Vec<Value>),
    /// A map.
    Object(Map),
}

impl Value {
    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Whether it is a map.
    pub fn is_object(&self) -> bool {
        matches!(self, Value::Object(_))
    }

    /// Whether it is a list.
    pub fn is_array(&self) -> bool {
        matches!(self, Value::Array(_))
    }

    /// Whether it is a text.
    pub fn is_string(&self) -> bool {
        matches!(self, Value::String(_))
    }

    /// Whether it is an integer from 0 that fits into 64 bits.
    pub fn is_u64(&self) -> bool {
        self.as_u64().is_some()
    }

    /// Whether it is a decimal.
    pub fn is_f64(&self) -> bool {
        matches!(self, Value::Number(number) if number.is_f64())
    }

    /// Whether the other value is the same to the last bit: keys in their order, decimals with the sign of
    /// zero.
    pub fn is_identical(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Object(own), Value::Object(its)) => {
                own.len() == its.len()
                    && own
                        .iter()
                        .zip(its)
                        .all(|((key, value), (name, other))| key == name && value.is_identical(other))
            }
            (Value::Array(own), Value::Array(its)) => {
                own.len() == its.len() && own.iter().zip(its).all(|(item, other)| item.is_identical(other))
            }
            (Value::Number(own), Value::Number(its)) => match (own.is_f64(), its.is_f64()) {
                (false, false) => own == its,
                (true, true) => own.as_f64().map(f64::to_bits) == its.as_f64().map(f64::to_bits),
                _ => false,
            },
            _ => self == other,
        }
    }

    /// The text, if it is one.
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, if it is an integer of 64 bits, signed.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The number, if it is an integer of 64 bits from 0.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Value::Number(number) => number.as_u64(),
            _ => None,
        }
    }

    /// The number as a decimal, if it is a number.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    /// The items, if it is a list.
    #[inline]
    pub fn as_array(&self) -> Option<&Vec<Value>> {
        match self {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The entries, if it is a map.
    #[inline]
    pub fn as_object(&self) -> Option<&Map> {
        match self {
            Value::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// The entries, if it is a map, to change them.
    pub fn as_object_mut(&mut self) -> Option<&mut Map> {
        match self {
            Value::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key, if it is a map that has it.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?.get(key)
    }

    /// The value of a key, if it is a map that has it, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.as_object_mut()?.get_mut(key)
    }

    /// Takes the value away and leaves null.
    pub fn take(&mut self) -> Value {
        std::mem::take(self)
    }

    /// The value that a JSON pointer (RFC 6901) names.
    pub fn pointer(&self, pointer: &str) -> Option<&Value> {
        steps(pointer)?.try_fold(self, |value, step| match value {
            Value::Object(entries) if !step.contains('~') => entries.get(step),
            Value::Object(entries) => entries.get(&plain(step)),
            Value::Array(items) => items.get(place(step)?),
            _ => None,
        })
    }

    /// The value that a JSON pointer (RFC 6901) names, to change it.
    pub fn pointer_mut(&mut self, pointer: &str) -> Option<&mut Value> {
        steps(pointer)?.try_fold(self, |value, step| match value {
            Value::Object(entries) => entries.get_mut(&plain(step)),
            Value::Array(items) => items.get_mut(place(step)?),
            _ => None,
        })
    }
}

/// The steps of a JSON pointer; nothing where it is none.
fn steps(pointer: &str) -> Option<impl Iterator<Item = &str>> {
    let mut steps = pointer.split('/');
    // The empty text before the first slash.
    (steps.next() == Some("")).then_some(steps)
}

fn plain(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// The place in a list that a step names, in decimal without a sign or leading zeros.
fn place(step: &str) -> Option<usize> {
    let is_decimal =
        step.bytes().all(|byte| byte.is_ascii_digit()) && (step == "0" || !step.starts_with('0'));
    step.parse().ok().filter(|_| is_decimal)
}

impl<K: AsRef<str> + ?Sized> Index<&K> for Value {
    type Output = Value;

    /// The value of a key; null for what is no map or does not have it.
    #[inline]
    fn index(&self, key: &K) -> &Value {
        self.get(key.as_ref()).unwrap_or(&Value::Null)
    }
}

impl Index<usize> for Value {
    type Output = Value;

    /// The item at a place; null for what is no list or is shorter.
    fn index(&self, place: usize) -> &Value {
        self.as_array().and_then(|items| items.get(place)).unwrap_or(&Value::Null)
    }
}

impl IndexMut<&str> for Value {
    /// The value of a key, made null if there is none; what is no map becomes one.
    fn index_mut(&mut self, key: &str) -> &mut Value {
        if !self.is_object() {
            *self = Value::Object(Map::new());
        }
        match self {
            Value::Object(entries) => entries.get_or_insert_with(key, || Value::Null),
            other => other,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Value {
    /// As JSON on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}
