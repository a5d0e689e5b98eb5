//! Carrying out fixes on texts, and showing what they change.
//!
//! Writes no file: the caller decides what becomes of the new texts.

use super::{Edit, Fix, Sources};
use crate::yaml::FileId;
use std::collections::BTreeMap;
use std::ops::Range;

/// What carrying out fixes gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The new text of every file that is no longer as it was.
    pub texts: BTreeMap<FileId, String>,
    /// How many fixes were carried out; equal ones count once.
    pub applied: usize,
    /// How many were left alone: they overlap an earlier one, or do not fit the texts.
    pub skipped: usize,
}

/// Carries out fixes in order, each wholly or not at all.
///
/// A fix is left alone when one of its edits overlaps an edit of an earlier fix, inserts where an
/// earlier one inserts, or has a byte range that does not fit its text. The same fix twice, as two
/// environments may demand it, is carried out once.
pub fn apply_fixes<'f>(fixes: impl IntoIterator<Item = &'f Fix>, sources: &Sources) -> Fixed {
    let mut fixed = Fixed::default();
    let mut accepted: Vec<&Fix> = Vec::new();
    let mut edits: BTreeMap<FileId, Vec<Replaced<'f>>> = BTreeMap::new();
    for fix in fixes {
        if accepted.iter().any(|earlier| earlier.edits == fix.edits) {
            continue;
        }
        match with_edits_of(fix, &edits, sources) {
            Some(changed) => {
                edits.extend(changed);
                accepted.push(fix);
                fixed.applied += 1;
            }
            None => fixed.skipped += 1,
        }
    }
    for (file, edits) in edits {
        if let Some(source) = sources.get(file) {
            let text = replaced(&source.text, &edits);
            if *text != *source.text {
                fixed.texts.insert(file, text);
            }
        }
    }
    fixed
}

/// An edit whose range is known to fit its text.
#[derive(Clone, Debug)]
struct Replaced<'f> {
    range: Range<usize>,
    replacement: &'f str,
}

impl Replaced<'_> {
    fn key(&self) -> (usize, usize) {
        (self.range.start, self.range.end)
    }

    /// Whether the two cannot both be carried out, or only in an order that nobody stated.
    fn clashes(&self, other: &Replaced<'_>) -> bool {
        let overlap = self.range.start < other.range.end && other.range.start < self.range.end;
        overlap || self.range == other.range
    }
}

/// The edits of the files that `fix` touches, its own in their places; `None` if one does not fit.
fn with_edits_of<'f>(
    fix: &'f Fix,
    edits: &BTreeMap<FileId, Vec<Replaced<'f>>>,
    sources: &Sources,
) -> Option<BTreeMap<FileId, Vec<Replaced<'f>>>> {
    if fix.edits.is_empty() {
        return None;
    }
    let mut changed: BTreeMap<FileId, Vec<Replaced<'f>>> = BTreeMap::new();
    for edit in &fix.edits {
        let (file, new) = (edit.position.file, fitting(edit, sources)?);
        let of_file = changed.entry(file).or_insert_with(|| edits.get(&file).cloned().unwrap_or_default());
        // The list is sorted and nothing in it overlaps: whatever clashes, a neighbour does.
        let index = of_file.partition_point(|other| other.key() < new.key());
        let neighbours = [index.checked_sub(1).and_then(|i| of_file.get(i)), of_file.get(index)];
        if neighbours.into_iter().flatten().any(|other| other.clashes(&new)) {
            return None;
        }
        of_file.insert(index, new);
    }
    Some(changed)
}

/// The edit if its file is there and its range lies within, on character boundaries.
fn fitting<'f>(edit: &'f Edit, sources: &Sources) -> Option<Replaced<'f>> {
    let range = usize::try_from(edit.position.start).ok()?..usize::try_from(edit.position.end).ok()?;
    // A position that names only a file has an empty range at the start, which is not meant.
    (edit.position.line > 0).then_some(())?;
    sources.get(edit.position.file)?.text.get(range.clone())?;
    Some(Replaced { range, replacement: &edit.replacement })
}

