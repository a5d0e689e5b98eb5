//! Objects' bytes to where they go: a stream, or an environment's output directory.
//!
//! It knows files, not what is in them: what the text means, and how it is laid out, is decided before.
//! A directory is compared without a trace, or replaced as a whole: a killed process leaves the old or
//! the new state, and what is not ours is never touched. Why it works this way, and what it cannot
//! promise, stands in `docs/adr/0003-writing-a-directory.md`.

mod compare;
mod error;
mod exchange;
mod files;
mod findings;
mod ground;
mod journal;
mod manifest;
mod marker;
mod names;
mod packed;
mod recover;
mod rewrite;
pub mod rules;
mod stream;
mod sweep;
mod target;
mod work;

pub use compare::{Comparison, Difference, Obstacle, Pending, State};
pub use error::WriteError;
pub use manifest::files;
pub use marker::MARKER;
pub use packed::{Packed, PackedFiles};
pub use rewrite::{RewriteError, put_file, rewrite};
pub use stream::{Delivery, stream, to_stream};
pub use sweep::Kept;

use std::path::Path;
use std::time::Duration;
use target::Target;
use work::Work;

/// A file of an output directory, complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedFile {
    /// Relative to the output directory: `bundle/kind-name.yaml`.
    pub path: String,
    /// The text; its first line is [`MARKER`].
    pub text: String,
}

/// How a directory is replaced.
#[derive(Clone, Debug)]
pub struct ReplaceOptions {
    /// Never exchange directories, as if the file system refused to.
    pub force_journal: bool,
    /// How long to wait for another run on the same directory.
    pub lock_wait: Duration,
}

impl Default for ReplaceOptions {
    fn default() -> ReplaceOptions {
        ReplaceOptions { force_journal: false, lock_wait: Duration::from_secs(10) }
    }
}

/// How a directory was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Not at all: nothing differed, and nothing was written.
    Unchanged,
    /// In one step.
    Exchange,
    /// File by file, from a record.
    Journal,
}

/// What a replacement did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// How it was done.
    pub way: Way,
    /// The paths that were written, relative to the output directory, sorted.
    pub written: Vec<String>,
    /// The paths that were removed, relative to the output directory, sorted.
    pub removed: Vec<String>,
    /// Foreign files that got in the way in the moment of writing, and where they are now.
    pub kept: Vec<Kept>,
}

/// Compares the output directory `dir` of the project at `root` with `files`; writes nothing.
///
/// `dir` is relative to `root`, or absolute within it. A directory that does not exist misses every file.
///
/// # Errors
/// Where `files` could not be written either, or the directory cannot be read.
pub fn compare(root: &Path, dir: &Path, files: &[RenderedFile]) -> Result<Comparison, WriteError> {
    let wanted = names::wanted(files)?;
    compare::compare(&Target::resolve(root, dir)?, &wanted)
}

/// Whether the output directory `dir` holds exactly `files` of ours, and no run left anything unfinished.
/// What cannot be told is not current: [`replace`] says why.
pub fn is_current(root: &Path, dir: &Path, files: &[RenderedFile]) -> bool {
    let Ok(wanted) = names::wanted(files) else { return false };
    let Ok(target) = Target::resolve(root, dir) else { return false };
    !work::traces(&target)
        && compare::compare(&target, &wanted).is_ok_and(|comparison| {
            comparison.obstacles().is_empty()
                && comparison.to_write().is_empty()
                && comparison.to_remove().is_empty()
        })
}

/// Whether an output directory that was found to hold exactly `files`, and nothing else, needs no more
/// looking at: every name may be written, and no run is under way or left anything unfinished.
///
/// `root` has its links resolved, and none was met on the way from it to `dir`. No file is read for it; where
/// it is not so, [`compare`] and [`is_current`] tell what is.
pub fn is_settled(root: &Path, dir: &Path, files: &[RenderedFile]) -> bool {
    names::check(files).is_ok()
        && Target::without_links(root, dir).is_some_and(|target| !work::traces(&target))
}

/// Makes the output directory `dir` of the project at `root` hold exactly `files`, and whatever stands
/// there that is not ours.
///
/// Completes what an interrupted run has left. If nothing differs, nothing is written.
///
/// # Errors
/// Every error but [`WriteError::Interrupted`] leaves the directory as it was.
pub fn replace(
    root: &Path,
    dir: &Path,
    files: &[RenderedFile],
    options: &ReplaceOptions,
) -> Result<Replaced, WriteError> {
    let wanted = names::wanted(files)?;
    let target = Target::resolve(root, dir)?;
    if !work::traces(&target) && refuse_obstacles(&target, compare::compare(&target, &wanted)?)?.is_clean() {
        return Ok(Replaced {
            way: Way::Unchanged,
            written: Vec::new(),
            removed: Vec::new(),
            kept: Vec::new(),
        });
    }
    target
        .ground
        .ensure_directories(&target.parent)
        .map_err(|source| WriteError::io("create", target.show_path(&target.parent), source))?;
    let work = Work::enter(&target, options.lock_wait)?;
    let mut kept = recover::recover(&target, &work).map_err(|source| {
        WriteError::io("clear up after an interrupted run in", target.shown.clone(), source)
    })?;
    // Looked at again, as another run may just have left.
    let comparison = refuse_obstacles(&target, compare::compare(&target, &wanted)?)?;
    let (changed, left_over) = (comparison.to_write(), comparison.to_remove());
    let way = if changed.is_empty() && left_over.is_empty() {
        Way::Unchanged
    } else {
        let exchanged = if options.force_journal || stands_within(&target) {
            Err(exchange::Stop::Unsuitable)
        } else {
            exchange::replace(&target, &work, &wanted, &changed)
        };
        match exchanged {
            Ok(more) => {
                kept.extend(more);
                Way::Exchange
            }
            Err(exchange::Stop::Unsuitable) => {
                kept.extend(journal::replace(&target, &work, &wanted, &changed, &left_over)?);
                Way::Journal
            }
            Err(exchange::Stop::Failed(error)) => return Err(error),
        }
    };
    let owned = |paths: std::collections::BTreeSet<&str>| paths.into_iter().map(str::to_owned).collect();
    Ok(Replaced { way, written: owned(changed), removed: owned(left_over), kept })
}

fn refuse_obstacles(target: &Target, comparison: Comparison) -> Result<Comparison, WriteError> {
    match comparison.obstacles() {
        obstacles if obstacles.is_empty() => Ok(comparison),
        obstacles => Err(WriteError::Blocked { dir: target.shown.clone(), obstacles }),
    }
}

/// Whether this process was started within the output directory: an exchange would leave the shell
/// behind it in a directory that is gone.
fn stands_within(target: &Target) -> bool {
    std::env::current_dir().and_then(std::fs::canonicalize).is_ok_and(|place| place.starts_with(&target.dir))
}
