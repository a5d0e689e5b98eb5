//! The texts that positions point into.

use crate::yaml::FileId;

/// A file that was read, or one that is built in.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as shown to people: relative to the project root, with `/`; built-in files are
    /// shown as `<built-in>/name`.
    pub path: String,
    /// The whole text.
    pub text: std::sync::Arc<str>,
}

/// Every file of a run, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a file and gives its id. A file of the same path is added again, not replaced.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<std::sync::Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile { path: path.into(), text: text.into() });
        id
    }

    /// The file behind an id.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The shown path of a file, `?` for an id that is not from here.
    pub fn path(&self, id: FileId) -> &str {
        self.get(id).map_or("?", |file| &file.path)
    }

    /// All files in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(i, file)| (FileId(u32::try_from(i).unwrap_or(u32::MAX)), file))
    }
}
