//! From the parser's spans to our positions.

use super::characters::narrow;
use super::{FileId, Position};
use granit_parser::Span;

/// The position that a span means: the parser counts columns from 0.
pub(super) fn span_position(file: FileId, span: &Span) -> Position {
    let bytes = span.byte_range().unwrap_or(0..0);
    Position {
        file,
        line: narrow(span.start.line()),
        column: narrow(span.start.col()).saturating_add(1),
        start: narrow(bytes.start),
        end: narrow(bytes.end.max(bytes.start)),
    }
}

/// The place of a block scalar from its `|` or `>` to its last character.
///
/// The parser gives that of its lines alone, so the header is looked for between them and the end of what
/// stands before (`previous_end`: its line and byte).
pub(super) fn block_scalar_position(text: &str, content: Position, previous_end: (usize, usize)) -> Position {
    let (line, from) = previous_end;
    let Some(between) = text.get(from..content.start as usize) else { return content };
    let Some(offset) = block_header(between) else { return content };
    let start = from + offset;
    let lines = line_breaks(&between[..offset]);
    let before = text.get(..start).unwrap_or_default();
    let line_start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let column = before.get(line_start..).unwrap_or_default().trim_start_matches('\u{feff}').chars().count();
    let body = text.get(start..content.end as usize).unwrap_or_default();
    Position {
        line: narrow(line + lines),
        column: narrow(column).saturating_add(1),
        start: narrow(start),
        end: narrow(start + body.trim_end_matches(['\n', '\r', ' ']).len()),
        ..content
    }
}

/// Where the first word that starts with `|` or `>` stands, comments left aside.
fn block_header(between: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(c) = between.get(at..)?.chars().next() {
        let rest = &between[at..];
        match c {
            '|' | '>' => return Some(at),
            '#' => at += rest.find(['\n', '\r']).unwrap_or(rest.len()),
            ':' | '-' | '?' | ',' | '[' | '{' => at += 1,
            c if c.is_whitespace() => at += c.len_utf8(),
            _ => at += rest.find(char::is_whitespace).unwrap_or(rest.len()),
        }
    }
    None
}

fn line_breaks(text: &str) -> usize {
    text.matches('\n').count() + text.replace("\r\n", "").matches('\r').count()
}
