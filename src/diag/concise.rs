//! One line per finding, for the plugin's error output and for editors, and a last one that says how many
//! can be fixed.

use super::report::{PerCode, Places, Report, fixable, merged};
use super::text::one_line;

/// Renders `file:line:column: error[CODE] message; help`, one finding a line.
///
/// A finding without a place starts with its object, or with the project file. What was lifted stays
/// unsaid.
pub(super) fn render(report: &Report<'_>, out: &mut String) {
    let places = Places::new(report);
    let mut per_code = PerCode::default();
    for (finding, _) in merged(report.findings) {
        if finding.lifted.is_some() || !per_code.shows(finding.rule) {
            continue;
        }
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
    for line in per_code.left_out().chain(fixable(report.findings)) {
        out.push_str(&format!("{line}\n"));
    }
}
