//! Characters that make readers see different lines, or that nobody sees at all.
//!
//! YAML 1.1 readers (libyaml, go-yaml) end a line at U+0085, U+2028 and U+2029, YAML 1.2 readers do
//! not; control characters are refused by some; a byte order mark inside a file is invisible.

use super::rules::ODD_CHARACTER;
use super::{FileId, Position};
use crate::diag::Finding;

/// How many are named; a binary file has thousands.
const NAMED: usize = 10;

/// A finding for each odd character, up to ten.
pub(super) fn odd_characters(text: &str, file: FileId) -> Vec<Finding> {
    if text.bytes().fold(0, |seen, byte| seen | is_unusual(byte)) == 0 {
        return Vec::new();
    }
    let mut found = Vec::new();
    let (mut line, mut column) = (1u32, 1u32);
    let mut previous = '\0';
    for (start, c) in text.char_indices() {
        if (is_odd(c) || c == '\u{feff}') && !(c == '\u{feff}' && start == 0) {
            let end = start + c.len_utf8();
            let position = Position { file, line, column, start: narrow(start), end: narrow(end) };
            found.push(finding(c, position));
            if found.len() == NAMED {
                break;
            }
        }
        match c {
            '\n' if previous == '\r' => {}
            '\n' | '\r' => (line, column) = (line.saturating_add(1), 1),
            '\u{feff}' if start == 0 => {}
            _ => column = column.saturating_add(1),
        }
        previous = c;
    }
    found
}

/// Whether a byte is none of printed ASCII and its breaks, as 0 or 1: told without a branch, so that many
/// are looked at in one go.
fn is_unusual(byte: u8) -> u8 {
    let printed = byte.wrapping_sub(b' ') <= b'~' - b' ';
    u8::from(!(printed | (byte == b'\t') | (byte == b'\n') | (byte == b'\r')))
}

/// A byte offset as positions keep it.
pub(super) fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

fn is_odd(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}

fn finding(c: char, position: Position) -> Finding {
    let code = u32::from(c);
    let what = match c {
        '\u{85}' | '\u{2028}' | '\u{2029}' => "is a line break to some readers and text to others",
        '\u{feff}' => "is a byte order mark, which nobody sees inside a file",
        _ => "is a control character, which some readers refuse",
    };
    Finding::new(&ODD_CHARACTER, format!("the character U+{code:04X} {what}"))
        .at(position)
        .help(format!("remove it, or write it as `\\u{code:04x}` in double quotes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<(u32, u32, u32)> {
        odd_characters(text, FileId(0))
            .iter()
            .filter_map(|finding| finding.primary.as_ref())
            .map(|label| (label.position.line, label.position.column, label.position.start))
            .collect()
    }

    #[test]
    fn odd_characters_are_found_where_they_stand() {
        assert_eq!(places("a: b\tc\r\nd: é\u{2028}f\n"), [(2, 5, 13)]);
        assert_eq!(places("\u{feff}a: 1\u{feff}\n"), [(1, 5, 7)]);
        assert_eq!(places("a: \u{7}"), [(1, 4, 3)]);
        assert_eq!(places("a: \u{85}\rb: \u{0}"), [(1, 4, 3), (2, 4, 9)]);
    }

    #[test]
    fn ordinary_text_has_none_and_a_binary_file_not_too_many() {
        assert!(places("a: ü 漢字 \u{1f600}\r\n").is_empty());
        assert_eq!(places(&"\0".repeat(1000)).len(), NAMED);
    }
}
