//! `poolsmith rules`: the rules, for people and as JSON.

use super::args::ListFormat;
use super::output::{complain, data};
use super::{Exit, Surroundings};
use crate::diag::{Page, Rule, Severity};
use crate::rules as registry;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use std::fmt::Write;

/// A rule as `poolsmith rules --format json` lists it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Rule")]
struct Entry {
    /// The code, which is never given to another rule.
    code: &'static str,
    /// The name, which says what is wrong.
    name: &'static str,
    /// How bad a finding is unless the run changes it.
    severity: Level,
    /// The number of the seat belt that the rule is part of; null for a rule that is none.
    seat_belt: Option<u8>,
    /// Whether a waiver can lift it.
    waivable: bool,
    /// What must hold, in one line.
    summary: &'static str,
    /// The faults that it prevents, by their ids; `docs/rules/coverage.md` says what became of each.
    covers: Vec<&'static str>,
}

/// How bad a finding is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Level {
    /// Worth knowing; fails nothing.
    Note,
    /// Fails a run with `--deny warnings`.
    Warning,
    /// Fails every run.
    Error,
}

impl From<&Rule> for Entry {
    fn from(rule: &Rule) -> Entry {
        Entry {
            code: rule.code,
            name: rule.slug,
            severity: match rule.severity {
                Severity::Note => Level::Note,
                Severity::Warning => Level::Warning,
                Severity::Error => Level::Error,
            },
            seat_belt: rule.seat_belt,
            waivable: rule.waivable,
            summary: rule.summary,
            covers: Page::parse(rule.page).map(|page| page.covers().collect()).unwrap_or_default(),
        }
    }
}

/// The schema of the list as JSON.
pub(super) fn schema() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Vec<Entry>>();
    schema.insert("title".to_owned(), "poolsmith rules".into());
    schema.to_value()
}

/// Lists the rules.
pub(super) fn run(format: ListFormat, surroundings: &mut Surroundings<'_>) -> Exit {
    let rules = registry::all();
    let text = match format {
        ListFormat::Json => {
            let entries: Vec<Entry> = rules.into_iter().map(Entry::from).collect();
            match serde_json::to_string_pretty(&entries) {
                Ok(text) => format!("{text}\n"),
                Err(error) => {
                    complain(&format!("the rules cannot be written as JSON: {error}"), surroundings);
                    return Exit::Internal;
                }
            }
        }
        ListFormat::Human => rules.into_iter().fold(String::new(), |mut text, rule| {
            let belt = match rule.seat_belt {
                Some(number) => format!(" (seat belt {number})"),
                None if rule.waivable => " (waivable)".to_owned(),
                None => String::new(),
            };
            let (severity, summary) = (rule.severity.name(), rule.summary);
            let _ = writeln!(text, "{} {severity:<7} {}: {summary}{belt}", rule.code, rule.slug);
            text
        }),
    };
    data(&text, surroundings)
}
