//! The second reader: is a text, read by a parser that shares nothing with the emitter, the value?
//!
//! The parser is libyaml's grammar, as kubectl's is; the comparison runs while it reads and builds no
//! second tree. The parser resolves anchors, tags and comments silently, so [`scan`] first holds the
//! text against the few signs that the emitter writes.

use super::pointer::Pointer;
use super::scan;
use crate::json::Value;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Where and how a text differs from the value it should hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text differs from the value at `{pointer}`: {reason}")]
pub struct Mismatch {
    /// JSON pointer to the first difference; empty for the whole document.
    pub pointer: String,
    /// What was found.
    pub reason: String,
}

/// Checks that `text` is exactly one YAML document that holds `expected`, keys in the same order.
///
/// The text must keep to what [`super::emit`] writes: anchors, aliases, tags, single quotes and
/// comments behind content are refused as they stand. Whole-line comments are allowed.
///
/// # Errors
/// The first difference.
pub fn verify(text: &str, expected: &Value) -> Result<(), Mismatch> {
    scan::only_emitted_signs(text)
        .map_err(|sign| Mismatch { pointer: String::new(), reason: sign.to_string() })?;
    let mut fault = Fault::default();
    let read = Compare { expected, fault: &mut fault }.deserialize(serde_yaml::Deserializer::from_str(text));
    read.map_err(|error| Mismatch {
        pointer: fault.pointer.to_string(),
        // The parser's own errors know the line, ours need no more than the pointer.
        reason: fault.reason.unwrap_or_else(|| error.to_string()),
    })
}

/// What is known of a difference while its error travels up.
#[derive(Default)]
struct Fault {
    pointer: Pointer,
    reason: Option<String>,
}

impl Fault {
    fn differs<E: Error>(&mut self, reason: impl fmt::Display) -> E {
        self.reason = Some(reason.to_string());
        E::custom("differs")
    }
}

/// Compares the next value with `expected`; on a difference, `fault` gathers the way to it.
struct Compare<'a> {
    expected: &'a Value,
    fault: &'a mut Fault,
}

impl Compare<'_> {
    fn is<E: Error>(&mut self, same: bool, found: fmt::Arguments<'_>) -> Result<(), E> {
        if same {
            return Ok(());
        }
        Err(self.fault.differs(format_args!("{found} instead of {}", Kind(self.expected))))
    }
}

impl<'de> DeserializeSeed<'de> for Compare<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Compare<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Kind(self.expected))
    }

    fn visit_str<E: Error>(mut self, found: &str) -> Result<(), E> {
        self.is(self.expected.as_str() == Some(found), format_args!("a text"))
    }

    fn visit_bool<E: Error>(mut self, found: bool) -> Result<(), E> {
        self.is(self.expected.as_bool() == Some(found), format_args!("`{found}`"))
    }

    fn visit_i64<E: Error>(mut self, found: i64) -> Result<(), E> {
        self.is(self.expected.as_i64() == Some(found), format_args!("`{found}`"))
    }

    fn visit_u64<E: Error>(mut self, found: u64) -> Result<(), E> {
        self.is(self.expected.as_u64() == Some(found), format_args!("`{found}`"))
    }

    fn visit_f64<E: Error>(mut self, found: f64) -> Result<(), E> {
        // By bits, so that the sign of zero counts; an integer is not the same as a decimal.
        let expected = if self.expected.is_f64() { self.expected.as_f64() } else { None };
        self.is(expected.map(f64::to_bits) == Some(found.to_bits()), format_args!("`{found:?}`"))
    }

    fn visit_unit<E: Error>(mut self) -> Result<(), E> {
        self.is(self.expected.is_null(), format_args!("`null`"))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let Value::Array(items) = self.expected else {
            return self.is(false, format_args!("a list"));
        };
        for (index, expected) in items.iter().enumerate() {
            let item = Compare { expected, fault: &mut *self.fault };
            match list.next_element_seed(item) {
                Ok(Some(())) => {}
                Ok(None) => {
                    return Err(self.fault.differs(format_args!("{index} items instead of {}", items.len())));
                }
                Err(error) => {
                    self.fault.pointer.within_item(index);
                    return Err(error);
                }
            }
        }
        match list.next_element::<IgnoredAny>()? {
            None => Ok(()),
            Some(_) => Err(self.fault.differs(format_args!("more than {} items", items.len()))),
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let Value::Object(entries) = self.expected else {
            return self.is(false, format_args!("a map"));
        };
        for (name, expected) in entries {
            let read = match map.next_key_seed(CompareKey { expected: name, fault: &mut *self.fault }) {
                Ok(Some(())) => map.next_value_seed(Compare { expected, fault: &mut *self.fault }),
                Ok(None) => Err(self.fault.differs("the key is missing")),
                Err(error) => Err(error),
            };
            if let Err(error) = read {
                self.fault.pointer.within_key(name);
                return Err(error);
            }
        }
        // Compared in order, a duplicate key is one key too many or another key than expected.
        match map.next_key::<IgnoredAny>()? {
            None => Ok(()),
            Some(_) => Err(self.fault.differs(format_args!("more than {} keys", entries.len()))),
        }
    }
}

/// Compares the next key; a key that is read as anything but text differs.
struct CompareKey<'a> {
    expected: &'a str,
    fault: &'a mut Fault,
}

