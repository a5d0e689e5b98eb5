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

/// The length of the longest of them.
const LONGEST_WORD: usize = 8;

/// The letters that one of them begins with, each at its place in the alphabet.
const INITIALS: u32 = {
    let (mut initials, mut length) = (0, 1);
    while length <= LONGEST_WORD {
        let mut rest = words(length);
        while let Some((word, others)) = rest.split_first() {
            initials |= 1 << (word.as_bytes()[0] & 31);
            rest = others;
        }
        length += 1;
    }
    initials
};

/// As many bytes as are looked at in one go: comparing sixteen bytes is one instruction of the processor.
type Chunk = [u8; 16];

/// Whether a byte never stands in a bare string, as 0 or 1.
///
/// Comparisons without a branch or a table: only those are made for a whole chunk at once.
const fn is_foreign(byte: u8) -> u8 {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    // `()*+,-./`, the digits, `:` and `;`
    let middle = (byte.wrapping_sub(b'(') < 20) & (byte != b'*');
    let other = (byte == b'=') | (byte == b'@') | (byte == b'_') | (byte == b'$') | (byte == b' ');
    !(letter | middle | other) as u8
}

/// What was seen in a text.
#[derive(Default)]
struct Seen {
    /// A byte that never stands in a bare string.
    foreign: bool,
    blank: bool,
}

impl Seen {
    #[inline]
    fn add(&mut self, chunk: &Chunk) {
        let (mut foreign, mut blank) = (0, 0);
        for &byte in chunk {
            foreign |= is_foreign(byte);
            blank |= u8::from(byte == b' ');
        }
        self.foreign |= foreign != 0;
        self.blank |= blank != 0;
    }
}

/// A text shorter than a chunk as one; some of its bytes stand there twice.
#[inline]
fn filled(text: &[u8]) -> Chunk {
    if let (Some(start), Some(end)) = (text.first_chunk(), text.last_chunk()) {
        let (start, end) = (u64::from_ne_bytes(*start), u64::from_ne_bytes(*end));
        return (u128::from(start) | u128::from(end) << 64).to_ne_bytes();
    }
    let (start, end) = match (text.first_chunk(), text.last_chunk()) {
        (Some(start), Some(end)) => (u32::from_ne_bytes(*start), u32::from_ne_bytes(*end)),
        _ => {
            let at = |place: usize| text.get(place).copied().unwrap_or(b'x');
            (u32::from_ne_bytes([at(0), at(1), at(2), b'x']), u32::from_ne_bytes([b'x'; 4]))
        }
    };
    let half = u128::from(start) | u128::from(end) << 32;
    (half | half << 64).to_ne_bytes()
}

/// Whether `text` can stand without quotes, as a key and as a value.
pub(super) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return false };
    if !(first.is_ascii_alphabetic() || matches!(first, b'/' | b'_')) || matches!(last, b' ' | b':') {
        return false;
    }
    let mut seen = Seen::default();
    match bytes.last_chunk() {
        Some(end) => {
            bytes.as_chunks().0.iter().for_each(|chunk| seen.add(chunk));
            seen.add(end);
        }
        None => seen.add(&filled(bytes)),
    }
    // `: ` ends a key; runs of spaces are left to quotes, where no reader folds them.
    let is_apart = || bytes.windows(2).any(|pair| matches!(pair, b"  " | b": "));
    if seen.foreign || seen.blank && is_apart() {
        return false;
    }
    bytes.len() > LONGEST_WORD
        || INITIALS >> (first & 31) & 1 == 0
        || !words(bytes.len()).iter().any(|word| word.eq_ignore_ascii_case(text))
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
        assert!((0..20).filter(|length| !words(*length).is_empty()).all(|length| length <= LONGEST_WORD));
    }

    /// [`is_plain`] as it is told: one byte after the other.
    fn is_plainly_plain(text: &str) -> bool {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_./=@,+:();$ ".contains(c);
        text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '_')
            && !text.ends_with([' ', ':'])
            && text.chars().all(allowed)
            && !text.contains("  ")
            && !text.contains(": ")
            && !(0..20).any(|length| words(length).iter().any(|word| text.eq_ignore_ascii_case(word)))
    }

    #[test]
    fn looking_at_many_bytes_at_once_says_the_same() {
        for length in 0..50 {
            let mut text = vec!['a'; length];
            for place in 0..length {
                for c in (0..=255).map(char::from) {
                    text[place] = c;
                    let text: String = text.iter().collect();
                    assert_eq!(is_plain(&text), is_plainly_plain(&text), "{text:?}");
                }
                text[place] = 'a';
            }
        }
        let pieces = ["a", " ", ":", "on", "0", "/", "_", "~", "\u{e9}", "sixteen.letters-", "True", "$(x)"];
        let pairs = pieces.iter().flat_map(|one| pieces.map(|two| format!("{one}{two}")));
        let pairs: Vec<String> = pairs.collect();
        for (one, two) in pairs.iter().flat_map(|one| pairs.iter().map(move |two| (one, two))) {
            for text in [one.clone(), format!("{one}{two}"), format!("{one}{two}{one}")] {
                assert_eq!(is_plain(&text), is_plainly_plain(&text), "{text:?}");
            }
        }
        for word in (0..20).flat_map(words) {
            for text in [(*word).to_owned(), word.to_uppercase(), format!("{word}x"), format!("x{word}")] {
                assert_eq!(is_plain(&text), is_plainly_plain(&text), "{text:?}");
            }
        }
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
