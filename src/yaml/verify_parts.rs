//! The second reading in parts: what was read before in this run is not read again.
//!
//! The objects of a run resemble each other: forty MachineSets have a few shapes, and most of their
//! scalars stand in every one of them. So a document is taken apart, line by line and without asking
//! the emitter, into its *shape* (every scalar replaced by `x`) and its *scalars*; each shape and each
//! scalar is read by [`verify`] once in a thread. That says the same as reading the whole, because the
//! text of a scalar stands on one line: what a reader makes of it depends on the text itself and on
//! whether a value may stand there, which the shape shows, and on nothing around it. A scalar is read as
//! an item of a list, where more may stand than behind a key: what is one scalar there is the same one
//! everywhere. Texts over several lines, long keys, and whatever cannot be taken apart are read whole,
//! and so is whatever fails in parts: it is the whole reading that refuses.

use super::verify::{Mismatch, verify};
use crate::json::{Map, Value};
use foldhash::fast::FixedState;
use memchr::{memchr, memchr_iter};
use std::cell::RefCell;
use std::collections::HashMap;

/// A text, and the value that it should hold.
pub type Written<'a> = (&'a str, &'a Value);

/// Checks as [`verify`] does that each text is exactly one YAML document that holds the value beside it.
/// Scalars that no document of this thread had before are read together, those of all the texts at once.
///
/// The answers are in the order of the documents: for each, the first difference as an error.
pub fn verify_in_parts(documents: &[Written<'_>]) -> Vec<Result<(), Mismatch>> {
    let read = READ_BEFORE.with_borrow_mut(|before| before.all_read_as(documents));
    let read = read.into_iter().zip(documents);
    read.map(|(sound, (text, expected))| if sound { Ok(()) } else { verify(text, expected) }).collect()
}

/// What stands for every scalar in a shape.
const STAND_IN: &str = "x";

/// More than any run of one environment has; past them a fleet starts afresh.
const MOST_SHAPES: usize = 1 << 10;
const MOST_SCALARS: usize = 1 << 14;

thread_local! {
    static READ_BEFORE: RefCell<ReadBefore> = RefCell::default();
}

/// The values that texts were read as.
type Memory = HashMap<Box<str>, Value, FixedState>;

/// What was read in this thread, with what it means.
#[derive(Default)]
struct ReadBefore {
    shapes: Memory,
    /// Documents that cannot be taken apart.
    wholes: Memory,
    scalars: Memory,
    /// Scalars that are remembered ahead of being read.
    fresh: Fresh,
}

/// Scalars to be read, as one list.
#[derive(Default)]
struct Fresh {
    text: String,
    expected: Vec<Value>,
}

impl ReadBefore {
    /// For each document whether it was read as its value; a document of which that cannot be said has
    /// to be read whole.
    fn all_read_as(&mut self, documents: &[Written<'_>]) -> Vec<bool> {
        if self.shapes.len() >= MOST_SHAPES {
            self.shapes.clear();
        }
        if self.wholes.len() >= MOST_SHAPES {
            self.wholes.clear();
        }
        if self.scalars.len() >= MOST_SCALARS {
            self.scalars.clear();
        }
        let mut parts = Parts::default();
        let read =
            documents.iter().map(|document| self.reads_as(document, &mut parts) == Some(true)).collect();
        let Fresh { text, expected } = std::mem::take(&mut self.fresh);
        if expected.is_empty() || verify(&text, &Value::Array(expected)).is_ok() {
            return read;
        }
        // Which of them it was is the whole readings' to say.
        *self = ReadBefore::default();
        vec![false; documents.len()]
    }

    /// Whether a document reads as its value, as long as [`Fresh`] does; nothing where that cannot be said.
    fn reads_as<'t>(&mut self, &(text, expected): &Written<'t>, parts: &mut Parts<'t>) -> Option<bool> {
        if !parts.take_apart(text) {
            return self.whole_reads_as(text, expected);
        }
        let mut scalars = parts.scalars.iter();
        let fits = |shape: &Value, before: &mut Scalars<'_, '_, '_>| has_shape(shape, expected, before);
        let mut before = Scalars { memory: &mut self.scalars, fresh: &mut self.fresh, texts: &mut scalars };
        let fits = match self.shapes.get(parts.shape.as_str()) {
            Some(shape) => fits(shape, &mut before),
            None => {
                let shape = shape_of(expected);
                verify(&parts.shape, &shape).ok()?;
                let fits = fits(&shape, &mut before);
                self.shapes.insert(parts.shape.as_str().into(), shape);
                fits
            }
        };
        Some(fits && scalars.next().is_none())
    }

    /// Whether a document that cannot be taken apart reads as its value.
    fn whole_reads_as(&mut self, text: &str, expected: &Value) -> Option<bool> {
        if let Some(read) = self.wholes.get(text) {
            return Some(is_exactly(read, expected));
        }
        verify(text, expected).ok()?;
        self.wholes.insert(text.into(), expected.clone());
        Some(true)
    }
}

/// The scalars of a document on their way through the memory.
struct Scalars<'m, 's, 't> {
    memory: &'m mut Memory,
    fresh: &'m mut Fresh,
    texts: &'m mut std::slice::Iter<'s, &'t str>,
}

