//! `poolsmith check --fix` and `--diff`: the cures that a machine can carry out.
//!
//! All rounds happen in memory: the fixes of a round are laid over the files, everything is checked anew,
//! and only when no fix is left is each changed file written, once. So nobody ever reads a file that is
//! fixed by half, and `--diff` shows exactly what `--fix` writes.

use super::args::CheckArgs;
use super::check::{Checked, examine};
use super::output::{complain, path_prefix};
use super::{Exit, Surroundings};
use crate::diag::{Fix, Sources, apply_fixes, unified_diff};
use crate::load::{Overlay, Root};
use crate::pipeline::Workspace;
use crate::sorted::sort_by;
use crate::write::{self, MARKER};
use crate::yaml::{FileId, Limits, parse};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How many rounds there are at most: a fix can bring to light what another one cures.
const MAX_ROUNDS: usize = 10;

/// What became of the fixes.
pub(super) struct Fixed {
    /// What is left.
    pub checked: Checked,
    /// How the writing, or showing, went.
    pub exit: Exit,
}

/// A file that fixes change.
struct Change {
    /// Its path as findings show it.
    shown: String,
    before: String,
    after: String,
}

/// Carries out every certain fix, or shows what that would change.
pub(super) fn run(
    project: &Option<PathBuf>,
    arguments: &CheckArgs,
    surroundings: &mut Surroundings<'_>,
) -> Fixed {
    let mut changes: BTreeMap<PathBuf, Change> = BTreeMap::new();
    let mut overlay = Overlay::new();
    let mut carried_out = 0;
    let mut checked = examine(project, arguments, &overlay, surroundings);
    for _ in 0..MAX_ROUNDS {
        let applied = round(&checked, &mut changes, &mut overlay);
        if applied == 0 {
            break;
        }
        carried_out += applied;
        checked = examine(project, arguments, &overlay, surroundings);
    }
    changes.retain(|_, change| change.before != change.after);
    let root = checked.workspace.as_ref().map(|workspace| workspace.files.root.directory().to_path_buf());
    let exit = match root {
        _ if changes.is_empty() => Exit::Clean,
        Some(root) if arguments.fixing.diff => show(&root, &changes, surroundings),
        Some(root) => {
            let exit = write(&root, &changes, carried_out, surroundings);
            if exit != Exit::Clean {
                // What is left is told of the files as they are, not as they were to be.
                checked = examine(project, arguments, &Overlay::new(), surroundings);
            }
            exit
        }
        None => Exit::Clean,
    };
    Fixed { checked, exit }
}

/// Lays the fixes of one round over the files, and says how many there were.
fn round(checked: &Checked, changes: &mut BTreeMap<PathBuf, Change>, overlay: &mut Overlay) -> usize {
    let Some(workspace) = &checked.workspace else { return 0 };
    let targets = targets(checked, workspace);
    let is_reachable = |fix: &&Fix| fix.edits.iter().all(|edit| targets.contains_key(&edit.position.file));
    let mut refused: Vec<FileId> = Vec::new();
    loop {
        let is_wanted = |fix: &&Fix| !fix.edits.iter().any(|edit| refused.contains(&edit.position.file));
        // What is accepted stays as it is.
        let mending = checked.findings.iter().filter(|finding| finding.lifted.is_none());
        let fixes = mending.filter_map(|finding| finding.fix.as_deref());
        let fixed = apply_fixes(fixes.filter(is_reachable).filter(is_wanted), &checked.sources);
        let broken = fixed.texts.iter().find(|(file, text)| breaks(**file, text, &checked.sources));
        if let Some((file, _)) = broken {
            refused.push(*file);
            continue;
        }
        for (file, text) in &fixed.texts {
            let (Some(path), Some(source)) = (targets.get(file), checked.sources.get(*file)) else {
                continue;
            };
            let change = changes.entry(path.clone()).or_insert_with(|| Change {
                shown: source.path.clone(),
                before: source.text.to_string(),
                after: String::new(),
            });
            change.after.clone_from(text);
            overlay.insert(path.clone(), text.as_str().into());
        }
        return if fixed.texts.is_empty() { 0 } else { fixed.applied };
    }
}

/// The files that may be mended, each under one of its names: regular files inside the root that people
/// write.
fn targets(checked: &Checked, workspace: &Workspace) -> BTreeMap<FileId, PathBuf> {
    let root = &workspace.files.root;
    let outputs: Vec<PathBuf> = workspace
        .project
        .environments
        .values()
        .filter_map(|environment| root.directory().join(&environment.output).canonicalize().ok())
        .collect();
    let mut targets: BTreeMap<FileId, PathBuf> = BTreeMap::new();
    for (file, source) in checked.sources.iter() {
        let Some(path) = target(root, &source.path) else { continue };
        let is_generated =
            outputs.iter().any(|output| path.starts_with(output)) || source.text.starts_with(MARKER);
        if !is_generated && !targets.values().any(|known| *known == path) {
            targets.insert(file, path);
        }
    }
    targets
}

fn target(root: &Root, shown: &str) -> Option<PathBuf> {
    if shown.starts_with('<') { None } else { root.resolve(shown) }
}

/// Whether a text that could be read no longer can: then no fix of the file is to be trusted.
fn breaks(file: FileId, after: &str, sources: &Sources) -> bool {
    let documents = |text: &str| {
        let mut findings = crate::diag::Findings::new();
        parse(text, file, &Limits::default(), &mut findings).map(|documents| documents.len())
    };
    sources.get(file).is_some_and(|source| documents(&source.text) != documents(after))
}

fn show(root: &Path, changes: &BTreeMap<PathBuf, Change>, surroundings: &mut Surroundings<'_>) -> Exit {
    let prefix = path_prefix(&surroundings.working_directory, root);
    // A diff is applied from where its paths begin, which is nowhere above or beside the reader.
    let prefix = if prefix.starts_with(['.', '/']) { "" } else { prefix.as_str() };
    let mut shown: Vec<&Change> = changes.values().collect();
    sort_by(&mut shown, |a, b| a.shown.cmp(&b.shown));
    let diffs: String = shown
        .into_iter()
        .map(|change| unified_diff(&format!("{prefix}{}", change.shown), &change.before, &change.after))
        .collect();
    match super::output::data(&diffs, surroundings) {
        Exit::Clean => Exit::Findings,
        failed => failed,
    }
}

fn write(
    root: &Path,
    changes: &BTreeMap<PathBuf, Change>,
    carried_out: usize,
    surroundings: &mut Surroundings<'_>,
) -> Exit {
    let mut failed = false;
    for (path, change) in changes {
        if let Err(error) = write::rewrite(root, path, change.before.as_bytes(), change.after.as_bytes()) {
            complain(&format!("`{}` is not fixed: {error}", change.shown.escape_debug()), surroundings);
            failed = true;
        }
    }
    if failed {
        return Exit::Usage;
    }
    let files = if changes.len() == 1 { "1 file".to_owned() } else { format!("{} files", changes.len()) };
    // Where stderr is gone there is nobody to tell.
    let _ = writeln!(surroundings.stderr, "{carried_out} fixed in {files}");
    Exit::Clean
}
