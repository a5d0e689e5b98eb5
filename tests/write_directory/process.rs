//! The test executable as another process.

use crate::project::{DIR, options, state};
use poolsmith::write::replace;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Does nothing in a usual run; see [`child_command`].
#[test]
fn child() {
    let Ok(task) = std::env::var("POOLSMITH_WRITE_CHILD") else { return };
    let root = PathBuf::from(std::env::var("POOLSMITH_WRITE_ROOT").unwrap());
    let options = options(std::env::var("POOLSMITH_WRITE_JOURNAL").is_ok());
    match &*task {
        "alternate" => {
            println!("ready");
            for which in ['b', 'a'].into_iter().cycle() {
                replace(&root, Path::new(DIR), &state(which), &options).unwrap();
            }
        }
        "once" => match replace(&root, Path::new(DIR), &state('b'), &options) {
            Ok(replaced) => println!("way {:?} kept {:?}", replaced.way, replaced.kept),
            Err(error) => println!("error {} {error} | {}", error.rule().code, error.help()),
        },
        task => panic!("{task}"),
    }
}

pub fn child_command(task: &str, root: &Path, force_journal: bool) -> Command {
    with_task(Command::new(std::env::current_exe().unwrap()), task, root, force_journal)
}

pub fn with_task(mut command: Command, task: &str, root: &Path, force_journal: bool) -> Command {
    command.env("POOLSMITH_WRITE_CHILD", task).env("POOLSMITH_WRITE_ROOT", root);
    if force_journal {
        command.env("POOLSMITH_WRITE_JOURNAL", "1");
    }
    command.args(["process::child", "--exact", "--nocapture"]);
    command
}

/// Runs a replacement by state `b` after `setup`, in a mount namespace of its own; `None` where the
/// system allows no mounts.
pub fn in_own_mounts(root: &Path, setup: &str, force_journal: bool) -> Option<String> {
    let mut command = Command::new("unshare");
    let user: &[&str] =
        if fs::metadata("/proc/self").unwrap().uid() == 0 { &[] } else { &["--map-root-user"] };
    command.args(user).args(["--mount", "sh", "-ec"]);
    command.arg(format!("cd \"$POOLSMITH_WRITE_ROOT\"; {setup}; echo mounted; exec \"$0\" \"$@\""));
    command.arg(std::env::current_exe().unwrap());
    let output = with_task(command, "once", root, force_journal).output().ok()?;
    let text = String::from_utf8(output.stdout).unwrap();
    if text.contains("mounted") {
        return Some(text);
    }
    println!("skipped, no mounts here: {}", String::from_utf8_lossy(&output.stderr).trim());
    None
}
