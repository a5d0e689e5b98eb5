//! The words of messages: what was found, what is close to it, which words there are.

use super::super::scalar::{quoted, shortened};
use super::super::{Node, Value};

/// A value as a message names it.
pub(super) fn found(node: &Node) -> String {
    match &node.value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(_) => format!("`{}`", source(node)),
        Value::Int(_) | Value::UInt(_) | Value::Float(_) => format!("the number `{}`", source(node)),
        Value::Str(text) => format!("the text `{}`", shortened(text)),
        Value::Seq(_) => "a list".to_owned(),
        Value::Map(_) => "a map".to_owned(),
    }
}

/// A plain scalar as it was written.
pub(super) fn source(node: &Node) -> String {
    match (&node.raw, &node.value) {
        (Some(raw), _) => raw.to_string(),
        (None, Value::Bool(value)) => value.to_string(),
        (None, Value::Int(value)) => value.to_string(),
        (None, Value::UInt(value)) => value.to_string(),
        (None, Value::Float(value)) => value.to_string(),
        (None, Value::Str(text)) => text.to_string(),
        (None, _) => String::new(),
    }
}

/// The quoted form of a scalar that stands where text is expected.
pub(super) fn as_text(node: &Node) -> Option<String> {
    match node.value {
        Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_) => {
            Some(format!("write {}, in quotes", quoted(&source(node))))
        }
        _ => None,
    }
}

/// `a`, `b` and `c`.
pub(super) fn listed(words: &[&str]) -> String {
    let ticked: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match ticked.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The word that was probably meant.
pub(super) fn nearest<'w>(word: &str, words: &[&'w str]) -> Option<&'w str> {
    const LONGEST: usize = 64;
    let given = folded(word);
    if given.len() > LONGEST {
        return None;
    }
    words
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&given, &folded(candidate)), *candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4 && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The word that was certainly meant: it differs in case and hyphens alone, or by one slip of the pen,
/// and no other word is nearly as close.
pub(super) fn certain<'w>(word: &str, words: &[&'w str]) -> Option<&'w str> {
    crate::diag::certain(word, words.iter().copied())
}

/// Case and hyphens are the most frequent mistakes.
fn folded(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_suggested_and_a_far_one_is_not() {
        let words = ["instanceType", "zones", "size", "rootVolume"];
        assert_eq!(nearest("instanceTyp", &words), Some("instanceType"));
        assert_eq!(nearest("instance_type", &words), Some("instanceType"));
        assert_eq!(nearest("zone", &words), Some("zones"));
        assert_eq!(nearest("sise", &words), Some("size"));
        assert_eq!(nearest("replicas", &words), None);
        assert_eq!(nearest(&"x".repeat(1000), &words), None);
        assert_eq!(nearest("q", &["a"]), None);
    }

    #[test]
    fn words_are_listed_as_in_prose() {
        assert_eq!(listed(&["a"]), "`a`");
        assert_eq!(listed(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
