//! JSON to trees whose values know their place, for files that other tools print: several documents may
//! follow each other, and what JSON reads is JSON, not the YAML that it nearly is.
//!
//! `serde_json` reads. It hands out values as slices of the text ([`RawValue`]), and where a slice begins
//! is where the value stands.

use super::rules::JSON_SYNTAX;
use crate::diag::{Finding, Findings};
use crate::json::Text;
use crate::yaml::{FileId, Key, Limits, Node, Position, Value};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::fmt;

/// The JSON documents of `text`, one after another; there is at least one.
///
/// The first fault ends the reading; it becomes a finding, and then there are no documents.
pub(crate) fn documents(
    text: &str,
    file: FileId,
    limits: &Limits,
    findings: &mut Findings,
) -> Option<Vec<Node>> {
    // PowerShell begins a redirected output with one.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut cursor = Cursor::new(text, file, text.len() - body.len());
    let mut reader = Reader { body, cursor: cursor.clone(), nodes_left: limits.nodes, limits };
    let mut documents = Vec::new();
    for next in serde_json::Deserializer::from_str(body).into_iter::<&RawValue>() {
        let read = match next {
            Ok(raw) if documents.len() < limits.documents => reader.node(raw, 0),
            Ok(_) => Err(Refused::TooMuch(format!("the file has more than {} documents", limits.documents))),
            Err(error) => Err(Refused::Syntax(error)),
        };
        match read {
            Ok(node) => documents.push(node),
            Err(refused) => {
                findings.push(refused.finding(&mut cursor, file));
                return None;
            }
        }
    }
    if documents.is_empty() {
        findings.push(Refused::Blank.finding(&mut cursor, file));
        return None;
    }
    Some(documents)
}

/// Why a text is not gone on with.
enum Refused {
    Syntax(serde_json::Error),
    Blank,
    TooMuch(String),
    Twice(Text, Position),
}

impl From<serde_json::Error> for Refused {
    fn from(error: serde_json::Error) -> Refused {
        Refused::Syntax(error)
    }
}

impl Refused {
    fn finding(self, cursor: &mut Cursor<'_>, file: FileId) -> Finding {
        let error = match self {
            Refused::Blank => {
                return Finding::new(&JSON_SYNTAX, "the file is empty")
                    .at(Position::whole_file(file))
                    .help("write what the command prints into it");
            }
            Refused::TooMuch(message) => {
                return Finding::new(&JSON_SYNTAX, message)
                    .at(Position::whole_file(file))
                    .help("keep what the command prints and nothing else");
            }
            Refused::Twice(name, place) => {
                return Finding::new(&JSON_SYNTAX, format!("the key `{name}` stands here a second time"))
                    .at(place)
                    .help("keep one of the two");
            }
            Refused::Syntax(error) => error,
        };
        let place = if error.is_eof() {
            cursor.last_character()
        } else {
            cursor.line_and_byte(error.line(), error.column())
        };
        let said = error.to_string();
        let what = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
        let (message, help) = if error.is_eof() {
            (
                "the file is cut off: the JSON does not end".to_owned(),
                "run the command again and keep all of it",
            )
        } else {
            (
                format!("the file is not JSON: {what}"),
                "keep what the command prints with `--output json` as it is",
            )
        };
        Finding::new(&JSON_SYNTAX, message).at(place).help(help)
    }
}

/// A place in the text that only moves on, so that a long line is counted once.
#[derive(Clone)]
struct Cursor<'t> {
    text: &'t str,
    file: FileId,
    byte: usize,
    line: u32,
    column: u32,
}

impl<'t> Cursor<'t> {
    fn new(text: &'t str, file: FileId, byte: usize) -> Cursor<'t> {
        Cursor { text, file, byte, line: 1, column: 1 }
    }

    /// The place of the bytes `start..end`; `start` does not lie before that of the last call.
    fn position(&mut self, start: usize, end: usize) -> Position {
        for c in self.text.get(self.byte..start).unwrap_or_default().chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.byte = self.byte.max(start);
        let byte = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        Position { file: self.file, line: self.line, column: self.column, start: byte(start), end: byte(end) }
    }

    /// The place of the last character that is not white.
    fn last_character(&mut self) -> Position {
        let end = self.text.trim_end().len();
        let last = self.text[..end].chars().next_back().map_or(0, char::len_utf8);
        self.position(end - last, end)
    }

    /// The place of a byte that is given as `serde_json` gives it: by line and byte in it, from 1; a byte 0
    /// stands for the line break before.
    fn line_and_byte(&mut self, line: usize, byte: usize) -> Position {
        let before: usize = self.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let mark = if line <= 1 { self.byte } else { 0 };
        let mut start = (before + mark + byte.saturating_sub(1)).min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        self.position(start, start)
    }
}

struct Reader<'t> {
    /// The text without its byte order mark.
    body: &'t str,
    cursor: Cursor<'t>,
    nodes_left: usize,
    limits: &'t Limits,
}

