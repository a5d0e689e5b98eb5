//! Findings as SARIF 2.1.0, for code scanning.
//!
//! Keeps to what GitHub's code scanning documents beyond the standard ("SARIF support for code
//! scanning"): every result has a location with a line, every rule has a help text, and a run holds
//! at most 5,000 results. A fault in a file that several environments share is one result, so that
//! it is one alert.

mod model;

use super::fingerprint::Fingerprints;
use super::json::push_pretty;
use super::page::Page;
use super::report::{Place, Places, Report, merged};
use super::text::{many_lines, one_line};
use super::{Finding, Fix, Lifted, Rule, Severity};
use crate::sorted::{IntoSorted, sort, sort_by_key};
use crate::yaml::FileId;
use std::collections::BTreeMap;

/// The most results that GitHub keeps of a run.
const RESULT_LIMIT: usize = 5_000;
/// The most related locations that GitHub keeps of a result.
const RELATED_LIMIT: usize = 100;
/// The most characters that GitHub keeps of a rule's description.
const DESCRIPTION_LIMIT: usize = 1_024;
/// The name of our fingerprint. `primaryLocationLineHash` is left to GitHub's upload action, which
/// computes it from the sources and warns about another value.
const FINGERPRINT: &str = "poolsmithFinding/v1";

