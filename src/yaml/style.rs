//! How one scalar is written so that every YAML reader takes it for what it is.
//!
//! The rule is one-sided on purpose: a string is bare only if no version of YAML could read it as
//! anything else. That costs a few quotes and no knowledge of any reader's table of words.

use std::fmt::Write as _;

/// Words of a length that some YAML reader takes for a boolean, a null or a number, in lower case.
///
/// YAML 1.1's `bool` type has `y`, `n`, `yes`, `no`, `on`, `off` (<https://yaml.org/type/bool.html>).
const fn words(length: usize) -> &'static [&'static str] {
    match length {
        1 => &["f", "n", "t", "y"],
        2 => &["no", "on"],
        3 => &["inf", "nan", "off", "yes"],
        4 => &["null", "true"],
        5 => &["false"],
        8 => &["infinity"],
        _ => &[],
    }
}

/// What a byte means inside a bare string.
const CLASSES: [u8; 256] = {
    let mut classes = [FOREIGN; 256];
    let mut byte = 0;
    while byte < 256 {
        if (byte as u8).is_ascii_alphanumeric() {
            classes[byte] = PLAIN;
        }
        byte += 1;
    }
    let others = b"-_./=@,+:();$";
    let mut i = 0;
    while i < others.len() {
        classes[others[i] as usize] = PLAIN;
        i += 1;
    }
    classes[b' ' as usize] = BLANK;
    classes
};
/// It never stands in one.
const FOREIGN: u8 = 0;
/// Nothing to YAML; a colon only in some places.
const PLAIN: u8 = 1;
/// Nothing to YAML in some places.
const BLANK: u8 = 2;

/// Whether `text` can stand without quotes, as a key and as a value.
pub(super) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return false };
    if !(first.is_ascii_alphabetic() || matches!(first, b'/' | b'_')) || matches!(last, b' ' | b':') {
        return false;
    }
    let mut seen = 0;
    for &byte in bytes {
        let class = CLASSES[usize::from(byte)];
        if class == FOREIGN {
            return false;
        }
        seen |= class;
    }
    // `: ` ends a key; runs of spaces are left to quotes, where no reader folds them.
    if seen & BLANK != 0 && bytes.windows(2).any(|pair| matches!(pair, b"  " | b": ")) {
        return false;
    }
    !words(bytes.len()).iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether `text` has several lines and survives a `|` block in every reader, and reads well there.
///
/// Left to quotes: leading blanks (they need an indentation indicator), tabs and other control
/// characters, blanks at the end of a line, and more than one line break at the end.
pub(super) fn is_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.contains('\n')
        && !body.starts_with([' ', '\n'])
        && !body.ends_with('\n')
        && body.split('\n').all(|line| !line.ends_with(' ') && line.chars().all(is_shown))
}

/// Appends `text` in double quotes with the escapes that JSON has too.
pub(super) fn quote(text: &str, out: &mut String) {
    out.push('"');
    let mut done = 0;
    for (at, c) in text.char_indices() {
        if is_shown(c) && c != '"' && c != '\\' {
            continue;
        }
        out.push_str(&text[done..at]);
        done = at + c.len_utf8();
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // `is_shown` holds for everything beyond four hexadecimal digits.
            c => _ = write!(out, "\\u{:04x}", u32::from(c)),
        }
    }
    out.push_str(&text[done..]);
    out.push('"');
}

/// Whether a character stands for itself.
///
/// Not: controls, the line separators of YAML 1.1, the byte order mark and non-characters, which
/// readers disagree about; nor blanks and direction marks that a reviewer would not see.
fn is_shown(c: char) -> bool {
    match c {
        ' '..='~' => true,
        '\u{ad}' | '\u{61c}' => false,
        '\u{a1}'..='\u{1fff}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' => true,
        '\u{2070}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{ffef}' => true,
        '\u{fffc}' | '\u{fffd}' | '\u{10000}'.. => true,
        _ => false,
    }
}

/// Appends a finite decimal without an exponent, which some readers would take for text.
pub(super) fn decimal(number: f64, out: &mut String) {
    let start = out.len();
    // Writing to a string does not fail.
    _ = write!(out, "{number}");
    if !out[start..].contains('.') {
        out.push_str(".0");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_of_any_version_are_quoted() {
        let quoted = [
            "",
            "y",
            "Y",
            "yes",
            "No",
            "ON",
            "off",
            "true",
            "Null",
            "NaN",
            "inf",
            "~",
            "0123",
            "1e3",
            "0x1F",
            "1_000",
            "12:30",
            "2001-01-01",
            "-",
            "---",
            ".inf",
            "=",
            "<<",
            "a: b",
            "a:",
            "a ",
            " a",
            "a  b",
            "a #b",
            "a\tb",
            "a\nb",
            "é",
            "{}",
            "[a]",
            "*a",
            "&a",
            "!a",
            "%a",
            "@a",
            "`a",
            "'a",
            "\"a",
        ];
        for text in quoted {
            assert!(!is_plain(text), "{text:?}");
        }
        let bare = [
            "a",
            "yesterday",
            "nvidia.com/gpu",
            "/spec/replicas",
            "_x",
            "v25.10",
            "g6e.xlarge",
            "a b",
            "a:b",
            "arn:aws:iam::123456789012:role/x",
            "us-west-2a",
            "Prune=false,Delete=false",
            "x@sha256:ab",
            "nano",
        ];
        for text in bare {
            assert!(is_plain(text), "{text:?}");
        }
    }

    #[test]
    fn words_stand_under_their_length() {
        assert!((0..20).all(|length| words(length).iter().all(|word| word.len() == length)));
    }

    #[test]
    fn only_clean_text_goes_into_a_block() {
        for text in ["a\nb", "a\nb\n", "a\n\n  b: c\n", "# x\n- é\n"] {
            assert!(is_block(text), "{text:?}");
        }
        for text in
            ["a", "a\n", "\na\n", " a\nb", "a\nb\n\n", "a \nb", "a\tb\nc", "a\r\nb", "a\n\u{feff}b", "\n"]
        {
            assert!(!is_block(text), "{text:?}");
        }
    }

    #[test]
    fn what_a_reviewer_would_not_see_is_escaped() {
        let mut out = String::new();
        quote("\"\\\n\r\t\0\u{7f}\u{85}\u{a0}\u{200b}\u{202e}\u{2028}\u{feff}\u{ffff}é😀", &mut out);
        let expected = r#""\"\\\n\r\t\u0000\u007f\u0085\u00a0\u200b\u202e\u2028\ufeff\uffffé😀""#;
        assert_eq!(out, expected);
    }

    #[test]
    fn decimals_have_a_point_and_no_exponent() {
        for (number, expected) in [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (1e21, "1000000000000000000000.0"),
            (1.5e-7, "0.00000015"),
            (0.1, "0.1"),
        ] {
            let mut out = String::new();
            decimal(number, &mut out);
            assert_eq!(out, expected);
        }
    }
}
