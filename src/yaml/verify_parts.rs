//! The second reading in parts: what was read before in this run is not read again.
//!
//! The objects of a run resemble each other: forty MachineSets have a few shapes, and most of their
//! scalars stand in every one of them. So a document is taken apart, line by line and without asking
//! the emitter, into its *shape* (every scalar replaced by `x`) and its *scalars*; each shape and each
//! scalar is read by [`verify`] once in a thread, but for those that no reader takes for anything else.
//! That says the same as reading the whole, because the text of a scalar stands on one line: what a reader
//! makes of it depends on the text itself and on whether a value may stand there, which the shape shows,
//! and on nothing around it. A scalar is read as an item of a list, where more may stand than behind a
//! key: what is one scalar there is the same one everywhere. Texts over several lines, long keys, and
//! whatever cannot be taken apart are read whole, and so is whatever fails in parts: it is the whole
//! reading that refuses.
//!
//! A document is taken apart only where none of the shapes at hand fits it: one of a known shape is the
//! shape's own text with scalars in place of the stand-ins.

mod scalars;
mod shape;

use super::verify::{Mismatch, verify};
use crate::json::Value;
use foldhash::fast::FixedState;
use memchr::memchr_iter;
use scalars::Scalars;
use shape::{Outline, Shape};
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

/// More than any run of one environment has; past them a fleet starts afresh.
const MOST_SHAPES: usize = 1 << 10;
const MOST_SCALARS: usize = 1 << 12;

/// How many shapes a document is held against before it is taken apart. Most of those that do not fit
/// fail in the first lines, but a fleet may have hundreds that differ in the last one.
const TRIED: usize = 4;

thread_local! {
    static READ_BEFORE: RefCell<ReadBefore> = RefCell::default();
}

/// What was read in this thread, with what it means.
#[derive(Default)]
struct ReadBefore {
    /// What was met last comes first.
    shapes: Vec<Shape>,
    /// Documents that cannot be taken apart.
    wholes: HashMap<Box<str>, Value, FixedState>,
    scalars: Scalars,
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
            self.scalars = Scalars::default();
        }
        let mut outline = Outline::default();
        let read = documents
            .iter()
            .map(|(text, expected)| self.reads_as(text, expected, &mut outline) == Some(true))
            .collect();
        if self.scalars.are_read() {
            return read;
        }
        // Which of them it was is the whole readings' to say.
        *self = ReadBefore::default();
        vec![false; documents.len()]
    }

    /// Whether a document reads as its value, as long as the fresh scalars do; nothing where that cannot
    /// be said.
    fn reads_as(&mut self, text: &str, expected: &Value, outline: &mut Outline) -> Option<bool> {
        let lines = memchr_iter(b'\n', text.as_bytes()).count();
        let alike = self.shapes.iter_mut().enumerate().filter(|(_, shape)| shape.lines() == lines);
        let found = alike
            .take(TRIED)
            .find_map(|(at, shape)| shape.reads_as(text, expected, &mut self.scalars).then_some(at));
        if let Some(at) = found {
            self.shapes.swap(0, at);
            return Some(true);
        }
        if !outline.draw(text) {
            return self.whole_reads_as(text, expected);
        }
        let at = match self.shapes.iter().position(|shape| shape.is(outline)) {
            Some(at) => at,
            None => {
                self.shapes.push(outline.read_as(expected)?);
                self.shapes.len() - 1
            }
        };
        self.shapes.swap(0, at);
        Some(self.shapes.first_mut()?.reads_as(text, expected, &mut self.scalars))
    }

    /// Whether a document that cannot be taken apart reads as its value.
    fn whole_reads_as(&mut self, text: &str, expected: &Value) -> Option<bool> {
        if let Some(read) = self.wholes.get(text) {
            return Some(read.is_identical(expected));
        }
        verify(text, expected).ok()?;
        self.wholes.insert(text.into(), expected.clone());
        Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::emit::emit_document;
    use super::*;
    use crate::json::json;

    /// Whether a document can be taken apart.
    fn comes_apart(text: &str) -> bool {
        Outline::default().draw(text)
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

    #[test]
    fn in_a_known_shape_only_a_scalar_stands_for_a_scalar() {
        let texts = [
            "", "{}", "[]", "|", "|-", ">", "c: d", "c:", "- c", "-", "? c", ": c", "# c", "&c d", "*c",
            "!c d", "[c", "{c: d}", "\"c", "\"c\" d", "\"c\": d", "'c'", " c", "c ", "c #d", "c\n- d",
            "c\n  d", "x", "~", "null", "1", "true", "c\td",
        ];
        let values =
            [json!("c"), json!({"c": "d"}), json!(["c"]), json!({}), json!([]), json!(1), json!(null)];
        type With = fn(Value) -> Value;
        let frames: [(&str, With); 2] = [
            ("a:\n- SLOT\n- e: f\n", |value| json!({"a": [value, {"e": "f"}]})),
            ("a:\n  b: SLOT\ne: f\n", |value| json!({"a": {"b": value}, "e": "f"})),
        ];
        let mut before = ReadBefore::default();
        let mut sound = 0;
        for (frame, with) in frames {
            for text in texts {
                for value in values.iter().cloned().chain([json!(text)]) {
                    assert!(before.read_as(&frame.replace("SLOT", "b"), &with("b".into())));
                    let (document, expected) = (frame.replace("SLOT", text), with(value));
                    let whole = verify(&document, &expected).is_ok();
                    assert!(whole || !before.read_as(&document, &expected), "{document} {expected}");
                    sound += usize::from(whole);
                }
            }
        }
        assert!(sound > 10, "{sound}");
    }
}
