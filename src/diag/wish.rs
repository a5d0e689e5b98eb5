//! Cures that depend on how a file is laid out: taking an entry out, adding an item to a list.
//!
//! Whoever finds the fault knows the places in the tree; the exact stretch of text is found here, once
//! the sources are at hand. Where the layout leaves a doubt, or a comment would go with it, there is no fix.

use super::{Edit, Fix, Sources};
use crate::yaml::Position;

/// A cure whose edits follow from the layout of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    title: String,
    change: Change,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    RemoveEntry { key: Position, value: Position },
    RemoveItem { item: Position },
    AppendItem { list: Position, item: String },
}

impl Wish {
    /// Takes an entry out of a map.
    pub fn remove_entry(title: impl Into<String>, key: Position, value: Position) -> Wish {
        Wish { title: title.into(), change: Change::RemoveEntry { key, value } }
    }

    /// Takes an item out of a list.
    pub fn remove_item(title: impl Into<String>, item: Position) -> Wish {
        Wish { title: title.into(), change: Change::RemoveItem { item } }
    }

    /// Adds an item, written on one line, to the end of a list.
    pub fn append_item(title: impl Into<String>, list: Position, item: impl Into<String>) -> Wish {
        Wish { title: title.into(), change: Change::AppendItem { list, item: item.into() } }
    }

    /// The places that it names.
    pub(super) fn positions(&mut self) -> Vec<&mut Position> {
        match &mut self.change {
            Change::RemoveEntry { key, value } => vec![key, value],
            Change::RemoveItem { item } => vec![item],
            Change::AppendItem { list, .. } => vec![list],
        }
    }

    /// The fix, if the layout of the file allows one.
    pub(super) fn settle(&self, sources: &Sources) -> Option<Fix> {
        let (first, last) = match &self.change {
            Change::RemoveEntry { key, value } if key.file == value.file => (key, value),
            Change::RemoveEntry { .. } => return None,
            Change::RemoveItem { item } => (item, item),
            Change::AppendItem { list, .. } => (list, list),
        };
        let text = &sources.get(first.file)?.text;
        let start = usize::try_from(first.start).ok()?;
        let end = usize::try_from(last.end).ok()?.max(usize::try_from(first.end).ok()?);
        text.get(start..end)?;
        let (range, replacement) = match &self.change {
            Change::RemoveEntry { .. } => (removal(text, start, end, false)?, String::new()),
            Change::RemoveItem { .. } => (removal(text, start, end, true)?, String::new()),
            Change::AppendItem { item, .. } => {
                let (at, new) = addition(text, start, end, item)?;
                (at..at, new)
            }
        };
        let position = position(text, first, range)?;
        Some(Fix { title: self.title.clone(), edits: vec![Edit { position, replacement }] })
    }
}

/// The position of a range in the file of `like`.
fn position(text: &str, like: &Position, range: std::ops::Range<usize>) -> Option<Position> {
    let before = text.get(..range.start)?;
    let line_start = line_start(text, range.start);
    let number = |n: usize| u32::try_from(n).ok();
    Some(Position {
        line: number(before.matches('\n').count() + 1)?,
        column: number(
            text.get(line_start..range.start)?.trim_start_matches('\u{feff}').chars().count() + 1,
        )?,
        start: number(range.start)?,
        end: number(range.end)?,
        ..*like
    })
}

/// What goes when the entry or item at `start..end` goes: its lines, or its part of a list in brackets.
fn removal(text: &str, start: usize, end: usize, is_item: bool) -> Option<std::ops::Range<usize>> {
    let line = line_start(text, start);
    match text.get(line..start)?.trim_start_matches('\u{feff}').trim() {
        "" if !is_item => lines_of_entry(text, line, end),
        "-" if is_item => whole_lines(text, line, end),
        _ => between_brackets(text, start, end),
    }
}

/// The whole lines from the one that starts at `line` to the one that `end` stands in, unless something
/// else stands on them.
fn whole_lines(text: &str, line: usize, end: usize) -> Option<std::ops::Range<usize>> {
    let line_end = line_end(text, end);
    let is_alone = text.get(end..line_end)?.trim().is_empty() && !text.get(line..end)?.contains('#');
    is_alone.then(|| line..after_break(text, line_end))
}

/// The lines of an entry in block style; those of its key too where it is the only one under it, since
/// a key without a value is null.
fn lines_of_entry(text: &str, line: usize, end: usize) -> Option<std::ops::Range<usize>> {
    let own = whole_lines(text, line, end)?;
    let depth = indentation(text.get(line..end)?);
    let is_content = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let above = text.get(..own.start)?.lines().rev().find(is_content);
    let below = text.get(own.end..)?.lines().find(is_content);
    let has_sibling =
        |line: Option<&str>| line.is_some_and(|line| indentation(line) >= depth && !line.starts_with("---"));
    if has_sibling(below) || has_sibling(above) {
        return Some(own);
    }
    // The entries of an item of a list begin beside its dash.
    let above = above?;
    if above.trim_start().starts_with('-') {
        return Some(own).filter(|_| !above.trim_end().ends_with('-'));
    }
    let parent = line_start(text, own.start.checked_sub(1)?);
    let is_parent =
        text.get(parent..own.start)?.trim_end() == above.trim_end() && above.trim_end().ends_with(':');
    (is_parent && depth > 0 && !above.contains('#')).then_some(parent..own.end)
}