impl<'de> DeserializeSeed<'de> for CompareKey<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for CompareKey<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this key")
    }

    fn visit_str<E: Error>(self, found: &str) -> Result<(), E> {
        if found == self.expected { Ok(()) } else { Err(self.fault.differs("another key")) }
    }
}

/// Names what kind of value is expected, without its content: texts may be long or secret.
struct Kind<'a>(&'a Value);

impl fmt::Display for Kind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Null => f.write_str("`null`"),
            Value::Bool(value) => write!(f, "`{value}`"),
            Value::Number(value) => write!(f, "`{value}`"),
            Value::String(_) => f.write_str("the expected text"),
            Value::Array(_) => f.write_str("a list"),
            Value::Object(_) => f.write_str("a map"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;
    use crate::yaml::{MAX_DEPTH, emit_document};
    use proptest::prelude::*;

    fn differs(text: &str, expected: &Value) -> (String, String) {
        let mismatch = verify(text, expected).unwrap_err();
        (mismatch.pointer, mismatch.reason)
    }

    #[test]
    fn the_same_value_passes() {
        let value = json!({"a": [1, -1, 0.5, -0.0, true, null, "x", "no", {}, []], "b": {"c": "d\ne\n"}});
        let text = emit_document(&value).unwrap();
        verify(&text, &value).unwrap();
        verify(&format!("# marker & more * ! ' |\n{text}"), &value).unwrap();
        verify(&format!("---\n{text}"), &value).unwrap();
    }

    #[test]
    fn a_difference_is_named_by_its_place() {
        let value = json!({"spec": {"a/b": [{"replicas": 3}, "x"], "end": null}});
        let at = |text: &str| differs(text, &value).0;
        assert_eq!(at("spec:\n  a/b:\n  - replicas: 2\n  - x\n  end: null\n"), "/spec/a~1b/0/replicas");
        assert_eq!(at("spec:\n  a/b:\n  - replicas: 3.0\n  - x\n  end: null\n"), "/spec/a~1b/0/replicas");
        assert_eq!(at("spec:\n  a/b:\n  - replicas: \"3\"\n  - x\n  end: null\n"), "/spec/a~1b/0/replicas");
        assert_eq!(at("spec:\n  a/b:\n  - replicas: 3\n  - y\n  end: null\n"), "/spec/a~1b/1");
        assert_eq!(at("spec:\n  a/b:\n  - replicas: 3\n  end: null\n"), "/spec/a~1b");
        assert_eq!(at("spec:\n  a/b:\n  - replicas: 3\n  - x\n  - x\n  end: null\n"), "/spec/a~1b");
        assert_eq!(at("spec:\n  a/b:\n  - replicas: 3\n  - x\n  end: null\n  more: 1\n"), "/spec");
        assert_eq!(at("spec:\n  a/b:\n  - replicas: 3\n  - x\n  End: null\n"), "/spec/end");
        assert_eq!(at("spec:\n  a/b:\n  - replicas: 3\n  - x\n"), "/spec/end");
        assert_eq!(at("spec: []\n"), "/spec");
        assert_eq!(at(""), "");
        assert_eq!(at("spec:\n  a/b:\n  - replicas: \"\\q\"\n"), "/spec/a~1b/0/replicas");
    }

    #[test]
    fn reasons_name_numbers_but_no_text() {
        assert_eq!(differs("a: 2\n", &json!({"a": 3})).1, "`2` instead of `3`");
        assert!(!differs("a: open\n", &json!({"a": "sesame"})).1.contains("sesame"));
    }

    #[test]
    fn what_the_reader_resolves_silently_differs() {
        let twice = json!({"a": "x", "b": "x"});
        for text in [
            "a: &n x\nb: *n\n",
            "a: &n x\nb: x\n",
            "a: !!str x\nb: x\n",
            "a: ! x\nb: x\n",
            "a: x # no\nb: x\n",
            "a: 'x'\nb: x\n",
            "a: x\nb: x\na: x\n",
            "a: x\na: x\n",
            "a: x\nb: x\n---\na: x\nb: x\n",
            "a: x\nb: x\n---\n",
            "a: x\nb: x\n...\n---\n{}\n",
        ] {
            assert!(verify(text, &twice).is_err(), "{text}");
        }
        assert!(verify("%YAML 1.1\n---\na: x\nb: x\n", &twice).is_err());
        assert!(verify("true: x\n", &json!({"true": "x"})).is_err());
    }

    #[test]
    fn the_deepest_document_that_is_written_is_read() {
        let deepest =
            (1..MAX_DEPTH).fold(
                json!({}),
                |inner, level| if level % 2 == 0 { json!([inner]) } else { json!({"a": inner}) },
            );
        verify(&emit_document(&deepest).unwrap(), &deepest).unwrap();
    }

    fn awkward_text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z./:-]{0,12}",
            "[ -~]{0,12}",
            "(\n| |\t|#|-|a|: |'|\"|\\||&|\\*|!){0,10}",
            "(line|  indented|& x|\\* y|'|# z|)(\n(line|  indented|& x|\\* y|'|# z|)){1,4}",
            any::<String>(),
        ]
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            awkward_text().prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 60, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::vec((awkward_text(), inner), 0..6)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_emitted_is_read_back(value in tree()) {
            let text = emit_document(&value).unwrap();
            prop_assert_eq!(verify(&text, &value), Ok(()), "{}", text);
        }

        #[test]
        fn no_text_makes_it_panic(text in awkward_text(), value in tree()) {
            _ = verify(&text, &value);
        }
    }
}
