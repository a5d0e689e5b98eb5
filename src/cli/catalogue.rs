//! The commands that print what poolsmith knows: schemas, classes, rules, completions, manuals.

use super::args::{Cli, ListFormat, SchemaArg};
use super::output::{Gate, Shown, complain, data, show};
use super::{Exit, Surroundings, selection};
use crate::diag::{Format, Severity};
use crate::rules as registry;
use crate::spec::class::Class;
use crate::spec::schema::SchemaName;
use clap::CommandFactory;
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;

/// Prints a JSON Schema.
pub(super) fn schema(name: SchemaArg, surroundings: &mut Surroundings<'_>) -> Exit {
    let document = match name {
        SchemaArg::Project => SchemaName::Project.document(),
        SchemaArg::ClusterPools => SchemaName::ClusterPools.document(),
        SchemaArg::PoolClasses => SchemaName::PoolClasses.document(),
        SchemaArg::Findings => crate::diag::findings_schema(),
    };
    data(&format!("{document:#}\n"), surroundings)
}

/// Prints the pool classes, the project's own among them where there is a project.
pub(super) fn classes(project: &Option<PathBuf>, surroundings: &mut Surroundings<'_>) -> Exit {
    let opened = selection::open(project, surroundings);
    if opened.findings.has_errors() && project.is_some() {
        let sorted = opened.findings.into_sorted(&opened.sources);
        let shown = Shown { findings: &sorted, sources: &opened.sources, environments: &[], root: None };
        if show(&shown, Format::Human, false, surroundings).is_err() {
            // Nobody listens on stderr; the exit code still tells.
        }
        return Gate::ERRORS.exit(&sorted);
    }
    let classes = match opened.workspace {
        Some(workspace) => Some(workspace.classes),
        None => built_in_classes(),
    };
    let Some(classes) = classes else {
        complain("the built-in classes cannot be read", surroundings);
        return Exit::Internal;
    };
    let mut text = String::new();
    for (name, class) in &classes.typed.classes {
        describe(name, class, &mut text);
    }
    data(&text, surroundings)
}

fn built_in_classes() -> Option<crate::spec::preset::Classes> {
    let mut findings = crate::diag::Findings::new();
    crate::spec::preset::Classes::load(None, &mut crate::diag::Sources::default(), &mut findings)
}

fn describe(name: &str, class: &Class, text: &mut String) {
    let mut line = |label: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {label:<12} {value}");
        }
    };
    let preset = &class.pool;
    let pairs = |map: &std::collections::BTreeMap<String, String>| {
        map.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", ")
    };
    line("extends", class.extends.clone().unwrap_or_default());
    line("nodes", class.bounds.map(|bounds| format!("{} to {}", bounds.min, bounds.max)).unwrap_or_default());
    line("market", preset.market.as_ref().map(|market| format!("{market:?}")).unwrap_or_default());
    line("role", preset.machine_role.clone().unwrap_or_default());
    line("labels", pairs(&preset.node_labels));
    line("model labels", class.model_labels.join(", "));
    let taints = preset.taints.iter().map(|taint| {
        let value = taint.value.as_ref().map(|value| format!("={value}")).unwrap_or_default();
        format!("{}{value}:{}", taint.key, taint.effect.as_str())
    });
    line("taints", taints.collect::<Vec<_>>().join(", "));
    line("annotations", pairs(&preset.machine_set_annotations));
    let heading = format!("{name}: {}\n", class.summary);
    let body = std::mem::take(text);
    // The closure above wrote behind what stood there before; put the heading between the two.
    let start = body.rfind("\n\n").map_or(0, |end| end + 2);
    text.push_str(&body[..start]);
    text.push_str(&heading);
    text.push_str(&body[start..]);
    text.push('\n');
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
            let _ = writeln!(text, "{} {:<7} {}: {}{belt}", rule.code, severity(rule.severity), rule.slug, rule.summary);
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
            let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            complain(&format!("there is no rule `{code}`{hint} `poolsmith rules` lists them"), surroundings);
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
