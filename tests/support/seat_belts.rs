//! The seat belts of the README, judged once more from nothing but the bytes that leave.
//!
//! It shares no code with the guards, reads with the second reader, and knows no spec and no plan: what it
//! cannot tell from the bytes alone (a change of hands, what a template brought) the callers compare.

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

const OPTIONS: &str = "argocd.argoproj.io/sync-options";
const WAVE: &str = "argocd.argoproj.io/sync-wave";
const MACHINE_SET_LABEL: &str = "machine.openshift.io/cluster-api-machineset";
const POOL_LABEL: &str = "poolsmith.dev/pool";

/// The kinds that no template of a repository may bring.
#[allow(dead_code, reason = "compared by whoever mutates templates")]
pub const OWN_KINDS: &[&str] = &[
    "MachineSet",
    "MachineAutoscaler",
    "ClusterAutoscaler",
    "MachineHealthCheck",
    "Application",
    "AppProject",
];

/// Reads rendered files with the second reader: one document a file.
///
/// # Errors
/// A file that is none, or holds not exactly one object.
pub fn read<'a>(files: impl IntoIterator<Item = &'a str>) -> Result<Vec<Json>, String> {
    files.into_iter().map(read_one).collect()
}

fn read_one(text: &str) -> Result<Json, String> {
    let mut documents = serde_yaml::Deserializer::from_str(text).map(Json::deserialize);
    match (documents.next(), documents.next()) {
        (Some(Ok(object)), None) if object.is_object() => Ok(object),
        (first, second) => Err(format!("not one object: {first:?} {second:?} in {text}")),
    }
}

/// What is broken; empty where every belt holds.
pub fn broken(objects: &[Json]) -> Vec<String> {
    let mut judge = Judge { objects, broken: Vec::new() };
    judge.complete_and_unique();
    for object in objects {
        judge.protected(object);
        judge.steered_by_nobody(object);
    }
    judge.applications();
    judge.machine_sets();
    judge.autoscalers();
    judge.health_checks();
    judge.broken
}

struct Judge<'a> {
    objects: &'a [Json],
    broken: Vec<String>,
}

fn text<'a>(object: &'a Json, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Json::as_str).unwrap_or_default()
}

fn name(object: &Json) -> String {
    format!(
        "{} {}/{}",
        text(object, "/kind"),
        text(object, "/metadata/namespace"),
        text(object, "/metadata/name")
    )
}

fn map<'a>(object: &'a Json, pointer: &str) -> impl Iterator<Item = (&'a String, &'a Json)> {
    object.pointer(pointer).and_then(Json::as_object).into_iter().flatten()
}

fn list<'a>(object: &'a Json, pointer: &str) -> &'a [Json] {
    object.pointer(pointer).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

impl<'a> Judge<'a> {
    fn breaks(&mut self, belt: u8, what: String) {
        self.broken.push(format!("seat belt {belt}: {what}"));
    }

