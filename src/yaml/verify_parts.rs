//! The second reading in parts: what was read before in this run is not read again.
//!
//! The objects of a run resemble each other: forty MachineSets have a few shapes, and most of their
//! scalars stand in every one of them. So a document is taken apart, line by line and without asking
//! the emitter, into its *shape* (every scalar replaced by `x`) and its *scalars*; each shape and each
//! scalar is read by [`verify`] once in a thread. That says the same as reading the whole, because the
//! text of a scalar stands on one line: what a reader makes of it depends on the text itself and on
//! whether a value may stand there, which the shape shows, and on nothing around it. Texts over several
//! lines, long keys, and whatever cannot be taken apart are read whole, and so is whatever fails in
//! parts: it is the whole reading that refuses.

use super::verify::{Mismatch, verify};
use crate::json::{Map, Value};
use foldhash::fast::FixedState;
use std::cell::RefCell;
use std::collections::HashMap;

/// Checks as [`verify`] does that `text` is exactly one YAML document that holds `expected`.
///
/// # Errors
/// The first difference.
pub fn verify_in_parts(text: &str, expected: &Value) -> Result<(), Mismatch> {
    let read = READ_BEFORE.with_borrow_mut(|before| before.reads_as(text, expected));
    if read == Some(true) { Ok(()) } else { verify(text, expected) }
}

/// What stands for every scalar in a shape.
const STAND_IN: &str = "x";

/// More than any run of one environment has; past them a fleet starts afresh.
const MOST_SHAPES: usize = 1 << 10;
const MOST_SCALARS: usize = 1 << 14;

thread_local! {
    static READ_BEFORE: RefCell<ReadBefore> = RefCell::default();
}

/// What was read in this thread, with what it means.
#[derive(Default)]
struct ReadBefore {
    shapes: HashMap<Box<str>, Value, FixedState>,
    scalars: HashMap<Box<str>, Value, FixedState>,
}

impl ReadBefore {
    /// Whether the text reads as the value; nothing where it cannot be taken apart.
    fn reads_as(&mut self, text: &str, expected: &Value) -> Option<bool> {
        let parts = Parts::of(text)?;
        let mut scalars = Vec::with_capacity(parts.scalars.len());
        let fits = match self.shapes.get(parts.shape.as_str()) {
            Some(shape) => has_shape(shape, expected, &mut scalars),
            None => {
                let shape = shape_of(expected);
                verify(&parts.shape, &shape).ok()?;
                let fits = has_shape(&shape, expected, &mut scalars);
                if self.shapes.len() >= MOST_SHAPES {
                    self.shapes.clear();
                }
                self.shapes.insert(parts.shape.as_str().into(), shape);
                fits
            }
        };
        if !fits || scalars.len() != parts.scalars.len() {
            return Some(false);
        }
        self.scalars_read_as(&parts.scalars, &scalars)
    }

    /// Whether each text reads as the value beside it; those not read before are read together, as the
    /// items of a list and as the values of a map.
    fn scalars_read_as(&mut self, texts: &[&str], values: &[&Value]) -> Option<bool> {
        let mut fresh: Vec<(&str, &Value)> = Vec::new();
        for (text, value) in texts.iter().zip(values) {
            match self.scalars.get(*text) {
                Some(read) if is_same(read, value) => {}
                Some(_) => return Some(false),
                None => fresh.push((text, value)),
            }
        }
        if fresh.is_empty() {
            return Some(true);
        }
        let (mut list, mut map) = (String::new(), String::new());
        let mut entries = Map::new();
        for (index, (text, value)) in fresh.iter().enumerate() {
            list.extend(["- ", text, "\n"]);
            let key = format!("k{index}");
            map.extend([&key, ": ", text, "\n"]);
            entries.insert(key, (*value).clone());
        }
        verify(&list, &Value::Array(fresh.iter().map(|(_, value)| (*value).clone()).collect())).ok()?;
        verify(&map, &Value::Object(entries)).ok()?;
        if self.scalars.len() >= MOST_SCALARS {
            self.scalars.clear();
        }
        self.scalars.extend(fresh.into_iter().map(|(text, value)| (text.into(), value.clone())));
        Some(true)
    }
}

/// A document taken apart.
struct Parts<'a> {
    /// The document with a stand-in for every scalar.
    shape: String,
    /// The texts of the scalars, in their order.
    scalars: Vec<&'a str>,
}

