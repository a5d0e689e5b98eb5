//! What is wrong with `clusterPolicyOverrides`: one walk along the table of fields, of which each rule
//! takes its own kind of fault.

use super::{Subject, nvidia};
use crate::diag::{certain, nearest};
use crate::spec::cluster_policy_fields::{Field, Kind, SPEC};
use crate::spec::gpu_operator::Release;
use crate::yaml::{Node, Position, Value, quoted};

/// A fault and where it stands.
pub struct Fault {
    /// The path in the ClusterPolicy's spec, joined by dots.
    pub path: String,
    /// The key, or the value where the value is to blame.
    pub place: Position,
    /// What is wrong.
    pub what: What,
}

/// What is wrong with a key.
pub enum What {
    /// No release has it.
    Unknown {
        /// What was probably meant.
        suggestion: Option<String>,
        /// The key of the same map that was certainly meant.
        meant: Option<&'static str>,
    },
    /// Only a newer release has it.
    TooNew {
        /// The first release that has it.
        since: Release,
    },
    /// It is said by a setting of its own.
    HasSetting {
        /// The setting, as help.
        setting: &'static str,
    },
    /// The operator ignores it.
    Ignored {
        /// From which release on.
        since: Release,
        /// What to write instead.
        instead: &'static str,
    },
    /// The value does not fit.
    Invalid {
        /// Why.
        reason: String,
        /// What to write instead.
        help: String,
        /// Exactly what to write instead, where that is certain.
        written: Option<String>,
    },
}

/// What has a setting of its own, or is not for anybody to set.
const SETTINGS: [(&str, &str); 16] = [
    (
        "operator.defaultRuntime",
        "remove it: OpenShift has CRI-O, which is written where the release needs it",
    ),
    (
        "daemonsets.tolerations",
        "write `accelerators.nvidia.tolerations`; the pools' taints are added by themselves",
    ),
    ("devicePlugin.config", "write `accelerators.nvidia.sharing`"),
    ("mig.strategy", "write `accelerators.nvidia.mig.strategy`"),
    ("migManager.config.name", "write `accelerators.nvidia.mig.configMap`"),
    ("migManager.config.default", "write `accelerators.nvidia.mig.unlabelledNodes`"),
    ("driver.enabled", "write `accelerators.nvidia.driver.enabled`"),
    ("driver.version", "write `accelerators.nvidia.driver.version`"),
    ("driver.repository", "write `accelerators.nvidia.driver.repository`"),
    ("driver.image", "write `accelerators.nvidia.driver.image`"),
    ("driver.imagePullSecrets", "write `accelerators.nvidia.driver.imagePullSecrets`"),
    ("driver.kernelModuleType", "write `accelerators.nvidia.driver.kernelModuleType`"),
    ("driver.useOpenKernelModules", "write `accelerators.nvidia.driver.kernelModuleType`"),
    ("driver.usePrecompiled", "write `accelerators.nvidia.driver.precompiled`"),
    ("dcgmExporter.serviceMonitor.enabled", "write `accelerators.nvidia.monitoring`"),
    ("cdi.default", "remove it: it is written where the release needs it"),
];

/// Everything that is wrong with the overrides, in the order written.
pub fn faults(subject: &Subject<'_>) -> Vec<Fault> {
    let Some((_, plan)) = nvidia(subject) else { return Vec::new() };
    let Some(overrides) = subject.values.find(&["accelerators", "nvidia", "clusterPolicyOverrides"]) else {
        return Vec::new();
    };
    let mut walk = Walk { release: plan.release, faults: Vec::new() };
    walk.map(overrides, SPEC, "", true);
    walk.faults
}

struct Walk {
    release: Release,
    faults: Vec<Fault>,
}

impl Walk {
    fn add(&mut self, path: &str, place: Position, what: What) {
        self.faults.push(Fault { path: path.to_owned(), place, what });
    }

    fn invalid(&mut self, path: &str, place: Position, reason: String, help: impl Into<String>) {
        self.invalid_but(path, place, reason, help, None);
    }

    fn invalid_but(
        &mut self,
        path: &str,
        place: Position,
        reason: String,
        help: impl Into<String>,
        written: Option<String>,
    ) {
        self.add(path, place, What::Invalid { reason, help: help.into(), written });
    }

