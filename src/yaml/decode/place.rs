//! A value of the tree, where it stands, and what it is read as.

use super::super::{Key, Node, Position, Value};
use super::error::{Class, DecodeError, Reason};
use super::faults::is_reported;
use super::path::Path;
use super::repair::Cure;
use super::state::State;
use super::words::listed;

/// A value to decode, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'de, 'c> {
    pub(super) node: &'de Node,
    pub(super) path: Path<'c>,
    /// The key that leads to the value; items of lists and the root have none.
    pub(super) key: Option<Position>,
    /// The settings of this word, which was written without any.
    pub(super) bare: Option<&'de str>,
    pub(super) state: &'c State,
}

impl<'de, 'c> Place<'de, 'c> {
    pub(super) fn root(node: &'de Node, state: &'c State) -> Place<'de, 'c> {
        Place { node, path: Path::Root, key: None, bare: None, state }
    }

    /// The value itself; `None` for the settings of a bare word.
    pub(super) fn value(&self) -> Option<&'de Value> {
        self.state.visit();
        self.bare.is_none().then_some(&self.node.value)
    }

    /// Where to point: a scalar itself, else the key that leads to it.
    pub(super) fn position(&self) -> Position {
        let is_visible = self.node.position.start < self.node.position.end;
        match (&self.node.value, self.key) {
            (Value::Map(_) | Value::Seq(_), Some(key)) => key,
            (Value::Null, Some(key)) if !is_visible => key,
            (Value::Map(_), None) if matches!(self.path, Path::Root) => super::start_of_file(self.node),
            _ => self.node.position,
        }
    }

    /// Where to point when something is missing inside.
    pub(super) fn owner(&self) -> Position {
        match (self.key, self.path) {
            (Some(key), _) => key,
            (None, Path::Root) => super::start_of_file(self.node),
            (None, _) => self.node.position,
        }
    }

    /// Takes a failed value out of the tree, so that the next pass gets past it.
    ///
    /// A fault that follows from one inside the value, counted from `touched_before` on, is not told.
    pub(super) fn given_up(&self, error: DecodeError, touched_before: usize) -> DecodeError {
        let untouched = self.state.touched() == touched_before;
        match error.reason() {
            Reason::Again => return DecodeError::again(),
            Reason::Hopeless => {}
            Reason::Value { class, message, at } if untouched => {
                let (position, path) = at.unwrap_or_else(|| (self.position(), self.path.to_string()));
                let message = if path.is_empty() { message } else { format!("`{path}`: {message}") };
                let cure = self
                    .quotable(class, &message)
                    .then(|| Cure::quotes(self.node.position, &super::words::source(self.node)));
                self.state.record(class, position, message, None, cure);
            }
            Reason::Missing(field) if untouched => {
                let path = Path::Key(&self.path, field);
                let message = format!("`{path}` is missing");
                self.state.record(Class::MissingKey, self.owner(), message, None, None);
            }
            Reason::Value { .. } | Reason::Missing(_) => {}
        }
        self.hole();
        self.state.skip(self.node);
        DecodeError::again()
    }

    /// Whether a number stands where a type asks for its quoted form, as versions do: its expectation
    /// begins with "a quoted".
    fn quotable(&self, class: Class, message: &str) -> bool {
        class == Class::WrongType
            && self.bare.is_none()
            && matches!(self.node.value, Value::Int(_) | Value::UInt(_) | Value::Float(_))
            && message.contains("expected a quoted ")
    }

    /// What a struct's error comes to, once a missing field is recorded.
    pub(super) fn of_struct(
        &self,
        error: DecodeError,
        entries: &[(Key, Node)],
        visitor_type: &'static str,
    ) -> DecodeError {
        let field = match error.reason() {
            Reason::Missing(field) => field,
            reason => return reason.into(),
        };
        self.state.touch();
        if entries.iter().any(|(key, _)| &*key.name == field) {
            self.state.hole(Path::Key(&self.path, field), self.owner());
        } else {
            self.missing(field);
        }
        match self.state.next_fill((visitor_type, field)) {
            true => DecodeError::again(),
            false => DecodeError::hopeless(),
        }
    }
}

