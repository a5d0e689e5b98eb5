//! Findings as JSON, with a published schema (`schemas/findings.schema.json`).
//!
//! The types here are that schema. Fields may be added at any time, so the schema leaves objects
//! open; a change that a reader would trip over raises [`SCHEMA_VERSION`].

use super::report::{Places, Report};
use super::{Finding, Fix, Lifted, ObjectRef, Severity, Waived};
use crate::yaml::Position;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

/// The version of the JSON format.
const SCHEMA_VERSION: u32 = 1;

/// The findings of one run of poolsmith.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    /// The version of this format; raised when a change could break a reader.
    schema_version: u32,
    /// The version of poolsmith that wrote this.
    tool_version: &'a str,
    /// The environments that were looked at, where they are known.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    environments: &'a [String],
    /// The findings, sorted by file, place, code and message.
    findings: Vec<Entry<'a>>,
    /// How many findings there are.
    summary: Summary,
}

/// How many findings there are of each severity.
#[derive(Serialize, JsonSchema)]
struct Summary {
    /// Errors: nothing was rendered.
    errors: usize,
    /// Warnings.
    warnings: usize,
    /// Notes.
    notes: usize,
    /// Findings that a waiver lifts; they count nowhere else.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(default)]
    waived: usize,
    /// Findings that the baseline knows; they count nowhere else.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(default)]
    baselined: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Something wrong, or worth saying.
#[derive(Serialize, JsonSchema)]
#[serde(rename = "Finding", rename_all = "camelCase")]
struct Entry<'a> {
    /// The rule's code; never reused.
    #[schemars(regex(pattern = "^[A-Z]{3}[0-9]{3}$"))]
    code: &'a str,
    /// The rule's name.
    slug: &'a str,
    /// How grave it is.
    severity: Level,
    /// What is wrong.
    message: &'a str,
    /// What to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    /// Further facts.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
    /// The environment; absent when it concerns the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
    /// The pool it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pool: Option<&'a str>,
    /// The rendered object it was found on.
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<Object<'a>>,
    /// The place to look at first; absent where no input is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
    /// What stands at that place, where there is something to say about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    /// Further places that belong to it.
    related: Vec<Related<'a>>,
    /// Whether a waiver can lift it.
    waivable: bool,
    /// The waiver that lifts it; then it fails no run.
    #[serde(skip_serializing_if = "Option::is_none")]
    waived: Option<WaivedEntry<'a>>,
    /// Whether the baseline knows it; then it fails no run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(default)]
    baselined: bool,
    /// Cures that a machine can carry out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixEntry<'a>>,
}

/// What the waiver of a finding says.
#[derive(Serialize, JsonSchema)]
#[serde(rename = "Waived")]
struct WaivedEntry<'a> {
    /// Why the finding is accepted.
    reason: &'a str,
    /// Who answers for it.
    owner: &'a str,
    /// The last day on which the waiver holds, as `YYYY-MM-DD`.
    expires: &'a str,
}

/// How grave a finding is.
#[derive(Serialize, JsonSchema)]
#[serde(rename = "Severity", rename_all = "lowercase")]
enum Level {
    /// Said for information; never fails a run.
    Note,
    /// Probably wrong; fails a run only when warnings are denied.
    Warning,
    /// Wrong; nothing is rendered.
    Error,
}

/// A rendered object.
#[derive(Serialize, JsonSchema)]
struct Object<'a> {
    /// The kind.
    kind: &'a str,
    /// The namespace; absent for cluster-scoped objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    /// The name.
    name: &'a str,
}

/// A place in a file. Without a line, the whole file is meant.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Location {
    /// The path, with `/`.
    path: String,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    line: Option<u32>,
    /// The column in Unicode characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    column: Option<u32>,
    /// The line of the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    end_line: Option<u32>,
    /// The column of the end: the first one that does not belong to the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    end_column: Option<u32>,
}

