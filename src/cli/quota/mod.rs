//! `poolsmith quota`: what the pools take of the account's limits.

mod report;
mod table;

pub(super) use report::schema;

use super::accepting::{Today, accept};
use super::args::{QuotaArgs, QuotaFormat};
use super::output::{Gate, Shown, complain, data, show};
use super::{Exit, Surroundings, selection};
use crate::diag::{Finding, Format, Severity};
use crate::load::{self, QuotaFile};
use crate::pipeline;
use std::path::PathBuf;

/// Prints the table of every environment that can be counted; what is wrong with the others, and what the
/// rules about quotas say, goes to stderr.
pub(super) fn run(
    project: &Option<PathBuf>,
    arguments: &QuotaArgs,
    surroundings: &mut Surroundings<'_>,
) -> Exit {
    let mut opened = selection::open(project, surroundings);
    accept(&mut opened, Today { today: None });
    let (mut sources, mut findings) = (opened.sources, opened.findings);
    let mut names = Vec::new();
    let mut reports = Vec::new();
    if let Some(workspace) = &opened.workspace {
        let mut chosen = arguments.selection.clone();
        // Without a choice it is about everything, as for a check.
        chosen.all |= chosen.env.is_empty();
        match selection::environments(workspace, &chosen) {
            Ok(chosen) => names = chosen,
            Err(finding) => findings.push(*finding),
        }
        match named_file(arguments, surroundings) {
            Ok(file) => {
                let (budgets, together) = pipeline::budgets(workspace, &names, file.as_ref());
                findings.extend(together);
                for budget in budgets {
                    if let Some(quotas) = &budget.quotas {
                        reports.extend(report::Environment::new(
                            &budget.environment,
                            quotas,
                            &budget.sources,
                        ));
                    }
                    findings.extend(sources.absorb(&budget.sources, budget.findings));
                }
            }
            Err(finding) => findings.push(*finding),
        }
    }
    let outcome = print(&reports, arguments.format, surroundings);
    let mut sorted = findings.into_sorted(&sources);
    // What else there is to say about an environment says `check`.
    sorted.retain(|finding| {
        let about_quotas = finding.rule.code.starts_with("QTA") && finding.severity >= Severity::Warning;
        about_quotas || finding.severity == Severity::Error
    });
    let root = opened.workspace.as_ref().map(|workspace| workspace.files.root.directory());
    let shown = Shown { findings: &sorted, sources: &sources, environments: &names, root, threads: 1 };
    if show(&shown, Format::Human, false, surroundings).is_err() {
        // Nobody listens on stderr; the exit code still tells.
    }
    match Gate::ERRORS.exit(&sorted) {
        Exit::Clean => outcome,
        failed => failed,
    }
}

/// The file that `--quotas` names, relative to the working directory and wherever it lies: it was named by
/// who runs the command, not by the project.
fn named_file(
    arguments: &QuotaArgs,
    surroundings: &Surroundings<'_>,
) -> Result<Option<QuotaFile>, Box<Finding>> {
    let Some(named) = &arguments.quotas else { return Ok(None) };
    let shown = named.to_string_lossy().into_owned();
    match load::read_named_file(&surroundings.working_directory.join(named)) {
        Ok(text) => Ok(Some(QuotaFile { path: shown, text })),
        Err(error) => Err(Box::new(Finding::new(error.rule(), error.message(&shown)))),
    }
}

fn print(reports: &[report::Environment], format: QuotaFormat, surroundings: &mut Surroundings<'_>) -> Exit {
    if reports.is_empty() {
        return Exit::Clean;
    }
    match format {
        QuotaFormat::Human => data(&table::render(reports), surroundings),
        QuotaFormat::Json => match report::json(reports) {
            Ok(text) => data(&text, surroundings),
            Err(error) => {
                complain(&format!("the quotas cannot be written as JSON: {error}"), surroundings);
                Exit::Internal
            }
        },
    }
}
