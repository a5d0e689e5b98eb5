//! Regular expressions as Go reads them, which is how the autoscaler reads the priority expander's.
//!
//! Go's `regexp/syntax` and Rust's crates descend from RE2 and differ at the edges: what Go refuses is
//! refused here, and what only Go understands is rewritten. Group ids are ASCII, so that it makes no
//! difference whether a class knows Unicode.

use regex_lite::{Regex, RegexBuilder};
use std::iter::Peekable;
use std::str::Chars;

/// How large a compiled expression may be, in bytes: far more than a name needs.
const LARGEST: usize = 1 << 18;
/// How often Go lets an expression repeat.
const MOST_REPEATED: u32 = 1000;

/// An expression that can be asked.
#[derive(Debug)]
pub(in crate::guard) enum Pattern {
    /// It matches every text.
    Everything,
    /// It matches this text only: the form that pools of ours get.
    Exactly(String),
    /// Any other.
    Regex(Box<Regex>),
}

impl Pattern {
    /// Compiles an expression, or says why Go would not.
    pub(super) fn compile(text: &str) -> Result<Pattern, String> {
        if text == ".*" {
            return Ok(Pattern::Everything);
        }
        if let Some(exact) = exactly(text) {
            return Ok(Pattern::Exactly(exact));
        }
        let translated = Translation::of(text)?;
        let built = RegexBuilder::new(&translated).size_limit(LARGEST).build();
        built.map(|regex| Pattern::Regex(Box::new(regex))).map_err(|error| error.to_string())
    }

    /// Whether it matches somewhere in `id`.
    pub(super) fn matches(&self, id: &str) -> bool {
        match self {
            Pattern::Everything => true,
            Pattern::Exactly(text) => text == id,
            Pattern::Regex(regex) => regex.is_match(id),
        }
    }
}

/// The text between `^` and `$`, if nothing in it but escaped dots means anything else than itself.
fn exactly(text: &str) -> Option<String> {
    let inner = text.strip_prefix('^')?.strip_suffix('$')?.replace("\\.", "\u{0}");
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '\u{0}');
    inner.chars().all(plain).then(|| inner.replace('\u{0}', "."))
}

/// An expression on its way from Go's syntax to Rust's.
struct Translation<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
    /// Whether a repetition has just ended, which another one cannot follow.
    repeated: bool,
}