/// A further place that belongs to a finding.
#[derive(Serialize, JsonSchema)]
struct Related<'a> {
    /// What stands there, or why it matters.
    message: &'a str,
    /// The place.
    location: Location,
}

/// A cure that a machine can carry out: all of its edits, or none.
#[derive(Serialize, JsonSchema)]
#[serde(rename = "Fix")]
struct FixEntry<'a> {
    /// What carrying it out does.
    title: &'a str,
    /// The edits; they do not overlap.
    edits: Vec<EditEntry<'a>>,
}

/// A stretch of text and what to write in its place.
#[derive(Serialize, JsonSchema)]
#[serde(rename = "Edit")]
struct EditEntry<'a> {
    /// What is replaced; an empty place inserts.
    location: Location,
    /// The new text.
    replacement: &'a str,
}

/// Renders the findings as one JSON object.
pub(super) fn render(report: &Report<'_>, out: &mut String) {
    let places = Places::new(report);
    let counts = report.counts();
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool_version: report.tool_version,
        environments: report.environments,
        findings: report.findings.iter().map(|finding| entry(finding, &places)).collect(),
        summary: Summary {
            errors: counts.errors,
            warnings: counts.warnings,
            notes: counts.notes,
            waived: counts.waived,
            baselined: counts.known,
        },
    };
    push_pretty(&document, out);
}

/// The JSON Schema of the format.
pub fn findings_schema() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Document<'_>>();
    schema.insert("title".to_owned(), "poolsmith findings".into());
    schema.to_value()
}

/// Appends `value` as indented JSON and a line break.
pub(super) fn push_pretty(value: &impl Serialize, out: &mut String) {
    let text = serde_json::to_string_pretty(value)
        .expect("types of text, numbers, lists and structs always serialise");
    out.push_str(&text);
    out.push('\n');
}

fn entry<'a>(finding: &'a Finding, places: &Places<'_>) -> Entry<'a> {
    Entry {
        code: finding.rule.code,
        slug: finding.rule.slug,
        severity: match finding.severity {
            Severity::Note => Level::Note,
            Severity::Warning => Level::Warning,
            Severity::Error => Level::Error,
        },
        message: &finding.message,
        help: finding.help.as_deref(),
        notes: &finding.notes,
        environment: finding.environment.as_deref(),
        pool: finding.pool.as_deref(),
        object: finding.object.as_ref().map(object),
        location: finding.primary.as_ref().map(|label| location(label.position, places)),
        label: finding.primary.as_ref().map(|label| label.text.as_str()).filter(|text| !text.is_empty()),
        related: finding
            .related
            .iter()
            .map(|label| Related { message: &label.text, location: location(label.position, places) })
            .collect(),
        waivable: finding.rule.waivable,
        waived: match finding.lifted.as_deref() {
            Some(Lifted::Waived(Waived { reason, owner, expires })) => {
                Some(WaivedEntry { reason, owner, expires })
            }
            _ => None,
        },
        baselined: finding.lifted.as_deref() == Some(&Lifted::Known),
        fixes: finding.fix.iter().map(|fix| fix_entry(fix, places)).collect(),
    }
}

fn object(object: &ObjectRef) -> Object<'_> {
    Object { kind: &object.kind, namespace: object.namespace.as_deref(), name: &object.name }
}

fn location(position: Position, places: &Places<'_>) -> Location {
    let place = places.place(position);
    Location {
        path: place.path,
        line: place.region.map(|region| region.line),
        column: place.region.map(|region| region.column),
        end_line: place.region.map(|region| region.end_line),
        end_column: place.region.map(|region| region.end_column),
    }
}

fn fix_entry<'a>(fix: &'a Fix, places: &Places<'_>) -> FixEntry<'a> {
    let edits = fix.edits.iter();
    FixEntry {
        title: &fix.title,
        edits: edits
            .map(|edit| EditEntry {
                location: location(edit.position, places),
                replacement: &edit.replacement,
            })
            .collect(),
    }
}
