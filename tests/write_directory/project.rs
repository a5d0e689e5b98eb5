//! A project to write to, and the two states that are written.

use poolsmith::write::{
    Difference, MARKER, RenderedFile, ReplaceOptions, Replaced, WriteError, compare, replace,
};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub const DIR: &str = "golden/prod";

pub fn file(path: &str, text: &str) -> RenderedFile {
    RenderedFile { path: path.to_owned(), text: format!("{MARKER}\n{text}\n") }
}

/// Two states that share a file, change some, and have files and a folder of their own.
pub fn state(which: char) -> Vec<RenderedFile> {
    let mut files =
        vec![file("capacity/same.yaml", "same"), file(&format!("only-{which}/x.yaml"), "own folder")];
    for number in 0..8 {
        let text = format!("{which} {number}\n").repeat(500);
        files.push(file(&format!("capacity/changes-{number}.yaml"), &text));
    }
    files.push(file(&format!("capacity/only-{which}.yaml"), "own file"));
    files
}

pub fn texts(files: &[RenderedFile]) -> BTreeMap<String, String> {
    files.iter().map(|file| (file.path.clone(), file.text.clone())).collect()
}

pub fn options(force_journal: bool) -> ReplaceOptions {
    ReplaceOptions { force_journal, lock_wait: Duration::from_secs(20) }
}

pub struct Project(tempfile::TempDir);

impl Project {
    pub fn new() -> Project {
        Project(tempfile::tempdir().unwrap())
    }

    /// A project whose output directory holds state `a` and foreign entries of several kinds.
    pub fn with_foreign() -> Project {
        let project = Project::new();
        project.replace('a', false).unwrap();
        let dir = project.dir();
        fs::create_dir_all(dir.join("docs/deep")).unwrap();
        fs::write(dir.join("docs/deep/page.md"), "page").unwrap();
        fs::write(dir.join("notes.txt"), "notes").unwrap();
        fs::write(dir.join("capacity/kustomization.yaml"), "resources: []\n").unwrap();
        symlink("../notes.txt", dir.join("capacity/link.yaml")).unwrap();
        fs::set_permissions(dir.join("notes.txt"), fs::Permissions::from_mode(0o640)).unwrap();
        project
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }

    pub fn dir(&self) -> PathBuf {
        self.root().join(DIR)
    }

    pub fn replace(&self, which: char, force_journal: bool) -> Result<Replaced, WriteError> {
        replace(self.root(), Path::new(DIR), &state(which), &options(force_journal))
    }

    pub fn compare(&self, which: char) -> Vec<Difference> {
        compare(self.root(), Path::new(DIR), &state(which)).unwrap().differences
    }

    /// The files that begin with the marker.
    pub fn own(&self) -> BTreeMap<String, String> {
        let mut own = files_below(&self.dir());
        own.retain(|path, text| text.starts_with(MARKER) && !path.starts_with(".poolsmith/"));
        own
    }

    pub fn assert_foreign(&self) {
        let dir = self.dir();
        assert_eq!(fs::read_to_string(dir.join("docs/deep/page.md")).unwrap(), "page");
        assert_eq!(fs::read_to_string(dir.join("notes.txt")).unwrap(), "notes");
        assert_eq!(fs::read_to_string(dir.join("capacity/kustomization.yaml")).unwrap(), "resources: []\n");
        assert_eq!(fs::read_link(dir.join("capacity/link.yaml")).unwrap(), Path::new("../notes.txt"));
        assert_eq!(fs::metadata(dir.join("notes.txt")).unwrap().mode() & 0o777, 0o640);
    }

    /// Nothing but the output directory is left.
    pub fn assert_tidy(&self) {
        let names: Vec<_> =
            fs::read_dir(self.root().join("golden")).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["prod"]);
        assert!(!self.dir().join(".poolsmith").exists());
    }
}

/// Every regular file below a directory, by its path.
pub fn files_below(dir: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let kind = fs::symlink_metadata(&path).unwrap().file_type();
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() {
                let name = path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

pub fn tree_times(root: &Path) -> BTreeMap<PathBuf, (i64, i64)> {
    let mut times = BTreeMap::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(place) = open.pop() {
        let metadata = fs::symlink_metadata(&place).unwrap();
        if metadata.is_dir() {
            open.extend(fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().path()));
        }
        times.insert(place, (metadata.ctime(), metadata.ctime_nsec()));
    }
    times
}
