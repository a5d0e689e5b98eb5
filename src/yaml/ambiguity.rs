//! The finding about a plain scalar that readers disagree about.

use super::Position;
use super::rules::AMBIGUOUS_SCALAR;
use super::scalar::{ambiguous, cure, shortened};
use crate::diag::Finding;

/// The finding about a plain scalar, if it is ambiguous. Told twice of one place it is one finding.
pub fn ambiguity(text: &str, position: Position) -> Option<Finding> {
    let reason = ambiguous(text)?;
    let message = format!("`{}` {reason}", shortened(text));
    Some(Finding::new(&AMBIGUOUS_SCALAR, message).at(position).help(cure(text)))
}

/// What an ambiguous scalar means where true or false is expected.
pub(super) fn truth(text: &str) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    match () {
        () if ["y", "yes", "on", "true"].into_iter().any(is) => Some(true),
        () if ["n", "no", "off", "false"].into_iter().any(is) => Some(false),
        () => None,
    }
}
