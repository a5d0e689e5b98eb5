//! Which versions of poolsmith may read the project, checked before anything else is said of it.
//!
//! A newer project file may hold keys that an older poolsmith does not know, and another version may
//! render other bytes: both would be noise around the one thing that matters.

use super::rules::{OTHER_VERSION_REQUIRED, VERSION_REQUIREMENT_MALFORMED};
use crate::diag::Finding;
use crate::yaml::{Node, Value};
use semver::{Version, VersionReq};

/// The key of the project file.
const KEY: &str = "requiredVersion";

/// The tree to go on with, and what is to be said of a requirement that cannot be understood. Such a
/// requirement is taken out of the tree, as everything about it has been said.
///
/// # Errors
/// The finding that stands alone: `running` is not one that the project allows.
pub(super) fn check(mut tree: Node, running: &Version) -> Result<(Node, Option<Finding>), Box<Finding>> {
    let Some(node) = tree.get(KEY) else { return Ok((tree, None)) };
    let Some(text) = node.as_str() else {
        let finding = not_text(node).at(tree.locate(&[KEY]));
        remove(&mut tree);
        return Ok((tree, Some(finding)));
    };
    let requirement = match requirement(text) {
        Ok(requirement) => requirement,
        Err(message) => {
            let finding = Finding::new(&VERSION_REQUIREMENT_MALFORMED, message).at(node.position);
            let finding = finding.help(r#"write a version such as "0.1.0", or bounds such as ">=0.1, <0.3""#);
            remove(&mut tree);
            return Ok((tree, Some(finding)));
        }
    };
    if requirement.matches(running) {
        return Ok((tree, None));
    }
    let message = format!("the project requires poolsmith {}, but this is {running}", text.trim());
    let mut finding = Finding::new(&OTHER_VERSION_REQUIRED, message)
        .at(node.position)
        .help("run a version that it allows, or change `requiredVersion` and render everything anew");
    let released = Version { pre: semver::Prerelease::EMPTY, ..running.clone() };
    if !running.pre.is_empty() && requirement.matches(&released) {
        finding = finding.note("a pre-release is allowed only by a requirement that names it");
    }
    Err(Box::new(finding))
}

/// The version of this poolsmith.
pub(super) fn running() -> Version {
    Version::parse(env!("CARGO_PKG_VERSION")).expect("cargo builds packages with semantic versions only")
}

/// Reads a requirement: versions or bounds, separated by commas, all of which must hold.
///
/// A version without an operator means what it says: `0.1.0` that version, `0.1` every 0.1.x. (Cargo
/// reads it as the least compatible version, which is not what a pin is for.)
///
/// # Errors
/// What is wrong, in words.
pub fn requirement(text: &str) -> Result<VersionReq, String> {
    let exact = |part: &str| {
        let part = part.trim();
        let is_bare = part.starts_with(|c: char| c.is_ascii_digit());
        let release = part.split(['-', '+']).next().unwrap_or_default();
        let is_number = release.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if is_bare && is_number { format!("={part}") } else { part.to_owned() }
    };
    let stated: Vec<String> = text.split(',').map(exact).collect();
    if let Some(place) = stated.iter().position(String::is_empty) {
        return Err(match stated.len() {
            1 => "`requiredVersion` is empty".to_owned(),
            _ => format!("`{text}` is not a version requirement: part {} is empty", place + 1),
        });
    }
    VersionReq::parse(&stated.join(", ")).map_err(|error| {
        // The parser knows the parts with the operator that was put before them.
        format!(
            "`{}` is not a version requirement: {}",
            text.escape_debug(),
            error.to_string().trim_end_matches('.')
        )
    })
}

/// The finding about a requirement that is a number, a list or nothing.
fn not_text(node: &Node) -> Finding {
    let written = node.raw.as_deref().map(str::to_owned).or(match &node.value {
        Value::Int(number) => Some(number.to_string()),
        Value::UInt(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        _ => None,
    });
    match (written, &node.value) {
        (Some(written), Value::Int(_) | Value::UInt(_) | Value::Float(_)) => Finding::new(
            &VERSION_REQUIREMENT_MALFORMED,
            format!("`requiredVersion` is the number {written}, where a version is text"),
        )
        .help(format!("write \"{written}\", in quotes")),
        (_, Value::Null) => Finding::new(&VERSION_REQUIREMENT_MALFORMED, "`requiredVersion` is empty")
            .help("write a version such as \"0.1.0\", or remove the line"),
        _ => Finding::new(&VERSION_REQUIREMENT_MALFORMED, "`requiredVersion` is not text")
            .help(r#"write a version such as "0.1.0", or bounds such as ">=0.1, <0.3""#),
    }
}

fn remove(tree: &mut Node) {
    if let Value::Map(entries) = &mut tree.value {
        entries.retain(|(key, _)| &*key.name != KEY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Findings;
    use crate::yaml::{self, FileId, Limits};

    /// What the project file `text` leads to in version `running`: whether it is gone on with, and the
    /// finding as code, column, message and help.
    fn checked(text: &str, running: &str) -> (bool, Option<(&'static str, u32, String, String)>) {
        let mut findings = Findings::new();
        let tree = yaml::parse_one(text, FileId::default(), &Limits::default(), &mut findings).unwrap();
        let (goes_on, finding) = match check(tree, &Version::parse(running).unwrap()) {
            Ok((tree, malformed)) => {
                assert_eq!(tree.get(KEY).is_none(), malformed.is_some() || !text.contains(KEY));
                (true, malformed)
            }
            Err(mismatch) => (false, Some(*mismatch)),
        };
        let told = |finding: Finding| {
            let column = finding.primary.map(|label| label.position.column).unwrap_or_default();
            (finding.rule.code, column, finding.message, finding.help.unwrap_or_default())
        };
        (goes_on, finding.map(told))
    }

    #[test]
    fn a_version_is_allowed_as_it_is_written() {
        for (requirement, running, allowed) in [
            ("1.4.0", "1.4.0", true),
            ("1.4.0", "1.3.2", false),
            ("1.4.0", "1.4.1", false),
            ("0.1.0", "0.1.1", false),
            ("0.1", "0.1.7", true),
            ("0.1", "0.2.0", false),
            ("1", "1.9.0", true),
            ("1", "2.0.0", false),
            ("1.2.x", "1.2.9", true),
            ("1.2.*", "1.3.0", false),
            (">=0.1, <0.3", "0.2.9", true),
            (">=0.1, <0.3", "0.3.0", false),
            (" >=0.1,<0.3 ", "0.1.0", true),
            ("~1.3", "1.3.9", true),
            ("^1.3", "1.9.0", true),
            ("1.4.0-rc.1", "1.4.0-rc.1", true),
            ("1.4.0-rc.1", "1.4.0", false),
            (">=1.3", "1.4.0-rc.1", false),
            ("*", "7.0.0", true),
        ] {
            let (goes_on, finding) = checked(&format!("requiredVersion: \"{requirement}\""), running);
            assert_eq!(goes_on, allowed, "{requirement} with {running}: {finding:?}");
            assert_eq!(finding.map(|(code, ..)| code), (!allowed).then_some("SPC093"), "{requirement}");
        }
    }

    #[test]
    fn another_version_is_told_both_versions_and_the_place() {
        let (goes_on, finding) = checked("kind: Project\nrequiredVersion: \"1.4.0\"\nnewKey: 1\n", "1.3.2");
        let (code, column, message, help) = finding.unwrap();
        assert!(!goes_on);
        assert_eq!((code, column), ("SPC093", 18));
        assert_eq!(message, "the project requires poolsmith 1.4.0, but this is 1.3.2");
        assert!(help.contains("`requiredVersion`"), "{help}");
    }

    #[test]
    fn what_cannot_be_understood_is_said_with_what_to_write() {
        for (written, in_message, in_help) in [
            ("0.10", "the number 0.10", "write \"0.10\", in quotes"),
            ("1", "the number 1", "write \"1\", in quotes"),
            ("-0.5", "the number -0.5", "0.5"),
            ("", "is empty", "or remove the line"),
            ("''", "is empty", "\"0.1.0\""),
            ("'0.1,'", "part 2 is empty", "\">=0.1, <0.3\""),
            ("[0.1.0]", "is not text", "\"0.1.0\""),
            ("true", "is not text", "\"0.1.0\""),
            ("v0.1.0", "`v0.1.0` is not a version requirement", "\"0.1.0\""),
            ("'>=0.1 <0.3'", "`>=0.1 <0.3` is not a version requirement", "\">=0.1, <0.3\""),
            ("'0.01'", "`0.01` is not a version requirement", "\"0.1.0\""),
            ("latest", "`latest` is not a version requirement", "\"0.1.0\""),
            ("'0.1.0 || 0.2.0'", "is not a version requirement", "\">=0.1, <0.3\""),
            ("'99999999999999999999.0'", "is not a version requirement", "\"0.1.0\""),
        ] {
            let (goes_on, finding) = checked(&format!("requiredVersion: {written}"), "0.1.0");
            let (code, _, message, help) = finding.unwrap();
            assert!(goes_on && code == "SPC094", "{written}");
            assert!(message.contains(in_message), "{written}: {message}");
            assert!(help.contains(in_help), "{written}: {help}");
        }
    }

    #[test]
    fn a_project_need_not_require_anything() {
        assert_eq!(checked("kind: Project", "0.1.0"), (true, None));
        assert_eq!(checked("[1]", "0.1.0"), (true, None));
    }
}