impl<'t> Reader<'t> {
    /// Where `part`, a slice of the text, stands.
    fn place(&mut self, part: &str) -> Position {
        let mark = self.cursor.text.len() - self.body.len();
        let start = mark + (part.as_ptr() as usize).saturating_sub(self.body.as_ptr() as usize);
        self.cursor.position(start, start + part.len())
    }

    fn node(&mut self, raw: &'t RawValue, depth: usize) -> Result<Node, Refused> {
        let text = raw.get();
        self.nodes_left = self.nodes_left.checked_sub(1).ok_or_else(|| {
            Refused::TooMuch(format!("the file has more than {} values", self.limits.nodes))
        })?;
        if depth > self.limits.depth {
            let message = format!("lists and objects are nested more than {} deep", self.limits.depth);
            return Err(Refused::TooMuch(message));
        }
        let position = self.place(text);
        let value = match text.as_bytes().first() {
            Some(b'{') => {
                let entries = serde_json::from_str::<Entries<'t>>(text)?.0;
                let mut read = Vec::with_capacity(entries.len());
                let mut known = BTreeSet::new();
                for (name, written, value) in entries {
                    // A key with escapes is no slice of the text; its value stands beside it.
                    let place = written.map(|written| self.place(written));
                    if !known.insert(name.clone()) {
                        return Err(Refused::Twice(name, place.unwrap_or(position)));
                    }
                    let value = self.node(value, depth + 1)?;
                    read.push((Key { name, position: place.unwrap_or(value.position) }, value));
                }
                Value::Map(read)
            }
            Some(b'[') => {
                let items = serde_json::from_str::<Vec<&'t RawValue>>(text)?;
                Value::Seq(
                    items.into_iter().map(|item| self.node(item, depth + 1)).collect::<Result<_, _>>()?,
                )
            }
            Some(b'"') => Value::Str(serde_json::from_str::<String>(text)?.into()),
            Some(b't') => Value::Bool(true),
            Some(b'f') => Value::Bool(false),
            Some(b'n') => Value::Null,
            _ => number(text),
        };
        let position = match value {
            // Of a list or an object the bracket is what a reader looks at.
            Value::Map(_) | Value::Seq(_) => Position { end: position.start + 1, ..position },
            _ => position,
        };
        let plain = !matches!(value, Value::Str(_) | Value::Map(_) | Value::Seq(_));
        Ok(Node { plain, raw: plain.then(|| text.into()), ..Node::new(position, value) })
    }
}

/// A number of JSON; one that is too large for any type is infinite.
fn number(text: &str) -> Value {
    if let Ok(integer) = text.parse::<i64>() {
        return Value::Int(integer);
    }
    match text.parse::<u64>() {
        Ok(integer) => Value::UInt(integer),
        Err(_) => Value::Float(text.parse::<f64>().unwrap_or(f64::NAN)),
    }
}

