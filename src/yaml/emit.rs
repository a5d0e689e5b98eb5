//! The emitter: a value to canonical YAML that no reader takes for anything else.
//!
//! It does not order keys or decide what is written; it writes block style in the way `oc get -o yaml`
//! does, a list at the column of its key. Why it is our own: `docs/adr/0002-emitting-and-second-reader.md`.

use super::pointer::Pointer;
use super::style::{decimal, is_block, is_plain, quote};
use crate::json::{Map, Number, Value};
use std::fmt::Write as _;

/// How deeply maps and lists may be nested, empty ones included; the second reader stops there too.
pub const MAX_DEPTH: usize = 128;

/// The longest key in the short form, in bytes as written.
///
/// libyaml and its relatives give up on a key whose colon is more than 1,024 characters away.
const SHORT_KEY: usize = 1000;

/// Why a value cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmitError {
    /// A number that YAML readers do not agree about.
    #[error("`{number}` at `{pointer}` is not an integer of 64 bits, signed, nor a finite decimal")]
    Number {
        /// The number in decimal.
        number: String,
        /// JSON pointer to it.
        pointer: String,
    },
    /// Maps and lists nested deeper than [`MAX_DEPTH`].
    #[error("maps and lists are nested more than {MAX_DEPTH} deep at `{pointer}`")]
    Depth {
        /// JSON pointer to the first that is too deep.
        pointer: String,
    },
}

/// Appends `value` as one YAML document, its last line break included, to `out`.
///
/// # Errors
/// When `value` holds what no two readers agree about; `out` is then as it was.
pub fn emit(value: &Value, out: &mut String) -> Result<(), EmitError> {
    let start = out.len();
    document(value, out).map_err(|fault| {
        out.truncate(start);
        let pointer = fault.pointer.to_string();
        match fault.number {
            Some(number) => EmitError::Number { number: number.to_string(), pointer },
            None => EmitError::Depth { pointer },
        }
    })
}

/// `value` as one YAML document that ends with a line break.
///
/// # Errors
/// As [`emit`].
pub fn emit_document(value: &Value) -> Result<String, EmitError> {
    let mut out = String::with_capacity(2048);
    emit(value, &mut out)?;
    Ok(out)
}

/// A fault on its way up: a number that cannot be written, or too much depth.
struct Fault {
    number: Option<Number>,
    pointer: Pointer,
}

type Written = Result<(), Box<Fault>>;

fn document(value: &Value, out: &mut String) -> Written {
    match value {
        Value::Object(entries) if !entries.is_empty() => map(entries, 0, MAX_DEPTH, true, out),
        Value::Array(items) if !items.is_empty() => list(items, 0, MAX_DEPTH, true, out),
        leaf => scalar(leaf, 0, MAX_DEPTH, out),
    }?;
    out.push('\n');
    Ok(())
}

/// Writes the entries at `indent`; the first one on the line begun, when `begun`. The last line stays open.
fn map(entries: &Map, indent: usize, depth: usize, begun: bool, out: &mut String) -> Written {
    let depth = deeper(depth)?;
    for (index, (name, value)) in entries.iter().enumerate() {
        if index > 0 || !begun {
            begin_line(indent, out);
        }
        key(name, indent, out);
        let written = match value {
            Value::Object(inner) if !inner.is_empty() => {
                out.push(':');
                map(inner, indent + 2, depth, false, out)
            }
            Value::Array(inner) if !inner.is_empty() => {
                out.push(':');
                list(inner, indent, depth, false, out)
            }
            leaf => {
                out.push_str(": ");
                scalar(leaf, indent, depth, out)
            }
        };
        written.map_err(|mut fault| {
            fault.pointer.within_key(name);
            fault
        })?;
    }
    Ok(())
}

/// Writes the items as [`map`] does entries.
fn list(items: &[Value], indent: usize, depth: usize, begun: bool, out: &mut String) -> Written {
    let depth = deeper(depth)?;
    for (index, item) in items.iter().enumerate() {
        if index > 0 || !begun {
            begin_line(indent, out);
        }
        let written = match item {
            Value::Object(inner) if !inner.is_empty() => {
                out.push_str("- ");
                map(inner, indent + 2, depth, true, out)
            }
            Value::Array(inner) if !inner.is_empty() => {
                out.push('-');
                list(inner, indent + 2, depth, false, out)
            }
            leaf => {
                out.push_str("- ");
                scalar(leaf, indent, depth, out)
            }
        };
        written.map_err(|mut fault| {
            fault.pointer.within_item(index);
            fault
        })?;
    }
    Ok(())
}

fn deeper(depth: usize) -> Result<usize, Box<Fault>> {
    depth.checked_sub(1).ok_or_else(|| Box::new(Fault { number: None, pointer: Pointer::default() }))
}

