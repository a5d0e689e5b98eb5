//! A closed description of a providerSpec as a static table, and what can be told from it: unknown
//! keys, wrong types, wrong words, fields that a version does not have yet, and noise.
//!
//! The CRD leaves the providerSpec open, and the webhooks drop what the Go type does not know without
//! a word (machine-api-operator `pkg/webhooks/machine_webhook.go`, `unmarshalInto`). So the table is
//! what stands between a misspelt key and a machine that silently lacks it.

use super::field_path::Path;
use super::rules;
use crate::diag::{Edit, Finding, Findings, certain, nearest};
use crate::spec::scalars::{MinorVersion, VersionRange};
use crate::yaml::{Key, Node, Position, Value, ambiguity, quoted, resolve};

/// A field of a providerSpec.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The JSON name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The first release that has it; `None` for one that all supported releases have.
    pub since: Option<MinorVersion>,
    /// What it means when it is empty.
    pub empty: Empty,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Bool,
    /// An integer.
    Int,
    /// A map with these fields.
    Object(&'static [Field]),
    /// A list of such values.
    List(&'static Kind),
    /// Not looked at.
    Anything,
}

/// What an empty value (`""`, `{}`, `[]`) of a field means; `null` always means absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    /// The same as absent.
    Noise,
    /// The same as absent, and so is 0.
    NoiseLikeZero,
    /// Something of its own.
    Meaning,
    /// Whatever it holds, it is noise.
    Always,
}

impl Field {
    /// A field that all supported releases have and that is as good as absent when it is empty.
    pub const fn new(name: &'static str, kind: Kind) -> Field {
        Field { name, kind, since: None, empty: Empty::Noise }
    }

    /// The same field, there from a release on.
    #[must_use]
    pub const fn since(mut self, major: u16, minor: u16) -> Field {
        self.since = Some(MinorVersion::new(major, minor));
        self
    }

    /// The same field with a meaning of its emptiness.
    #[must_use]
    pub const fn empty(mut self, empty: Empty) -> Field {
        self.empty = empty;
        self
    }
}

fn field<'f>(fields: &'f [Field], name: &str) -> Option<&'f Field> {
    fields.iter().find(|field| field.name == name)
}

/// Reports unknown keys and values of the wrong type or word, at every depth.
///
/// `owner` is the kind that the messages name. `hints` are keys that people put here although they
/// belong elsewhere, with what to do instead.
pub fn check(
    node: &Node,
    fields: &'static [Field],
    owner: &str,
    hints: &[(&str, &str)],
    findings: &mut Findings,
) {
    Check { owner, hints, findings }.map(node, fields, &Path::Root);
}

struct Check<'a> {
    owner: &'a str,
    hints: &'a [(&'a str, &'a str)],
    findings: &'a mut Findings,
}

