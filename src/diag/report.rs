//! What the renderings of findings share: the findings of a run with what is needed to show them.

use super::text::{Lines, one_line};
use super::{Edit, Finding, Lifted, Rule, Severity, Sources};
use crate::sorted::sort_by_key;
use crate::yaml::{FileId, Position};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The findings of a run, ready to be rendered.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The findings, sorted by [`super::Findings::into_sorted`].
    pub findings: &'a [Finding],
    /// The texts that they point into.
    pub sources: &'a Sources,
    /// The version to name as the tool's.
    pub tool_version: &'a str,
    /// What leads from where the reader stands (the working directory, the repository's root) to
    /// the project's root: empty, or a relative path that ends with `/`.
    pub path_prefix: &'a str,
    /// The project file, relative to the project's root: stands for findings without a place where
    /// a format demands one.
    pub project_file: &'a str,
    /// The environments that were looked at, so that a format can say that one is clean.
    pub environments: &'a [String],
    /// Whether the human format may use terminal styling.
    pub styled: bool,
    /// How many threads may work at once; the text is the same for any number.
    pub threads: usize,
}

impl<'a> Report<'a> {
    /// A report with this build's version, without styling and with paths from the project's root.
    pub fn new(findings: &'a [Finding], sources: &'a Sources) -> Report<'a> {
        Report {
            findings,
            sources,
            tool_version: env!("CARGO_PKG_VERSION"),
            path_prefix: "",
            project_file: "poolsmith.yaml",
            environments: &[],
            styled: false,
            threads: 1,
        }
    }

    /// How many findings there are of each severity; those that were lifted aside.
    pub fn counts(&self) -> Counts {
        Counts::of(self.findings.iter())
    }

    /// The project file as the reader sees it.
    pub(super) fn project_path(&self) -> String {
        format!("{}{}", self.path_prefix, self.project_file)
    }

    /// The path of a file as the reader sees it.
    pub(super) fn path(&self, file: FileId) -> String {
        match self.sources.get(file) {
            Some(source) if source.path.starts_with('<') => source.path.clone(),
            Some(source) => format!("{}{}", self.path_prefix, source.path),
            None => "?".to_owned(),
        }
    }
}

/// How many findings there are of each severity, and how many that were lifted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
    /// Findings that a waiver lifts.
    pub waived: usize,
    /// Findings that the baseline knows.
    pub known: usize,
}

impl Counts {
    /// Counts findings.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Counts {
        let mut counts = Counts::default();
        for finding in findings {
            counts.add(finding);
        }
        counts
    }

    /// Counts one more.
    pub(super) fn add(&mut self, finding: &Finding) {
        match (finding.lifted.as_deref(), finding.severity) {
            (Some(Lifted::Waived(_)), _) => self.waived += 1,
            (Some(Lifted::Known), _) => self.known += 1,
            (None, Severity::Error) => self.errors += 1,
            (None, Severity::Warning) => self.warnings += 1,
            (None, Severity::Note) => self.notes += 1,
        }
    }
}

impl std::fmt::Display for Counts {
    /// `2 errors, 1 warning, 3 waived`; kinds of which there are none are left out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut separator = "";
        for (count, word) in [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")] {
            if count > 0 {
                write!(f, "{separator}{count} {word}{}", if count == 1 { "" } else { "s" })?;
                separator = ", ";
            }
        }
        for (count, words) in [(self.waived, "waived"), (self.known, "known since the baseline")] {
            if count > 0 {
                write!(f, "{separator}{count} {words}")?;
                separator = ", ";
            }
        }
        Ok(())
    }
}

/// Findings that differ in nothing but the environment, as one with all its environments.
///
/// A fault in a value file that many environments share is one fault to the person who mends it.
pub(super) fn merged(findings: &[Finding]) -> Vec<(&Finding, Vec<&str>)> {
    let mut groups: Vec<(&Finding, Vec<&str>)> = Vec::new();
    for finding in findings {
        let environment = finding.environment.as_deref();
        match groups.last_mut() {
            Some((first, environments)) if same_but_for_environment(first, finding) => {
                environments.extend(environment);
            }
            _ => groups.push((finding, environment.into_iter().collect())),
        }
    }
    groups
}