/// What the value is as each type that a scalar or a collection can have. Where it is something else a
/// fault is recorded, and there is something empty instead.
impl<'de> Place<'de, '_> {
    /// The whole number within these bounds, signed or not.
    pub(super) fn whole_number(&self, least: i64, most: u64) -> Result<i64, u64> {
        match self.value() {
            Some(Value::Int(number))
                if *number >= least && u64::try_from(*number).is_ok_and(|n| n <= most) =>
            {
                return Ok(*number);
            }
            Some(Value::Int(number)) if *number < 0 && *number >= least => return Ok(*number),
            Some(Value::UInt(number)) if *number <= most => return Err(*number),
            Some(_) | None => {}
        }
        let expected = match (least, most) {
            (0, u64::MAX) => "a whole number, 0 or more".to_owned(),
            (i64::MIN, _) => "a whole number".to_owned(),
            _ => format!("a whole number from {least} to {most}"),
        };
        self.wrong_number(&expected, |value| match value {
            Value::Int(number) => {
                *number >= least && u64::try_from(*number).map_or(*number < 0, |number| number <= most)
            }
            _ => false,
        });
        Err(0)
    }

    pub(super) fn number(&self) -> &'de Value {
        match self.value() {
            Some(value @ (Value::Float(_) | Value::Int(_) | Value::UInt(_))) => value,
            _ => {
                self.wrong_number("a number", |value| {
                    matches!(value, Value::Int(_) | Value::UInt(_) | Value::Float(_))
                });
                &Value::Float(0.0)
            }
        }
    }

    pub(super) fn boolean(&self) -> bool {
        match self.value() {
            Some(Value::Bool(value)) => *value,
            _ => {
                self.wrong_number("`true` or `false`", |value| matches!(value, Value::Bool(_)));
                false
            }
        }
    }

    pub(super) fn text(&self) -> &'de str {
        match self.value() {
            Some(Value::Str(text)) => {
                self.certainly_text(text);
                text
            }
            _ => {
                self.wrong_text();
                ""
            }
        }
    }

    pub(super) fn nothing(&self) {
        if !matches!(self.value(), None | Some(Value::Null)) {
            self.wrong_type("empty");
        }
    }

    /// Whether there is a value at all.
    pub(super) fn is_given(&self) -> bool {
        !matches!(self.value(), None | Some(Value::Null))
    }

    pub(super) fn items(&self) -> &'de [Node] {
        match self.value() {
            Some(Value::Seq(items)) => items,
            _ => {
                self.wrong_type("a list");
                &[]
            }
        }
    }

    pub(super) fn entries(&self) -> &'de [(Key, Node)] {
        match self.value() {
            Some(Value::Map(entries)) => entries,
            _ => {
                self.wrong_type("a map");
                &[]
            }
        }
    }

    /// The entries of a map with these fields; nothing, not even an empty map, after a fault is recorded.
    pub(super) fn settings(&self, fields: &[&str]) -> Option<&'de [(Key, Node)]> {
        match self.value() {
            Some(Value::Map(entries)) => Some(entries),
            // A bare word stands for the word with no settings.
            None => Some(&[]),
            Some(_) => {
                self.wrong_type(&match fields.len() {
                    0 => "an empty map".to_owned(),
                    1..=5 => format!("a map with {}", listed(fields)),
                    _ => "a map".to_owned(),
                });
                None
            }
        }
    }

    /// One of these words, with its key and settings if it has some; nothing after a fault is recorded.
    pub(super) fn word(&self, words: &[&str]) -> Option<(&'de str, Option<(&'de Key, &'de Node)>)> {
        let (word, position, settings) = match self.value() {
            Some(Value::Str(word)) => (&**word, self.node.position, None),
            Some(Value::Map(entries)) => {
                let entry = match entries.as_slice() {
                    [(key, node)] => Some((key, node)),
                    entries => self.only_word(entries, words),
                };
                match entry {
                    Some((key, node)) => (&*key.name, key.position, Some((key, node))),
                    None => return self.no_word(words),
                }
            }
            _ => return self.no_word(words),
        };
        match words.contains(&word) {
            true => return Some((word, settings)),
            false if is_reported(self.node) => self.reported(None),
            false => self.wrong_word(word, position, words),
        }
        None
    }

    fn no_word<T>(&self, words: &[&str]) -> Option<T> {
        let one = if words.len() == 1 { "" } else { "one of " };
        self.wrong_type(&format!("{one}{}", listed(words)));
        None
    }
}
