//! The scalars that were read, each on a line of its own.

use super::super::verify::verify;
use crate::json::Value;
use foldhash::fast::FixedState;
use memchr::memchr;
use std::collections::HashMap;
use std::rc::Rc;

/// A text on one line and what it was read as.
struct Scalar {
    text: Rc<str>,
    value: Value,
}

/// The scalars that were read in this thread, and those that are remembered ahead of being read.
#[derive(Default)]
pub(super) struct Scalars {
    known: Vec<Scalar>,
    /// Where among them a text stands.
    places: HashMap<Rc<str>, usize, FixedState>,
    /// How many of them are read.
    read: usize,
}

impl Scalars {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// What stands behind the scalar that ends the line at the start of `rest`, from the line break on, if
    /// it reads as `value`. One that was not read before is put among those to be read.
    ///
    /// `last` names the scalar that stood in this place of the shape before: it is mostly the same.
    #[inline]
    pub(super) fn behind<'t>(&mut self, rest: &'t str, value: &Value, last: &mut usize) -> Option<&'t str> {
        if let Some(known) = self.known.get(*last)
            && let Some(behind) = rest.strip_prefix(&*known.text)
            && behind.as_bytes().first() == Some(&b'\n')
        {
            return known.value.is_identical(value).then_some(behind);
        }
        self.behind_another(rest, value, last)
    }

    fn behind_another<'t>(&mut self, rest: &'t str, value: &Value, last: &mut usize) -> Option<&'t str> {
        let (text, behind) = rest.split_at_checked(memchr(b'\n', rest.as_bytes())?)?;
        if !is_scalar(text) || matches!(value, Value::Object(_) | Value::Array(_)) {
            return None;
        }
        if let Some(&place) = self.places.get(text) {
            *last = place;
            return self.known.get(place).filter(|known| known.value.is_identical(value)).map(|_| behind);
        }
        *last = self.known.len();
        let text: Rc<str> = text.into();
        self.places.insert(Rc::clone(&text), *last);
        self.known.push(Scalar { text, value: value.clone() });
        Some(behind)
    }

    /// Reads the fresh ones, as one list; whether all of them read as they should.
    pub(super) fn are_read(&mut self) -> bool {
        let fresh = self.known.get(self.read..).unwrap_or_default();
        self.read = self.known.len();
        if fresh.is_empty() {
            return true;
        }
        let mut text = String::new();
        fresh.iter().for_each(|scalar| text.extend(["- ", &scalar.text, "\n"]));
        verify(&text, &Value::Array(fresh.iter().map(|scalar| scalar.value.clone()).collect())).is_ok()
    }
}

/// Whether the text behind a key or hyphen can be a scalar on one line: neither empty, which is null or the
/// start of a list or map, nor an empty list or map, nor the start of a block.
pub(super) fn is_scalar(text: &str) -> bool {
    !matches!(text, "" | "{}" | "[]" | "|" | "|-")
}
