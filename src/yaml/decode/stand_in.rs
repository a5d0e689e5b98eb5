//! A value made up for a place that has none, so that decoding gets on to the next fault.
//!
//! Whatever is made up is thrown away: a run that needs one has a fault to report.

use super::error::{DecodeError, Decoded};

/// How deep a made-up value goes; types may contain themselves.
const MAX_DEPTH: u8 = 16;

/// Texts that the usual conversions accept: names, numbers, durations, quantities, zones.
const TEXTS: [&str; 8] = ["x", "1", "a-1", "10m", "1Gi", "0.1", "us-x-1a", "1.1"];

/// A maker of values. Conversions may refuse what it makes, so there are several attempts: the first
/// leaves every optional field out, attempt `n` gives the `n`th field of each struct only; texts,
/// numbers and variants go round as well.
#[derive(Clone, Copy)]
pub(super) struct StandIn {
    attempt: u8,
    /// Whether an optional value is given.
    given: bool,
    depth: u8,
}

impl StandIn {
    pub(super) fn first() -> StandIn {
        StandIn::attempt(0)
    }

    pub(super) fn attempt(attempt: u8) -> StandIn {
        StandIn { attempt, given: false, depth: 0 }
    }

    fn inside(self, given: bool) -> Decoded<StandIn> {
        match self.depth < MAX_DEPTH {
            true => Ok(StandIn { given, depth: self.depth + 1, ..self }),
            false => Err(DecodeError::hopeless()),
        }
    }

    /// The value inside a type around it.
    pub(super) fn wrapped(self) -> Decoded<StandIn> {
        self.inside(self.given)
    }

    /// An optional value.
    pub(super) fn optional(self) -> Decoded<Option<StandIn>> {
        self.given.then(|| self.inside(false)).transpose()
    }

    /// The items of a list.
    pub(super) fn item(self) -> Decoded<StandIn> {
        self.inside(false)
    }

    /// How many items a list has whose type leaves it open.
    pub(super) fn length(self) -> usize {
        usize::from(self.number())
    }

    /// The `n`th field of a struct, counted from 1.
    pub(super) fn field(self, n: usize) -> Decoded<StandIn> {
        self.inside(n == usize::from(self.attempt))
    }

    /// One of these words, and its settings.
    pub(super) fn word(self, words: &'static [&'static str]) -> Decoded<(&'static str, StandIn)> {
        let at = usize::from(self.attempt).checked_rem(words.len()).unwrap_or(0);
        let word = words.get(at).copied().ok_or_else(DecodeError::hopeless)?;
        Ok((word, self.inside(false)?))
    }

    pub(super) fn number(self) -> u8 {
        self.attempt % 2
    }

    pub(super) fn text(self) -> &'static str {
        TEXTS[usize::from(self.attempt) % TEXTS.len()]
    }

    /// What stands where any value may.
    pub(super) fn any(self) -> Anything {
        match self.attempt {
            0 => Anything::Nothing,
            attempt if attempt % 2 == 0 => Anything::Number(attempt),
            _ => Anything::Text(self.text()),
        }
    }
}

/// What a [`StandIn`] makes where any value may stand.
pub(super) enum Anything {
    Nothing,
    Number(u8),
    Text(&'static str),
}
