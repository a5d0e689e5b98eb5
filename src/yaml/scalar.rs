//! What a scalar without quotes means, and which ones mean different things to different readers.
//!
//! The readers that matter are those of kubectl and Argo CD (`sigs.k8s.io/yaml`, on a fork of
//! go-yaml v2: YAML 1.1 booleans, octal, `_` in numbers), PyYAML (YAML 1.1 as written, dates and
//! base 60 included) and the YAML 1.2 core schema. A scalar that they do not all read alike is refused
//! rather than guessed at; so are the spellings of a number that a person does not recognise as one.
//! `tests/yaml_readers.rs` holds this file against the first two.

use super::Value;
use std::borrow::Cow;

const BOOLEAN: &str = "is true or false to some readers and text to others";
const NULL: &str = "is null to some readers and text to others";
const NUMBER: &str = "is a number to some readers and text, or another number, to others";
const WIDE: &str =
    "is a number that does not fit 64 bits signed, which some readers round and some keep as text";
const DATE: &str = "is a date to some readers and text to others";
const SPECIAL: &str = "has a meaning of its own to some readers and is text to others";

/// What a plain scalar means: null, true or false (in the three spellings that every reader knows), a decimal number without leading
/// zeros (whole ones within 64 bits signed: kubectl rounds larger ones), else text.
///
/// Every scalar that some reader takes for something else is [`ambiguous`], and text to this function.
pub fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).unwrap_or_else(|| Value::Str(text.into())),
    }
}

/// Whether a plain scalar is text, as [`resolve`] says.
pub(super) fn is_text(text: &str) -> bool {
    match text.len() {
        // As long as the longest word that is none.
        0..=5 => matches!(resolve(text), Value::Str(_)),
        _ => number(text).is_none(),
    }
}

/// Why readers would disagree about this plain scalar; `None` when they do not.
///
/// The answer completes a sentence that starts with the scalar.
pub fn ambiguous(text: &str) -> Option<&'static str> {
    let first = *text.as_bytes().first()?;
    if first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.') {
        return ambiguous_number(text);
    }
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if text == "=" || text == "<<" {
        Some(SPECIAL)
    } else if text.len() > 5 || !is_text(text) {
        // The words below are shorter.
        None
    } else if ["y", "n", "yes", "no", "on", "off", "true", "false"].into_iter().any(is) {
        Some(BOOLEAN)
    } else if is("null") {
        Some(NULL)
    } else {
        None
    }
}

/// `text` as a double-quoted scalar.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// `text` as a person writes it into a list in brackets: bare where no reader can take it for anything
/// else, otherwise in double quotes.
pub fn written(text: &str) -> String {
    let is_bare = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
        && ambiguous(text).is_none()
        && matches!(resolve(text), Value::Str(_));
    if is_bare { text.to_owned() } else { quoted(text) }
}

/// What to write instead of an ambiguous scalar.
pub(super) fn cure(text: &str) -> String {
    let quoted = quoted(text);
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["yes", "y", "on", "true"]) {
        format!("write `true` if that is meant, or {quoted}, in quotes, if it is text")
    } else if is(&["no", "n", "off", "false"]) {
        format!("write `false` if that is meant, or {quoted}, in quotes, if it is text")
    } else if text.bytes().any(|c| c.is_ascii_digit()) {
        format!("write {quoted}, in quotes, if it is text, or a number in plain decimal digits")
    } else {
        format!("write {quoted}, in quotes, if it is text")
    }
}

/// Text of a user as a message shows it: no longer than a line.
pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// A number in the one spelling that every reader takes for the same number.
fn number(text: &str) -> Option<Value> {
    if !matches!(text.as_bytes().first(), Some(b'-' | b'0'..=b'9')) {
        return None;
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let no_leading_zero = whole == "0" || !whole.starts_with('0');
    if !all_digits(whole) || !no_leading_zero || text == "-0" {
        return None;
    }
    match fraction {
        None => text.parse().map(Value::Int).ok(),
        Some(fraction) if all_digits(fraction) => {
            text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Float)
        }
        Some(_) => None,
    }
}

fn ambiguous_number(text: &str) -> Option<&'static str> {
    if number(text).is_some() {
        return None;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if [".inf", ".nan"].into_iter().any(|word| unsigned.eq_ignore_ascii_case(word)) {
        return Some(NUMBER);
    }
    if is_date(text) {
        return Some(DATE);
    }
    // Neither Go nor PyYAML takes `._5` for a number.
    if text.starts_with("._") {
        return None;
    }
    // Go drops every `_` before it looks at the rest.
    let bare: String = unsigned.chars().filter(|c| *c != '_').collect();
    if is_decimal(&bare) {
        let in_canonical_digits = !text.contains(['_', '+', 'e', 'E']) && !bare.starts_with('0');
        let whole_number = all_digits(&bare);
        return Some(if in_canonical_digits && (whole_number || bare.len() > 300) { WIDE } else { NUMBER });
    }
    (is_radix(unsigned) || is_base_60(unsigned)).then_some(NUMBER)
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit())
}

/// `1`, `01`, `1.`, `.5`, `1.5`, each with or without an exponent.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, "")) => all_digits(whole),
        Some(("", fraction)) => all_digits(fraction),
        Some((whole, fraction)) => all_digits(whole) && all_digits(fraction),
        None => all_digits(mantissa),
    };
    mantissa_fits && exponent.is_none_or(|e| all_digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
}

