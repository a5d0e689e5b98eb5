//! What the integration tests share.
#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod small;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The repository's root, which is also the sample project.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of facts, schemas and real manifests beside the checkout. CI always has it; elsewhere a
/// test that needs it is skipped with a word.
pub fn shared(what: &str) -> Option<PathBuf> {
    let folder =
        std::env::var_os("POOLSMITH_SHARED").map_or_else(|| repository().join("../shared"), PathBuf::from);
    let path = folder.join(what);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "CI has no {}", path.display());
    println!("skipped: there is no {}", path.display());
    None
}

/// Whether generated files are to be written instead of compared. CI never writes.
pub fn blessing() -> bool {
    let bless = std::env::var_os("POOLSMITH_BLESS").is_some_and(|value| value == "1");
    assert!(!(bless && std::env::var_os("CI").is_some()), "CI does not bless");
    bless
}

/// Whether a program that a test reads with is there. CI installs what is needed.
pub fn has_program(program: &str, arguments: &[&str]) -> bool {
    let there = Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success());
    assert!(there || std::env::var_os("CI").is_none(), "CI has no {program}");
    if !there {
        println!("skipped: there is no {program}");
    }
    there
}

/// Runs poolsmith in `directory` with nothing of this process's environment.
pub fn poolsmith(directory: &Path, arguments: &[&str]) -> Output {
    poolsmith_with(directory, arguments, &[])
}

/// Runs poolsmith in `directory` with these environment variables alone.
pub fn poolsmith_with(directory: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_poolsmith"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .expect("poolsmith starts")
}

/// stdout as text.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("stdout is UTF-8")
}

/// stderr as text.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("stderr is UTF-8")
}

/// A copy of the sample project, or of another, that a test may change.
pub struct Sample {
    directory: tempfile::TempDir,
}

impl Sample {
    /// Copies the sample.
    pub fn new() -> Sample {
        Sample::of(repository(), &["poolsmith.yaml", "values", "provider-specs", "quotas", "golden"])
    }

    /// Copies these parts of a folder.
    pub fn of(folder: &Path, parts: &[&str]) -> Sample {
        let directory = tempfile::tempdir().expect("a temporary directory");
        for part in parts {
            copy(&folder.join(part), &directory.path().join(part));
        }
        Sample { directory }
    }

    /// Its root.
    pub fn root(&self) -> &Path {
        self.directory.path()
    }

    /// Reads a file of it.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).expect("the file is there")
    }

    /// Writes a file of it.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("the directory");
        std::fs::write(path, text).expect("the file is written");
    }

    /// Replaces a text that stands in a file.
    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} does not hold {from:?}");
        self.write(path, &text.replacen(from, to, 1));
    }

    /// Runs poolsmith in it.
    pub fn run(&self, arguments: &[&str]) -> Output {
        poolsmith(self.root(), arguments)
    }
}

/// Every file below a directory, with what it holds; links are not followed, and what is larger than 1 MiB
/// is left out.
pub fn snapshot(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![directory.to_path_buf()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.is_symlink() {
                open.push(path);
            } else if path.metadata().is_ok_and(|known| known.is_file() && known.len() < 1 << 20) {
                let text = std::fs::read(&path).expect("the file is read");
                files.insert(path, text);
            }
        }
    }
    files
}

/// Copies a file or a directory.
pub fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        std::fs::create_dir_all(to).expect("the directory");
        for entry in std::fs::read_dir(from).expect("a directory") {
            let entry = entry.expect("an entry");
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else if from.exists() {
        std::fs::copy(from, to).expect("the copy");
    }
}
