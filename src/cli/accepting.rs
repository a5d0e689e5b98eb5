//! Waivers and the baseline on the command line: the day that last days are judged by, and which baseline
//! is read or written.

use super::Surroundings;
use super::check::Checked;
use super::output::complain;
use super::selection::Opened;
use crate::diag::{Finding, Findings, Rule, Sources};
use crate::load::{self, ReadError, Root};
use crate::spec::date::Date;
use crate::waive::baseline::{self, Known};
use crate::write;
use crate::yaml::{self, Limits};
use clap::Args;
use std::io;
use std::path::{Path, PathBuf};

/// The day that last days are judged by.
#[derive(Args, Debug, Clone, Copy)]
pub(super) struct Today {
    /// Judge the last days of waivers by this day: YYYY-MM-DD, such as the output of `date +%F`
    ///
    /// poolsmith reads no clock: without this every waiver holds, whatever its last day.
    #[arg(long, value_name = "DAY", value_parser = parse_day)]
    pub today: Option<Date>,
}

/// Which baseline is read or written.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct BaselineArgs {
    /// Do not weigh the findings that this baseline knows, instead of the one that the project names
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the findings that weigh now, and that could be waived, as a baseline into this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "env", "select", "ignore", "fix", "diff"])]
    pub write_baseline: Option<PathBuf>,
}

fn parse_day(text: &str) -> Result<Date, String> {
    text.parse()
}

/// Judges the waivers of a project that was just opened, and reads the baseline that it names.
pub(super) fn accept(opened: &mut Opened, today: Today) {
    let Some(workspace) = &mut opened.workspace else { return };
    if let Some(today) = today.today {
        workspace.acceptance.judge_days(today, &mut opened.findings);
    }
    if let Some(baseline) = &workspace.project.baseline {
        let named_at = workspace.files.tree.locate(&["baseline", "file"]);
        let root = &workspace.files.root;
        let (sources, findings) = (&mut opened.sources, &mut opened.findings);
        let tree = load::read_document(root, &baseline.file, named_at, sources, findings);
        if let Some(known) = tree.and_then(|tree| Known::read(&tree, findings)) {
            workspace.acceptance.know(known);
        }
    }
}

/// As [`accept`], with the baseline that the command line asks for; none where one is to be written.
pub(super) fn accept_for(
    opened: &mut Opened,
    today: Today,
    arguments: &BaselineArgs,
    surroundings: &Surroundings<'_>,
) {
    if (arguments.baseline.is_some() || arguments.write_baseline.is_some())
        && let Some(workspace) = &mut opened.workspace
    {
        workspace.project.baseline = None;
    }
    accept(opened, today);
    if let (Some(path), Some(workspace)) = (&arguments.baseline, &mut opened.workspace) {
        let (sources, findings) = (&mut opened.sources, &mut opened.findings);
        let known = read(path, &workspace.files.root, surroundings, sources, findings);
        known.into_iter().for_each(|known| workspace.acceptance.know(known));
    }
}

/// Reads the baseline that stands behind `--baseline`.
fn read(
    path: &Path,
    root: &Root,
    surroundings: &Surroundings<'_>,
    sources: &mut Sources,
    findings: &mut Findings,
) -> Option<Known> {
    let text = match inside(path, root, surroundings) {
        Ok(inside) => root.read(&inside, Limits::default().bytes).map(|text| (inside, text)),
        Err(error) => Err(error),
    };
    match text {
        Ok((inside, text)) => {
            let file = sources.add(inside, text.as_str());
            let tree = yaml::parse_one(&text, file, &Limits::default(), findings)?;
            Known::read(&tree, findings)
        }
        Err(error) => {
            let message = format!("--baseline: {}", error.message(&path.display().to_string()));
            findings.push(Finding::new(error.rule(), message).help("name a baseline inside the project"));
            None
        }
    }
}

/// The path, as it was typed, from the project's root.
fn inside(path: &Path, root: &Root, surroundings: &Surroundings<'_>) -> Result<String, ReadError> {
    let typed = surroundings.working_directory.join(path);
    let (Some(directory), Some(name)) = (typed.parent(), typed.file_name()) else {
        return Err(ReadError::NotAFile);
    };
    let directory = directory.canonicalize().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ReadError::Missing,
        kind => ReadError::Unreadable(kind),
    })?;
    let inside = directory.join(name);
    let inside = inside.strip_prefix(root.directory()).map_err(|_| ReadError::Outside)?;
    inside.to_str().map(|inside| inside.replace('\\', "/")).ok_or(ReadError::NotText)
}

/// Writes the baseline that `--write-baseline` asks for and lifts the findings that are in it. Nothing is
/// written where an environment was not judged: its findings would be missing.
pub(super) fn write_baseline(path: &Path, checked: &mut Checked, surroundings: &mut Surroundings<'_>) {
    let shown = path.display();
    let Checked { workspace, sources, findings, unjudged, .. } = checked;
    let workspace = workspace.as_ref().filter(|workspace| !workspace.refused);
    let (Some(workspace), true) = (workspace, unjudged.is_empty()) else {
        let which = match unjudged.is_empty() {
            true => "the project".to_owned(),
            false => unjudged.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
        };
        complain(
            &format!("`{shown}` was not written: mend the errors that keep {which} from being judged first"),
            surroundings,
        );
        return;
    };
    let mut lifted = findings.clone();
    let (text, count) = match baseline::write(&mut lifted, sources) {
        Ok(written) => written,
        Err(error) => {
            complain(&format!("`{shown}` was not written: {error}"), surroundings);
            return;
        }
    };
    match replace(path, &text, &workspace.files.root, surroundings) {
        Ok(()) => {
            *findings = lifted;
            let noun = if count == 1 { "finding" } else { "findings" };
            // Where stderr is gone there is nobody to tell.
            let _ = writeln!(surroundings.stderr, "`{shown}` was written: {count} known {noun}");
        }
        Err(finding) => findings.push(*finding),
    }
}

/// Puts a baseline in the place of the old one, whole or not at all. What is no baseline stays.
fn replace(
    path: &Path,
    text: &str,
    root: &Root,
    surroundings: &Surroundings<'_>,
) -> Result<(), Box<Finding>> {
    let refused = |rule: &'static Rule, message: String, help: &str| {
        Box::new(Finding::new(rule, format!("--write-baseline: {message}")).help(help))
    };
    let shown = path.display().to_string();
    let inside = inside(path, root, surroundings).map_err(|error| {
        refused(error.rule(), error.message(&shown), "name a file in a folder of the project")
    })?;
    match root.read(&inside, Limits::default().bytes) {
        Err(ReadError::Missing) => {}
        Ok(old) if baseline::is_one(&old) => {}
        _ => {
            return Err(refused(
                &write::rules::BLOCKED_PATH,
                format!("`{shown}` is there and is no baseline"),
                "name another file",
            ));
        }
    }
    let target = root.directory().join(&inside);
    write::put_file(root.directory(), &target, text.as_bytes()).map_err(|error| {
        let message = format!("`{shown}`: {error}");
        refused(&write::rules::OUTPUT_NOT_ACCESSIBLE, message, "see that a file can be made in its folder")
    })
}
