//! The formats that findings can be rendered in.

use super::report::Report;
use super::{concise, github, human, json, junit, sarif};

/// A rendering of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: source lines, labels, notes and a count at the end.
    Human,
    /// One line per finding.
    Concise,
    /// An object that follows the published schema `findings`.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// A JUnit report.
    Junit,
}

impl Format {
    /// All of them, in the order of the documentation.
    pub const ALL: [Format; 6] =
        [Format::Human, Format::Concise, Format::Json, Format::Sarif, Format::Github, Format::Junit];

    /// The word that selects it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Github => "github",
            Format::Junit => "junit",
        }
    }
}

impl std::str::FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Format, UnknownFormat> {
        Format::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

/// A word that selects no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown format `{0}`")]
pub struct UnknownFormat(String);

/// Appends the report in `format` to `out`. The same report always gives the same bytes.
pub fn render(format: Format, report: &Report<'_>, out: &mut String) {
    match format {
        Format::Human => human::render(report, out),
        Format::Concise => concise::render(report, out),
        Format::Json => json::render(report, out),
        Format::Sarif => sarif::render(report, out),
        Format::Github => github::render(report, out),
        Format::Junit => junit::render(report, out),
    }
}
