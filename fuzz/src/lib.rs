//! What the targets share: the projects that are mutated, and what must hold whatever is read.

#[path = "../../tests/support/seat_belts.rs"]
pub mod seat_belts;

use poolsmith::diag::{Finding, Findings, Format, Report, Sources, apply_fixes, render};
use poolsmith::yaml::Limits;
use std::path::{Path, PathBuf};

/// Smaller than the real limits, so that no input is slow for its size alone.
pub fn limits() -> Limits {
    Limits { nodes: 20_000, ..Limits::default() }
}

/// The repository, which is also the sample.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository")
}

/// The small project that the cases of the rule pages are laid over.
pub fn base() -> PathBuf {
    repository().join("tests/rule-pages/base").canonicalize().expect("the small project")
}

/// Shows findings in every format and carries out their fixes: no text and no place breaks either. Every
/// place lies inside its text.
pub fn tell(findings: Findings, sources: &Sources) -> Vec<Finding> {
    let mut sorted = findings.into_sorted(sources);
    for label in sorted.iter().flat_map(|finding| finding.primary.iter().chain(&finding.related)) {
        let position = label.position;
        let source = sources.get(position.file).expect("a place names a text that was read");
        let range = position.start as usize..position.end as usize;
        assert!(source.text.get(range).is_some(), "{position:?} is not inside {}", source.path);
    }
    let fixed = apply_fixes(sorted.iter().filter_map(|finding| finding.fix.as_deref()), sources);
    assert!(fixed.texts.len() <= sources.iter().count());
    // The same few kinds of finding in large numbers add nothing but time.
    sorted.truncate(40);
    let report = Report::new(&sorted, sources);
    for format in Format::ALL {
        let mut out = String::new();
        render(format, &report, &mut out);
    }
    sorted
}
