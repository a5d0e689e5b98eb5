//! Putting a tree right where it is certain what was meant, so that decoding gets on to what lies behind
//! a fault: the same cures that `check --fix` writes into the files.

use super::super::scalar::quoted;
use super::super::{Node, Position, Value};
use crate::diag::Edit;
use std::collections::BTreeMap;

/// What a tree is to hold at a place.
#[derive(Clone, Debug)]
pub(super) enum Repair {
    /// A key of this name.
    Key(String),
    /// This scalar.
    Scalar(Value),
}

/// A certain cure for a fault: what to write in the file, and what the tree is to hold meanwhile.
#[derive(Clone, Debug)]
pub(super) struct Cure {
    /// What the cure does; starts with a verb.
    pub(super) title: String,
    /// What is replaced.
    pub(super) position: Position,
    /// The new text.
    pub(super) text: String,
    /// What the tree is to hold; nothing where only the file can be put right.
    pub(super) repair: Option<Repair>,
}

impl Cure {
    /// Writes another key.
    pub(super) fn key(position: Position, from: &str, to: &str) -> Cure {
        Cure {
            title: format!("rename `{from}` to `{to}`"),
            position,
            text: to.to_owned(),
            repair: Some(Repair::Key(to.to_owned())),
        }
    }

    /// Writes another word.
    pub(super) fn word(position: Position, to: &str) -> Cure {
        Cure {
            title: format!("write `{to}`"),
            position,
            text: to.to_owned(),
            repair: Some(Repair::Scalar(Value::Str(to.into()))),
        }
    }

    /// Puts what was written into quotes.
    pub(super) fn quotes(position: Position, written: &str) -> Cure {
        Cure {
            title: format!("put `{written}` in quotes"),
            position,
            text: quoted(written),
            repair: Some(Repair::Scalar(Value::Str(written.into()))),
        }
    }

    /// Writes a value without quotes that is no text.
    pub(super) fn bare(position: Position, text: &str, value: Value) -> Cure {
        Cure {
            title: format!("write `{text}`"),
            position,
            text: text.to_owned(),
            repair: Some(Repair::Scalar(value)),
        }
    }

    pub(super) fn edit(&self) -> Edit {
        Edit { position: self.position, replacement: self.text.clone() }
    }
}

/// Carries out repairs wherever a node of their place stands: an alias puts it in several.
pub(super) fn carry_out(node: &mut Node, repairs: &BTreeMap<Position, Repair>) {
    match &mut node.value {
        Value::Seq(items) => items.iter_mut().for_each(|item| carry_out(item, repairs)),
        Value::Map(entries) => {
            for (key, value) in entries {
                if let Some(Repair::Key(name)) = repairs.get(&key.position) {
                    key.name = name.as_str().into();
                }
                carry_out(value, repairs);
            }
        }
        _ => {
            if let Some(Repair::Scalar(value)) = repairs.get(&node.position) {
                node.value = value.clone();
                node.plain = false;
                node.raw = None;
            }
        }
    }
}
