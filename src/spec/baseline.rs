//! The baseline: the findings that were there when a project adopted poolsmith, or last wrote it.

use super::{ApiVersion, rules};
use crate::diag::{Finding, Findings};
use crate::yaml::{self, Node};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A baseline, which `poolsmith check --write-baseline FILE` writes: findings that are known and do not
/// fail a run.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Baseline {
    /// The version of the spec language.
    pub api_version: ApiVersion,
    /// Says that this is a baseline.
    pub kind: BaselineKind,
    /// The known findings.
    pub findings: Vec<KnownFinding>,
}

/// The kind of a baseline.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaselineKind {
    /// A baseline.
    Baseline,
}

/// A finding that is known.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct KnownFinding {
    /// The rule's code.
    pub code: String,
    /// What tells the finding from others, wherever its lines move to.
    pub fingerprint: Fingerprint,
    /// The file or object that it is about, for those who read the baseline.
    #[serde(default)]
    pub place: Option<String>,
    /// What it says, for those who read the baseline.
    pub message: String,
}

/// The fingerprint of a finding: sixteen hexadecimal digits, a colon and which of equal ones it is.
#[derive(Deserialize, Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[serde(try_from = "String")]
pub struct Fingerprint(pub String);

impl TryFrom<String> for Fingerprint {
    type Error = String;

    fn try_from(text: String) -> Result<Fingerprint, String> {
        let well_formed = text.split_once(':').is_some_and(|(hash, which)| {
            let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
            hash.len() == 16
                && hash.bytes().all(hexadecimal)
                && !which.is_empty()
                && !which.starts_with('0')
                && which.bytes().all(|b| b.is_ascii_digit())
        });
        if well_formed {
            Ok(Fingerprint(text))
        } else {
            Err(format!(
                "`{text}` is not a fingerprint: write the baseline with `poolsmith check --write-baseline`"
            ))
        }
    }
}

impl JsonSchema for Fingerprint {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Fingerprint".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^[0-9a-f]{16}:[1-9][0-9]*$"})
    }
}

/// Decodes a baseline. Nothing is given back when it was refused: what it lifts is not known then.
pub fn decode(tree: &Node, findings: &mut Findings) -> Option<Baseline> {
    let baseline = yaml::decode::<Baseline>(tree, findings, &rules::DECODE)?;
    let mut seen: BTreeMap<&Fingerprint, usize> = BTreeMap::new();
    let mut sound = true;
    for (index, known) in baseline.findings.iter().enumerate() {
        let place = |index: usize| tree.locate(&["findings", &index.to_string(), "fingerprint"]);
        if let Some(first) = seen.insert(&known.fingerprint, index) {
            let message = format!("the fingerprint `{}` stands twice in the baseline", known.fingerprint.0);
            findings.push(
                Finding::new(&rules::INVALID_VALUE, message)
                    .at(place(index))
                    .related(place(first), "first here")
                    .help("remove one of the two entries"),
            );
            sound = false;
        }
    }
    sound.then_some(baseline)
}