/// The entry or item and one comma, in a map or list in brackets.
fn between_brackets(text: &str, start: usize, end: usize) -> Option<std::ops::Range<usize>> {
    let before = text.get(..start)?.trim_end();
    let after = text.get(end..)?;
    let gap = after.len() - after.trim_start().len();
    let next = after.trim_start().chars().next()?;
    match (before.chars().last()?, next) {
        (',', ',' | '}' | ']') => Some(before.len() - 1..end),
        ('{' | '[', ',') => {
            let comma = end + gap + 1;
            let rest = text.get(comma..)?;
            Some(start..comma + (rest.len() - rest.trim_start_matches(' ').len()))
        }
        ('{' | '[', '}' | ']') => Some(start..end),
        _ => None,
    }
}

/// Where and how an item is added to the list at `start..end`.
fn addition(text: &str, start: usize, end: usize, item: &str) -> Option<(usize, String)> {
    let list = text.get(start..end)?;
    if let Some(inside) = list.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
        if inside.contains('#') {
            return None;
        }
        let at = start + 1 + inside.trim_end().len();
        return Some(match inside.trim() {
            "" => (start + 1, item.to_owned()),
            inside if inside.ends_with(',') => (at, format!(" {item}")),
            _ => (at, format!(", {item}")),
        });
    }
    if !list.starts_with('-') {
        return None;
    }
    let line = line_start(text, start);
    let indent = text.get(line..start)?;
    indent.trim().is_empty().then_some(())?;
    let line_end = line_end(text, end);
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Some((line_end, format!("{line_break}{indent}- {item}")))
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

/// The end of the line that `at` stands in, before its line break.
fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    at + line.strip_suffix('\r').unwrap_or(line).len()
}

/// Past the line break at `at`, if there is one.
fn after_break(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + ["\r\n", "\n"]
        .iter()
        .find(|line_break| rest.starts_with(**line_break))
        .map_or(0, |found| found.len())
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::apply_fixes;

    /// The text after the wish about the first `part`, or `None` where there is no fix.
    fn after(text: &str, part: &str, wish: impl Fn(Position) -> Wish) -> Option<String> {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", text);
        let start = text.find(part).unwrap();
        let number = |n: usize| u32::try_from(n).unwrap();
        let position =
            Position { file, line: 1, column: 1, start: number(start), end: number(start + part.len()) };
        let fix = wish(position).settle(&sources)?;
        let mut fixed = apply_fixes([&fix], &sources);
        Some(fixed.texts.remove(&file).unwrap_or_else(|| text.to_owned()))
    }

    fn without(text: &str, part: &str) -> Option<String> {
        after(text, part, |place| Wish::remove_entry("remove it", place, place))
    }

    #[test]
    fn an_entry_goes_with_its_lines() {
        assert_eq!(without("a:\n  b: 1\n  c: 2\n", "b: 1").as_deref(), Some("a:\n  c: 2\n"));
        assert_eq!(without("a:\r\n  b: 1\r\n  c: 2\r\n", "c: 2").as_deref(), Some("a:\r\n  b: 1\r\n"));
        assert_eq!(without("a:\n  b: 1\n  c:\n    d: 2\n", "c:\n    d: 2").as_deref(), Some("a:\n  b: 1\n"));
        assert_eq!(
            without("x: 1\na:\n  b: 1\nc: 2\n", "b: 1").as_deref(),
            Some("x: 1\nc: 2\n"),
            "the only one"
        );
        assert_eq!(without("- x: 1\n  b: 2\n", "b: 2").as_deref(), Some("- x: 1\n"));
    }

    #[test]
    fn an_entry_goes_with_its_comma() {
        assert_eq!(without("a: {b: 1, c: 2}\n", "b: 1").as_deref(), Some("a: {c: 2}\n"));
        assert_eq!(without("a: {b: 1, c: 2}\n", "c: 2").as_deref(), Some("a: {b: 1}\n"));
        assert_eq!(without("a: {b: 1}\n", "b: 1").as_deref(), Some("a: {}\n"));
        let item = |place| Wish::remove_item("remove it", place);
        assert_eq!(after("a: [x, yy]\n", "yy", item).as_deref(), Some("a: [x]\n"));
        assert_eq!(after("a:\n- x\n- yy\n", "yy", item).as_deref(), Some("a:\n- x\n"));
    }

    #[test]
    fn no_comment_goes_with_an_entry() {
        assert_eq!(without("a:\n  b: 1 # why\n  c: 2\n", "b: 1"), None);
        assert_eq!(without("a:\n  # why\n  b: 1\nc: 2\n", "b: 1"), None, "the comment would lose its map");
        assert_eq!(without("- b: 1\n  c: 2\n", "b: 1"), None, "the dash would go too");
    }

    #[test]
    fn an_item_is_added_in_the_style_of_its_list() {
        let add = |place| Wish::append_item("add it", place, "z");
        assert_eq!(after("a: [x]\n", "[x]", add).as_deref(), Some("a: [x, z]\n"));
        assert_eq!(after("a: []\n", "[]", add).as_deref(), Some("a: [z]\n"));
        assert_eq!(
            after("a:\n  - x # y\nb: 1\n", "- x", add).as_deref(),
            Some("a:\n  - x # y\n  - z\nb: 1\n")
        );
        assert_eq!(after("a:\r\n- x\r\n", "- x", add).as_deref(), Some("a:\r\n- x\r\n- z\r\n"));
        assert_eq!(after("a: [x # y\n]\n", "[x # y\n]", add), None);
    }
}
