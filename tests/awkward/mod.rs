//! Strings that YAML readers have been known to misread, hand-picked and generated.

/// Each met in a reader's table of words and numbers, in an indicator, or in a bug report.
#[rustfmt::skip]
pub const HAND_PICKED: &[&str] = &[
    // Empty, blanks and indicators.
    "", " ", "  ", "\t", "-", "--", "---", "...", "?", "? ", ":", ": ", ",", "#", "&", "*", "!", "|", ">", "@", "`",
    "%", "'", "\"", "\\", "{", "}", "[", "]", "{}", "[]", "=", "<<", "~", "+", ".", "..", "/", "_", "$",
    // Words of YAML 1.1 and 1.2.
    "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF",
    "true", "True", "TRUE", "tRue", "false", "False", "FALSE", "null", "Null", "NULL", "nUll", "none", "None",
    "t", "f", "T", "F", "nan", "NaN", ".nan", ".NaN", ".NAN", "inf", ".inf", ".Inf", "-.inf", "+.inf", "-inf",
    "Infinity",
    // Numbers of any kind, and what nearly is one.
    "0", "00", "-0", "+0", "1", "+1", "-1", "0123", "08", "0777", "-0123", "0o17", "0O17", "0b1", "0B1", "0x1F",
    "0X1F", "-0x1F", "0x", "0b", "0o", "1_000", "1_", "_1", "1__0", "0_7", "1e3", "1E3", "1e+3", "1.", ".5", "1.5",
    "1.5e3", "1e400", "e3", "685.230_15e+03", "123456789012345678901", "9223372036854775808",
    "-9223372036854775809", "4.20", "1.2.3", "12e03", "0.", "0x1p3",
    // Base 60, dates and times.
    "1:30", "10:00", "12:30:45", "190:20:30", "190:20:30.15", "2001-01-01", "2001-1-1", "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43.10 -5", "2001-12-14T21:59:43Z",
    // Structure in text.
    "a: b", "a:", "a:b", ":a", "a :b", "a : b", "- a", "-a", "- - a", "? a", "?a", "a #b", "#a", "a#b", "a, b", "a]",
    "{a: b}", "[a]", "{{ x }}", "${X}", "!!str", "!!str a", "!x", "&a", "&a b", "*a", "%YAML 1.2", "@x", "`x", "|-",
    "> a", "key: |", "<<: x", "'a'", "\"a\"", "a'b", "a\"b", "\\n", "--- a", "---\na", "...\na", "a\n---\nb",
    "a\n...\n", "a:\tb",
    // Blanks and line breaks.
    " a", "a ", "a  b", "\ta", "a\t", "a\tb", "\n", "\n\n", "\na", "a\n", "a\nb", "a\nb\n", "a\nb\n\n", "a\n\nb", " a\nb",
    "a\n b", "a \nb", "a\n ", "\ta\nb", "a\n\tb", "\n a", "a\rb", "\r", "\r\n", "a\r\nb", "# a\nb", "- a\n- b\n",
    "a: b\nc: d\n", "a\n  b\n c\n",
    // Beyond ASCII.
    "\0", "a\0b", "\u{1b}[0m", "\u{7f}", "\u{80}", "\u{85}", "a\u{85}b", "\u{9f}", "\u{a0}", "a\u{a0}", "\u{ad}",
    "\u{200b}", "a\u{202e}b", "\u{2028}", "a\u{2028}b", "\u{2029}", "a\n\u{2028}b", "\u{d7ff}", "\u{e000}", "\u{feff}",
    "\u{feff}a", "a\u{feff}b", "a\n\u{feff}b", "\u{fff9}", "\u{fffd}", "\u{fffe}", "\u{ffff}", "é", "é\nü\n", "日本", "😀",
    "\u{1ffff}", "\u{10ffff}",
    // What really occurs.
    "arn:aws:iam::123456789012:role/x", "123456789012", "012345678901", "v25.10", "10.0.0.0/16", "fe80::1",
    "nvcr.io/nvidia/k8s@sha256:ab", "quay.io/x/y:4.20", "nvidia.com/gpu", "node-role.kubernetes.io/infra", "120Gi",
    "1e3Mi", "5m", "10m0s", "40%", "/spec/replicas", "Prune=false,Delete=false", "g6e.xlarge", "*.yaml",
    ">=4.19", "yes please", "no: yes", "on,off",
];

/// Pieces to build strings from: indicators, blanks, line breaks, letters of words and numbers.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "a", "b", "Z", "0", "1", "9", "_", "-", ".", ":", " ", "#", "'", "\"", "\\", "\n", "\t", "\r", "\u{85}", "\u{2028}",
    "\u{feff}", "\0", "\u{a0}", "é", "😀", "{", "}", "[", "]", ",", "&", "*", "!", "|", ">", "%", "@", "`", "?", "=",
    "~", "+", "e", "x", "o", "y", "n", "/", "  ", "\n\n", "\n ", " \n", ": ", " #", "\n- ", "\n# ", "\u{fffe}", "\u{7f}",
    "\u{1}", "\u{200b}",
];

/// What numbers are made of.
const DIGITS: &[&str] = &["0", "1", "7", "9", "_", ".", ":", "e", "E", "+", "-", "x", "o", "b", "F"];

/// What stands in names, paths and sentences, and what words of YAML and numbers are made of: texts of these
/// that begin with a letter and are not letters alone are emitted bare and not read back at run time.
#[rustfmt::skip]
const OF_NAMES: &[&str] = &[
    "a", "e", "E", "n", "N", "o", "x", "y", "T", "Z", "no", "on", "off", "yes", "true", "null", "inf", "NaN", "0", "1",
    "9", "12", "2001", "-", "--", ".", "..", "/", " a", " 1", " -", " .", "us-west-2a", "-7kx2p",
];

/// The same sequence on every run (xorshift).
pub struct Random(u64);

impl Random {
    pub fn new() -> Random {
        Random(0x9e37_79b9_7f4a_7c15)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % limit as u64).expect("less than a usize")
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    fn several(&mut self, choices: &[&str], most: usize) -> String {
        (0..=self.below(most)).map(|_| self.one_of(choices)).collect()
    }

    /// An awkward string: a hand-picked one with something before or behind it, digits, or pieces.
    pub fn text(&mut self) -> String {
        match self.below(8) {
            0 => format!("{}{}", self.one_of(HAND_PICKED), self.one_of(PIECES)),
            1 => format!("{}{}", self.one_of(PIECES), self.one_of(HAND_PICKED)),
            2 => format!("{}\n{}", self.one_of(HAND_PICKED), self.one_of(HAND_PICKED)),
            3 => self.several(DIGITS, 6),
            4 => self.several(PIECES, 20),
            _ => self.several(PIECES, 8),
        }
    }

    /// A text that begins with a letter, of what stands in names.
    pub fn name(&mut self) -> String {
        let first = ["a", "e", "E", "n", "N", "o", "t", "T", "x", "y", "Z"];
        format!("{}{}", self.one_of(&first), self.several(OF_NAMES, 6))
    }
}
