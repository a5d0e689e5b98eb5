//! Tree to typed value, all faults at once.
//!
//! A serde `Deserializer` stops at the first error. This one records what it finds with its place and
//! goes on: a scalar of the wrong type gives a stand-in on the spot; where serde itself gives up (a key
//! is missing, a conversion refuses), the place is remembered and the tree decoded once more without it.
//! A run with faults never gives a value, so stand-ins are never seen.
//!
//! Types are plain structs and enums. `flatten`, `untagged`, `tag` and `alias` are not supported: they
//! hide the fields and words that messages name.

mod access;
mod error;
mod faults;
mod node;
mod path;
mod stand_in;
mod state;
mod words;

use super::{Node, Position};
use crate::diag::{Findings, Rule};
use node::Decoder;
use serde::de::DeserializeOwned;
use state::State;

/// The rule that each class of fault breaks: a spec and a providerSpec have rules of their own.
#[derive(Clone, Copy, Debug)]
pub struct DecodeRules {
    /// A key that the type does not have.
    pub unknown_key: &'static Rule,
    /// A key that the type demands.
    pub missing_key: &'static Rule,
    /// Text where a number should be, a list where a map should be, and the like.
    pub wrong_type: &'static Rule,
    /// A word that is none of those allowed.
    pub wrong_word: &'static Rule,
    /// A value of the right type that a conversion (`try_from`) refuses.
    pub invalid_value: &'static Rule,
}

/// `root` as a `T`, or a finding for everything that keeps it from being one.
///
/// A text without quotes that [`super::ambiguous`] names already has its finding from
/// [`super::parse`]; where something else than text is expected it gets no second one here.
pub fn decode<T: DeserializeOwned>(root: &Node, findings: &mut Findings, rules: &DecodeRules) -> Option<T> {
    let state = State::new(*rules);
    let value = loop {
        let progress = state.begin_pass();
        let decoder = Decoder::root(root, &state);
        match decoder.bounded(T::deserialize(decoder), 0) {
            Ok(value) => break Some(value),
            Err(_) if state.made_progress(progress) && !state.is_skipped(root) => {}
            Err(_) => break None,
        }
    };
    let flawless = !state.is_touched_ever();
    findings.extend(state.into_findings());
    value.filter(|_| flawless)
}

/// Where a fault of the whole file is pointed at.
fn start_of_file(root: &Node) -> Position {
    Position { line: 1, column: 1, start: 0, end: 0, ..root.position }
}

#[cfg(test)]
mod tests;
