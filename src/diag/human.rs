//! Findings for people: each with the source lines it points to, and a count at the end. What was lifted is
//! only counted.
//!
//! The renderer panics on byte ranges that do not fit its source, and walks the whole source for
//! every snippet. So it never gets a file: it gets an excerpt that is made here of the few lines
//! that are shown, made harmless and cut, with byte ranges that are known to fit.

use super::report::{Counts, PerCode, Place, Places, Report, environment_fact, fixable, merged};
use super::text::{Lines, many_lines, one_line, visible_char};
use super::{Finding, Label, Severity};
use crate::side_by_side::side_by_side;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// As many further places of one finding are shown.
const SHOWN_RELATED: usize = 20;
/// Labels of one file that are further apart, in lines, get a snippet each.
const SNIPPET_LINES: u32 = 100;
/// As many characters of a source line are kept behind the start of its last label.
const TAIL: usize = 120;
/// A label further right, in bytes, is named but its line is not shown: the renderer walks over all
/// that stands before it.
const FARTHEST: usize = 128 * 1024;

/// Fewer findings than this are sooner rendered than a thread is started.
const WORTH_A_THREAD: usize = 25;

/// Renders the findings with their source lines; nothing when there are none.
pub(super) fn render(report: &Report<'_>, out: &mut String) {
    let renderer = if report.styled { Renderer::styled() } else { Renderer::plain() };
    let places = Places::new(report);
    let mut per_code = PerCode::default();
    let mut counts = Counts::default();
    let mut shown = merged(report.findings);
    shown.retain(|(finding, _)| {
        counts.add(finding);
        finding.lifted.is_none() && per_code.shows(finding.rule)
    });
    let parts: Vec<_> = shown.chunks(WORTH_A_THREAD).collect();
    let rendered = side_by_side(&parts, report.threads, &|part| {
        let mut text = String::new();
        for (finding, environments) in *part {
            text.push_str(&renderer.render(&[group(finding, environments, &places)]));
            text.push_str("\n\n");
        }
        text
    });
    out.extend(rendered);
    for line in per_code.left_out() {
        out.push_str(&format!("{line}\n"));
    }
    if counts != Counts::default() {
        let fixable = fixable(report.findings).map(|fixable| format!("; {fixable}")).unwrap_or_default();
        out.push_str(&format!("{counts}{fixable}\n"));
    }
}

fn group<'a>(finding: &Finding, environments: &[&str], places: &Places<'_>) -> Group<'a> {
    let title = level(finding.severity).primary_title(one_line(&finding.message)).id(finding.rule.code);
    let mut group = Group::with_title(title);
    for snippet in snippets(finding, places) {
        group = snippet.add_to(group, places);
    }
    if let Some(more @ 1..) = finding.related.len().checked_sub(SHOWN_RELATED) {
        group = group.element(Level::NOTE.message(format!("{more} more places are not shown")));
    }
    if let Some(object) = &finding.object {
        group = group.element(fact("object", one_line(&object.to_string())));
    }
    if let Some(pool) = &finding.pool {
        group = group.element(fact("pool", one_line(pool)));
    }
    if let Some((name, names)) = environment_fact(environments) {
        group = group.element(fact(name, names));
    }
    for note in &finding.notes {
        group = group.element(Level::NOTE.message(many_lines(note)));
    }
    if let Some(fix) = &finding.fix {
        group = group.element(fact("fix", one_line(&fix.title)));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(many_lines(help)));
    }
    group
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

fn fact<'a>(name: &'static str, text: String) -> annotate_snippets::Message<'a> {
    Level::NOTE.with_name(name).message(text)
}

fn origin<'a>(place: &Place) -> Origin<'a> {
    let origin = Origin::path(one_line(&place.path));
    match place.region {
        Some(region) => origin.line(region.line as usize).char_column(region.column as usize),
        None => origin,
    }
}

/// Labels of one file that are shown together; the first one names the place.
struct Excerpt<'f> {
    labels: Vec<(&'f Label, AnnotationKind)>,
}

/// The labels by file and nearness: the primary one's first, the others as they were added.
fn snippets<'f>(finding: &'f Finding, places: &Places<'_>) -> Vec<Excerpt<'f>> {
    let primary = finding.primary.iter().map(|label| (label, AnnotationKind::Primary));
    let related = finding.related.iter().take(SHOWN_RELATED).map(|label| (label, AnnotationKind::Context));
    let mut excerpts: Vec<Excerpt<'f>> = Vec::new();
    for (label, kind) in primary.chain(related) {
        match excerpts.iter_mut().find(|excerpt| excerpt.takes(label, places)) {
            Some(excerpt) => excerpt.labels.push((label, kind)),
            None => excerpts.push(Excerpt { labels: vec![(label, kind)] }),
        }
    }
    excerpts
}