impl Scalars<'_, '_, '_> {
    /// Whether the next text reads as `value`; one that was not read before is put among the fresh ones.
    fn next_reads_as(&mut self, value: &Value) -> bool {
        let Some(&text) = self.texts.next() else { return false };
        if let Some(read) = self.memory.get(text) {
            return is_exactly(read, value);
        }
        self.memory.insert(text.into(), value.clone());
        self.fresh.text.extend(["- ", text, "\n"]);
        self.fresh.expected.push(value.clone());
        true
    }
}

/// A document taken apart.
#[derive(Default)]
struct Parts<'t> {
    /// The document with a stand-in for every scalar.
    shape: String,
    /// The texts of the scalars, in their order.
    scalars: Vec<&'t str>,
}

impl<'t> Parts<'t> {
    /// Takes a document apart; false where a line is none that this module knows.
    fn take_apart(&mut self, text: &'t str) -> bool {
        self.shape.clear();
        self.scalars.clear();
        if !text.ends_with('\n') {
            return false;
        }
        let mut rest = text;
        while !rest.is_empty() {
            let end = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let line = &rest[..end];
            rest = rest.get(end + 1..).unwrap_or_default();
            if line.as_bytes().first() == Some(&b'#') {
                self.shape.push_str(line);
                self.shape.push('\n');
                continue;
            }
            let Some(value) = value_of(line) else { return false };
            match &line[value..] {
                // An empty map or list is of the shape.
                "" | "{}" | "[]" => self.shape.push_str(line),
                "|" | "|-" => return false,
                scalar => {
                    self.shape.push_str(&line[..value]);
                    self.shape.push_str(STAND_IN);
                    self.scalars.push(scalar);
                }
            }
            self.shape.push('\n');
        }
        true
    }
}

/// Whether two values are the same; decimals by their bits, so that the sign of zero counts, and keys in
/// their order.
fn is_exactly(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|((key, value), (name, its))| key == name && is_exactly(value, its))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(value, its)| is_exactly(value, its))
        }
        (Value::Number(a), Value::Number(b)) => match (a.is_f64(), b.is_f64()) {
            (false, false) => a == b,
            (true, true) => a.as_f64().map(f64::to_bits) == b.as_f64().map(f64::to_bits),
            _ => false,
        },
        _ => a == b,
    }
}

/// Where on a line the value begins, behind its indentation, hyphens and key; the line's end if none does.
fn value_of(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut at = bytes.iter().position(|&byte| byte != b' ').unwrap_or(bytes.len());
    let mut item = false;
    while bytes.get(at) == Some(&b'-') {
        match bytes.get(at + 1) {
            // A hyphen with nothing behind it begins a list in a list.
            None => return Some(line.len()),
            Some(b' ') => at += 2,
            Some(_) => break,
        }
        item = true;
    }
    let rest = bytes.get(at..)?;
    let colon = match rest.first()? {
        b'"' => {
            let end = closing_quote(rest)? + 1;
            (rest.get(end) == Some(&b':')).then_some(end)
        }
        b'?' | b':' => return None,
        _ => end_of_key(rest),
    };
    match colon {
        Some(colon) if colon + 1 == rest.len() => Some(line.len()),
        Some(colon) => (rest[colon + 1] == b' ').then_some(at + colon + 2),
        None => item.then_some(at),
    }
}

/// The place of the colon behind a bare key.
fn end_of_key(text: &[u8]) -> Option<usize> {
    let mut colons = memchr_iter(b':', text);
    colons.find(|at| matches!(text.get(at + 1), Some(b' ') | None))
}

/// The place of the quote that ends a text that begins with one.
fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    text.iter().enumerate().skip(1).find_map(|(at, &byte)| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends.then_some(at)
    })
}

/// The value with a stand-in for every scalar.
fn shape_of(value: &Value) -> Value {
    match value {
        Value::Object(entries) => {
            entries.iter().map(|(key, value)| (key.clone(), shape_of(value))).collect::<Map>().into()
        }
        Value::Array(items) => items.iter().map(shape_of).collect(),
        _ => STAND_IN.into(),
    }
}

