//! The faults that the rules and the design are measured against: what people who do this job reported,
//! and what the webhooks and controllers refuse or notice late.
//!
//! A rule's page names the faults that it prevents by their ids, under `Covers`. What became of every
//! single one stands in `docs/rules/coverage.md`.

use crate::diag::{COVERS, Page};
use std::fmt::Write;

/// The faults reported from the field: a fault a line, columns separated by tabs.
const FIELD_REPORTS: &str = include_str!("../../docs/rules/coverage/field-reports.tsv");
/// The rules of the webhooks and controllers, in the same form.
const ADMISSION: &str = include_str!("../../docs/rules/coverage/admission.tsv");

/// A fault and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Its id, e.g. `A1-01` or `AWS-07`.
    pub id: &'static str,
    /// What goes wrong, in a few words.
    pub words: &'static str,
    /// What became of it.
    pub fate: Fate,
    /// The test functions that prove it, as `file.rs::function`; rules are proved by their pages' examples.
    pub proofs: Vec<&'static str>,
}

/// What became of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Rules refuse it or warn about it: those whose pages name it.
    Rule,
    /// Rules say it in a note, and refuse nothing.
    Note,
    /// It cannot be expressed, or cannot happen, for this reason.
    Design(&'static str),
    /// It waits for this capability.
    Later(&'static str),
    /// No offline tool can see it, for this reason.
    OutOfReach(&'static str),
}

/// The faults reported from the field.
pub fn field_reports() -> impl Iterator<Item = Fault> {
    lines(FIELD_REPORTS).filter_map(parse)
}

/// What the webhooks and controllers refuse, warn about or notice late.
pub fn admission() -> impl Iterator<Item = Fault> {
    lines(ADMISSION).filter_map(parse)
}

/// The lines of both lists that do not have their form.
pub fn misshapen() -> impl Iterator<Item = &'static str> {
    lines(FIELD_REPORTS).chain(lines(ADMISSION)).filter(|line| parse(line).is_none())
}

/// The words for a fault.
pub fn words(id: &str) -> Option<&'static str> {
    field_reports().chain(admission()).find(|fault| fault.id == id).map(|fault| fault.words)
}

/// A rule's page for people: what it covers is said in words.
pub fn readable(page: &str) -> String {
    let Ok(parsed) = Page::parse(page) else { return page.to_owned() };
    let Some((before, _)) = page.rsplit_once(&format!("\n## {COVERS}\n")) else { return page.to_owned() };
    let mut text = format!("{before}\n## {COVERS}\n\n");
    for id in parsed.covers() {
        _ = writeln!(text, "- {id}: {}", words(id).unwrap_or("unknown"));
    }
    text
}

fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn parse(line: &'static str) -> Option<Fault> {
    let mut columns = line.split('\t');
    let (id, words, how) = (columns.next()?, columns.next()?, columns.next()?);
    let proofs: Vec<&str> = columns.next().map(|proofs| proofs.split(' ').collect()).unwrap_or_default();
    let fate = match how.split_once(": ") {
        None if how == "rule" => Fate::Rule,
        None if how == "note" => Fate::Note,
        Some(("design", reason)) => Fate::Design(reason),
        Some(("later", capability)) => Fate::Later(capability),
        Some(("out of reach", reason)) => Fate::OutOfReach(reason),
        _ => return None,
    };
    columns.next().is_none().then_some(Fault { id, words, fate, proofs })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_its_form() {
        assert_eq!(misshapen().collect::<Vec<_>>(), [""; 0]);
        assert_eq!(
            parse("A1-01\twords\tdesign: so\ta.rs::b c.rs::d").unwrap().proofs,
            ["a.rs::b", "c.rs::d"]
        );
        for line in ["A1-01\twords", "A1-01\twords\twaits", "A1-01\twords\trule\tproof\tmore"] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    #[test]
    fn a_page_says_in_words_what_it_covers() {
        let page = "# A b\n\n## C\n\ntext\n\n## Covers\n\nA1-18, A9-99\n";
        let expected = "# A b\n\n## C\n\ntext\n\n## Covers\n\n- A1-18: a placeholder reaches the cluster\n- A9-99: unknown\n";
        assert_eq!(readable(page), expected);
        assert_eq!(readable("# A b\n\n## C\n"), "# A b\n\n## C\n");
    }
}
