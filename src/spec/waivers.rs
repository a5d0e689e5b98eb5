//! The waivers file: findings that are known and accepted for a time, and by whom.

use super::date::Date;
use super::{ApiVersion, rules};
use crate::diag::Findings;
use crate::yaml::{self, Node};
use schemars::JsonSchema;
use serde::Deserialize;

/// A file of waivers, which `waivers: {file: …}` in the project file names.
///
/// Each lifts the findings of one rule in one place until a day.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Waivers {
    /// The version of the spec language.
    pub api_version: ApiVersion,
    /// Says that this is a file of waivers.
    pub kind: WaiversKind,
    /// The waivers.
    pub waivers: Vec<Waiver>,
}

/// The kind of a file of waivers.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaiversKind {
    /// A file of waivers.
    Waivers,
}

/// One waiver: lifts the findings of one rule in one place until a day.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Waiver {
    /// The rule's code, e.g. `CLU020`. Seat belts and input errors cannot be waived.
    pub code: String,
    /// The environment that it is for; every environment without it.
    #[serde(default)]
    pub environment: Option<String>,
    /// The place that it is for. A waiver without one would lift the rule everywhere and is refused.
    #[schemars(required)]
    pub scope: Option<Scope>,
    /// Why the finding is accepted.
    #[schemars(length(min = 1))]
    pub reason: String,
    /// Who answers for it: a person or a team.
    #[schemars(length(min = 1))]
    pub owner: String,
    /// The last day on which it holds, as `"YYYY-MM-DD"` in quotes; at most a year ahead.
    pub expires: Date,
}

/// Where a waiver holds: `{pool: NAME}`, `{object: …}` or `{path: …}`, exactly one of them and without
/// wildcards.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    /// A pool, by its name: the findings about it and about its values.
    Pool(String),
    /// A rendered object, written as the finding shows it: `MachineSet openshift-machine-api/NAME`, or
    /// `ClusterAutoscaler default` where there is no namespace.
    Object(String),
    /// A value in a file, and what is below it: the file, `#`, and the keys joined by dots, e.g.
    /// `provider-specs/worker.yaml#subnet.filters`. List items count from 0.
    Path(String),
}

impl Scope {
    /// What is written behind the key.
    pub fn text(&self) -> &str {
        match self {
            Scope::Pool(text) | Scope::Object(text) | Scope::Path(text) => text,
        }
    }

    /// As it is written in one line, e.g. `{pool: gpu}`.
    pub fn written(&self) -> String {
        let key = match self {
            Scope::Pool(_) => "pool",
            Scope::Object(_) => "object",
            Scope::Path(_) => "path",
        };
        format!("{{{key}: {}}}", self.text())
    }
}

/// Decodes the file of waivers. What is wrong becomes findings; the waivers that are sound by themselves
/// are given back with their places in the list, so that a slip in one does not bring back what all the
/// others lift.
pub fn decode(tree: &Node, findings: &mut Findings) -> Vec<(usize, Waiver)> {
    super::check::placeholders(tree, findings);
    let whole = yaml::decode::<Waivers>(tree, findings, &rules::DECODE);
    match whole {
        Some(whole) => whole.waivers.into_iter().enumerate().collect(),
        None => {
            let items = tree.get("waivers").and_then(Node::as_seq).unwrap_or_default().iter().enumerate();
            // What is wrong with them was said just now.
            let decoded = |node| yaml::decode::<Waiver>(node, &mut Findings::new(), &rules::DECODE);
            items.filter_map(|(index, node)| Some((index, decoded(node)?))).collect()
        }
    }
}