/// Renders one run.
pub(super) fn render(report: &Report<'_>, out: &mut String) {
    let places = Places::new(report);
    let findings = merged(report.findings);
    let (findings, left_out) = gravest(findings);
    let rules = rules(&findings);
    let mut fingerprints = Fingerprints::default();
    let results = findings.iter().map(|(finding, environments)| model::SarifResult {
        rule_id: finding.rule.code,
        rule_index: rules.binary_search_by_key(&finding.rule.code, |rule| rule.code).unwrap_or_default(),
        level: finding.severity.name(),
        message: model::Text { text: message(finding) },
        locations: [primary(finding, report, &places)],
        related_locations: related(finding, &places),
        partial_fingerprints: std::iter::once((FINGERPRINT, fingerprints.of(finding, report.sources)))
            .into_map(),
        suppressions: finding.lifted.as_deref().map(suppression).into_iter().collect(),
        fixes: finding.fix.iter().filter_map(|fix| fix_of(fix, &places)).collect(),
        properties: model::ResultProperties {
            environments: environments.clone(),
            pool: finding.pool.as_deref(),
        },
    });
    let results = results.collect();
    let log = model::Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [model::Run {
            tool: model::Tool {
                driver: model::Driver {
                    name: "poolsmith",
                    version: report.tool_version,
                    information_uri: env!("CARGO_PKG_HOMEPAGE"),
                    rules: rules.iter().map(|rule| descriptor(rule)).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            invocations: [invocation(left_out)],
            results,
        }],
    };
    push_pretty(&log, out);
}

type Merged<'a> = (&'a Finding, Vec<&'a str>);

/// As many as a run may hold, the gravest ones, in their order; and how many are left out.
fn gravest(findings: Vec<Merged<'_>>) -> (Vec<Merged<'_>>, usize) {
    let left_out = findings.len().saturating_sub(RESULT_LIMIT);
    if left_out == 0 {
        return (findings, 0);
    }
    let mut by_severity: Vec<usize> = (0..findings.len()).collect();
    sort_by_key(&mut by_severity, |&i| {
        findings.get(i).map(|(finding, _)| (finding.lifted.is_some(), std::cmp::Reverse(finding.severity)))
    });
    by_severity.truncate(RESULT_LIMIT);
    sort(&mut by_severity);
    let mut kept = by_severity.into_iter().peekable();
    let findings = findings.into_iter().enumerate().filter(|(i, _)| kept.next_if_eq(i).is_some());
    (findings.map(|(_, finding)| finding).collect(), left_out)
}

fn invocation(left_out: usize) -> model::Invocation {
    let notification = (left_out > 0).then(|| model::Notification {
        level: "warning",
        message: model::Text {
            text: format!(
                "{left_out} more findings are left out: a run holds at most {RESULT_LIMIT} results"
            ),
        },
    });
    model::Invocation {
        execution_successful: true,
        tool_execution_notifications: notification.into_iter().collect(),
    }
}

/// The rules of the findings, by code.
fn rules(findings: &[Merged<'_>]) -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = findings.iter().map(|(finding, _)| finding.rule).collect();
    sort_by_key(&mut rules, |rule| rule.code);
    rules.dedup();
    rules
}

fn descriptor(rule: &'static Rule) -> model::ReportingDescriptor {
    let page = Page::parse(rule.page).ok();
    let prose = |heading: &str| {
        let text = page.as_ref()?.section(heading)?.prose();
        (!text.is_empty()).then_some(text)
    };
    let summary = || rule.summary.to_owned();
    model::ReportingDescriptor {
        id: rule.code,
        name: rule.slug,
        short_description: model::Text { text: cut(summary()) },
        full_description: model::Text { text: cut(prose("What it does").unwrap_or_else(summary)) },
        help: model::Help {
            text: prose("Instead").unwrap_or_else(summary),
            markdown: if rule.page.is_empty() { rule.summary } else { rule.page },
        },
        default_configuration: model::Configuration { level: rule.severity.name() },
        properties: model::RuleProperties {
            tags: [rule.code.get(..3).unwrap_or(rule.code)],
            problem_severity: match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "recommendation",
            },
        },
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(DESCRIPTION_LIMIT - 1) {
        Some((end, _)) if end + 1 < text.len() => format!("{}…", text.get(..end).unwrap_or_default()),
        _ => text,
    }
}

fn message(finding: &Finding) -> String {
    let mut text = many_lines(&finding.message);
    for note in &finding.notes {
        text.push_str(&format!("\nnote: {}", many_lines(note)));
    }
    if let Some(help) = &finding.help {
        text.push_str(&format!("\nhelp: {}", many_lines(help)));
    }
    not_a_link(text)
}

/// In a SARIF message `[text](target)` is a link; what users wrote must not become one.
fn not_a_link(text: String) -> String {
    if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text }
}

/// The place of a finding, the project file where it has none, with the object that it is about.
fn primary(finding: &Finding, report: &Report<'_>, places: &Places<'_>) -> model::Location {
    let place = match &finding.primary {
        Some(label) => places.place(label.position),
        None => Place { path: report.project_path(), region: None },
    };
    let object = finding.object.as_ref().map(|object| model::LogicalLocation {
        name: one_line(&object.name),
        fully_qualified_name: one_line(&object.to_string()),
        kind: "resource",
    });
    let label = finding.primary.iter().map(|label| label.text.as_str()).find(|text| !text.is_empty());
    model::Location {
        id: None,
        physical_location: physical(&place),
        logical_locations: object.into_iter().collect(),
        message: label.map(|text| model::Text { text: not_a_link(many_lines(text)) }),
    }
}

fn related(finding: &Finding, places: &Places<'_>) -> Vec<model::Location> {
    let labels = finding.related.iter().take(RELATED_LIMIT).enumerate();
    labels
        .map(|(index, label)| model::Location {
            id: Some(index + 1),
            physical_location: physical(&places.place(label.position)),
            logical_locations: Vec::new(),
            message: Some(model::Text { text: not_a_link(many_lines(&label.text)) }),
        })
        .collect()
}

/// A whole file is shown at its first line: GitHub demands one.
fn physical(place: &Place) -> model::PhysicalLocation {
    let region = match place.region {
        Some(region) => model::Region {
            start_line: region.line,
            start_column: Some(region.column),
            end_line: Some(region.end_line),
            end_column: Some(region.end_column),
        },
        None => model::Region { start_line: 1, start_column: None, end_line: None, end_column: None },
    };
    model::PhysicalLocation { artifact_location: artifact(&place.path), region }
}

fn artifact(path: &str) -> model::ArtifactLocation {
    model::ArtifactLocation { uri: relative_uri(path) }
}

/// A path as a relative URI: all but unreserved characters and `/` in percent form (RFC 3986).
fn relative_uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// A finding that was lifted is suppressed by a file beside the code: SARIF calls that external.
fn suppression(lifted: &Lifted) -> model::Suppression {
    model::Suppression { kind: "external", justification: many_lines(&lifted.justification()) }
}

/// A fix with its edits by file; `None` if one of them has no place.
fn fix_of<'a>(fix: &'a Fix, places: &Places<'_>) -> Option<model::Fix<'a>> {
    let mut by_file: BTreeMap<FileId, model::ArtifactChange<'a>> = BTreeMap::new();
    for edit in &fix.edits {
        let place = places.place(edit.position);
        place.region?;
        let change = by_file.entry(edit.position.file).or_insert_with(|| model::ArtifactChange {
            artifact_location: artifact(&place.path),
            replacements: Vec::new(),
        });
        change.replacements.push(model::Replacement {
            deleted_region: physical(&place).region,
            inserted_content: model::Content { text: &edit.replacement },
        });
    }
    let description = model::Text { text: not_a_link(one_line(&fix.title)) };
    (!by_file.is_empty())
        .then(|| model::Fix { description, artifact_changes: by_file.into_values().collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sources;
    use crate::yaml::Position;

    static RULE: Rule = Rule {
        code: "TST001",
        slug: "some-rule",
        severity: Severity::Warning,
        seat_belt: None,
        waivable: true,
        summary: "a summary",
        page: "",
    };

    fn rendered(findings: &[Finding], sources: &Sources) -> serde_json::Value {
        let mut out = String::new();
        render(&Report::new(findings, sources), &mut out);
        serde_json::from_str(&out).unwrap()
    }

    fn fingerprints(log: &serde_json::Value) -> Vec<String> {
        let results = log["runs"][0]["results"].as_array().unwrap();
        results.iter().map(|r| r["partialFingerprints"][FINGERPRINT].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn fingerprints_survive_moved_lines_and_tell_equal_findings_apart() {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", "x\ny\nz\n");
        let at = |line| Position { file, line, column: 1, start: (line - 1) * 2, end: line * 2 - 1 };
        let finding = |line| Finding::new(&RULE, "same").at(at(line));
        let before = fingerprints(&rendered(&[finding(1), finding(2)], &sources));
        let after = fingerprints(&rendered(&[finding(2), finding(3)], &sources));
        assert_eq!(before, after);
        assert_ne!(before[0], before[1]);
        let others = [
            Finding::new(&RULE, "other").at(at(1)),
            Finding::new(&RULE, "same"),
            finding(1).pool("p"),
            finding(1).object(crate::diag::ObjectRef {
                kind: "K".to_owned(),
                namespace: None,
                name: "n".to_owned(),
            }),
        ];
        for other in fingerprints(&rendered(&others, &sources)) {
            assert_ne!(other, before[0]);
        }
    }

    #[test]
    fn numbers_of_lines_are_no_part_of_a_fingerprint() {
        let message =
            |first, second| format!("the key `a` is given in line {first} and again in line {second}");
        let of = |message: String| {
            fingerprints(&rendered(&[Finding::new(&RULE, message)], &Sources::default())).remove(0)
        };
        assert_eq!(of(message(3, 4)), of(message(13, 14)));
        assert_ne!(of("max 3 is above 2".to_owned()), of("max 4 is above 2".to_owned()));
    }

    #[test]
    fn a_run_holds_the_gravest_results_and_says_what_is_left_out() {
        let mut findings: Vec<Finding> =
            (0..RESULT_LIMIT + 2).map(|i| Finding::new(&RULE, format!("{i:05}"))).collect();
        findings[RESULT_LIMIT + 1].severity = Severity::Error;
        let log = rendered(&findings, &Sources::default());
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), RESULT_LIMIT);
        assert_eq!(results[RESULT_LIMIT - 1]["level"], "error");
        assert_eq!(results[RESULT_LIMIT - 2]["message"]["text"], format!("{:05}", RESULT_LIMIT - 2));
        let notes = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
        assert!(notes[0]["message"]["text"].as_str().unwrap().starts_with("2 more findings"));
    }

    #[test]
    fn user_text_becomes_no_link_and_paths_become_uris() {
        let mut sources = Sources::default();
        let file = sources.add("a b/ü:%[1].yaml", "");
        let finding = Finding::new(&RULE, "[x](1)").at(Position::whole_file(file));
        let result = rendered(&[finding], &sources)["runs"][0]["results"][0].clone();
        assert_eq!(result["message"]["text"], "\\[x\\](1)");
        let location = &result["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], "a%20b/%C3%BC%3A%25%5B1%5D.yaml");
        assert_eq!(location["region"], serde_json::json!({"startLine": 1}));
    }

    #[test]
    fn descriptions_are_cut_between_characters() {
        assert_eq!(cut("é".repeat(DESCRIPTION_LIMIT)).chars().count(), DESCRIPTION_LIMIT);
        assert!(cut("é".repeat(DESCRIPTION_LIMIT + 1)).ends_with("é…"));
        assert_eq!(cut("é".repeat(DESCRIPTION_LIMIT + 1)).chars().count(), DESCRIPTION_LIMIT);
    }
}