/// Whether the value has that shape, and the texts of its scalars read as them.
fn has_shape(shape: &Value, value: &Value, scalars: &mut Scalars<'_, '_, '_>) -> bool {
    match (shape, value) {
        (Value::Object(shapes), Value::Object(entries)) => {
            shapes.len() == entries.len()
                && shapes
                    .iter()
                    .zip(entries)
                    .all(|((key, shape), (name, value))| key == name && has_shape(shape, value, scalars))
        }
        (Value::Array(shapes), Value::Array(items)) => {
            shapes.len() == items.len()
                && shapes.iter().zip(items).all(|(shape, item)| has_shape(shape, item, scalars))
        }
        (Value::String(_), Value::Object(_) | Value::Array(_)) => false,
        (Value::String(_), scalar) => scalars.next_reads_as(scalar),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::emit::emit_document;
    use super::*;
    use crate::json::json;

    /// Whether a document can be taken apart.
    fn comes_apart(text: &str) -> bool {
        Parts::default().take_apart(text)
    }

    impl ReadBefore {
        fn read_as(&mut self, text: &str, value: &Value) -> bool {
            self.all_read_as(&[(text, value)]) == [true]
        }
    }

    #[test]
    fn documents_are_taken_apart() {
        let value = json!({"a": {"b": ["x", 1, {"c: d": "e: f", "g": []}, [["h"]], -1]}, "i": "- j"});
        let text = emit_document(&value).unwrap();
        assert!(comes_apart(&text) && ReadBefore::default().read_as(&text, &value), "{text}");
        for whole in [json!("text"), json!({"a": "b\nc"}), json!({("k".repeat(1100)): 1})] {
            let text = emit_document(&whole).unwrap();
            assert!(!comes_apart(&text) && ReadBefore::default().read_as(&text, &whole), "{whole}");
        }
    }

    #[test]
    fn nothing_passes_in_parts_that_fails_as_a_whole() {
        let value = json!({"a": "b", "c": {"d": ["e", {"f": 1, "g": "1"}]}, "h": "true", "i": {}});
        let text = emit_document(&value).unwrap();
        // A warm memory must not be laxer than a cold one.
        let mut before = ReadBefore::default();
        assert!(before.read_as(&text, &value));
        let signs = [
            "\n", " ", "  ", "-", "- ", ":", ": ", "\"", "#", " #", "&a ", "*a", "!t ", "'", "|", "x", "1",
            "~", "{}", "[", "\\", "? ", "---\n",
        ];
        let mut refused = 0;
        for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            let cut = text.get(at..at + 1).map(|_| format!("{}{}", &text[..at], &text[at + 1..]));
            let grown = signs.iter().map(|sign| format!("{}{sign}{}", &text[..at], &text[at..]));
            for mutant in grown.chain(cut) {
                let whole = verify(&mutant, &value).is_ok();
                let parts = before.read_as(&mutant, &value);
                // What fails empties the memory.
                assert!(before.read_as(&text, &value));
                assert!(whole || !parts, "{mutant}");
                refused += usize::from(!whole);
            }
        }
        assert!(refused > 1000, "{refused}");
    }

    #[test]
    fn a_document_that_fails_takes_no_other_with_it() {
        let (good, block) = (json!({"a": "b", "c": ["b", 1.5]}), json!({"a": "b\nc"}));
        let texts = [emit_document(&good).unwrap(), emit_document(&block).unwrap()];
        for wrong in
            ["a: b\nc:\n- b\n- 1.6\n", "a: \"b\nc:\n- b\n- 1.5\n", "a: b\nc:\n- \"b\n- 1.5\n", "a: b\n"]
        {
            let documents = [(&*texts[0], &good), (wrong, &good), (&*texts[1], &block), (&*texts[0], &good)];
            let sound: Vec<bool> = verify_in_parts(&documents).iter().map(Result::is_ok).collect();
            assert_eq!(sound, [true, false, true, true], "{wrong}");
        }
        assert_eq!(verify_in_parts(&[]), []);
    }

    #[test]
    fn the_same_text_for_another_value_is_refused() {
        let mut before = ReadBefore::default();
        assert!(before.read_as("a: b\n", &json!({"a": "b"})));
        for other in [
            json!({"a": "c"}),
            json!({"b": "b"}),
            json!({"a": ["b"]}),
            json!({"a": {}}),
            json!({"a": "b", "c": 1}),
        ] {
            assert!(!before.read_as("a: b\n", &other), "{other}");
        }
        assert!(before.read_as("a: 1\n", &json!({"a": 1})));
        assert!(!before.read_as("a: 1\n", &json!({"a": "1"})));
        assert!(before.read_as("a: |\n  b\n", &json!({"a": "b\n"})));
        assert!(!before.read_as("a: |\n  b\n", &json!({"a": "b"})));
    }
}
