//! The commands that print what poolsmith knows: schemas, rules, completions, manuals.

use super::args::{Cli, ListFormat, SchemaArg};
use super::output::{complain, data};
use super::{Exit, Surroundings};
use crate::diag::Severity;
use crate::rules as registry;
use crate::spec::schema::SchemaName;
use clap::CommandFactory;
use serde_json::json;
use std::fmt::Write;

/// Prints a JSON Schema.
pub(super) fn schema(name: SchemaArg, surroundings: &mut Surroundings<'_>) -> Exit {
    let document = match name {
        SchemaArg::Project => SchemaName::Project.document(),
        SchemaArg::ClusterPools => SchemaName::ClusterPools.document(),
        SchemaArg::PoolClasses => SchemaName::PoolClasses.document(),
        SchemaArg::Findings => crate::diag::findings_schema(),
        SchemaArg::Quota => super::quota::schema(),
    };
    data(&format!("{document:#}\n"), surroundings)
}

/// Lists the rules.
pub(super) fn rules(format: ListFormat, surroundings: &mut Surroundings<'_>) -> Exit {
    let rules = registry::all();
    let severity = |severity: Severity| match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let text = match format {
        ListFormat::Json => {
            let list: Vec<_> = rules
                .iter()
                .map(|rule| {
                    json!({
                        "code": rule.code, "name": rule.slug, "severity": severity(rule.severity),
                        "seatBelt": rule.seat_belt, "waivable": rule.waivable, "summary": rule.summary,
                    })
                })
                .collect();
            format!("{:#}\n", json!(list))
        }
        ListFormat::Human => rules.iter().fold(String::new(), |mut text, rule| {
            let belt = rule.seat_belt.map(|number| format!(" (seat belt {number})")).unwrap_or_default();
            let _ = writeln!(
                text,
                "{} {:<7} {}: {}{belt}",
                rule.code,
                severity(rule.severity),
                rule.slug,
                rule.summary
            );
            text
        }),
    };
    data(&text, surroundings)
}

/// Prints a rule's page.
pub(super) fn explain(code: &str, surroundings: &mut Surroundings<'_>) -> Exit {
    match registry::find(code) {
        Some(rule) => data(rule.page, surroundings),
        None => {
            let known = registry::all();
            let wanted = code.to_ascii_uppercase();
            let near = crate::diag::nearest(&wanted, known.iter().map(|rule| rule.code));
            let hint = near.map(|near| format!(", did you mean {near}")).unwrap_or_default();
            complain(&format!("there is no rule `{code}`{hint}; `poolsmith rules` lists them"), surroundings);
            Exit::Usage
        }
    }
}

/// Prints a completion script.
pub(super) fn completions(shell: clap_complete::Shell, surroundings: &mut Surroundings<'_>) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "poolsmith", &mut script);
    data(&String::from_utf8_lossy(&script), surroundings)
}

/// Prints the manual page, its subcommands included.
pub(super) fn man(surroundings: &mut Surroundings<'_>) -> Exit {
    let mut page = Vec::new();
    let mut command = Cli::command();
    command.build();
    let rendered = std::iter::once(&command)
        .chain(command.get_subcommands())
        .try_for_each(|command| clap_mangen::Man::new(command.clone()).render(&mut page));
    match rendered {
        Ok(()) => data(&String::from_utf8_lossy(&page), surroundings),
        Err(error) => {
            complain(&format!("the manual page cannot be made: {error}"), surroundings);
            Exit::Internal
        }
    }
}
