//! One line per finding, for the plugin's error output and for editors.

use super::report::{Places, Report, merged};
use super::text::one_line;

/// Renders `file:line:column: error[CODE] message; help`, one finding a line.
///
/// A finding without a place starts with its object, or with the project file. What was lifted stays
/// unsaid.
pub(super) fn render(report: &Report<'_>, out: &mut String) {
    let places = Places::new(report);
    for (finding, _) in merged(report.findings).into_iter().filter(|(finding, _)| finding.lifted.is_none()) {
        let place = match (&finding.primary, &finding.object) {
            (Some(label), _) => places.place(label.position).to_string(),
            (None, Some(object)) => object.to_string(),
            (None, None) => report.project_path(),
        };
        let (severity, code) = (finding.severity.name(), finding.rule.code);
        out.push_str(&format!("{}: {severity}[{code}] {}", one_line(&place), one_line(&finding.message)));
        if let Some(help) = &finding.help {
            out.push_str(&format!("; {}", one_line(help)));
        }
        out.push('\n');
    }
}
