//! The rules of the output (OUT); each has its page in the folder `rules`.

use crate::diag::{Rule, Severity};

/// Every rule of the output, by code.
pub static ALL: [&Rule; 13] = [
    &STALE_FILE,
    &MISSING_FILE,
    &LEFT_OVER_FILE,
    &BLOCKED_PATH,
    &UNFINISHED_RUN,
    &LINE_ENDINGS_DIFFER,
    &OUTPUT_NOT_ACCESSIBLE,
    &UNSUITABLE_OUTPUT_DIRECTORY,
    &UNSAFE_FILE_NAME,
    &NOTHING_TO_WRITE,
    &OUTPUT_IN_USE,
    &FILE_SET_ASIDE,
    &UNFAITHFUL_DOCUMENT,
];

/// A committed file differs from what is rendered now.
pub static STALE_FILE: Rule = Rule {
    code: "OUT001",
    slug: "stale-file",
    severity: Severity::Error,
    seat_belt: None,
    waivable: false,
    summary: "a committed file differs from what is rendered now",
    page: include_str!("rules/OUT001-stale-file.md"),
};

/// A rendered file is not among the committed ones.
pub static MISSING_FILE: Rule = Rule {
    code: "OUT002",
    slug: "missing-file",
    severity: Severity::Error,
    seat_belt: None,
    waivable: false,
    summary: "a rendered file is not among the committed ones",
    page: include_str!("rules/OUT002-missing-file.md"),
};

/// A committed file of ours is not rendered any more.
pub static LEFT_OVER_FILE: Rule = Rule {
    code: "OUT003",
    slug: "left-over-file",
    severity: Severity::Error,
    seat_belt: None,
    waivable: false,
    summary: "a committed file of ours is not rendered any more",
    page: include_str!("rules/OUT003-left-over-file.md"),
};

/// Something that is not ours stands where a file is to be written.
pub static BLOCKED_PATH: Rule = Rule {
    code: "OUT004",
    slug: "blocked-path",
    severity: Severity::Error,
    seat_belt: None,
    waivable: false,
    summary: "something that is not ours stands where a file is to be written",
    page: include_str!("rules/OUT004-blocked-path.md"),
};

/// An interrupted run has left an output directory incomplete.
pub static UNFINISHED_RUN: Rule = Rule {
    code: "OUT005",
    slug: "unfinished-run",
    severity: Severity::Error,
    seat_belt: Some(9),
    waivable: false,
    summary: "an interrupted run has left an output directory incomplete",
    page: include_str!("rules/OUT005-unfinished-run.md"),
};

/// A committed file has other line endings than rendered.
pub static LINE_ENDINGS_DIFFER: Rule = Rule {
    code: "OUT006",
    slug: "line-endings-differ",
    severity: Severity::Warning,
    seat_belt: None,
    waivable: false,
    summary: "a committed file has other line endings than rendered",
    page: include_str!("rules/OUT006-line-endings-differ.md"),
};

/// The output directory cannot be read or written.
pub static OUTPUT_NOT_ACCESSIBLE: Rule = Rule {
    code: "OUT007",
    slug: "output-not-accessible",
    severity: Severity::Error,
    seat_belt: None,
    waivable: false,
    summary: "the output directory cannot be read or written",
    page: include_str!("rules/OUT007-output-not-accessible.md"),
};

/// The output directory is not a plain directory inside the project.
pub static UNSUITABLE_OUTPUT_DIRECTORY: Rule = Rule {
    code: "OUT008",
    slug: "unsuitable-output-directory",
    severity: Severity::Error,
    seat_belt: None,
    waivable: false,
    summary: "the output directory is not a plain directory inside the project",
    page: include_str!("rules/OUT008-unsuitable-output-directory.md"),
};

/// A rendered file's name is not safe on every system, or is taken twice.
pub static UNSAFE_FILE_NAME: Rule = Rule {
    code: "OUT009",
    slug: "unsafe-file-name",
    severity: Severity::Error,
    seat_belt: Some(9),
    waivable: false,
    summary: "a rendered file's name is not safe on every system, or is taken twice",
    page: include_str!("rules/OUT009-unsafe-file-name.md"),
};

/// An environment renders no file at all.
pub static NOTHING_TO_WRITE: Rule = Rule {
    code: "OUT010",
    slug: "nothing-to-write",
    severity: Severity::Error,
    seat_belt: Some(9),
    waivable: false,
    summary: "an environment renders no file at all",
    page: include_str!("rules/OUT010-nothing-to-write.md"),
};

/// Another run holds the output directory.
pub static OUTPUT_IN_USE: Rule = Rule {
    code: "OUT011",
    slug: "output-in-use",
    severity: Severity::Error,
    seat_belt: None,
    waivable: false,
    summary: "another run holds the output directory",
    page: include_str!("rules/OUT011-output-in-use.md"),
};

/// A foreign file had to make room for a rendered one.
pub static FILE_SET_ASIDE: Rule = Rule {
    code: "OUT012",
    slug: "file-set-aside",
    severity: Severity::Warning,
    seat_belt: None,
    waivable: false,
    summary: "a foreign file had to make room for a rendered one",
    page: include_str!("rules/OUT012-file-set-aside.md"),
};

crate::rule! {
    /// A document that a second reader understands otherwise.
    pub UNFAITHFUL_DOCUMENT = "OUT013", "unfaithful-document", Error,
    "a second, independent reader understands every document as the object it was written from"
}
