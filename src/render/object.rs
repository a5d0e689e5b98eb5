//! A rendered object, where it came from, and the metadata that all of them share.

use crate::diag::ObjectRef;
use crate::json::{Map as JsonMap, Text, Value as Json};
use std::collections::BTreeMap;

/// The bundle that an object belongs to: one Application each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bundle {
    /// What the Argo CD controller may write.
    Rbac,
    /// The operators of the accelerators.
    Accelerators,
    /// The MachineSets and what scales and mends them.
    Capacity,
    /// The AppProjects and the Applications of the other bundles.
    Argocd,
}

impl Bundle {
    /// All of them, in the order in which they are applied.
    pub const ALL: [Bundle; 4] = [Bundle::Rbac, Bundle::Accelerators, Bundle::Capacity, Bundle::Argocd];

    /// The bundle's name, which is also its directory's.
    pub fn as_str(self) -> &'static str {
        match self {
            Bundle::Rbac => "rbac",
            Bundle::Accelerators => "accelerators",
            Bundle::Capacity => "capacity",
            Bundle::Argocd => "argocd",
        }
    }

    /// The bundle of that name.
    pub fn from_name(name: &str) -> Option<Bundle> {
        Bundle::ALL.into_iter().find(|bundle| bundle.as_str() == name)
    }
}

/// Where an object came from, so that a finding on it can point at what the user wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A pool of the value files.
    Pool {
        /// The pool.
        pool: String,
        /// The zone, for what exists once a zone.
        zone: Option<String>,
    },
    /// A section of the value files, by its path, e.g. `["autoscaler"]`.
    Section(Vec<String>),
    /// An entry of `extraObjects`.
    Template {
        /// The entry's name.
        name: String,
    },
    /// The project file's `argocd`.
    Project,
}

impl Origin {
    /// A section of the value files.
    pub fn section(path: &[&str]) -> Origin {
        Origin::Section(path.iter().map(|&step| step.to_owned()).collect())
    }
}

/// A rendered object.
#[derive(Debug, Clone)]
pub struct Object {
    /// The bundle it belongs to.
    pub bundle: Bundle,
    /// The object itself.
    pub value: Json,
    /// Where it came from.
    pub origin: Origin,
}

impl Object {
    /// The apiVersion, empty when there is none.
    pub fn api_version(&self) -> &str {
        self.value["apiVersion"].as_str().unwrap_or_default()
    }

    /// The API group; empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version().split_once('/').map_or("", |(group, _)| group)
    }

    /// The kind, empty when there is none.
    pub fn kind(&self) -> &str {
        self.value["kind"].as_str().unwrap_or_default()
    }

    /// The name, empty when there is none.
    pub fn name(&self) -> &str {
        self.value["metadata"]["name"].as_str().unwrap_or_default()
    }

    /// The namespace, if there is one.
    pub fn namespace(&self) -> Option<&str> {
        self.value["metadata"]["namespace"].as_str()
    }

    /// The value of an annotation.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.value["metadata"]["annotations"][key].as_str()
    }

    /// The sync wave, 0 where none is written.
    pub fn sync_wave(&self) -> i64 {
        self.annotation(SYNC_WAVE).and_then(|wave| wave.parse().ok()).unwrap_or(0)
    }

    /// Kind, namespace and name, for findings.
    pub fn reference(&self) -> ObjectRef {
        ObjectRef {
            kind: self.kind().to_owned(),
            namespace: self.namespace().map(str::to_owned),
            name: self.name().to_owned(),
        }
    }
}

/// The annotation that orders a sync; its value is an integer as text.
pub const SYNC_WAVE: &str = "argocd.argoproj.io/sync-wave";
/// The annotation with the sync options of one resource.
pub const SYNC_OPTIONS: &str = "argocd.argoproj.io/sync-options";
/// The options that keep an object in the cluster whatever leaves Git.
pub const PROTECTED: &str = "Prune=false,Delete=false";
/// The same for an object whose CRD may come with an operator that the same sync installs.
const PROTECTED_UNKNOWN: &str = "Prune=false,Delete=false,SkipDryRunOnMissingResource=true";
/// The namespace that the Machine API and the autoscaler watch.
pub const MACHINE_API_NAMESPACE: &str = "openshift-machine-api";
/// The label by which an object shows who manages it.
pub const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "poolsmith");

/// Builds the `metadata` of a rendered object. Every object is protected: Argo CD neither prunes it
/// nor deletes it with its Application.
#[derive(Debug, Clone, Default)]
pub struct Metadata {
    name: Text,
    namespace: Option<Text>,
    labels: BTreeMap<Text, Text>,
    annotations: BTreeMap<Text, Text>,
    crd_comes_later: bool,
}

impl Metadata {
    /// Metadata of a cluster-scoped object.
    pub fn named(name: impl Into<Text>) -> Metadata {
        let mut metadata = Metadata { name: name.into(), ..Metadata::default() };
        metadata.labels.insert(Text::new_static(MANAGED_BY.0), Text::new_static(MANAGED_BY.1));
        metadata
    }

    /// Puts the object into a namespace.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<Text>) -> Metadata {
        self.namespace = Some(namespace.into());
        self
    }

    /// Adds a label.
    #[must_use]
    pub fn label(mut self, key: impl Into<Text>, value: impl Into<Text>) -> Metadata {
        self.labels.insert(key.into(), value.into());
        self
    }

    /// Adds an annotation.
    #[must_use]
    pub fn annotation(mut self, key: impl Into<Text>, value: impl Into<Text>) -> Metadata {
        self.annotations.insert(key.into(), value.into());
        self
    }

    /// Sets the sync wave; 0 is not written.
    #[must_use]
    pub fn wave(self, wave: i32) -> Metadata {
        if wave == 0 { self } else { self.annotation(SYNC_WAVE, wave.to_string()) }
    }

    /// Says that the kind's CRD comes with an operator that the same sync installs.
    #[must_use]
    pub fn crd_comes_later(mut self) -> Metadata {
        self.crd_comes_later = true;
        self
    }

    /// The metadata as it is emitted.
    pub fn build(mut self) -> Json {
        let options = if self.crd_comes_later { PROTECTED_UNKNOWN } else { PROTECTED };
        self.annotations.insert(Text::new_static(SYNC_OPTIONS), Text::new_static(options));
        let mut metadata = JsonMap::with_capacity(4);
        metadata.insert("name", self.name);
        if let Some(namespace) = self.namespace {
            metadata.insert("namespace", namespace);
        }
        metadata.insert("labels", string_map(self.labels));
        metadata.insert("annotations", string_map(self.annotations));
        Json::Object(metadata)
    }
}

/// Texts by keys that differ from each other as JSON, in their order.
pub fn string_map<K: Into<Text>, V: Into<Text>>(entries: impl IntoIterator<Item = (K, V)>) -> Json {
    let entries = entries.into_iter();
    let mut map = Vec::with_capacity(entries.size_hint().0);
    map.extend(entries.map(|(key, value)| (key.into(), Json::String(value.into()))));
    Json::Object(JsonMap::of_distinct(map))
}
