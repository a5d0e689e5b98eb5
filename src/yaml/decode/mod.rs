//! Tree to typed value, all faults at once.
//!
//! A serde `Deserializer` stops at the first error. This one records what it finds with its place and
//! goes on: a scalar of the wrong type gives a stand-in on the spot; where serde itself gives up (a key
//! is missing, a conversion refuses), the place is remembered and the tree decoded once more without it.
//! [`decode`] gives no value then, so stand-ins are never seen; [`decode_in_part`] gives it together with
//! the places that hold one, so that later steps can look for faults beside them.
//!
//! Types are plain structs and enums. `flatten`, `untagged`, `tag` and `alias` are not supported: they
//! hide the fields and words that messages name.

mod choice;
mod decoder;
mod entries;
mod error;
mod faults;
mod items;
mod key;
mod part;
mod path;
mod place;
mod repair;
mod stand_in;
mod state;
mod words;

use super::{Node, Position};
use crate::diag::{Findings, Rule};
use crate::sorted::IntoSorted;
use part::Part;
use serde::de::DeserializeOwned;
use state::{Found, State};
use std::collections::BTreeMap;
use std::marker::PhantomData;

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
    let (value, found) = passes(root, rules);
    let flawless = found.is_flawless();
    findings.extend(found.supplements);
    findings.extend(found.faults.into_iter().map(|fault| fault.finding));
    value.filter(|_| flawless)
}

/// A place of a decoded value that does not hold what the file says: the file has a fault there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The keys and indices that lead to it, as [`Node::find`] takes them.
    pub path: Vec<String>,
    /// Where the fault was reported.
    pub position: Position,
}

/// A value, as far as it could be decoded.
#[derive(Clone, Debug)]
pub struct InPart<T> {
    /// The value; absent where even stand-ins could not make one.
    pub value: Option<T>,
    /// Where it holds stand-ins, or lacks what stands there.
    pub holes: Vec<Hole>,
    /// Whether nothing at all was wrong.
    pub flawless: bool,
}

/// How often a tree is put right and decoded again: a repair can bring to light what it hid.
const MAX_REPAIRS: usize = 3;

/// Decodes as [`decode`] does, and gives the value even if there are faults, with the places to keep
/// away from.
///
/// Where it is certain what was meant, the tree is put right after the fault was reported, so that
/// nothing is missing that was only misspelt.
pub fn decode_in_part<T: DeserializeOwned>(
    root: &mut Node,
    findings: &mut Findings,
    rules: &DecodeRules,
) -> InPart<T> {
    let mut flawless = true;
    for round in 0.. {
        let (value, found) = passes(root, rules);
        flawless &= found.is_flawless();
        let Found { faults, holes, supplements } = found;
        findings.extend(supplements);
        let repairs: BTreeMap<_, _> = faults.iter().filter_map(|fault| fault.repair.clone()).into_map();
        if repairs.is_empty() || round == MAX_REPAIRS {
            findings.extend(faults.into_iter().map(|fault| fault.finding));
            return InPart { value, holes, flawless };
        }
        // What else was found may have come from these: the next round tells what is left of it.
        findings.extend(faults.into_iter().filter(|fault| fault.repair.is_some()).map(|fault| fault.finding));
        repair::carry_out(root, &repairs);
    }
    InPart { value: None, holes: Vec::new(), flawless: false }
}

/// Decodes again and again until nothing new is learnt.
fn passes<T: DeserializeOwned>(root: &Node, rules: &DecodeRules) -> (Option<T>, Found) {
    let state = State::new(*rules);
    let value = loop {
        let progress = state.begin_pass();
        match Part::root(root, &state).decode(PhantomData::<T>) {
            Ok(value) => break Some(value),
            Err(_) if state.made_progress(progress) && !state.is_skipped(root) => {}
            Err(_) => break None,
        }
    };
    (value, found(state, root))
}

/// What the passes over `root` found.
fn found(state: State, root: &Node) -> Found {
    let touched = state.is_touched_ever();
    let mut found = state.into_found();
    if touched && found.is_flawless() {
        // Nothing says what was touched, so all of it is in doubt.
        found.holes.push(Hole { path: Vec::new(), position: start_of_file(root) });
    }
    found
}

impl Found {
    fn is_flawless(&self) -> bool {
        self.faults.is_empty() && self.holes.is_empty()
    }
}

/// Where a fault of the whole file is pointed at.
fn start_of_file(root: &Node) -> Position {
    Position { line: 1, column: 1, start: 0, end: 0, ..root.position }
}

#[cfg(test)]
mod tests;
