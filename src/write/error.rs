//! Why a directory was not written or compared, and what to do about it.

use super::compare::Obstacle;
use super::rules;
use crate::diag::{Finding, Rule};
use std::io::{self, ErrorKind};
use std::time::Duration;

/// Why an output directory could not be compared or replaced.
///
/// Unless it is [`WriteError::Interrupted`], nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// There is no file to write, so that everything would be removed.
    #[error("there is no file to write, so every rendered file of the environment would be removed")]
    NothingToWrite,
    /// A file's name or text is none that we may write.
    #[error("the rendered file `{path}` cannot be written: {problem}")]
    UnsafeName {
        /// The name.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Two files are one, at least where case does not count.
    #[error(
        "the rendered files `{first}` and `{second}` are one and the same where letter case does not count"
    )]
    Collision {
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// The output directory is not inside the project.
    #[error("the output directory `{dir}` leads out of the project, or into the repository's own data")]
    Outside {
        /// The directory.
        dir: String,
    },
    /// The output directory is the project.
    #[error("the output directory is the project root itself")]
    IsRoot,
    /// The output directory is a link.
    #[error("the output directory `{dir}` is a symbolic link")]
    SymbolicLink {
        /// The directory.
        dir: String,
    },
    /// A directory's place is taken by something else.
    #[error("`{path}` is not a directory")]
    NotADirectory {
        /// The place.
        path: String,
    },
    /// Something that is not ours stands where a file is to be written.
    #[error("{} in the output directory `{dir}`: {}", blocked_words(.obstacles.len()), listed(.obstacles))]
    Blocked {
        /// The output directory.
        dir: String,
        /// The obstacles, by their path below it.
        obstacles: Vec<(String, Obstacle)>,
    },
    /// Another run holds the lock.
    #[error("another run is writing the output directory `{dir}`: waited {} s for `{lock}`", .wait.as_secs_f32())]
    Locked {
        /// The output directory.
        dir: String,
        /// The lock file.
        lock: String,
        /// How long we have waited.
        wait: Duration,
    },
    /// The operating system refuses.
    #[error("cannot {action} `{path}`: {}", reason(.source))]
    Io {
        /// What was tried.
        action: &'static str,
        /// The path.
        path: String,
        /// The refusal.
        source: io::Error,
    },
    /// The replacement has begun and could not be ended.
    #[error("the output directory `{dir}` is not completely replaced, the rest stands in `{at}`: {}", reason(.source))]
    Interrupted {
        /// The output directory.
        dir: String,
        /// Where the rest stands.
        at: String,
        /// The cause.
        source: io::Error,
    },
}

impl WriteError {
    pub(super) fn io(action: &'static str, path: String, source: io::Error) -> WriteError {
        WriteError::Io { action, path, source }
    }

    /// The rule that is broken.
    pub fn rule(&self) -> &'static Rule {
        match self {
            WriteError::NothingToWrite => &rules::NOTHING_TO_WRITE,
            WriteError::UnsafeName { .. } | WriteError::Collision { .. } => &rules::UNSAFE_FILE_NAME,
            WriteError::Outside { .. }
            | WriteError::IsRoot
            | WriteError::SymbolicLink { .. }
            | WriteError::NotADirectory { .. } => &rules::UNSUITABLE_OUTPUT_DIRECTORY,
            WriteError::Blocked { .. } => &rules::BLOCKED_PATH,
            WriteError::Locked { .. } => &rules::OUTPUT_IN_USE,
            WriteError::Io { .. } => &rules::OUTPUT_NOT_ACCESSIBLE,
            WriteError::Interrupted { .. } => &rules::UNFINISHED_RUN,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            WriteError::NothingToWrite => {
                "add a pool, or remove the environment together with its output directory".to_owned()
            }
            WriteError::UnsafeName { .. } => {
                "rename the object or the pool that the file stands for".to_owned()
            }
            WriteError::Collision { .. } => {
                "rename one of the two objects, so that their names differ in more than letter case"
                    .to_owned()
            }
            WriteError::Outside { .. } | WriteError::IsRoot => {
                "write a directory below the folder of `poolsmith.yaml`, e.g. `output: golden/prod`"
                    .to_owned()
            }
            WriteError::SymbolicLink { .. } => "write the directory that the link leads to".to_owned(),
            WriteError::NotADirectory { path } => {
                format!("move `{path}` away, or write another output directory")
            }
            WriteError::Blocked { .. } => {
                "move what stands there away, or delete it if it is an older rendering; nothing was written"
                    .to_owned()
            }
            WriteError::Locked { lock, .. } => {
                format!(
                    "wait for the other run; no file needs to be removed, as `{lock}` alone holds nobody up"
                )
            }
            WriteError::Io { path, source, .. } => format!("{}; nothing was written", cure(source, path)),
            WriteError::Interrupted { at, source, .. } => {
                format!("{}, then run the same command again, which completes it", cure(source, at))
            }
        }
    }

    /// The error as a finding.
    pub fn to_finding(&self) -> Finding {
        Finding::new(self.rule(), self.to_string()).help(self.help())
    }
}

/// How many obstacles a message lists.
const LISTED: usize = 5;

fn blocked_words(count: usize) -> String {
    match count {
        1 => "something that is not ours stands in the way".to_owned(),
        _ => format!("{count} paths that are not ours stand in the way"),
    }
}

fn listed(obstacles: &[(String, Obstacle)]) -> String {
    let mut parts: Vec<String> = obstacles
        .iter()
        .take(LISTED)
        .map(|(path, obstacle)| format!("`{path}` is {}", obstacle.words()))
        .collect();
    if obstacles.len() > LISTED {
        parts.push(format!("{} more", obstacles.len() - LISTED));
    }
    parts.join(", ")
}

/// The refusal in words of our own where it is a common one.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "it does not exist".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        ErrorKind::FileTooLarge => "the file is larger than the limit of this process".to_owned(),
        ErrorKind::CrossesDevices => "a folder of it is a mount point of its own".to_owned(),
        ErrorKind::DirectoryNotEmpty => "files keep appearing in it".to_owned(),
        _ => error.to_string(),
    }
}

fn cure(error: &io::Error, path: &str) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => {
            format!("give the user that runs poolsmith write access to `{path}` and its folder")
        }
        ErrorKind::ReadOnlyFilesystem => {
            "run it where the file system is writable, or render to standard output without `--out`"
                .to_owned()
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space".to_owned(),
        ErrorKind::FileTooLarge => "raise the limit (`ulimit -f`)".to_owned(),
        ErrorKind::CrossesDevices => "mount the output directory as a whole".to_owned(),
        ErrorKind::DirectoryNotEmpty => "stop what writes to it".to_owned(),
        ErrorKind::NotFound => format!("create what `{path}` needs"),
        _ => format!("remove the cause at `{path}`"),
    }
}