    fn of_kind(&self, kind: &str) -> Vec<&'a Json> {
        self.objects.iter().filter(|object| text(object, "/kind") == kind).collect()
    }

    /// An empty rendering does not exist, and nothing is rendered twice.
    fn complete_and_unique(&mut self) {
        if self.objects.is_empty() {
            self.breaks(9, "nothing is rendered".to_owned());
        }
        let mut seen = BTreeSet::new();
        for object in self.objects {
            let group = text(object, "/apiVersion").split('/').next().unwrap_or_default().to_owned();
            if text(object, "/kind").is_empty()
                || text(object, "/metadata/name").is_empty()
                || group.is_empty()
            {
                self.breaks(9, format!("an object without a name: {object}"));
            }
            if !seen.insert((group, name(object))) {
                self.breaks(9, format!("{} is there twice", name(object)));
            }
        }
    }

    fn protected(&mut self, object: &Json) {
        let annotations = object.pointer("/metadata/annotations").and_then(Json::as_object);
        let options = annotations.and_then(|all| all.get(OPTIONS)).and_then(Json::as_str).unwrap_or_default();
        let options: Vec<&str> = options.split(',').map(str::trim).collect();
        if !options.contains(&"Prune=false") || !options.contains(&"Delete=false") {
            self.breaks(2, format!("{} is not protected: {options:?}", name(object)));
        }
        let known = ["Prune=false", "Delete=false", "SkipDryRunOnMissingResource=true"];
        if let Some(other) = options.iter().find(|option| !known.contains(option)) {
            self.breaks(1, format!("{} has the option {other}", name(object)));
        }
        if object.pointer("/metadata/finalizers").is_some() {
            self.breaks(1, format!("{} has finalizers", name(object)));
        }
    }

    /// No hook, tracking or autoscaler-owned key on the object, its machines or its nodes.
    fn steered_by_nobody(&mut self, object: &Json) {
        let places = ["/metadata", "/spec/template/metadata", "/spec/template/spec/metadata"];
        for (at, place) in
            places.iter().enumerate().take(if text(object, "/kind") == "MachineSet" { 3 } else { 1 })
        {
            for what in ["labels", "annotations"] {
                for (key, value) in map(object, &format!("{place}/{what}")) {
                    if !value.is_string() {
                        self.breaks(3, format!("{}: {key} is {value}", name(object)));
                    }
                    let own = at == 0 && what == "annotations" && [OPTIONS, WAVE].contains(&key.as_str());
                    let steers = key.starts_with("argocd.argoproj.io/")
                        || key.starts_with("helm.sh/")
                        || key.starts_with("meta.helm.sh/")
                        || key.starts_with("autoscaling.openshift.io/")
                        || key.starts_with("machine.openshift.io/cluster-api-autoscaler-node-group-")
                        || key.starts_with("machine.openshift.io/delete")
                        || key.starts_with("cluster.k8s.io/")
                        || key == "app.kubernetes.io/instance"
                        || key == "kubectl.kubernetes.io/last-applied-configuration";
                    if steers && !own {
                        self.breaks(3, format!("{} carries {key}", name(object)));
                    }
                }
            }
        }
    }

    fn applications(&mut self) {
        for application in self.of_kind("Application") {
            for pointer in ["/spec/syncPolicy/automated/prune", "/spec/syncPolicy/automated/allowEmpty"] {
                if !matches!(application.pointer(pointer), None | Some(Json::Bool(false))) {
                    self.breaks(1, format!("{}: {pointer}", name(application)));
                }
            }
            for option in list(application, "/spec/syncPolicy/syncOptions").iter().filter_map(Json::as_str) {
                let option: String =
                    option.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
                if ["replace=true", "force=true", "prune=true", "delete=true"].contains(&option.as_str()) {
                    self.breaks(1, format!("{}: {option}", name(application)));
                }
            }
            for (key, _) in map(application, "/spec/syncPolicy") {
                if !["automated", "retry", "syncOptions", "managedNamespaceMetadata"].contains(&key.as_str())
                {
                    self.breaks(1, format!("{}: syncPolicy.{key}", name(application)));
                }
            }
        }
    }

    /// Whether some Application ignores the replicas of a MachineSet, and respects that.
    fn replicas_are_ignored(&self, set: &Json) -> bool {
        self.of_kind("Application").into_iter().any(|application| {
            let respects = list(application, "/spec/syncPolicy/syncOptions")
                .iter()
                .any(|option| option == "RespectIgnoreDifferences=true");
            let ignores = list(application, "/spec/ignoreDifferences").iter().any(|entry| {
                let is = |pointer: &str, of: &str| match entry.pointer(pointer) {
                    None => true,
                    Some(value) => value == of || value == "",
                };
                text(entry, "/group") == "machine.openshift.io"
                    && text(entry, "/kind") == "MachineSet"
                    && is("/name", text(set, "/metadata/name"))
                    && is("/namespace", text(set, "/metadata/namespace"))
                    && list(entry, "/jsonPointers").iter().any(|pointer| pointer == "/spec/replicas")
            });
            respects && ignores
        })
    }

    fn machine_sets(&mut self) {
        let sets = self.of_kind("MachineSet");
        let scaled: BTreeSet<&str> = self
            .of_kind("MachineAutoscaler")
            .into_iter()
            .map(|scaler| text(scaler, "/spec/scaleTargetRef/name"))
            .collect();
        for &set in &sets {
            if !set.pointer("/spec/replicas").is_some_and(Json::is_u64) {
                self.breaks(4, format!("{} writes no replicas", name(set)));
            }
            if scaled.contains(text(set, "/metadata/name")) && !self.replicas_are_ignored(set) {
                self.breaks(4, format!("the replicas of {} are fought over", name(set)));
            }
            let empty = Map::new();
            let selector =
                set.pointer("/spec/selector/matchLabels").and_then(Json::as_object).unwrap_or(&empty);
            if selector.is_empty() || set.pointer("/spec/selector/matchExpressions").is_some() {
                self.breaks(6, format!("{} has no plain selector", name(set)));
            }
            for &other in &sets {
                let selected = selector.iter().all(|(key, value)| {
                    map(other, "/spec/template/metadata/labels").any(|(k, v)| k == key && v == value)
                });
                if selected != std::ptr::eq(set, other) {
                    self.breaks(
                        6,
                        format!("{} selects the machines of {}: {selected}", name(set), name(other)),
                    );
                }
            }
        }
    }

    fn autoscalers(&mut self) {
        let clusters = self.of_kind("ClusterAutoscaler");
        if clusters.len() > 1 || clusters.iter().any(|cluster| text(cluster, "/metadata/name") != "default") {
            self.breaks(
                7,
                format!("ClusterAutoscalers: {:?}", clusters.into_iter().map(name).collect::<Vec<_>>()),
            );
        }
        let sets: BTreeSet<String> =
            self.of_kind("MachineSet").iter().map(|set| text(set, "/metadata/name").to_owned()).collect();
        let mut targets = BTreeSet::new();
        for scaler in self.of_kind("MachineAutoscaler") {
            let target = text(scaler, "/spec/scaleTargetRef/name");
            if text(scaler, "/spec/scaleTargetRef/kind") != "MachineSet" || !sets.contains(target) {
                self.breaks(7, format!("{} scales {target}, which is not there", name(scaler)));
            }
            if !targets.insert(target) {
                self.breaks(7, format!("{target} has two MachineAutoscalers"));
            }
            let limit = |key: &str| scaler.pointer(&format!("/spec/{key}")).and_then(Json::as_u64);
            match (limit("minReplicas"), limit("maxReplicas")) {
                (Some(min), Some(max)) if min <= max && max > 0 => {}
                limits => self.breaks(7, format!("{} has the limits {limits:?}", name(scaler))),
            }
        }
    }

    fn health_checks(&mut self) {
        let mut pools: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let sets = self.of_kind("MachineSet");
        for set in &sets {
            let pool = text(set, "/metadata/labels/poolsmith.dev~1pool");
            pools.entry(pool).or_default().push(text(set, "/metadata/name"));
        }
        for check in self.of_kind("MachineHealthCheck") {
            let whole = match check.pointer("/spec/maxUnhealthy") {
                Some(Json::Number(count)) => count.as_u64().is_none(),
                Some(Json::String(share)) => share
                    .strip_suffix('%')
                    .and_then(|share| share.parse::<u32>().ok())
                    .is_none_or(|share| share > 99),
                _ => true,
            };
            if whole {
                self.breaks(8, format!("{} may replace all", name(check)));
            }
            // The one form in which its selector is written: the MachineSets of one pool by name.
            let expressions = list(check, "/spec/selector/matchExpressions");
            let names: Vec<&str> = match expressions {
                [one] if text(one, "/key") == MACHINE_SET_LABEL && text(one, "/operator") == "In" => {
                    list(one, "/values").iter().filter_map(Json::as_str).collect()
                }
                _ => Vec::new(),
            };
            let pool = check.pointer(&format!("/metadata/labels/{}", POOL_LABEL.replace('/', "~1")));
            let of_one = pools.iter().any(|(name, sets)| {
                names.iter().all(|set| sets.contains(set)) && pool.is_none_or(|pool| pool == name)
            });
            if names.is_empty() || !of_one {
                self.breaks(8, format!("{} sees {names:?}", name(check)));
            }
        }
    }
}