    /// A map; in a `patch` null removes a key, and what a map needs may come from beneath.
    fn map(&mut self, node: &Node, groups: &'static [&'static [Field]], path: &str, patch: bool) {
        let Some(entries) = node.as_map() else { return };
        for (key, value) in entries {
            let below = if path.is_empty() { key.name.to_string() } else { format!("{path}.{}", key.name) };
            let Some(field) = groups.iter().copied().flatten().find(|field| field.name == &*key.name) else {
                let suggestion = suggestion(&key.name, groups, path, self.release);
                let names = || groups.iter().copied().flatten().map(|field| field.name);
                let meant = certain(&key.name, names()).filter(|meant| node.get(meant).is_none());
                self.add(&below, key.position, What::Unknown { suggestion, meant });
                continue;
            };
            if let Some((_, setting)) = SETTINGS.iter().find(|(owned, _)| *owned == below) {
                self.add(&below, key.position, What::HasSetting { setting });
            } else if field.since > self.release {
                self.add(&below, key.position, What::TooNew { since: field.since });
            } else if let Some((since, instead)) = field.ignored.filter(|(since, _)| *since <= self.release) {
                self.add(&below, key.position, What::Ignored { since, instead });
            } else if value.is_null() && patch {
                if field.required {
                    let reason = "cannot be removed: every ClusterPolicy has it".to_owned();
                    self.invalid(
                        &below,
                        value.position,
                        reason,
                        "remove the line, or write the keys to change",
                    );
                }
            } else {
                self.value(value, &field.kind, &below, patch);
            }
        }
        if !patch {
            self.missing(node, groups, path);
        }
    }

    fn missing(&mut self, node: &Node, groups: &'static [&'static [Field]], path: &str) {
        for field in groups.iter().copied().flatten().filter(|field| field.required) {
            if node.get(field.name).is_none_or(Node::is_null) {
                let reason = format!("lacks `{}`", field.name);
                self.invalid(path, node.position, reason, format!("add `{}`", field.name));
            }
        }
    }

    fn value(&mut self, node: &Node, kind: &'static Kind, path: &str, patch: bool) {
        match (kind, &node.value) {
            (Kind::Map(groups), Value::Map(_)) => self.map(node, groups, path, patch),
            (Kind::List(items), Value::Seq(nodes)) => {
                for (index, item) in nodes.iter().enumerate() {
                    // A list is replaced whole, so its items must be complete.
                    self.value(item, items, &format!("{path}.{index}"), false);
                }
            }
            (Kind::TextMap, Value::Map(entries)) => {
                for (key, value) in entries.iter().filter(|(_, value)| !(patch && value.is_null())) {
                    self.value(value, &Kind::Text, &format!("{path}.{}", key.name), patch);
                }
            }
            (Kind::QuantityMap, Value::Map(entries)) => {
                for (key, value) in entries.iter().filter(|(_, value)| !(patch && value.is_null())) {
                    self.value(value, &Kind::IntegerOrText, &format!("{path}.{}", key.name), patch);
                }
            }
            (Kind::Word(words), Value::Str(text)) if !words.contains(&&**text) => {
                let help = match nearest(text, words.iter().copied()) {
                    Some(word) => format!("write `{word}`"),
                    None => format!("write one of: {}", words.join(", ")),
                };
                let written = certain(text, words.iter().copied()).map(str::to_owned);
                self.invalid_but(path, node.position, format!("cannot be `{text}`"), help, written);
            }
            (Kind::Bool, Value::Bool(_))
            | (Kind::Text | Kind::IntegerOrText | Kind::Word(_), Value::Str(_))
            | (Kind::Integer | Kind::IntegerOrText, Value::Int(_)) => {}
            (
                Kind::Text | Kind::IntegerOrText,
                Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_),
            ) => {
                let written = node.raw.as_deref().map_or_else(|| node.to_json().to_string(), str::to_owned);
                let (reason, help) = ("must be text".to_owned(), "put the value in quotes");
                self.invalid_but(path, node.position, reason, help, Some(quoted(&written)));
            }
            (kind, _) => {
                let (wanted, help) = wanted(kind);
                self.invalid(path, node.position, format!("must be {wanted}"), help);
            }
        }
    }
}

fn wanted(kind: &Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Bool => ("true or false", "write `true` or `false`, without quotes"),
        Kind::Integer => ("a whole number", "write a whole number, without quotes"),
        Kind::IntegerOrText => ("a whole number or text", "write a whole number, or text in quotes"),
        Kind::Text | Kind::Word(_) => ("text", "write text"),
        Kind::List(_) => ("a list", "write a list"),
        Kind::TextMap | Kind::QuantityMap | Kind::Map(_) => ("a map", "write a map"),
    }
}

/// What was probably meant by an unknown key: a key of the same map, or the same key in another one.
fn suggestion(name: &str, groups: &[&[Field]], path: &str, release: Release) -> Option<String> {
    let fields = groups.iter().copied().flatten().filter(|field| field.since <= release);
    if let Some(near) = nearest(name, fields.map(|field| field.name)) {
        return Some(if path.is_empty() { near.to_owned() } else { format!("{path}.{near}") });
    }
    let mut places = Vec::new();
    places_of(name, SPEC, "", release, &mut places);
    // Where many maps have the key, the nearest ancestor's tells best.
    places.iter().position(|place| place.starts_with(path)).map(|index| places.swap_remove(index)).or_else(
        || {
            if places.len() == 1 { places.pop() } else { None }
        },
    )
}

fn places_of(name: &str, groups: &[&[Field]], path: &str, release: Release, places: &mut Vec<String>) {
    for field in groups.iter().copied().flatten().filter(|field| field.since <= release) {
        let below = if path.is_empty() { field.name.to_owned() } else { format!("{path}.{}", field.name) };
        if field.name == name {
            places.push(below.clone());
        }
        if let Kind::Map(groups) = &field.kind {
            places_of(name, groups, &below, release, places);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(path: &str) -> Option<&'static Field> {
        let mut groups = SPEC;
        let mut found = None;
        for step in path.split('.') {
            let field = groups.iter().copied().flatten().find(|field| field.name == step)?;
            found = Some(field);
            if let Kind::Map(below) = &field.kind {
                groups = below;
            }
        }
        found
    }

    #[test]
    fn settings_of_their_own_are_fields() {
        for (path, _) in SETTINGS {
            assert!(field(path).is_some(), "{path}");
        }
    }

    #[test]
    fn suggestions_look_around() {
        let meant = |name, path, groups| suggestion(name, groups, path, Release::V25_10);
        assert_eq!(meant("driverr", "", SPEC).as_deref(), Some("driver"));
        let Some(Field { kind: Kind::Map(driver), .. }) = field("driver") else { panic!("driver is a map") };
        assert_eq!(
            meant("autoUpgrade", "driver", driver).as_deref(),
            Some("driver.upgradePolicy.autoUpgrade")
        );
        assert_eq!(meant("hpcJobMapping", "driver", driver).as_deref(), Some("dcgmExporter.hpcJobMapping"));
        assert_eq!(meant("nonsense", "driver", driver), None);
    }
}
