//! A scalar's text taken apart: what is literal, what is an expression, and a few faults that are
//! found best before the expression language sees them.

use std::ops::Range;

/// A part of a scalar's text, by byte range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text that stands for itself.
    Literal(Range<usize>),
    /// What stands between `{{` and `}}`, without blanks around it.
    Expression(Range<usize>),
}

/// What is wrong with a scalar's text before any expression is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// `{{` without `}}`.
    Unclosed(Range<usize>),
    /// `{{-` or `{{+`, which would trim blanks or be taken for a sign.
    Trim(Range<usize>),
    /// `{{ }}`.
    Empty(Range<usize>),
    /// `{%` or `{#`.
    Statement(Range<usize>),
}

/// Splits the text of a quoted scalar.
pub(super) fn split(text: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(open) = text[at..].find('{').map(|offset| at + offset) {
        match text.as_bytes().get(open + 1) {
            Some(b'%' | b'#') => return Err(Fault::Statement(open..open + 2)),
            Some(b'{') => {}
            _ => {
                at = open + 1;
                continue;
            }
        }
        let inner = open + 2;
        let close = expression_end(text, inner).ok_or(Fault::Unclosed(open..inner))?;
        if text[inner..].starts_with(['-', '+']) {
            return Err(Fault::Trim(open..inner + 1));
        }
        let expression = trimmed(text, inner..close);
        if expression.is_empty() {
            return Err(Fault::Empty(open..close + 2));
        }
        if done < open {
            pieces.push(Piece::Literal(done..open));
        }
        pieces.push(Piece::Expression(expression));
        at = close + 2;
        done = at;
    }
    if done < text.len() {
        pieces.push(Piece::Literal(done..text.len()));
    }
    Ok(pieces)
}

/// The part of `range` without blanks around it.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inner = &text[range.clone()];
    let start = range.start + (inner.len() - inner.trim_start().len());
    start..start + inner.trim().len()
}

/// Where the `}}` stands that ends the expression at `start`: not one in a string, or of a map.
fn expression_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut maps = 0_usize;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => at = string_end(bytes, at)?,
            b'{' => maps += 1,
            b'}' if maps > 0 => maps -= 1,
            b'}' if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The place of the quote that ends the string which begins at `open`.
fn string_end(bytes: &[u8], open: usize) -> Option<usize> {
    let quote = bytes[open];
    let mut at = open + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            _ if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// What is to be said of an expression before it is compiled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// Names after a `|`: filters.
    pub filters: Vec<Range<usize>>,
    /// An `if` for which there is no `else`.
    pub lonely_if: Option<Range<usize>>,
    /// A `~`, which would write booleans as Python does, or a `*`, which would repeat a list so often
    /// that no budget holds what then goes through it.
    pub operator: Option<usize>,
    /// Whether brackets match and no comma stands outside of them, so that the expression stays one
    /// value when it is put into brackets itself.
    pub closed: bool,
    /// How many brackets stand within each other.
    pub depth: usize,
}

/// Looks over an expression's words and brackets.
pub(super) fn shape(expression: &str) -> Shape {
    let bytes = expression.as_bytes();
    let mut shape = Shape { closed: true, ..Shape::default() };
    let mut open = Vec::new();
    let mut ifs: Vec<Range<usize>> = Vec::new();
    let mut previous = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let mut next = at + 1;
        match byte {
            b'"' | b'\'' => match string_end(bytes, at) {
                Some(end) => next = end + 1,
                None => {
                    shape.closed = false;
                    break;
                }
            },
            b'(' | b'[' | b'{' => {
                open.push(byte);
                shape.depth = shape.depth.max(open.len());
            }
            b')' | b']' | b'}' => {
                let expected = if byte == b')' { byte - 1 } else { byte - 2 };
                shape.closed &= open.pop() == Some(expected);
            }
            b',' => shape.closed &= !open.is_empty(),
            b'~' | b'*' => shape.operator = shape.operator.or(Some(at)),
            _ if is_name(byte) => {
                next = at + bytes[at..].iter().take_while(|&&byte| is_name(byte)).count();
                match &expression[at..next] {
                    _ if previous == b'.' => {}
                    _ if previous == b'|' => shape.filters.push(at..next),
                    "if" => ifs.push(at..next),
                    "else" => _ = ifs.pop(),
                    _ => {}
                }
            }
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            previous = byte;
        }
        at = next;
    }
    shape.closed &= open.is_empty();
    shape.lonely_if = ifs.into_iter().next();
    shape
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<String> {
        let show = |piece| match piece {
            Piece::Literal(range) => format!("literal {}", &text[range]),
            Piece::Expression(range) => format!("expression {}", &text[range]),
        };
        split(text).unwrap().into_iter().map(show).collect()
    }

    #[test]
    fn a_scalar_is_split_into_literals_and_expressions() {
        assert_eq!(pieces(""), [""; 0]);
        assert_eq!(pieces("é } }} {x}"), ["literal é } }} {x}"]);
        assert_eq!(pieces("{{ a }}"), ["expression a"]);
        assert_eq!(pieces("{{a}}{{  b.c }}"), ["expression a", "expression b.c"]);
        assert_eq!(pieces("x-{{ a }}-é"), ["literal x-", "expression a", "literal -é"]);
        assert_eq!(pieces("{{ '}}' }}"), ["expression '}}'"]);
        assert_eq!(pieces(r#"{{ "\"}}" }}}"#), [r#"expression "\"}}""#, "literal }"]);
        assert_eq!(pieces("{{ {'a': {'b': 1}} }}"), ["expression {'a': {'b': 1}}"]);
        assert_eq!(pieces("{{{'a': 1}}}"), ["expression {'a': 1}"]);
    }

    #[test]
    fn faults_are_found_before_evaluation() {
        assert_eq!(split("a {{ b"), Err(Fault::Unclosed(2..4)));
        assert_eq!(split("{{ 'a }}"), Err(Fault::Unclosed(0..2)));
        assert_eq!(split("{{- a }}"), Err(Fault::Trim(0..3)));
        assert_eq!(split("{{  }}"), Err(Fault::Empty(0..6)));
        assert_eq!(split("{% if a %}"), Err(Fault::Statement(0..2)));
        assert_eq!(split("é{# a #}"), Err(Fault::Statement(2..4)));
    }

    #[test]
    fn shapes_show_filters_and_what_is_missing() {
        let shape = shape("xs | map(attribute='a|b') | list if a.if else b");
        assert_eq!(shape.filters, [5..8, 28..32]);
        assert_eq!(shape.lonely_if, None);
        assert!(shape.closed);
        for (text, closed) in
            [("a, b", false), ("(a, b)", true), ("a], [b", false), ("a)", false), ("'", false)]
        {
            assert_eq!(super::shape(text).closed, closed, "{text}");
        }
        assert_eq!(super::shape("(a[b({'(': [1]})], [2])").depth, 5);
        assert_eq!(super::shape("a if b").lonely_if, Some(2..4));
        assert_eq!(super::shape("(a if b) if c else d").lonely_if, Some(3..5));
        assert_eq!(super::shape("'~' ~ a").operator, Some(4));
        assert_eq!(super::shape("'*' + '~'").operator, None);
    }
}
