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
    /// it reads as `value`. One that was not read before is put among those to be read, unless there is nothing
    /// else that it could be.
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
        if let Value::String(text) = value
            && is_unmistakable(text)
        {
            return rest
                .strip_prefix(text.as_str())
                .filter(|behind| behind.as_bytes().first() == Some(&b'\n'));
        }
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

/// Whether the text reads as itself whatever reads it: letters, digits, `-`, `.` and `/`, a letter first, blanks
/// only between others and one at a time, and not letters alone.
///
/// Nothing of YAML's grammar begins or ends within such a text, and every word that a version of YAML takes for
/// a boolean, a null, a number or a time is of letters alone or begins with a digit, a sign or a dot
/// (<https://yaml.org/type/>). Nearly all that one environment has and no other are such texts. It is narrower
/// than the emitter's own rule for bare texts and does not ask it, since that is what is verified here.
fn is_unmistakable(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut before, mut letters_alone) = (b' ', true);
    for &byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'-' | b'.' | b'/' => letters_alone = false,
            b' ' if before != b' ' => letters_alone = false,
            _ => return false,
        }
        before = byte;
    }
    bytes.first().is_some_and(u8::is_ascii_alphabetic) && before != b' ' && !letters_alone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn the_unmistakable_reads_as_itself() {
        // What another reading could come from: exponents, bases, infinity, booleans, times, documents.
        let pieces = [
            "", "e", "E", "n", "y", "x", "o", "Z", "T", "no", "On", "off", "yes", "true", "null", "inf",
            "NaN", "0", "1", "12", "2001", "-", "---", ".", "...", "/", " ", " - ", " 1",
        ];
        let mut texts = Vec::new();
        for one in pieces {
            for two in pieces {
                for three in pieces {
                    for four in ["", "1", "-", " a"] {
                        texts.push(format!("{one}{two}{three}{four}"));
                    }
                }
            }
        }
        texts.retain(|text| is_unmistakable(text));
        assert!(texts.len() > 20_000, "{}", texts.len());
        let items: String = texts.iter().map(|text| format!("- {text}\n")).collect();
        let entries: String = texts.iter().map(|text| format!("- a:\n    b: {text}\n")).collect();
        let of = |value: fn(&str) -> Value| texts.iter().map(|text| value(text)).collect();
        assert_eq!(verify(&items, &of(|text| text.into())), Ok(()));
        assert_eq!(verify(&entries, &of(|text| json!({"a": {"b": text}}))), Ok(()));
    }

    #[test]
    fn what_may_read_as_something_else_is_read() {
        for text in [
            "", "a", "null", "Infinity", "1a", "-a", ".a", "/1", " a1", "a1 ", "a  1", "a1:", "a: 1", "a #1",
            "a_1", "a\t1", "a1\n", "\u{e4}1",
        ] {
            assert!(!is_unmistakable(text), "{text:?}");
        }
        let mut scalars = Scalars::default();
        let mut behind = |rest: &'static str, value: Value| {
            let mut none = usize::MAX;
            scalars.behind(rest, &value, &mut none)
        };
        assert_eq!(behind("a-1\nb", "a-1".into()), Some("\nb"));
        for other in ["a-2", "a-", "a-12"] {
            assert_eq!(behind("a-1\nb", other.into()), None, "{other}");
        }
        for rest in ["\"a-1\"\n", "a-1", "a-1 \n", "a-1:\n"] {
            assert_eq!(behind(rest, "a-1".into()), None, "{rest}");
        }
        assert_eq!(behind("a-1\n", Value::Array(Vec::new())), None);
        assert!(scalars.are_read());
    }
}
