//! The signs that a text may show if the emitter wrote it.
//!
//! A YAML parser resolves anchors, aliases, tags and comments without telling. None of them can be
//! written without a sign that the emitter never writes outside double quotes and `|` blocks; so
//! one pass that knows where those begin and end proves their absence. It is strict, not clever:
//! what it does not know is refused.

use std::fmt;

/// A sign that the emitter does not write where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    sign: char,
    line: usize,
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` on line {} is not written here by the emitter", self.sign.escape_default(), self.line)
    }
}

/// Refuses a text that shows a sign the emitter does not write.
pub(super) fn only_emitted_signs(text: &str) -> Result<(), Foreign> {
    // The column that the lines of a `|` block must lie beyond, while in one.
    let mut block: Option<usize> = None;
    for (index, line) in text.split('\n').enumerate() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some(parent) = block {
            if indent == line.len() || indent > parent {
                continue;
            }
            block = None;
        }
        let rest = &line[indent..];
        if indent == 0 && rest.starts_with('#') {
            continue;
        }
        let (column, header) = content(rest, indent).map_err(|sign| Foreign { sign, line: index + 1 })?;
        if header {
            block = Some(column);
        }
    }
    Ok(())
}

/// Checks what stands on a line; gives the column of its innermost node and whether a block follows.
///
/// A document that is nothing but a block has no node around it; its lines are indented all the same.
fn content(mut rest: &str, mut column: usize) -> Result<(usize, bool), char> {
    while let Some(inner) = rest.strip_prefix("- ").or_else(|| rest.strip_prefix("? ")) {
        if is_block_header(inner) {
            return Ok((column, true));
        }
        column += 2;
        rest = inner;
    }
    let bytes = rest.as_bytes();
    let mut at = 0;
    // Whether a value may begin here: a `|` there opens a block.
    let mut fresh = true;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' if fresh => {
                at = closing_quote(bytes, at).ok_or('"')?;
                fresh = false;
            }
            b':' if at + 1 == bytes.len() || bytes[at + 1] == b' ' => {
                if is_block_header(rest.get(at + 2..).unwrap_or("")) {
                    return Ok((column, true));
                }
                at += 2;
                fresh = true;
                continue;
            }
            b'|' if fresh && is_block_header(&rest[at..]) => return Ok((column, true)),
            b'{' | b'[' if fresh && matches!(&rest[at..], "{}" | "[]") => return Ok((column, false)),
            // The emitter's own set for bare strings; numbers need no further sign.
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => fresh = false,
            b'-' | b'_' | b'.' | b'/' | b'=' | b'@' | b',' | b'+' | b':' | b'(' | b')' | b';' | b'$' => {
                fresh = false;
            }
            b' ' => {}
            _ => return Err(rest[at..].chars().next().unwrap_or('?')),
        }
        at += 1;
    }
    Ok((column, false))
}

fn is_block_header(text: &str) -> bool {
    matches!(text, "|" | "|-")
}

/// The place of the quote that ends what begins with the quote at `open`, on the same line.
fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::only_emitted_signs;

    #[test]
    fn the_emitters_own_style_passes() {
        for text in [
            "",
            "{}\n",
            "# marker: & * !\na: b c\n",
            "a: \"& * ! ' \\\" #\"\nb: []\n",
            "? \"k\"\n: v\n",
            "- |\n  & x\n  * y\n-\n  - z\n",
            "a:\n- b: |-\n    ' & #\n\n    !\n  c: d\n",
            "|-\n  a & b\n  c\n",
            "---\n- -1.5\n",
        ] {
            assert_eq!(only_emitted_signs(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn any_other_sign_is_foreign() {
        for text in [
            "a: &x b\n",
            "a: *x\n",
            "a: !t b\n",
            "? !t a\n",
            "- &x\n",
            "a: 'b'\n",
            "a: b # c\n",
            " # c\na: b\n",
            "a: \"b\" &c\n",
            "a: >\n  b\n",
            "a: |+\n  b\n",
            "a: {b: c}\n",
            "a: [b]\n",
            "a: |\n  b\n&c d: e\n",
            "a:\n  b: |\n  c: *d\n",
            "a: \"b\n  c\"\n",
            "a: b\r\n",
            "a:\tb\n",
            "%YAML 1.2\n",
        ] {
            assert!(only_emitted_signs(text).is_err(), "{text}");
        }
    }
}