/// Writes a key up to its colon; a long one in the form that has no limit, `? key`, then `:` below it.
fn key(name: &str, indent: usize, out: &mut String) {
    let start = out.len();
    if is_plain(name) {
        out.push_str(name);
    } else {
        quote(name, out);
    }
    if out.len() - start > SHORT_KEY {
        out.insert_str(start, "? ");
        begin_line(indent, out);
    }
}

fn scalar(value: &Value, indent: usize, depth: usize, out: &mut String) -> Written {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => return self::number(number, out),
        Value::String(text) if is_plain(text) => out.push_str(text),
        Value::String(text) if is_block(text) => block(text, indent + 2, out),
        Value::String(text) => quote(text, out),
        // Those with entries are written by `map` and `list`.
        Value::Array(_) => deeper(depth).map(|_| out.push_str("[]"))?,
        Value::Object(_) => deeper(depth).map(|_| out.push_str("{}"))?,
    }
    Ok(())
}

fn number(number: &Number, out: &mut String) -> Written {
    if let Some(integer) = number.as_i64() {
        // Writing to a string does not fail.
        _ = write!(out, "{integer}");
        return Ok(());
    }
    match number.as_f64() {
        Some(float) if number.is_f64() && float.is_finite() => decimal(float, out),
        _ => return Err(Box::new(Fault { number: Some(number.clone()), pointer: Pointer::default() })),
    }
    Ok(())
}

/// Writes text of several lines as a `|` block, each line at `indent`.
fn block(text: &str, indent: usize, out: &mut String) {
    let (header, body) = match text.strip_suffix('\n') {
        Some(body) => ("|", body),
        None => ("|-", text),
    };
    out.push_str(header);
    for line in body.split('\n') {
        // A line without text is not indented.
        begin_line(if line.is_empty() { 0 } else { indent }, out);
        out.push_str(line);
    }
}

/// Ends the line, and indents the next one.
#[inline]
fn begin_line(indent: usize, out: &mut String) {
    const BREAK: &str = "\n                                ";
    match BREAK.get(..=indent) {
        Some(short) => out.push_str(short),
        None => {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn nested(depth: usize) -> Value {
        (1..depth)
            .fold(json!({}), |inner, level| if level % 2 == 0 { json!([inner]) } else { json!({"a": inner}) })
    }

    #[test]
    fn looks_like_what_oc_prints() {
        let value = json!({
            "apiVersion": "v1",
            "empty": {"map": {}, "list": [], "text": "", "nothing": null},
            "items": [
                {"name": "a", "values": ["x", "no"], "inner": {"deep": [{"k": 1}]}},
                [["nested"], []],
                {},
                -5,
                0.5,
            ],
            "text": "first: line\n\n  second\n",
            "list": ["one\ntwo"],
            "yes": true,
        });
        let expected = r#"apiVersion: v1
empty:
  map: {}
  list: []
  text: ""
  nothing: null
items:
- name: a
  values:
  - x
  - "no"
  inner:
    deep:
    - k: 1
-
  -
    - nested
  - []
- {}
- -5
- 0.5
text: |
  first: line

    second
list:
- |-
  one
  two
"yes": true
"#;
        assert_eq!(emit_document(&value).unwrap(), expected);
    }

    #[test]
    fn a_document_may_be_a_scalar_or_empty() {
        for (value, expected) in [
            (json!({}), "{}\n"),
            (json!([]), "[]\n"),
            (json!("no"), "\"no\"\n"),
            (json!("a\nb"), "|-\n  a\n  b\n"),
            (Value::Null, "null\n"),
        ] {
            assert_eq!(emit_document(&value).unwrap(), expected);
        }
    }

    #[test]
    fn long_keys_take_the_explicit_form() {
        let name = "k".repeat(SHORT_KEY + 1);
        let value = json!({ &name: [1], "list": [{ &name: "v" }] });
        let expected = format!("? {name}\n:\n- 1\nlist:\n- ? {name}\n  : v\n");
        assert_eq!(emit_document(&value).unwrap(), expected);
        let escaped = "\u{1}".repeat(200);
        assert!(emit_document(&json!({ escaped: 1 })).unwrap().starts_with("? \""));
    }

    #[test]
    fn only_signed_integers_of_64_bits_are_written() {
        let limits = json!([i64::MIN, i64::MAX]);
        assert_eq!(emit_document(&limits).unwrap(), "- -9223372036854775808\n- 9223372036854775807\n");
        let mut out = String::from("kept\n");
        let error = emit(&json!({"a": {"b/c": [0, u64::MAX]}}), &mut out).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`18446744073709551615` at `/a/b~1c/1` is not an integer of 64 bits, signed, nor a finite decimal"
        );
        assert_eq!(out, "kept\n");
    }

    #[test]
    fn depth_is_bounded() {
        assert!(emit_document(&nested(MAX_DEPTH)).is_ok());
        let error = emit_document(&nested(MAX_DEPTH + 1)).unwrap_err();
        assert!(matches!(error, EmitError::Depth { pointer } if pointer.starts_with("/0/a/0/a")));
    }
}