/// `0x1F`, `0o17`, `0b1`, in either case, with `_` between or instead of the digits.
fn is_radix(text: &str) -> bool {
    let Some((prefix, digits)) = text.split_at_checked(2) else { return false };
    let radix = match prefix {
        "0x" | "0X" => 16,
        "0o" | "0O" => 8,
        "0b" | "0B" => 2,
        _ => return false,
    };
    !digits.is_empty() && digits.chars().all(|c| c == '_' || c.is_digit(radix))
}

/// `10:00`, `12:30:45.5`: base 60 in YAML 1.1. Only the form with a fraction may start with 0.
fn is_base_60(unsigned: &str) -> bool {
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let Some((first, sixties)) = whole.split_once(':') else { return false };
    let is_sixty = |part: &str| match part.as_bytes() {
        [one] => one.is_ascii_digit(),
        [ten, one] => matches!(ten, b'0'..=b'5') && one.is_ascii_digit(),
        _ => false,
    };
    let digits_or_lines = |part: &str| part.bytes().all(|c| c.is_ascii_digit() || c == b'_');
    let first_fits = match first.as_bytes().first() {
        Some(b'1'..=b'9') => true,
        Some(b'0') => fraction.is_some(),
        _ => false,
    };
    first_fits
        && digits_or_lines(first)
        && sixties.split(':').all(is_sixty)
        && fraction.is_none_or(digits_or_lines)
}

/// `2001-01-01`, alone or with a time after it.
fn is_date(text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-') else { return false };
    let Some((month, rest)) = rest.split_once('-') else { return false };
    let day_length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (day, time) = rest.split_at(day_length);
    let short = |part: &str| all_digits(part) && part.len() <= 2;
    let is_time = |time: &str| {
        time.starts_with(['T', 't', ' ', '\t'])
            && time.contains(':')
            && time.bytes().skip(1).all(|c| c.is_ascii_digit() || b":.+-Zz \t".contains(&c))
    };
    year.len() == 4 && all_digits(year) && short(month) && short(day) && (time.is_empty() || is_time(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_that_readers_disagree_about_are_ambiguous() {
        let texts = [
            "yes",
            "No",
            "ON",
            "off",
            "y",
            "N",
            "yEs",
            "tRue",
            "nULL",
            "0123",
            "08",
            "00",
            "0o17",
            "0O17",
            "1_000",
            "1_",
            "1__0",
            "-_1",
            "1e3",
            "1E3",
            "1.5e+3",
            "12e45",
            "10:00",
            "1:30",
            "12:30:45",
            "190:20:30.15",
            "01:30.",
            "1_0:30",
            "2001-01-01",
            "2001-1-1",
            "2001-12-14t21:59:43.10-05:00",
            "2001-12-14 21:59:43",
            ".5",
            "1.",
            "+1",
            "+.5",
            "0x1F",
            "0X1F",
            "0x_",
            "0b101",
            "012345678901",
            ".inf",
            "-.INF",
            ".NaN",
            "=",
            "<<",
            "-0",
            "9223372036854775808",
            "18446744073709551615",
            "-9223372036854775809",
            "685.230_15e+03",
            "0123.5",
        ];
        for text in texts {
            assert!(ambiguous(text).is_some(), "{text}");
            assert!(matches!(resolve(text), Value::Str(_)), "{text}");
        }
        let wide = format!("1{}.5", "0".repeat(400));
        assert_eq!(ambiguous(&wide), Some(WIDE));
    }

    #[test]
    fn what_every_reader_takes_alike_is_not() {
        let texts = [
            "1.2.3",
            "10.0.0.1",
            "10.0.0.0/16",
            "v25.10",
            "m5.large",
            "g6e.xlarge",
            "us-west-2a",
            "-",
            "--",
            "+",
            ".",
            "..",
            "-x",
            "1-2",
            "2024-01",
            "2024-01-01-foo",
            "8080:80",
            "00:11:22:33:44:55",
            "01:30",
            "1:60",
            "0x",
            "0xGG",
            "0b12",
            "0o18",
            "0o",
            "1e",
            "1e3x",
            "e3",
            "_1",
            "inf",
            "nan",
            "NaN",
            "nil",
            "none",
            "truey",
            "t",
            "f",
            "ami-0123",
            "cr-0abc",
            "1a",
            "10%",
            "10Gi",
            "5m",
            "sha256:00",
            "1,000",
            "1 2",
            "é",
            "１",
            ".5.5",
        ];
        for text in texts {
            assert_eq!(ambiguous(text), None, "{text}");
            assert!(matches!(resolve(text), Value::Str(_)), "{text}");
        }
    }

    #[test]
    fn numbers_booleans_and_null_have_one_spelling() {
        assert!(matches!(resolve("0"), Value::Int(0)));
        assert!(matches!(resolve("-12"), Value::Int(-12)));
        assert!(matches!(resolve("9223372036854775807"), Value::Int(i64::MAX)));
        assert!(matches!(resolve("4.20"), Value::Float(x) if x == 4.2));
        assert!(matches!(resolve("-0.5"), Value::Float(x) if x == -0.5));
        assert!(matches!(resolve("true"), Value::Bool(true)));
        assert!(matches!(resolve("false"), Value::Bool(false)));
        for text in ["True", "TRUE", "False", "FALSE"] {
            assert!(matches!(resolve(text), Value::Bool(_)));
            assert_eq!(ambiguous(text), None);
        }
        for text in ["", "~", "null", "Null", "NULL"] {
            assert!(matches!(resolve(text), Value::Null));
            assert_eq!(ambiguous(text), None);
        }
    }
}