impl Excerpt<'_> {
    fn takes(&self, label: &Label, places: &Places<'_>) -> bool {
        let Some((first, _)) = self.labels.first() else { return false };
        let (a, b) = (first.position, label.position);
        let near = a.file == b.file && a.line.abs_diff(b.line) <= SNIPPET_LINES;
        near && is_shown(first, places) && is_shown(label, places)
    }

    /// Adds where it is and the source lines; a place without a line is named, with its text below.
    fn add_to<'a>(&self, group: Group<'a>, places: &Places<'_>) -> Group<'a> {
        let Some((first, _)) = self.labels.first() else { return group };
        let place = places.place(first.position);
        match places.lines(first.position.file).filter(|_| is_shown(first, places)) {
            Some(lines) => group.element(self.snippet(lines, places).path(one_line(&place.path))),
            None if first.text.is_empty() => group.element(origin(&place)),
            None => group.element(origin(&place)).element(Level::NOTE.message(one_line(&first.text))),
        }
    }

    fn snippet<'a>(&self, lines: &Lines<'_>, places: &Places<'_>) -> Snippet<'a, Annotation<'a>> {
        let numbers = || self.labels.iter().map(|(label, _)| label.position.line);
        let (first, last) = (numbers().min().unwrap_or(1), numbers().max().unwrap_or(1));
        let mut source = String::new();
        let mut annotations = Vec::new();
        for number in first..=last {
            if number > first {
                source.push('\n');
            }
            let Some(text) = lines.line(number) else { continue };
            let here: Vec<_> = self
                .labels
                .iter()
                .filter(|(label, _)| label.position.line == number)
                .map(|(label, kind)| (label, *kind, span_in_line(label, text, places)))
                .collect();
            // Lines far from any label are left empty: they are folded away.
            if !numbers().any(|labelled| labelled.abs_diff(number) <= 2) {
                continue;
            }
            let cut = CutLine::new(text, here.iter().map(|(_, _, span)| span.0).max().unwrap_or(0));
            for (label, kind, (from, to)) in here {
                let span = source.len() + cut.offset(from)..source.len() + cut.offset(to);
                let annotation = kind.span(span);
                annotations.push(match label.text.as_str() {
                    "" => annotation,
                    text => annotation.label(one_line(text)),
                });
            }
            source.push_str(&cut.shown);
        }
        Snippet::source(source).line_start(first as usize).annotations(annotations)
    }
}

/// Whether the line of a label exists and can be shown.
fn is_shown(label: &Label, places: &Places<'_>) -> bool {
    let line = places.lines(label.position.file).and_then(|lines| lines.line(label.position.line));
    line.is_some_and(|text| span_in_line(label, text, places).0 <= FARTHEST)
}

/// The bytes of its first line that a label means; what goes on in the next lines is left out.
fn span_in_line(label: &Label, line: &str, places: &Places<'_>) -> (usize, usize) {
    let Some(region) = places.place(label.position).region else { return (0, 0) };
    let byte_of = |column: u32| {
        let skipped = (column as usize).saturating_sub(1);
        line.char_indices().nth(skipped).map_or(line.len(), |(i, _)| i)
    };
    let start = byte_of(region.column);
    let end = if region.end_line == region.line { byte_of(region.end_column) } else { line.len() };
    (start, end.max(start))
}

/// A line made harmless and cut some way behind its last label.
///
/// What stands before is kept, or the renderer would count wrong columns; it cuts lines on the left
/// itself where they are too wide.
struct CutLine<'l> {
    /// What is shown.
    shown: String,
    /// The part of the line that was kept.
    kept: &'l str,
}

impl<'l> CutLine<'l> {
    /// Cuts `line` behind the byte `last`, which is on a boundary.
    fn new(line: &'l str, last: usize) -> CutLine<'l> {
        let tail = line.get(last..).unwrap_or_default();
        let end = tail.char_indices().nth(TAIL).map_or(line.len(), |(i, _)| last + i);
        let kept = line.get(..end).unwrap_or_default();
        let mut shown: String = kept.chars().map(visible_in_source).collect();
        if end < line.len() {
            shown.push('…');
        }
        CutLine { shown, kept }
    }

    /// Where a byte of the line stands in what is shown.
    fn offset(&self, byte: usize) -> usize {
        let before = self.kept.get(..byte).unwrap_or(self.kept);
        before.chars().map(|c| visible_in_source(c).len_utf8()).sum()
    }
}

/// Tabs stay: the renderer widens them and keeps its underlines aligned.
fn visible_in_source(c: char) -> char {
    if c == '\t' { c } else { visible_char(c) }
}
