//! Findings as workflow commands, which GitHub Actions shows beside the lines of a change.
//!
//! The escapes are those of the toolkit (`actions/toolkit`, `packages/core/src/command.ts`).

use super::report::{PerCode, Places, Report, environment_fact, merged};
use super::text::{many_lines, one_line};
use super::{Finding, Severity};

/// Renders one `::error …::message` line per finding.
pub(super) fn render(report: &Report<'_>, out: &mut String) {
    let places = Places::new(report);
    let mut per_code = PerCode::default();
    for (finding, environments) in merged(report.findings) {
        // What was lifted needs no annotation.
        if finding.lifted.is_some() || !per_code.shows(finding.rule) {
            continue;
        }
        out.push_str(match finding.severity {
            Severity::Error => "::error ",
            Severity::Warning => "::warning ",
            Severity::Note => "::notice ",
        });
        if let Some(label) = &finding.primary {
            let place = places.place(label.position);
            out.push_str(&format!("file={},", property(&place.path)));
            if let Some(region) = place.region {
                out.push_str(&format!("line={},", region.line));
                // GitHub takes columns only within a single line.
                if region.end_line == region.line {
                    let end = region.end_column.max(region.column);
                    out.push_str(&format!("col={},endColumn={end},", region.column));
                } else {
                    out.push_str(&format!("endLine={},", region.end_line));
                }
            }
        }
        let title = format!("{} {}", finding.rule.code, finding.rule.slug);
        out.push_str(&format!(
            "title={}::{}\n",
            property(&title),
            data(&message(finding, &environments, &places))
        ));
    }
    for line in per_code.left_out() {
        out.push_str(&format!("::notice title=poolsmith::{}\n", data(&line)));
    }
}

/// The message with everything that the annotation has no field for, a line each.
fn message(finding: &Finding, environments: &[&str], places: &Places<'_>) -> String {
    let mut text = many_lines(&finding.message);
    let mut add = |name: &str, value: &str| {
        text.push_str(&format!("\n{}: {}", one_line(name), many_lines(value)));
    };
    for label in &finding.related {
        add(&places.place(label.position).to_string(), &label.text);
    }
    if let Some(object) = &finding.object {
        add("object", &object.to_string());
    }
    if let Some((name, names)) = environment_fact(environments) {
        add(name, &names);
    }
    for note in &finding.notes {
        add("note", note);
    }
    if let Some(help) = &finding.help {
        add("help", help);
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(&one_line(text)).replace(':', "%3A").replace(',', "%2C")
}