impl Translation<'_> {
    fn of(text: &str) -> Result<String, String> {
        let mut translation =
            Translation { rest: text.chars().peekable(), out: String::new(), repeated: false };
        while let Some(c) = translation.rest.next() {
            translation.step(c)?;
        }
        Ok(translation.out)
    }

    fn step(&mut self, c: char) -> Result<(), String> {
        match c {
            '\\' => self.escape()?,
            '[' => self.class()?,
            '(' => self.group()?,
            '*' | '+' | '?' => return self.repetition(&c.to_string()),
            '{' => match self.counted()? {
                Some(counted) => return self.repetition(&counted),
                None => self.out.push_str("\\{"),
            },
            '}' | ']' => self.literal(c),
            c => self.out.push(c),
        }
        self.repeated = false;
        Ok(())
    }

    fn repetition(&mut self, operator: &str) -> Result<(), String> {
        if self.repeated {
            return Err(format!("`{operator}` repeats a repetition"));
        }
        self.out.push_str(operator);
        if self.rest.next_if_eq(&'?').is_some() {
            self.out.push('?');
        }
        self.repeated = true;
        Ok(())
    }

    /// `{n}`, `{n,}` or `{n,m}`; anything else that begins with a brace is text to Go.
    fn counted(&mut self) -> Result<Option<String>, String> {
        let mut ahead = self.rest.clone();
        let inner: String = ahead.by_ref().take_while(|c| *c != '}').take(24).collect();
        let (least, most) = match inner.split_once(',') {
            Some((least, most)) => (least, most),
            None => (inner.as_str(), inner.as_str()),
        };
        let number = |text: &str| -> Option<u32> {
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        };
        let closed = self.rest.clone().nth(inner.chars().count()) == Some('}');
        let Some(from) = number(least).filter(|_| closed) else { return Ok(None) };
        let to = match most {
            "" => from,
            most => match number(most) {
                Some(to) => to,
                None => return Ok(None),
            },
        };
        if from > MOST_REPEATED || to > MOST_REPEATED || to < from {
            return Err(format!("`{{{inner}}}` is no count up to {MOST_REPEATED}"));
        }
        for _ in 0..=inner.chars().count() {
            self.rest.next();
        }
        Ok(Some(format!("{{{inner}}}")))
    }

    /// A group; Go knows the flags `i`, `m`, `s` and `U`, and no look-around.
    fn group(&mut self) -> Result<(), String> {
        self.out.push('(');
        if self.rest.next_if_eq(&'?').is_none() {
            return Ok(());
        }
        self.out.push('?');
        match self.rest.peek() {
            // A name.
            Some('P' | '<') => Ok(()),
            _ => {
                let flags: String =
                    self.rest.clone().take_while(|c| !matches!(c, ':' | ')')).take(12).collect();
                match flags.chars().find(|c| !matches!(c, 'i' | 'm' | 's' | 'U' | '-')) {
                    Some(_) => Err(format!("`(?{flags}` is not known to Go")),
                    None => Ok(()),
                }
            }
        }
    }

    fn literal(&mut self, c: char) {
        // To Rust `\<` is more than an escaped sign.
        if "\\.+*?()|[]{}^$#&-~".contains(c) {
            self.out.push('\\');
        }
        self.out.push(c);
    }

    fn escape(&mut self) -> Result<(), String> {
        match self.rest.next() {
            None => Err("it ends with a backslash".to_owned()),
            Some('Q') => {
                self.quoted();
                Ok(())
            }
            Some(c @ ('A' | 'z' | 'b' | 'B')) => {
                self.out.extend(['\\', c]);
                Ok(())
            }
            Some(c) => self.escaped(c),
        }
    }

    /// `\Q…\E`: everything is text.
    fn quoted(&mut self) {
        while let Some(c) = self.rest.next() {
            if c == '\\' && self.rest.next_if_eq(&'E').is_some() {
                return;
            }
            self.literal(c);
        }
    }

    /// An escape that stands for a character or a set of them, in a class too.
    fn escaped(&mut self, c: char) -> Result<(), String> {
        match c {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' | 'a' | 'f' | 'n' | 'r' | 't' | 'v' | 'x' => {
                self.out.extend(['\\', c]);
                Ok(())
            }
            'p' | 'P' => Err(format!(
                "`\\{c}` asks for a Unicode class: write the characters of a name, such as `[a-z]`"
            )),
            '0'..='7' => {
                let mut code = c.to_digit(8).unwrap_or_default();
                let mut digits = 1;
                while digits < 3
                    && let Some(digit) = self.rest.next_if(char::is_ascii_digit).and_then(|c| c.to_digit(8))
                {
                    code = code * 8 + digit;
                    digits += 1;
                }
                if c != '0' && digits == 1 {
                    return Err(format!("`\\{c}` refers back to a group, which Go does not know"));
                }
                self.out.push_str(&format!("\\x{{{code:x}}}"));
                Ok(())
            }
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => {
                self.literal(c);
                Ok(())
            }
            c => Err(format!("`\\{c}` is not known to Go")),
        }
    }

    /// A class: `[` and set operators mean themselves to Go, but for named classes such as `[:alpha:]`.
    fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        while let Some(c) = self.rest.next() {
            match c {
                ']' if !first => {
                    self.out.push(']');
                    return Ok(());
                }
                '\\' => match self.rest.next() {
                    None => return Err("it ends with a backslash".to_owned()),
                    Some(c) => self.escaped(c)?,
                },
                '[' if self.rest.peek() == Some(&':') => {
                    let name: String = self.rest.clone().take_while(|c| *c != ']').take(16).collect();
                    if name.len() > 2 && name.ends_with(':') {
                        self.out.push_str(&format!("[{name}]"));
                        for _ in 0..=name.chars().count() {
                            self.rest.next();
                        }
                    } else {
                        self.literal('[');
                    }
                }
                '-' => self.out.push('-'),
                c => self.literal(c),
            }
            first = false;
        }
        Err("a class that `[` opens is never closed".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "MachineSet/openshift-machine-api/prod-x7k2p-gpu-spot-us-east-2a";

    fn matches(pattern: &str) -> bool {
        Pattern::compile(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}")).matches(ID)
    }

    #[test]
    fn expressions_are_searched_for_anywhere() {
        for pattern in [
            ".*",
            ".*spot.*",
            "spot",
            "^MachineSet/",
            "gpu-spot-[a-z]+-east-\\d[ab]$",
            "\\Qgpu-spot\\E",
            "(?i)GPU",
            "x{0,1}gpu",
            "[[:alpha:]]+-2a$",
            "^MachineSet/openshift-machine-api/prod-x7k2p-gpu-spot-us-east-2a$",
            "[]a]$",
            "\\x67pu",
            "\\147pu",
            "(?P<pool>gpu)-spot",
            "a??gpu",
            "[a&&g]pu",
            "2a\\z",
            "(?:gpu|cpu)-",
        ] {
            assert!(matches(pattern), "{pattern}");
        }
        for pattern in
            ["^prod", ".\\*spot.\\*", "^$", "gpu{2}", "spot{", "a{,2}", "\\Q.*\\E", "[[]gpu", "gpu$"]
        {
            assert!(!matches(pattern), "{pattern}");
        }
        // To Go an escaped sign of punctuation is the sign itself.
        assert!(!matches("\\<gpu"));
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for pattern in [
            "*spot",
            "+",
            "(",
            ")",
            "[a",
            "a**",
            "a+*",
            "a{2}{3}",
            "a{1001}",
            "a{3,2}",
            "(?=x)",
            "(?<!x)",
            "(?x)a",
            "\\1",
            "\\u0061",
            "\\pL",
            "\\",
            "[\\",
            "[z-a]",
            "\\Z",
            "(a{1000}){1000}",
            "[\\b]",
            "(?",
            "\\x",
        ] {
            assert!(Pattern::compile(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn no_text_makes_it_fail() {
        let pieces =
            ["a", "(", ")", "[", "]", "{", "}", "1", ",", "*", "?", "\\", "^", "-", ":", "é", "Q", "E", "x"];
        let mut seed = 0x9e37_79b9_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..(seed % 11) {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let index = usize::try_from(seed >> 33).unwrap_or_default() % pieces.len();
                text.push_str(pieces[index]);
            }
            if let Ok(pattern) = Pattern::compile(&text) {
                pattern.matches(ID);
            }
            seed = seed.wrapping_add(7).rotate_left(5);
        }
    }
}
