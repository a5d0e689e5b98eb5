//! The shape of a document: what of it is not in its scalars.

use super::super::verify::verify;
use super::scalars::{Scalars, is_scalar};
use crate::json::{Map, Value};
use memchr::{memchr, memchr_iter};

/// What stands for every scalar in a shape.
const STAND_IN: &str = "x";

/// The text of a shape that was not read yet.
#[derive(Default)]
pub(super) struct Outline {
    /// A document with a stand-in for every scalar.
    text: String,
    /// How much of the text stands before each stand-in, from the one before on.
    before: Vec<usize>,
    lines: usize,
}

impl Outline {
    /// Takes a document apart; false where a line is none that this module knows.
    pub(super) fn draw(&mut self, document: &str) -> bool {
        self.text.clear();
        self.before.clear();
        self.lines = 0;
        if !document.ends_with('\n') {
            return false;
        }
        let (mut rest, mut from) = (document, 0);
        while !rest.is_empty() {
            let end = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let line = &rest[..end];
            rest = rest.get(end + 1..).unwrap_or_default();
            self.lines += 1;
            if line.as_bytes().first() == Some(&b'#') {
                self.text.push_str(line);
                self.text.push('\n');
                continue;
            }
            let Some(value) = value_of(line) else { return false };
            match &line[value..] {
                // An empty map or list is of the shape.
                "" | "{}" | "[]" => self.text.push_str(line),
                scalar if is_scalar(scalar) => {
                    self.text.push_str(&line[..value]);
                    self.before.push(self.text.len() - from);
                    self.text.push_str(STAND_IN);
                    from = self.text.len();
                }
                _ => return false,
            }
            self.text.push('\n');
        }
        true
    }

    /// The shape, if its text reads as that of the value.
    pub(super) fn read_as(&self, expected: &Value) -> Option<Shape> {
        let value = shape_of(expected);
        verify(&self.text, &value).ok()?;
        let places = self.before.iter().map(|&before| Place { before, last: usize::MAX }).collect();
        Some(Shape { text: self.text.as_str().into(), places, lines: self.lines, value })
    }
}

/// A place of a scalar in a shape.
struct Place {
    /// How much of the shape's text stands before it, from the place before on.
    before: usize,
    /// The scalar that stood there last.
    last: usize,
}

/// A shape that was read.
pub(super) struct Shape {
    text: Box<str>,
    places: Vec<Place>,
    lines: usize,
    /// What the text was read as: a value whose scalars are all the stand-in.
    value: Value,
}

impl Shape {
    /// How many lines its documents have.
    pub(super) fn lines(&self) -> usize {
        self.lines
    }

    /// Whether it is the shape of that outline.
    pub(super) fn is(&self, outline: &Outline) -> bool {
        *self.text == outline.text
    }

    /// Whether a document has this shape and reads as `expected`, as long as the fresh scalars do.
    pub(super) fn reads_as(&mut self, document: &str, expected: &Value, scalars: &mut Scalars) -> bool {
        let places = self.places.iter_mut();
        let mut reading = Reading { shape: &self.text, rest: document, places, scalars };
        reading.fits(&self.value, expected)
            && reading.places.next().is_none()
            && reading.rest == reading.shape
    }
}

/// A document that is held against a shape.
struct Reading<'r, 't> {
    /// What is left of the shape's text.
    shape: &'r str,
    /// What is left of the document.
    rest: &'t str,
    places: std::slice::IterMut<'r, Place>,
    scalars: &'r mut Scalars,
}

impl Reading<'_, '_> {
    /// Whether the value has that shape, and what stands in the document reads as it.
    fn fits(&mut self, shape: &Value, value: &Value) -> bool {
        match (shape, value) {
            (Value::Object(shapes), Value::Object(entries)) => {
                shapes.len() == entries.len()
                    && shapes
                        .iter()
                        .zip(entries)
                        .all(|((key, shape), (name, value))| key == name && self.next_fits(shape, value))
            }
            (Value::Array(shapes), Value::Array(items)) => {
                shapes.len() == items.len()
                    && shapes.iter().zip(items).all(|(shape, item)| self.next_fits(shape, item))
            }
            (Value::String(_), value) => self.next_reads_as(value),
            _ => false,
        }
    }

    /// [`Reading::fits`] for a value that is mostly a scalar.
    #[inline]
    fn next_fits(&mut self, shape: &Value, value: &Value) -> bool {
        match shape {
            Value::String(_) => self.next_reads_as(value),
            shape => self.fits(shape, value),
        }
    }

    /// Whether the document goes on as the shape does up to the next scalar, which reads as `value`.
    #[inline]
    fn next_reads_as(&mut self, value: &Value) -> bool {
        let Some(place) = self.places.next() else { return false };
        let Some((before, behind)) = self.shape.split_at_checked(place.before) else { return false };
        let Some(scalar) = self.rest.strip_prefix(before) else { return false };
        let Some(rest) = self.scalars.behind(scalar, value, &mut place.last) else { return false };
        self.shape = behind.strip_prefix(STAND_IN).unwrap_or_default();
        self.rest = rest;
        true
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
