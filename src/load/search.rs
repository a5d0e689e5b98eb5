//! Looking for the project file.

use super::{PROJECT_FILE, rules};
use crate::diag::Finding;
use std::path::{Path, PathBuf};

/// Where a project is looked for when none is named.
#[derive(Debug)]
pub struct Search<'a> {
    /// Where the search begins.
    pub start: &'a Path,
    /// How many directories above it belong to the search.
    pub above: usize,
    /// What a message calls the places that were looked at.
    pub places: String,
    /// What to do when nothing is there.
    pub help: &'static str,
}

impl<'a> Search<'a> {
    /// From a working directory up to the root of the file system.
    pub fn upwards(start: &'a Path) -> Search<'a> {
        Search {
            start,
            above: usize::MAX,
            places: format!("`{}` or above it", start.display()),
            help: "run poolsmith inside a project, or name the project with --project",
        }
    }

    /// The directory that holds the project: the one that `named` names (the file or its directory),
    /// else the only one that the search meets.
    ///
    /// # Errors
    /// A finding that says where was looked, or which projects lie inside each other.
    pub fn find(&self, named: Option<&Path>) -> Result<PathBuf, Box<Finding>> {
        if let Some(named) = named {
            return directory_of(named);
        }
        let directories = self.start.ancestors().take(self.above.saturating_add(1));
        let mut met = directories.enumerate().filter(|(_, directory)| directory.join(PROJECT_FILE).is_file());
        match (met.next(), met.next()) {
            (Some((_, directory)), None) => Ok(directory.to_path_buf()),
            (Some((inner, _)), Some((outer, _))) => Err(Box::new(
                Finding::new(
                    &rules::NESTED_PROJECT,
                    format!("the project `{}` lies inside the project `{}`", above(inner), above(outer)),
                )
                .help("keep one of the two files, or name the project that is meant with --project"),
            )),
            (None, _) => Err(Box::new(
                Finding::new(
                    &rules::PROJECT_MISSING,
                    format!("there is no {PROJECT_FILE} in {}", self.places),
                )
                .help(self.help),
            )),
        }
    }
}

/// The project file so many directories up, as it is written from the start of the search: a message
/// must not hold the random name of a temporary directory.
fn above(levels: usize) -> String {
    format!("{}{PROJECT_FILE}", "../".repeat(levels))
}

fn directory_of(named: &Path) -> Result<PathBuf, Box<Finding>> {
    let directory = if named.is_dir() { Some(named) } else { named.parent() };
    let is_project = named.is_dir() || named.file_name().is_some_and(|name| name == PROJECT_FILE);
    match directory {
        // A bare `poolsmith.yaml` has the empty parent.
        Some(directory) if is_project && directory.as_os_str().is_empty() => Ok(PathBuf::from(".")),
        Some(directory) if is_project => Ok(directory.to_path_buf()),
        _ => Err(Box::new(
            Finding::new(
                &rules::PROJECT_MISSING,
                format!("`{}` is neither a directory nor a file named {PROJECT_FILE}", named.display()),
            )
            .help(format!("name the directory that holds {PROJECT_FILE}")),
        )),
    }
}
