//! Where findings and data go.

use super::{Exit, Surroundings};
use crate::diag::{self, Finding, Format, Report, Rule, Severity, Sources};
use crate::load::{self, PROJECT_FILE};
use crate::{spec, yaml};
use std::io;
use std::path::Path;

/// Whether the findings let a run pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gate {
    /// The least severity that fails the run.
    pub fails_at: Severity,
}

impl Gate {
    /// Errors fail the run.
    pub const ERRORS: Gate = Gate { fails_at: Severity::Error };
    /// Warnings fail it too.
    pub const WARNINGS: Gate = Gate { fails_at: Severity::Warning };

    /// The exit code for `findings`.
    pub fn exit(self, findings: &[Finding]) -> Exit {
        let failing = || findings.iter().filter(|finding| finding.weighs(self.fails_at));
        if failing().any(|finding| finding.rule.code == crate::write::rules::UNFAITHFUL_DOCUMENT.code) {
            Exit::Internal
        } else if failing().any(is_unreadable_input) {
            Exit::Usage
        } else if failing().next().is_some() {
            Exit::Findings
        } else {
            Exit::Clean
        }
    }
}

/// Whether a finding says that the input could not be read at all, or that the command asks for what is
/// not there.
pub(super) fn is_unreadable_input(finding: &Finding) -> bool {
    let unreadable: [&[&Rule]; 3] = [
        &[&yaml::rules::SYNTAX, &yaml::rules::OVER_LIMIT, &yaml::rules::DOCUMENT_COUNT],
        load::rules::FILES,
        &[&spec::rules::UNKNOWN_ENVIRONMENT],
    ];
    unreadable.into_iter().flatten().any(|rule| *rule == finding.rule)
}

/// A report to be shown.
pub(super) struct Shown<'a> {
    /// The findings, sorted.
    pub findings: &'a [Finding],
    /// The texts that they point into.
    pub sources: &'a Sources,
    /// The environments that were looked at.
    pub environments: &'a [String],
    /// The project's root, for paths from where the reader stands.
    pub root: Option<&'a Path>,
    /// How many threads may work at once.
    pub threads: usize,
}

/// Shows findings on stderr, or on stdout where the format is data.
pub(super) fn show(
    shown: &Shown<'_>,
    format: Format,
    on_stdout: bool,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<()> {
    let prefix =
        shown.root.map(|root| path_prefix(&surroundings.working_directory, root)).unwrap_or_default();
    let mut report = Report::new(shown.findings, shown.sources);
    report.environments = shown.environments;
    report.path_prefix = &prefix;
    report.project_file = PROJECT_FILE;
    report.threads = shown.threads;
    report.styled = if on_stdout { surroundings.stdout_is_styled } else { surroundings.stderr_is_styled };
    let mut text = String::new();
    diag::render(format, &report, &mut text);
    if on_stdout {
        surroundings.stdout.write_all(text.as_bytes())
    } else {
        surroundings.stderr.write_all(text.as_bytes())
    }
}

/// What leads from `from` to `root`: empty, or a relative path that ends with `/`.
pub(super) fn path_prefix(from: &Path, root: &Path) -> String {
    let (Ok(from), Ok(root)) = (from.canonicalize(), root.canonicalize()) else { return String::new() };
    if let Ok(below) = root.strip_prefix(&from) {
        let below = below.to_string_lossy().replace('\\', "/");
        return if below.is_empty() { below } else { format!("{below}/") };
    }
    match from.strip_prefix(&root) {
        Ok(above) => "../".repeat(above.components().count()),
        Err(_) => format!("{}/", root.to_string_lossy()),
    }
}

/// Writes data to stdout. A reader that went away is no fault.
pub(super) fn data(text: &str, surroundings: &mut Surroundings<'_>) -> Exit {
    match surroundings.stdout.write_all(text.as_bytes()).and_then(|()| surroundings.stdout.flush()) {
        Ok(()) => Exit::Clean,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Clean,
        Err(error) => {
            complain(&format!("stdout cannot be written: {}", error.kind()), surroundings);
            Exit::Usage
        }
    }
}

/// Says on stderr what has no place in the input. Where stderr is gone there is nobody to tell.
pub(super) fn complain(message: &str, surroundings: &mut Surroundings<'_>) {
    let _ = writeln!(surroundings.stderr, "error: {message}");
}
