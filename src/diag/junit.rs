//! Findings as a JUnit report, which most CI systems show as a list of tests.
//!
//! Errors are failures. Warnings and notes are passed tests with an output: a system that reads
//! the report must not turn red where the run does not. What was lifted is a skipped test.

use super::report::{Counts, Place, Places, Report};
use super::text::{many_lines, one_line};
use super::{Finding, Severity};
use crate::sorted::sort;

/// The suite of findings that concern no environment.
const PROJECT: &str = "project";

/// Renders one suite per environment, clean ones with a single passed test, one test per finding.
pub(super) fn render(report: &Report<'_>, out: &mut String) {
    let places = Places::new(report);
    let failures = report.counts().errors;
    let suites = suites(report);
    let tests: usize = suites.iter().map(|(_, findings)| findings.len().max(1)).sum();
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&format!("<testsuites name=\"poolsmith\" tests=\"{tests}\" failures=\"{failures}\">\n"));
    for (name, findings) in suites {
        let (tests, failures) = (findings.len().max(1), Counts::of(findings.iter().copied()).errors);
        let name = escaped(&one_line(name));
        out.push_str(&format!("  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\">\n"));
        if findings.is_empty() {
            out.push_str("    <testcase name=\"no findings\" classname=\"poolsmith\"/>\n");
        }
        for finding in findings {
            testcase(finding, &places, out);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
}

/// The project's findings, then every environment's by name.
fn suites<'a>(report: &Report<'a>) -> Vec<(&'a str, Vec<&'a Finding>)> {
    let mut names: Vec<&str> = report.environments.iter().map(String::as_str).collect();
    names.extend(report.findings.iter().filter_map(|finding| finding.environment.as_deref()));
    sort(&mut names);
    names.dedup();
    let of = |name: Option<&str>| -> Vec<&'a Finding> {
        report.findings.iter().filter(|finding| finding.environment.as_deref() == name).collect()
    };
    let project = of(None);
    let mut suites: Vec<_> = names.into_iter().map(|name| (name, of(Some(name)))).collect();
    if !project.is_empty() || suites.is_empty() {
        suites.insert(0, (PROJECT, project));
    }
    suites
}

fn testcase(finding: &Finding, places: &Places<'_>, out: &mut String) {
    let (code, slug) = (finding.rule.code, finding.rule.slug);
    let message = one_line(&finding.message);
    out.push_str(&format!("    <testcase name=\"{}\" classname=\"{code} {slug}\"", escaped(&message)));
    let place = finding.primary.as_ref().map(|label| places.place(label.position));
    if let Some(place) = &place {
        out.push_str(&format!(" file=\"{}\"", escaped(&one_line(&place.path))));
        if let Some(region) = place.region {
            out.push_str(&format!(" line=\"{}\"", region.line));
        }
    }
    out.push_str(">\n");
    let (message, details) = (escaped(&message), escaped(&details(finding, place, places)));
    if let Some(lifted) = &finding.lifted {
        let why = escaped(&one_line(&lifted.justification()));
        out.push_str(&format!("      <skipped message=\"{why}\"/>\n    </testcase>\n"));
        return;
    }
    match finding.severity {
        Severity::Error => out
            .push_str(&format!("      <failure type=\"{code}\" message=\"{message}\">{details}</failure>\n")),
        Severity::Warning | Severity::Note => out.push_str(&format!(
            "      <system-out>{}: {message}\n{details}</system-out>\n",
            finding.severity.name()
        )),
    }
    out.push_str("    </testcase>\n");
}

fn details(finding: &Finding, place: Option<Place>, places: &Places<'_>) -> String {
    let mut lines = Vec::new();
    lines.extend(place.as_ref().map(ToString::to_string));
    for label in &finding.related {
        lines.push(format!("{}: {}", places.place(label.position), label.text));
    }
    lines.extend(finding.object.as_ref().map(|object| format!("object: {object}")));
    lines.extend(finding.pool.as_ref().map(|pool| format!("pool: {pool}")));
    lines.extend(finding.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(finding.help.as_ref().map(|help| format!("help: {help}")));
    let lines: Vec<String> = lines.iter().map(|line| many_lines(line)).collect();
    lines.join("\n")
}

/// Escapes a text, already freed of control characters, for an element or an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // Not characters of XML 1.0.
            '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}' => {
                out.push(char::REPLACEMENT_CHARACTER);
            }
            _ => out.push(c),
        }
    }
    out
}
