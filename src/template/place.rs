//! From a place in a scalar's text to the place in the file.

use crate::yaml::{Node, Position};
use std::ops::Range;

/// Where `range` of the text of `node` stands in `source`.
///
/// Escape sequences are counted as written. Where that cannot be done, as in a scalar over several
/// lines, it is the scalar itself.
pub(super) fn place(node: &Node, source: &str, range: Range<usize>) -> Position {
    within(node, source, range).unwrap_or(node.position)
}

fn within(node: &Node, source: &str, range: Range<usize>) -> Option<Position> {
    let position = node.position;
    let raw = source.get(position.start as usize..position.end as usize)?;
    let quote = raw.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = raw.strip_prefix(quote)?.strip_suffix(quote)?;
    if inner.contains(['\n', '\r']) {
        return None;
    }
    let mut start = None;
    let mut end = None;
    // Each character of the text beside the one or more that it was written with.
    let mut written = Written { rest: inner, quote };
    let mut columns = 1_u32;
    let mut mark = |at: usize, columns: u32, rest: &str| {
        let offset = u32::try_from(raw.len() - rest.len() - 1).ok()?;
        if at == range.start {
            start = Some((columns, offset));
        }
        if at == range.end {
            end = Some(offset);
        }
        Some(())
    };
    let text = node.as_str()?;
    for (at, _) in text.char_indices() {
        mark(at, columns, written.rest)?;
        columns = columns.checked_add(written.skip()?)?;
    }
    mark(text.len(), columns, written.rest)?;
    if !written.rest.is_empty() {
        return None;
    }
    let (columns, offset) = start?;
    Some(Position {
        column: position.column.checked_add(columns)?,
        start: position.start.checked_add(offset)?,
        end: position.start.checked_add(end?)?,
        ..position
    })
}

/// The inside of a quoted scalar as written.
struct Written<'a> {
    rest: &'a str,
    quote: char,
}

impl Written<'_> {
    /// Goes past what stands for one character; gives how many characters that took.
    fn skip(&mut self) -> Option<u32> {
        let mut chars = self.rest.chars();
        let count = match (chars.next()?, self.quote) {
            ('\\', '"') => match chars.next()? {
                'x' => 4,
                'u' => 6,
                'U' => 10,
                _ => 2,
            },
            ('\'', '\'') => 2,
            _ => 1,
        };
        let mut chars = self.rest.chars();
        for _ in 0..count {
            chars.next()?;
        }
        self.rest = chars.as_str();
        Some(count)
    }
}

#[cfg(test)]
mod tests {
    use super::place;
    use crate::yaml::{Node, Position, Value};

    /// What is pointed at when `needle` is looked for in the text of a scalar written as `raw`.
    fn pointed(raw: &str, text: &str, needle: &str) -> (u32, String) {
        let source = format!("é: {raw}\n");
        let position =
            Position { line: 1, column: 4, start: 4, end: 4 + raw.len() as u32, ..Position::default() };
        let node = Node::new(position, Value::Str(text.into()));
        let start = text.find(needle).unwrap();
        let found = place(&node, &source, start..start + needle.len());
        (found.column, source[found.start as usize..found.end as usize].to_owned())
    }

    #[test]
    fn a_place_in_a_scalar_is_exact() {
        assert_eq!(pointed(r#""{{ a }}""#, "{{ a }}", "a"), (8, "a".into()));
        assert_eq!(pointed("'é{{ a }}'", "é{{ a }}", "a"), (9, "a".into()));
        assert_eq!(pointed("'a'", "a", "a"), (5, "a".into()));
    }

    #[test]
    fn escapes_shift_columns_as_written() {
        assert_eq!(pointed(r#""\"\u00e9\x41\n{{ a }}""#, "\"éA\n{{ a }}", "a"), (22, "a".into()));
        assert_eq!(pointed(r#""{{ \"a\" }}""#, "{{ \"a\" }}", "\"a\""), (8, r#"\"a\""#.into()));
        assert_eq!(pointed("'''{{ ''a'' }}'", "'{{ 'a' }}", "'a'"), (10, "''a''".into()));
        assert_eq!(pointed(r#""\L{{ a }}""#, "\u{2028}{{ a }}", "a"), (10, "a".into()));
    }

    #[test]
    fn what_cannot_be_counted_is_pointed_at_as_a_whole() {
        for (raw, text) in
            [("\"x\n  {{ a }}\"", "x {{ a }}"), ("|\n  {{ a }}", "{{ a }}"), ("\"b\"", "{{ a }}")]
        {
            assert_eq!(pointed(raw, text, "a"), (4, raw.into()));
        }
    }
}
