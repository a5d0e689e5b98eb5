//! The rules of the output (OUT); each has its page in the folder `rules`.

use crate::diag::Rule;
use crate::rule;

/// Every rule of the output, by code.
pub static ALL: [&Rule; 14] = [
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
    &REFRESHED_OUTPUT,
];

rule! {
    /// A committed file differs from what is rendered now.
    pub STALE_FILE = "OUT001", "stale-file", Error,
    "a committed file differs from what is rendered now"
}

rule! {
    /// A rendered file is not among the committed ones.
    pub MISSING_FILE = "OUT002", "missing-file", Error,
    "a rendered file is not among the committed ones"
}

rule! {
    /// A committed file of ours is not rendered any more.
    pub LEFT_OVER_FILE = "OUT003", "left-over-file", Error,
    "a committed file of ours is not rendered any more"
}

rule! {
    /// Something that is not ours stands where a file is to be written.
    pub BLOCKED_PATH = "OUT004", "blocked-path", Error,
    "something that is not ours stands where a file is to be written"
}

rule! {
    /// An interrupted run has left an output directory incomplete.
    pub UNFINISHED_RUN = "OUT005", "unfinished-run", Error, seat belt 9,
    "an interrupted run has left an output directory incomplete"
}

rule! {
    /// A committed file has other line endings than rendered.
    pub LINE_ENDINGS_DIFFER = "OUT006", "line-endings-differ", Warning,
    "a committed file has other line endings than rendered"
}

rule! {
    /// The output directory cannot be read or written.
    pub OUTPUT_NOT_ACCESSIBLE = "OUT007", "output-not-accessible", Error,
    "the output directory cannot be read or written"
}

rule! {
    /// The output directory is not a plain directory inside the project.
    pub UNSUITABLE_OUTPUT_DIRECTORY = "OUT008", "unsuitable-output-directory", Error,
    "the output directory is not a plain directory inside the project"
}

rule! {
    /// A rendered file's name is not safe on every system, or is taken twice.
    pub UNSAFE_FILE_NAME = "OUT009", "unsafe-file-name", Error, seat belt 9,
    "a rendered file's name is not safe on every system, or is taken twice"
}

rule! {
    /// An environment renders no file at all.
    pub NOTHING_TO_WRITE = "OUT010", "nothing-to-write", Error, seat belt 9,
    "an environment renders no file at all"
}

rule! {
    /// Another run holds the output directory.
    pub OUTPUT_IN_USE = "OUT011", "output-in-use", Error,
    "another run holds the output directory"
}

rule! {
    /// A foreign file had to make room for a rendered one.
    pub FILE_SET_ASIDE = "OUT012", "file-set-aside", Warning,
    "a foreign file had to make room for a rendered one"
}

rule! {
    /// A document that a second reader understands otherwise.
    pub UNFAITHFUL_DOCUMENT = "OUT013", "unfaithful-document", Error,
    "a second, independent reader understands every document as the object it was written from"
}

rule! {
    /// A hook has rendered committed files anew.
    pub REFRESHED_OUTPUT = "OUT050", "refreshed-output", Error,
    "a hook finds the committed manifests as they are rendered now"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_page() {
        let codes: Vec<_> = ALL.iter().map(|rule| rule.code).collect();
        assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
        for rule in ALL {
            assert!(rule.page.starts_with(&format!("# {} {}\n", rule.code, rule.slug)), "{}", rule.code);
            let headings: Vec<_> = rule.page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
            let expected = ["What it does", "Why it is bad", "Example", "Instead"];
            assert_eq!(headings.get(..4), Some(expected.as_slice()), "{}", rule.code);
            assert!(matches!(headings.get(4..), Some([] | ["Covers"])), "{}: {headings:?}", rule.code);
        }
    }
}