impl Check<'_> {
    fn map(&mut self, node: &Node, fields: &'static [Field], path: &Path<'_>) {
        for (key, value) in node.as_map().unwrap_or_default() {
            match field(fields, &key.name) {
                Some(field) => self.value(value, &field.kind, &Path::Field(path, field.name), field.name),
                None => self.unknown(key, node, fields, path),
            }
        }
    }

    fn unknown(&mut self, key: &Key, map: &Node, fields: &'static [Field], path: &Path<'_>) {
        let place = if path.is_root() { self.owner.to_owned() } else { format!("`{path}`") };
        let mut finding = Finding::new(
            &rules::UNKNOWN_PROVIDER_SPEC_KEY,
            format!("`{}` is no field of {place}: the API server would drop it silently", key.name),
        )
        .at(key.position);
        let hint = self.hints.iter().find(|(name, _)| path.is_root() && *name == &*key.name);
        finding.help = Some(match (hint, nearest(&key.name, fields.iter().map(|field| field.name))) {
            (Some((_, help)), _) => (*help).to_owned(),
            (None, Some(name)) if name.eq_ignore_ascii_case(&key.name) => {
                format!(
                    "write `{name}`: the API server stores that spelling, and Argo CD would never see the two as equal"
                )
            }
            (None, Some(name)) => format!("write `{name}`"),
            (None, None) => format!(
                "remove it, or use one of {}",
                fields.iter().map(|field| format!("`{}`", field.name)).collect::<Vec<_>>().join(", ")
            ),
        });
        if hint.is_none()
            && let Some(meant) = meant(key, map, fields)
        {
            finding = finding.fix(
                format!("rename `{}` to `{meant}`", key.name),
                vec![Edit { position: key.position, replacement: meant.to_owned() }],
            );
        }
        self.findings.push(finding);
    }

    fn value(&mut self, node: &Node, kind: &'static Kind, path: &Path<'_>, name: &str) {
        if node.is_null() {
            return;
        }
        match (kind, &node.value) {
            (Kind::Text, Value::Str(text)) if node.plain => {
                // Reported when the file was read; here it is known that text is meant.
                self.findings.extend(ambiguity(text, node.position).map(|finding| {
                    let fix = vec![Edit { position: node.position, replacement: quoted(text) }];
                    finding.fix(format!("put `{text}` in quotes"), fix)
                }));
            }
            (Kind::Anything, _)
            | (Kind::Text, Value::Str(_))
            | (Kind::Bool, Value::Bool(_))
            | (Kind::Int, Value::Int(_)) => {}
            (Kind::Word(words), Value::Str(text)) => {
                if !text.is_empty() && !words.contains(&&**text) {
                    self.wrong_word(node, words, path, text);
                }
            }
            (Kind::Object(fields), Value::Map(_)) => self.map(node, fields, path),
            (Kind::List(item), Value::Seq(items)) => {
                for (index, value) in items.iter().enumerate() {
                    let path = Path::Item(path, index);
                    if value.is_null() {
                        self.wrong_type(value, item, &path, name);
                    }
                    self.value(value, item, &path, name);
                }
            }
            _ => self.wrong_type(node, kind, path, name),
        }
    }

    fn wrong_word(&mut self, node: &Node, words: &[&'static str], path: &Path<'_>, text: &str) {
        let list = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let help = match nearest(text, words.iter().copied()) {
            Some(word) => format!("write `{word}`"),
            None => format!("use one of {list}"),
        };
        let message = format!("`{path}` is `{text}`, but only {list} are allowed");
        self.findings.push(
            Finding::new(&rules::WRONG_PROVIDER_SPEC_TYPE, message).at(node.position).help(help).rewrite_to(
                node.position,
                text,
                words.iter().copied(),
            ),
        );
    }

    fn wrong_type(&mut self, node: &Node, kind: &Kind, path: &Path<'_>, name: &str) {
        let message =
            format!("`{path}` must be {}, but it is {}", describe_kind(kind), describe_value(&node.value));
        let mut written_right = None;
        let help = match (kind, &node.value) {
            (
                Kind::Text | Kind::Word(_),
                Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_),
            ) => {
                let written = node.raw.as_deref().map_or_else(|| node.to_json().to_string(), str::to_owned);
                written_right = Some(quoted(&written)).filter(|_| matches!(kind, Kind::Text));
                format!("put it in quotes: \"{written}\"")
            }
            (Kind::Int | Kind::Bool, Value::Str(text)) if fits(kind, text) => {
                written_right = Some(text.to_string()).filter(|_| !matches!(resolve(text), Value::Str(_)));
                format!("remove the quotes: {text}")
            }
            (Kind::List(_), Value::Map(_)) => {
                format!("write a list with one item: begin the first line with `- ` under `{name}`")
            }
            (Kind::Object(_), Value::Seq(items)) if items.len() == 1 => {
                format!("write the item as a map: remove the `- ` under `{name}`")
            }
            _ => format!("write {} there", describe_kind(kind)),
        };
        let finding = Finding::new(&rules::WRONG_PROVIDER_SPEC_TYPE, message).at(node.position).help(help);
        self.findings.push(match written_right {
            Some(text) => finding.rewrite(node.position, text),
            None => finding,
        });
    }
}

/// The field that an unknown key was certainly meant to be, unless it is there too.
fn meant(key: &Key, map: &Node, fields: &[Field]) -> Option<&'static str> {
    let meant = certain(&key.name, fields.iter().map(|field| field.name))?;
    let is_rival = |(other, _): &(Key, Node)| {
        other.position != key.position
            && (&*other.name == meant
                || certain(&other.name, fields.iter().map(|field| field.name)) == Some(meant))
    };
    (!map.as_map().unwrap_or_default().iter().any(is_rival)).then_some(meant)
}

/// The value with the keys renamed that were certainly misspelt: what is told of them is no reason to say
/// that something is missing.
pub fn with_meant_keys(node: &Node, fields: &'static [Field]) -> Node {
    let mut renamed = node.clone();
    if let Value::Map(entries) = &mut renamed.value {
        for (key, value) in entries {
            if field(fields, &key.name).is_none()
                && let Some(meant) = meant(key, node, fields)
            {
                key.name = meant.into();
            }
            match field(fields, &key.name).map(|field| field.kind) {
                Some(Kind::Object(fields)) => *value = with_meant_keys(value, fields),
                Some(Kind::List(Kind::Object(fields))) => {
                    if let Value::Seq(items) = &mut value.value {
                        items.iter_mut().for_each(|item| *item = with_meant_keys(item, fields));
                    }
                }
                _ => {}
            }
        }
    }
    renamed
}

fn fits(kind: &Kind, text: &str) -> bool {
    match kind {
        Kind::Int => text.parse::<i64>().is_ok(),
        _ => matches!(text, "true" | "false"),
    }
}

fn describe_kind(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Word(_) => "text",
        Kind::Bool => "true or false",
        Kind::Int => "an integer",
        Kind::Object(_) => "a map",
        Kind::List(_) => "a list",
        Kind::Anything => "anything",
    }
}

fn describe_value(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => format!("the boolean {b}"),
        Value::Int(i) => format!("the number {i}"),
        Value::UInt(u) => format!("the number {u}"),
        Value::Float(f) => format!("the number {f}"),
        Value::Str(s) => format!("the text `{s}`"),
        Value::Seq(_) => "a list".to_owned(),
        Value::Map(_) => "a map".to_owned(),
    }
}

