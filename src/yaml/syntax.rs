//! What the parser refuses, in our words and with a cure.

use super::characters::narrow;
use super::rules::{MISUSED_ALIAS, OVER_LIMIT, SYNTAX};
use super::{FileId, Position};
use crate::diag::Finding;
use granit_parser::{ErrorKind, ScanError};

/// The finding for an error of the parser in `text`.
pub(super) fn syntax_finding(error: &ScanError, text: &str, file: FileId) -> Finding {
    let mark = error.marker();
    let start = mark.byte_offset().unwrap_or(0);
    let position = Position {
        file,
        line: narrow(mark.line()),
        column: narrow(mark.col()).saturating_add(1),
        start: narrow(start),
        end: narrow(
            text.get(start..).and_then(|rest| rest.chars().next()).map_or(start, |c| start + c.len_utf8()),
        ),
    };
    match error.kind() {
        ErrorKind::UnknownAnchor => {
            return Finding::new(&MISUSED_ALIAS, "an alias names an anchor that does not stand above it")
                .at(position)
                .help("define the anchor (`&name`) above the alias (`*name`), or put text that starts with `*` in quotes");
        }
        ErrorKind::RecursionLimitExceeded => {
            return Finding::new(&OVER_LIMIT, "maps and lists are nested too deeply").at(position);
        }
        _ => {}
    }
    let finding = Finding::new(&SYNTAX, format!("not YAML: {}", error.info())).at(position);
    match cure(error.kind(), line_around(text, start)) {
        Some(help) => finding.help(help),
        None => finding,
    }
}

fn cure(kind: &ErrorKind, line: &str) -> Option<String> {
    if line.contains("{{") {
        return Some("put the whole value that holds `{{ … }}` in quotes".to_owned());
    }
    let help = match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => "indent with spaces",
        ErrorKind::MappingValueNotAllowed
        | ErrorKind::MappingKeyNotAllowed
        | ErrorKind::InvalidMappingValueWhitespace => {
            "check the indentation, and put text that contains `: ` in quotes"
        }
        ErrorKind::UnexpectedCharacter { character } => {
            return Some(format!("put text that starts with `{character}` in quotes"));
        }
        ErrorKind::UnclosedQuotedScalar => "close the quote that is opened here",
        ErrorKind::UnclosedFlowCollection { open } => {
            return Some(format!("close the `{open}` that is opened here"));
        }
        ErrorKind::UnknownQuotedScalarEscape => {
            "write a backslash as `\\\\` in double quotes, or use single quotes"
        }
        ErrorKind::InvalidIndentation
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::SimpleKeyExpected => "check the indentation of this line and the one above it",
        ErrorKind::InvalidBlockScalarHeader | ErrorKind::ZeroBlockScalarIndent => {
            "put text that starts with `>` or `|` in quotes"
        }
        ErrorKind::CommentNotSeparated => "put a space before the `#`",
        _ => return None,
    };
    Some(help.to_owned())
}

/// The line that the byte `at` stands in.
fn line_around(text: &str, at: usize) -> &str {
    let (Some(before), Some(after)) = (text.get(..at), text.get(at..)) else { return "" };
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let end = after.find('\n').map_or(text.len(), |newline| at + newline);
    &text[start..end]
}