impl Parts<'_> {
    /// Takes a document apart; nothing where a line is none that this module knows.
    fn of(text: &str) -> Option<Parts<'_>> {
        let mut parts = Parts { shape: String::with_capacity(text.len()), scalars: Vec::new() };
        for line in text.strip_suffix('\n')?.split('\n') {
            if line.starts_with('#') {
                parts.shape.extend([line, "\n"]);
                continue;
            }
            let value = value_of(line)?;
            match &line[value..] {
                // An empty map or list is of the shape.
                "" | "{}" | "[]" => parts.shape.push_str(line),
                "|" | "|-" => return None,
                scalar => {
                    parts.shape.extend([&line[..value], STAND_IN]);
                    parts.scalars.push(scalar);
                }
            }
            parts.shape.push('\n');
        }
        Some(parts)
    }
}

/// Whether two scalars are the same; decimals by their bits, so that the sign of zero counts.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a.is_f64(), b.is_f64()) {
        (false, false) => a == b,
        (true, true) => a.as_f64().map(f64::to_bits) == b.as_f64().map(f64::to_bits),
        _ => false,
    }
}

/// Where on a line the value begins, behind its indentation, hyphens and key; the line's end if none
/// does.
fn value_of(line: &str) -> Option<usize> {
    let mut at = line.len() - line.trim_start_matches(' ').len();
    let mut item = false;
    while let Some(rest) = line[at..].strip_prefix('-') {
        // A hyphen with nothing behind it begins a list in a list.
        if rest.is_empty() {
            return Some(line.len());
        }
        if !rest.starts_with(' ') {
            break;
        }
        at += 2;
        item = true;
    }
    let rest = &line[at..];
    let colon = match rest.as_bytes().first()? {
        b'"' => {
            let end = at + closing_quote(rest)? + 1;
            line[end..].starts_with(':').then_some(end)
        }
        b'?' | b':' => return None,
        _ if rest.ends_with(':') && !rest.contains(": ") => Some(line.len() - 1),
        _ => rest.find(": ").map(|place| at + place),
    };
    match colon {
        Some(colon) if colon + 1 == line.len() => Some(line.len()),
        Some(colon) => line[colon + 1..].starts_with(' ').then_some(colon + 2),
        None => item.then_some(at),
    }
}

/// The place of the quote that ends a text that begins with one.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().enumerate().skip(1).find_map(|(at, byte)| {
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

/// Whether the value has that shape; gathers its scalars in their order.
fn has_shape<'v>(shape: &Value, value: &'v Value, scalars: &mut Vec<&'v Value>) -> bool {
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
        (Value::String(_), scalar) => {
            scalars.push(scalar);
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::emit::emit_document;
    use super::*;
    use crate::json::json;

    fn in_parts(text: &str, value: &Value) -> Option<bool> {
        ReadBefore::default().reads_as(text, value)
    }

    #[test]
    fn documents_are_taken_apart() {
        let value = json!({"a": {"b": ["x", 1, {"c: d": "e: f", "g": []}, [["h"]], -1]}, "i": "- j"});
        let text = emit_document(&value).unwrap();
        assert_eq!(in_parts(&text, &value), Some(true), "{text}");
        for whole in [json!("text"), json!({"a": "b\nc"}), json!({("k".repeat(1100)): 1})] {
            assert_eq!(in_parts(&emit_document(&whole).unwrap(), &whole), None, "{whole}");
        }
    }

    #[test]
    fn nothing_passes_in_parts_that_fails_as_a_whole() {
        let value = json!({"a": "b", "c": {"d": ["e", {"f": 1, "g": "1"}]}, "h": "true", "i": {}});
        let text = emit_document(&value).unwrap();
        // A warm memory must not be laxer than a cold one.
        let mut before = ReadBefore::default();
        assert_eq!(before.reads_as(&text, &value), Some(true));
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
                let parts = before.reads_as(&mutant, &value) == Some(true);
                assert!(whole || !parts, "{mutant}");
                refused += usize::from(!whole);
            }
        }
        assert!(refused > 1000, "{refused}");
    }

    #[test]
    fn the_same_text_for_another_value_is_refused() {
        let mut before = ReadBefore::default();
        assert_eq!(before.reads_as("a: b\n", &json!({"a": "b"})), Some(true));
        for other in [
            json!({"a": "c"}),
            json!({"b": "b"}),
            json!({"a": ["b"]}),
            json!({"a": {}}),
            json!({"a": "b", "c": 1}),
        ] {
            assert_ne!(before.reads_as("a: b\n", &other), Some(true), "{other}");
        }
        assert_eq!(before.reads_as("a: 1\n", &json!({"a": 1})), Some(true));
        assert_eq!(before.reads_as("a: 1\n", &json!({"a": "1"})), Some(false));
    }
}