/// Reports fields that the oldest of the cluster's versions does not have.
pub fn check_versions(node: &Node, fields: &'static [Field], version: VersionRange, findings: &mut Findings) {
    versions(node, fields, version.min, &Path::Root, findings);
}

fn versions(
    node: &Node,
    fields: &'static [Field],
    oldest: MinorVersion,
    path: &Path<'_>,
    findings: &mut Findings,
) {
    for (key, value) in node.as_map().unwrap_or_default() {
        let Some(field) = field(fields, &key.name) else { continue };
        let path = Path::Field(path, field.name);
        match field.since {
            Some(since) if since > oldest => findings.push(
                Finding::new(
                    &rules::FIELD_NEWER_THAN_CLUSTER,
                    format!(
                        "`{path}` exists from {}.{} on, but the cluster may run {}.{}, which drops it silently",
                        since.major, since.minor, oldest.major, oldest.minor
                    ),
                )
                .at(key.position)
                .help(format!(
                    "remove it, or state `cluster.version` as {}.{} or newer once the whole cluster is there",
                    since.major, since.minor
                )),
            ),
            _ => match field.kind {
                Kind::Object(fields) => versions(value, fields, oldest, &path, findings),
                Kind::List(Kind::Object(fields)) => {
                    for item in value.as_seq().unwrap_or_default() {
                        versions(item, fields, oldest, &path, findings);
                    }
                }
                _ => {}
            },
        }
    }
}

/// The value without what means the same as absent; what was dropped is named once each in `dropped`.
pub fn without_noise(node: &Node, fields: &'static [Field], dropped: &mut Vec<String>) -> Node {
    clean_map(node, fields, &Path::Root, dropped)
}

fn clean_map(node: &Node, fields: &'static [Field], path: &Path<'_>, dropped: &mut Vec<String>) -> Node {
    let Some(entries) = node.as_map() else { return node.clone() };
    let mut kept = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let Some(field) = field(fields, &key.name) else {
            kept.push((key.clone(), value.clone()));
            continue;
        };
        let path = Path::Field(path, field.name);
        if is_noise(value, field) {
            note(dropped, path.to_string());
            continue;
        }
        let cleaned = match field.kind {
            Kind::Object(fields) => clean_map(value, fields, &path, dropped),
            Kind::List(Kind::Object(fields)) => clean_items(value, fields, &Path::Items(&path), dropped),
            _ => value.clone(),
        };
        // Only noise was in it: its parts are named, so it goes with them.
        if !is_noise(&cleaned, field) {
            kept.push((key.clone(), cleaned));
        }
    }
    Node::new(node.position, Value::Map(kept))
}

fn clean_items(node: &Node, fields: &'static [Field], path: &Path<'_>, dropped: &mut Vec<String>) -> Node {
    let Some(items) = node.as_seq() else { return node.clone() };
    let items = items.iter().map(|item| clean_map(item, fields, path, dropped)).collect();
    Node::new(node.position, Value::Seq(items))
}

/// Calls `empty` with the path and the place of every value that means the same as absent, and that the API
/// may drop: empty texts and lists, and in the items of lists what is null, too. Empty maps it keeps.
pub fn empty_values(node: &Node, fields: &'static [Field], empty: &mut dyn FnMut(&str, Position)) {
    empties(node, fields, &Path::Root, false, empty);
}

fn empties(
    node: &Node,
    fields: &'static [Field],
    path: &Path<'_>,
    in_list: bool,
    empty: &mut dyn FnMut(&str, Position),
) {
    for (key, value) in node.as_map().unwrap_or_default() {
        let Some(field) = field(fields, &key.name) else { continue };
        let path = Path::Field(path, field.name);
        match (field.kind, &value.value) {
            (_, Value::Null) if !in_list => {}
            (_, Value::Map(entries)) if entries.is_empty() && field.empty != Empty::Always => {}
            _ if is_noise(value, field) => empty(&path.to_string(), value.position),
            (Kind::Object(fields), _) => empties(value, fields, &path, in_list, empty),
            (Kind::List(Kind::Object(fields)), Value::Seq(items)) => {
                for (index, item) in items.iter().enumerate() {
                    empties(item, fields, &Path::Item(&path, index), true, empty);
                }
            }
            _ => {}
        }
    }
}

/// Names what was dropped, once.
pub fn note(dropped: &mut Vec<String>, name: String) {
    if !dropped.contains(&name) {
        dropped.push(name);
    }
}

fn is_noise(node: &Node, field: &Field) -> bool {
    match (field.empty, &node.value) {
        (Empty::Always, _) | (_, Value::Null) => true,
        (Empty::Meaning, _) => false,
        (_, Value::Str(text)) => text.is_empty(),
        (_, Value::Map(entries)) => entries.is_empty(),
        (_, Value::Seq(items)) => items.is_empty(),
        (Empty::NoiseLikeZero, Value::Int(0)) => true,
        _ => false,
    }
}
