//! Text made fit to be shown, and the lines of a source text.
//!
//! Knows nothing of findings. What users wrote reaches terminals, logs and web pages through here,
//! so nothing in it may move a cursor, hide a character or flood a screen.

/// The longest text from a message, label or help that is shown, in characters.
const TEXT_LIMIT: usize = 2_000;

/// One character as it may be shown: control characters as their pictures, characters that are
/// invisible or turn the writing direction as the replacement character.
pub(super) fn visible_char(c: char) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\x7f' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{fffe}'..='\u{ffff}'
        | '\u{e0000}'..='\u{e007f}' => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

/// A text as it may be shown on one line; tabs and line breaks become spaces.
pub(super) fn one_line(text: &str) -> String {
    shown(text, |c| match c {
        '\t' | '\n' => ' ',
        _ => visible_char(c),
    })
}

/// A text as it may be shown on several lines; tabs become spaces.
pub(super) fn many_lines(text: &str) -> String {
    shown(text, |c| match c {
        '\t' => ' ',
        '\n' => '\n',
        _ => visible_char(c),
    })
}

fn shown(text: &str, show: impl Fn(char) -> char) -> String {
    let text = text.trim_end_matches(['\n', '\r']);
    let mut out = String::with_capacity(text.len().min(4 * TEXT_LIMIT));
    let mut rest = text.chars().filter({
        // A carriage return before a line feed belongs to the line break.
        let mut bytes = text.bytes().skip(1).chain([0]);
        move |c| {
            let next = bytes.next();
            for _ in 1..c.len_utf8() {
                bytes.next();
            }
            !(*c == '\r' && next == Some(b'\n'))
        }
    });
    out.extend(rest.by_ref().take(TEXT_LIMIT).map(show));
    if rest.next().is_some() {
        out.push('…');
    }
    out
}

/// The lines of a text, found once. A line ends with a line feed, a carriage return, or both, as
/// YAML has it.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Finds the lines of `text`.
    pub(super) fn new(text: &'a str) -> Lines<'a> {
        let bytes = text.as_bytes();
        let breaks = bytes.iter().enumerate().filter(|&(i, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(i + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(0).chain(breaks.map(|(i, _)| i + 1)).collect();
        Lines { text, starts }
    }

    /// The text of line `number` (from 1) without the line break.
    pub(super) fn line(&self, number: u32) -> Option<&'a str> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        let start = *self.starts.get(index)?;
        let end = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
        Some(self.text.get(start..end)?.trim_end_matches(['\n', '\r']))
    }

    /// Line and column in characters, both from 1, of a byte; `None` past the end or within a
    /// character.
    pub(super) fn place_of(&self, byte: usize) -> Option<(u32, u32)> {
        let index = self.starts.partition_point(|&start| start <= byte).checked_sub(1)?;
        let before = self.text.get(*self.starts.get(index)?..byte)?;
        Some((u32::try_from(index + 1).ok()?, u32::try_from(before.chars().count() + 1).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_the_cursor_survives() {
        assert_eq!(one_line("a\u{1b}[31mb\r\nc\td\u{202e}e\u{9b}\0"), "a␛[31mb c d\u{fffd}e\u{fffd}␀");
        assert_eq!(many_lines("a\r\nb\rc\n"), "a\nb␍c");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let text = one_line(&"é".repeat(5_000));
        assert_eq!(text.chars().count(), TEXT_LIMIT + 1);
        assert!(text.ends_with("é…"));
    }

    #[test]
    fn lines_end_as_in_yaml() {
        let lines = Lines::new("a\r\nbé\rc\n");
        let texts: Vec<_> = (0..6).map(|n| lines.line(n)).collect();
        assert_eq!(texts, [None, Some("a"), Some("bé"), Some("c"), Some(""), None]);
    }

    #[test]
    fn places_are_counted_in_characters_from_1() {
        let lines = Lines::new("a\nbéc\n");
        assert_eq!(lines.place_of(0), Some((1, 1)));
        assert_eq!(lines.place_of(5), Some((2, 3)));
        assert_eq!(lines.place_of(4), None, "within a character");
        assert_eq!(lines.place_of(7), Some((3, 1)), "the end of the text");
        assert_eq!(lines.place_of(8), None);
    }
}