/// The entries of an object in the order written, the same key as often as it stands there: its text,
/// the slice that it is unless it has escapes, and its value.
struct Entries<'t>(Vec<(Text, Option<&'t str>, &'t RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Entries<'de>, D::Error> {
        struct EntriesVisitor;
        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Entries<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(Name(name, written)) = map.next_key::<Name<'de>>()? {
                    entries.push((name, written, map.next_value::<&'de RawValue>()?));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(EntriesVisitor)
    }
}

/// A key, borrowed where the text holds it as it is.
struct Name<'de>(Text, Option<&'de str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name<'de>, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(text.into(), Some(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(text.into(), None))
            }
        }
        deserializer.deserialize_str(NameVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Vec<Node>>, Vec<String>) {
        let mut findings = Findings::new();
        let documents = documents(text, FileId(0), &Limits::default(), &mut findings);
        let said = findings.iter().map(|finding| {
            let place = finding.primary.as_ref().map(|label| (label.position.line, label.position.column));
            format!("{place:?} {}", finding.message)
        });
        (documents, said.collect())
    }

    #[test]
    fn values_stand_where_they_were_written() {
        let (documents, said) = read("\u{feff}{\"a\": [1, \"é\",\n  {\"b\": -2.5e1}]}\n\n{\"c\":null}");
        assert_eq!(said, [""; 0]);
        let documents = documents.unwrap();
        let at = |node: &Node| (node.position.line, node.position.column);
        let number = documents[0].find(&["a", "2", "b"]).unwrap();
        assert_eq!((at(number), number.raw.as_deref()), ((2, 9), Some("-2.5e1")));
        assert_eq!(at(documents[0].find(&["a", "1"]).unwrap()), (1, 11));
        assert_eq!(at(&documents[1]), (4, 1));
        assert_eq!(at(documents[1].get("c").unwrap()), (4, 6));
        let (key, _) = documents[0].entry("a").unwrap();
        assert_eq!((key.position.start, key.position.end), (5, 6));
        assert_eq!(documents[0].to_json(), serde_json::json!({"a": [1, "é", {"b": -25.0}]}));
    }

    #[test]
    fn escapes_are_resolved() {
        let (documents, _) = read(r#"{"\u0061": "\ud83d\ude00\/", "x": 1}"#);
        let entries = documents.unwrap().remove(0);
        let names: Vec<&str> = entries.as_map().unwrap().iter().map(|(key, _)| &*key.name).collect();
        assert_eq!(names, ["a", "x"]);
        assert_eq!(entries.get("a").and_then(Node::as_str), Some("😀/"));
    }

    #[test]
    fn the_first_fault_ends_the_reading_with_its_place() {
        for (text, expected) in [
            ("{\"a\": 1,\n \"b\": ", "Some((2, 5)) the file is cut off: the JSON does not end"),
            ("{\"a\": NaN}", "Some((1, 7)) the file is not JSON: expected value"),
            ("{\"é\": 1,}", "Some((1, 9)) the file is not JSON: key must be a string"),
            ("{} Quotas", "Some((1, 4)) the file is not JSON: expected value"),
            ("Quotas: []", "Some((1, 1)) the file is not JSON: expected value"),
            ("{\"x\": 1,\n\"x\": 2}", "Some((2, 2)) the key `x` stands here a second time"),
            ("[1 2]", "Some((1, 4)) the file is not JSON: expected `,` or `]`"),
        ] {
            let (documents, said) = read(text);
            assert!(documents.is_none(), "{text}");
            assert_eq!(said, [expected], "{text}");
        }
        assert_eq!(read(" \n").1, ["Some((0, 0)) the file is empty"]);
    }

    #[test]
    fn depth_and_number_of_values_are_bounded() {
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        assert_eq!(read(&deep).1, ["Some((0, 0)) lists and objects are nested more than 64 deep"]);
        let many = format!("[{}1]", "1,".repeat(200_000));
        assert_eq!(read(&many).1, ["Some((0, 0)) the file has more than 200000 values"]);
        assert_eq!(read(&"1 ".repeat(1001)).1, ["Some((0, 0)) the file has more than 1000 documents"]);
        let (huge, _) = read("1e999");
        assert!(matches!(huge.unwrap()[0].value, Value::Float(float) if float.is_infinite()));
    }

    #[test]
    fn whatever_a_text_is_cut_to_it_is_read_or_refused_in_its_bounds() {
        let text = "\u{feff}{\"Quotas\": [{\"é\": \"\\u00e9\\n😀\", \"v\": -1.5e3, \"t\": [true, null, {}]}]}\n[\"x\"]";
        let ends = (0..=text.len()).filter(|end| text.is_char_boundary(*end));
        for cut in ends.map(|end| &text[..end]).chain((1..text.len()).filter_map(|start| text.get(start..))) {
            let mut findings = Findings::new();
            let read = documents(cut, FileId(0), &Limits::default(), &mut findings);
            let body = cut.strip_prefix('\u{feff}').unwrap_or(cut);
            let stream = serde_json::Deserializer::from_str(body).into_iter::<crate::json::Value>();
            let expected: Option<Vec<_>> =
                stream.collect::<Result<_, _>>().ok().filter(|all: &Vec<_>| !all.is_empty());
            assert_eq!(read.map(|all| all.iter().map(Node::to_json).collect()), expected, "{cut}");
            for label in findings.iter().filter_map(|finding| finding.primary.as_ref()) {
                let Position { start, end, line, .. } = label.position;
                assert!(start <= end && end as usize <= cut.len(), "{cut}");
                assert!(line as usize <= cut.lines().count() + 1, "{cut}");
            }
            assert_eq!(findings.iter().count(), usize::from(expected.is_none()), "{cut}");
        }
    }
}
