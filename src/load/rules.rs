//! The rules about files and layers.

use crate::rule;

rule! {
    /// No project file was found.
    pub PROJECT_MISSING = "SRC020", "project-missing", Error,
    "a project has a file named poolsmith.yaml at its root"
}
rule! {
    /// A path leads out of the project.
    pub FILE_OUTSIDE_PROJECT = "SRC021", "file-outside-project", Error,
    "no path leads out of the project root, not through a symlink either"
}
rule! {
    /// A file is not there.
    pub FILE_MISSING = "SRC022", "file-missing", Error,
    "every file that is named exists"
}
rule! {
    /// A path names a directory, a pipe or a device.
    pub FILE_NOT_REGULAR = "SRC023", "file-not-regular", Error,
    "every file that is named is a regular file"
}
rule! {
    /// The system refuses to read a file.
    pub FILE_UNREADABLE = "SRC024", "file-unreadable", Error,
    "every file that is named can be read"
}
rule! {
    /// A file is larger than any spec is.
    pub FILE_TOO_LARGE = "SRC025", "file-too-large", Error,
    "no input file is larger than 2 MiB"
}
rule! {
    /// A file is not UTF-8.
    pub FILE_NOT_TEXT = "SRC026", "file-not-text", Error,
    "every input file is UTF-8 text"
}
rule! {
    /// A rendered file of an earlier run cannot be read.
    pub COMMITTED_UNREADABLE = "SRC027", "committed-unreadable", Error,
    "the committed output can be read, so that a change of hands is seen"
}
rule! {
    /// A taint that a lower layer demands is gone.
    pub TAINT_DROPPED = "SPC030", "taint-dropped", Error, waivable,
    "a later layer does not drop a taint that an earlier one or the class demands"
}
rule! {
    /// A health check that a lower layer demands is gone.
    pub HEALTH_CHECK_DROPPED = "SPC031", "health-check-dropped", Error,
    "a later layer does not remove a health check by null"
}
rule! {
    /// Two project files, one below the other.
    pub NESTED_PROJECT = "SPC090", "nested-project", Error,
    "no project lies inside another one, so that the files below belong to exactly one"
}
rule! {
    /// The project asks for another version of poolsmith.
    pub OTHER_VERSION_REQUIRED = "SPC093", "other-version-required", Error,
    "the running poolsmith is one that the project's requiredVersion allows"
}
rule! {
    /// The required version cannot be understood.
    pub VERSION_REQUIREMENT_MALFORMED = "SPC094", "version-requirement-malformed", Error,
    "a requiredVersion is a quoted version, or quoted bounds separated by commas"
}

rule! {
    /// A pattern that can name no environment.
    pub INVALID_PATTERN = "SPC100", "invalid-pattern", Error,
    "a pattern of environmentsFrom is a path inside the project with one `*`"
}
rule! {
    /// A pattern without a match.
    pub PATTERN_MATCHES_NOTHING = "SPC101", "pattern-matches-nothing", Error,
    "a pattern of environmentsFrom matches at least one file"
}
rule! {
    /// A quota file that is not JSON.
    pub JSON_SYNTAX = "QTA010", "quota-file-syntax", Error,
    "a quota file is the whole JSON that the cloud's command prints"
}

/// The rules of this step.
pub static ALL: &[&crate::diag::Rule] = &[
    &PROJECT_MISSING,
    &FILE_OUTSIDE_PROJECT,
    &FILE_MISSING,
    &FILE_NOT_REGULAR,
    &FILE_UNREADABLE,
    &FILE_TOO_LARGE,
    &FILE_NOT_TEXT,
    &COMMITTED_UNREADABLE,
    &TAINT_DROPPED,
    &HEALTH_CHECK_DROPPED,
    &NESTED_PROJECT,
    &OTHER_VERSION_REQUIRED,
    &VERSION_REQUIREMENT_MALFORMED,
    &JSON_SYNTAX,
    &INVALID_PATTERN,
    &PATTERN_MATCHES_NOTHING,
];

/// The rules that say that a file could not be read, or is not for this version to read.
pub static FILES: &[&crate::diag::Rule] = &[
    &PROJECT_MISSING,
    &NESTED_PROJECT,
    &FILE_OUTSIDE_PROJECT,
    &FILE_MISSING,
    &FILE_NOT_REGULAR,
    &FILE_UNREADABLE,
    &FILE_TOO_LARGE,
    &FILE_NOT_TEXT,
    &COMMITTED_UNREADABLE,
    &OTHER_VERSION_REQUIRED,
    &JSON_SYNTAX,
];