fn replaced(text: &str, edits: &[Replaced<'_>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        out.push_str(text.get(done..edit.range.start).unwrap_or_default());
        out.push_str(edit.replacement);
        done = edit.range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// The difference between two texts of a file in the unified format with three lines of context;
/// empty when they are equal.
pub fn unified_diff(path: &str, before: &str, after: &str) -> String {
    let path = super::text::one_line(path);
    if before == after {
        return String::new();
    }
    let mut options = diffy::DiffOptions::new();
    options.set_context_len(3);
    options.set_original_filename(format!("a/{path}")).set_modified_filename(format!("b/{path}"));
    options.create_patch(before, after).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Position;

    fn sources() -> Sources {
        let mut sources = Sources::default();
        sources.add("a.yaml", "a: 1\né: 2\n");
        sources.add("b.yaml", "b: 1\n");
        sources
    }

    fn edit(file: u32, range: Range<u32>, replacement: &str) -> Edit {
        let position =
            Position { file: FileId(file), line: 1, column: 1, start: range.start, end: range.end };
        Edit { position, replacement: replacement.to_owned() }
    }

    fn fix(edits: impl Into<Vec<Edit>>) -> Fix {
        Fix { title: "mend it".to_owned(), edits: edits.into() }
    }

    fn text(fixed: &Fixed, file: u32) -> Option<&str> {
        fixed.texts.get(&FileId(file)).map(String::as_str)
    }

    #[test]
    fn edits_in_any_order_and_in_several_files() {
        let fixes = [
            fix([edit(0, 9..10, "20"), edit(0, 0..0, "# x\n"), edit(1, 0..5, "")]),
            fix([edit(0, 0..1, "A")]),
        ];
        let fixed = apply_fixes(&fixes, &sources());
        assert_eq!(text(&fixed, 0), Some("# x\nA: 1\né: 20\n"));
        assert_eq!(text(&fixed, 1), Some(""));
        assert_eq!((fixed.applied, fixed.skipped), (2, 0));
    }

    #[test]
    fn a_fix_that_overlaps_an_earlier_one_is_left_alone_wholly() {
        let fixes = [fix([edit(0, 0..4, "x: 2")]), fix([edit(1, 0..1, "c"), edit(0, 3..4, "9")])];
        let fixed = apply_fixes(&fixes, &sources());
        assert_eq!(text(&fixed, 0), Some("x: 2\né: 2\n"));
        assert_eq!(text(&fixed, 1), None);
        assert_eq!((fixed.applied, fixed.skipped), (1, 1));
    }

    #[test]
    fn two_insertions_at_one_place_clash_and_equal_fixes_are_one() {
        let fixes = [fix([edit(0, 0..0, "x")]), fix([edit(0, 0..0, "x")]), fix([edit(0, 0..0, "y")])];
        let fixed = apply_fixes(&fixes, &sources());
        assert_eq!(text(&fixed, 0), Some("xa: 1\né: 2\n"));
        assert_eq!((fixed.applied, fixed.skipped), (1, 1));
    }

    #[test]
    fn neighbours_do_not_clash() {
        let fixes = [fix([edit(0, 0..1, "x")]), fix([edit(0, 1..2, " =")]), fix([edit(0, 1..1, "y")])];
        assert_eq!(text(&apply_fixes(&fixes, &sources()), 0), Some("xy = 1\né: 2\n"));
    }

    #[test]
    fn what_does_not_fit_the_text_is_left_alone() {
        let whole_file = Edit { position: Position::whole_file(FileId(0)), replacement: "x".to_owned() };
        let fixes = [
            fix([]),
            fix([whole_file]),
            fix([edit(0, 6..7, "within a character")]),
            fix([edit(0, Range { start: 3, end: 2 }, "end before start")]),
            fix([edit(0, 0..99, "past the end")]),
            fix([edit(9, 0..0, "no such file")]),
        ];
        let fixed = apply_fixes(&fixes, &sources());
        assert_eq!((fixed.applied, fixed.skipped), (0, 6));
        assert!(fixed.texts.is_empty());
    }

    #[test]
    fn a_diff_names_the_file_and_a_missing_line_break() {
        assert_eq!(unified_diff("a.yaml", "x\n", "x\n"), "");
        assert_eq!(
            unified_diff("d/a\n.yaml", "x\ny\n", "x\nz"),
            "--- a/d/a .yaml\n+++ b/d/a .yaml\n@@ -1,2 +1,2 @@\n x\n-y\n+z\n\\ No newline at end of file\n"
        );
    }
}