fn same_but_for_environment(a: &Finding, b: &Finding) -> bool {
    a.rule == b.rule
        && a.primary == b.primary
        && a.message == b.message
        && a.severity == b.severity
        && a.object == b.object
        && a.pool == b.pool
        && a.related == b.related
        && a.help == b.help
        && a.notes == b.notes
        && a.fix == b.fix
        && a.lifted == b.lifted
}

/// As many findings of one code are shown where people read; further ones are only counted.
const SHOWN_PER_CODE: usize = 200;

/// Counts the findings of each code, so that one rule does not bury the others.
#[derive(Debug, Default)]
pub(super) struct PerCode {
    seen: BTreeMap<&'static str, usize>,
}

impl PerCode {
    /// Whether a further finding of the rule is to be shown.
    pub(super) fn shows(&mut self, rule: &Rule) -> bool {
        let count = self.seen.entry(rule.code).or_default();
        *count += 1;
        *count <= SHOWN_PER_CODE
    }

    /// What to say of those that were not, a line for each code.
    pub(super) fn left_out(&self) -> impl Iterator<Item = String> {
        self.seen.iter().filter_map(|(code, count)| {
            let more = count.checked_sub(SHOWN_PER_CODE).filter(|more| *more > 0)?;
            let noun = if more == 1 { "finding" } else { "findings" };
            Some(format!("… and {more} more {noun} of {code}"))
        })
    }
}

/// How many fixes there are of what was not lifted, in words; `None` where there are none. The same fix for several findings or
/// environments is one.
pub(super) fn fixable(findings: &[Finding]) -> Option<String> {
    let mut fixes: Vec<&[Edit]> = findings
        .iter()
        .filter(|finding| finding.lifted.is_none())
        .filter_map(|finding| Some(finding.fix.as_ref()?.edits.as_slice()))
        .collect();
    let first = |edits: &&[Edit]| edits.first().map(|edit| (edit.position, edit.replacement.clone()));
    sort_by_key(&mut fixes, first);
    fixes.dedup();
    match fixes.len() {
        0 => None,
        count => Some(format!("{count} can be fixed with --fix")),
    }
}

/// As many environments are named for one finding.
const SHOWN_ENVIRONMENTS: usize = 5;

/// What to call the environments of a finding, and their names; `None` where there are none.
pub(super) fn environment_fact(environments: &[&str]) -> Option<(&'static str, String)> {
    let names: Vec<String> =
        environments.iter().take(SHOWN_ENVIRONMENTS).map(|name| one_line(name)).collect();
    let names = names.join(", ");
    match environments.len() {
        0 => None,
        1 => Some(("environment", names)),
        count if count <= SHOWN_ENVIRONMENTS => Some(("environments", names)),
        count => Some(("environments", format!("{names} and {} more", count - SHOWN_ENVIRONMENTS))),
    }
}

/// A position spelled out for a reader: the path, and where in the file unless all of it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The path as the reader sees it.
    pub(super) path: String,
    /// Where in the file.
    pub(super) region: Option<Region>,
}

impl std::fmt::Display for Place {
    /// `path:line:column`, or the path alone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.region {
            Some(region) => write!(f, "{}:{}:{}", self.path, region.line, region.column),
            None => f.write_str(&self.path),
        }
    }
}

/// A stretch of text in lines and columns from 1; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    /// The first line.
    pub(super) line: u32,
    /// The first column, in characters.
    pub(super) column: u32,
    /// The line of the end.
    pub(super) end_line: u32,
    /// The column of the end, in characters.
    pub(super) end_column: u32,
}

/// Spells positions out; finds the lines of every file at most once.
#[derive(Debug)]
pub(super) struct Places<'a> {
    report: &'a Report<'a>,
    lines: Vec<OnceLock<Lines<'a>>>,
}

