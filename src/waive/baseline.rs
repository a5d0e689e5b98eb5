//! The findings that a project knows since it adopted poolsmith: read, compared and written.

use super::{belongs_in_a_baseline, can_be_lifted, check, rules};
use crate::diag::{Finding, Findings, Fingerprints, Lifted, Sources};
use crate::json::{Map, Value as Json, json};
use crate::spec::baseline;
use crate::yaml::{EmitError, Node, Position, emit_document};
use std::collections::{BTreeMap, BTreeSet};

/// What stands above the entries.
const HEADER: &str = "\
# Known findings: they fail no run. Written by `poolsmith check --write-baseline`; take entries out as
# their findings are mended, and add none by hand.
";

/// The entries of a baseline.
#[derive(Debug)]
pub struct Known {
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    code: String,
    message: String,
    place: Position,
}

impl Known {
    /// Reads a baseline. What is wrong becomes findings, and nothing is known then.
    pub fn read(tree: &Node, findings: &mut Findings) -> Option<Known> {
        let decoded = baseline::decode(tree, findings)?;
        let all = crate::rules::all();
        let mut sound = true;
        let mut entries = BTreeMap::new();
        for (index, known) in decoded.findings.into_iter().enumerate() {
            let place = tree.locate(&["findings", &index.to_string(), "code"]);
            // A rule that is gone has no findings; its entry is named as one that is gone.
            if let Some(rule) = all.iter().find(|rule| rule.code == known.code)
                && !can_be_lifted(rule)
            {
                let why = match rule.seat_belt {
                    Some(belt) => format!("is seat belt {belt}, which nothing lifts"),
                    None => format!("is in no baseline: {}", check::why_not(rule)),
                };
                findings.push(
                    Finding::new(
                        &rules::BASELINE_OF_UNWAIVABLE_RULE,
                        format!("{} ({}) {why}", rule.code, rule.slug),
                    )
                    .at(place)
                    .help("remove the entry and mend the finding"),
                );
                sound = false;
            }
            let entry = Entry { code: known.code, message: known.message, place };
            entries.insert(known.fingerprint.0, entry);
        }
        sound.then_some(Known { entries })
    }

    pub(super) fn has(&self, fingerprint: &str) -> bool {
        self.entries.contains_key(fingerprint)
    }

    /// The entries that are not among the fingerprints `found`.
    pub(super) fn gone(&self, found: &BTreeSet<String>) -> Vec<Finding> {
        let gone = self.entries.iter().filter(|(fingerprint, _)| !found.contains(*fingerprint));
        gone.map(|(_, entry)| {
            let message = format!("{} is found no more: {}", entry.code, entry.message.trim());
            Finding::new(&rules::BASELINE_ENTRY_GONE, message)
                .at(entry.place)
                .help("remove the entry, or write the baseline anew with `poolsmith check --write-baseline`")
        })
        .collect()
    }
}

/// Whether a text that stands where a baseline is to be written is one.
pub fn is_one(text: &str) -> bool {
    text.lines().any(|line| line.trim_end() == "kind: Baseline")
}

/// The baseline of sorted `findings`, and how many entries it has. The findings that are in it are lifted.
///
/// # Errors
/// When a message holds what cannot be written as YAML.
pub fn write(findings: &mut [Finding], sources: &Sources) -> Result<(String, usize), EmitError> {
    // Each environment is judged by itself, so that fingerprints do not depend on which others there are.
    let mut counted: BTreeMap<Option<String>, Fingerprints> = BTreeMap::new();
    let mut entries: BTreeMap<(String, Option<String>, String), String> = BTreeMap::new();
    for finding in findings {
        let fingerprints = counted.entry(finding.environment.clone()).or_default();
        let fingerprint = fingerprints.of(finding, sources);
        if !belongs_in_a_baseline(finding) {
            continue;
        }
        let place = match (&finding.object, &finding.primary) {
            (Some(object), _) => Some(object.to_string()),
            (None, Some(label)) => Some(sources.path(label.position.file).to_owned()),
            (None, None) => None,
        };
        let code = finding.rule.code.to_owned();
        entries.entry((code, place, fingerprint)).or_insert_with(|| finding.message.clone());
        finding.lifted = Some(Box::new(Lifted::Known));
    }
    let count = entries.len();
    let entries = entries.into_iter().map(|((code, place, fingerprint), message)| {
        let mut entry = Map::new();
        entry.insert("code", code);
        entry.insert("fingerprint", fingerprint);
        entry.extend(place.map(|place| ("place".to_owned(), place.into())));
        entry.insert("message", message);
        Json::Object(entry)
    });
    let document = json!({
        "apiVersion": "poolsmith.dev/v1alpha1",
        "kind": "Baseline",
        "findings": Json::Array(entries.collect()),
    });
    Ok((format!("{HEADER}{}", emit_document(&document)?), count))
}