impl<'a> Places<'a> {
    /// For the files of `report`.
    pub(super) fn new(report: &'a Report<'a>) -> Places<'a> {
        Places { report, lines: report.sources.iter().map(|_| OnceLock::new()).collect() }
    }

    /// The lines of a file.
    pub(super) fn lines(&self, file: FileId) -> Option<&Lines<'a>> {
        let text = &self.report.sources.get(file)?.text;
        Some(self.lines.get(file.0 as usize)?.get_or_init(|| Lines::new(text)))
    }

    /// The place that a position means.
    pub(super) fn place(&self, position: Position) -> Place {
        Place { path: self.report.path(position.file), region: self.region(position) }
    }

    /// Line and column are taken as they are; the end comes from the byte range where that fits to
    /// them, else the region is empty.
    fn region(&self, position: Position) -> Option<Region> {
        if position.line == 0 {
            return None;
        }
        let (line, column) = (position.line, position.column.max(1));
        let (end_line, end_column) =
            self.end(position).filter(|&end| end >= (line, column)).unwrap_or((line, column));
        Some(Region { line, column, end_line, end_column })
    }

    fn end(&self, position: Position) -> Option<(u32, u32)> {
        let lines = self.lines(position.file)?;
        let start = lines.place_of(usize::try_from(position.start).ok()?)?;
        if start != (position.line, position.column) {
            return None;
        }
        lines.place_of(usize::try_from(position.end).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, column: u32, start: u32, end: u32) -> Position {
        Position { file: FileId(0), line, column, start, end }
    }

    #[test]
    fn a_place_ends_where_its_bytes_end_if_they_fit() {
        let mut sources = Sources::default();
        sources.add("a.yaml", "é: 1\nb: é\n");
        let report = Report { path_prefix: "infra/", ..Report::new(&[], &sources) };
        let places = Places::new(&report);
        let end = |position| places.place(position).region.map(|r| (r.end_line, r.end_column));
        assert_eq!(end(at(2, 4, 9, 11)), Some((2, 5)));
        assert_eq!(end(at(1, 1, 0, 11)), Some((2, 5)), "over several lines");
        assert_eq!(end(at(2, 4, 9, 10)), Some((2, 4)), "within a character");
        assert_eq!(end(at(2, 4, 0, 11)), Some((2, 4)), "bytes of another place");
        assert_eq!(end(at(9, 1, 90, 91)), Some((9, 1)), "past the end");
        assert_eq!(end(Position::whole_file(FileId(0))), None);
        assert_eq!(places.place(at(1, 1, 0, 2)).path, "infra/a.yaml");
        assert_eq!(places.place(Position::whole_file(FileId(7))).path, "?");
    }

    #[test]
    fn a_fault_in_many_environments_is_one_to_a_reader() {
        static RULE: crate::diag::Rule = crate::diag::Rule {
            code: "TST001",
            slug: "some-rule",
            severity: Severity::Error,
            seat_belt: None,
            waivable: true,
            summary: "",
            page: "",
        };
        let finding =
            |message: &str, environment: &str| Finding::new(&RULE, message).environment(environment);
        let findings = [finding("a", "x"), finding("a", "y"), finding("b", "x"), Finding::new(&RULE, "c")];
        let merged: Vec<_> =
            merged(&findings).into_iter().map(|(f, envs)| (f.message.as_str(), envs)).collect();
        assert_eq!(merged, [("a", vec!["x", "y"]), ("b", vec!["x"]), ("c", vec![])]);
        assert_eq!(environment_fact(&[]), None);
        assert_eq!(environment_fact(&["a\n"]), Some(("environment", "a".to_owned())));
        let many = environment_fact(&["a", "b", "c", "d", "e", "f"]);
        assert_eq!(many, Some(("environments", "a, b, c, d, e and 1 more".to_owned())));
    }

    #[test]
    fn counts_are_said_in_words() {
        assert_eq!(Counts { errors: 2, warnings: 1, ..Counts::default() }.to_string(), "2 errors, 1 warning");
        let lifted = Counts { errors: 1, waived: 2, known: 3, ..Counts::default() };
        assert_eq!(lifted.to_string(), "1 error, 2 waived, 3 known since the baseline");
        assert_eq!(Counts { notes: 3, ..Counts::default() }.to_string(), "3 notes");
        assert_eq!(Counts::default().to_string(), "");
    }
}
