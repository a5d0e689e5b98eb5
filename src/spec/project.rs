//! The project file: what only the owners of the repository may decide.

use super::ApiVersion;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The project file `poolsmith.yaml`. It marks the root that every path is relative to.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Project {
    /// The version of the spec language.
    pub api_version: ApiVersion,
    /// Says that this is a project file.
    pub kind: ProjectKind,
    /// The poolsmith that the project is rendered with, so that no other version shows its differences as
    /// changes: `"0.1.0"` exactly that version, `"0.1"` any 0.1.x, `">=0.1, <0.3"` bounds. Quoted.
    #[serde(default)]
    pub required_version: Option<super::scalars::VersionRequirement>,
    /// The environments, by name. An environment is exactly one cluster.
    #[serde(default)]
    pub environments: BTreeMap<String, Environment>,
    /// Environments that stand in files of their own, one for each file that a pattern matches.
    #[serde(default)]
    pub environments_from: Vec<super::environments::EnvironmentsFrom>,
    /// How Argo CD gets what is rendered; an environment may differ in parts.
    pub argocd: Argocd,
    /// What value files and templates may do beyond the safe set.
    #[serde(default)]
    pub allow: Allow,
    /// A file with pool classes of the repository's own, which extend the built-in ones.
    #[serde(default)]
    pub classes: Option<ClassesFile>,
    /// The file with the findings that are accepted for a time.
    #[serde(default)]
    pub waivers: Option<WaiversFile>,
    /// The file with the findings that were there when the project adopted poolsmith.
    #[serde(default)]
    pub baseline: Option<BaselineFile>,
}

/// The kind of a project file.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectKind {
    /// A project file.
    Project,
}

/// One environment, which is exactly one cluster.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Environment {
    /// The value files, relative to the project file; a later one wins over an earlier one.
    #[schemars(length(min = 1))]
    pub values: Vec<String>,
    /// The directory that holds the rendered manifests, relative to the project file.
    pub output: String,
    /// Where this environment differs from the project's `argocd`.
    #[serde(default)]
    pub argocd: Option<EnvironmentArgocd>,
}

/// How Argo CD gets what is rendered.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Argocd {
    /// The Argo CD release, e.g. `"3.1"`: decides which settings it understands.
    pub version: super::scalars::MinorVersion,
    /// The namespace that Argo CD reads Applications from.
    #[serde(default = "default_argocd_namespace")]
    pub namespace: String,
    /// The AppProjects are named `<project>-<environment>` and `<project>-rbac-<environment>`.
    #[serde(default = "default_argocd_project")]
    pub project: String,
    /// Applications are named `<prefix>-<bundle>-<environment>`.
    #[serde(default = "default_application_name_prefix")]
    pub application_name_prefix: String,
    /// The service account that applies the objects in the cluster; it is granted what it lacks.
    #[serde(default)]
    pub controller_service_account: ServiceAccount,
    /// Where Argo CD pulls from.
    pub source: Source,
    /// Whether Argo CD syncs by itself.
    #[serde(default)]
    pub sync: Sync,
    /// The cluster that the objects are applied to; by default the one that Argo CD runs in.
    #[serde(default)]
    pub destination: Destination,
}

/// Where an environment differs from the project's `argocd`.
#[derive(Deserialize, JsonSchema, Debug, Clone, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EnvironmentArgocd {
    /// The Argo CD release that serves this environment.
    #[serde(default)]
    pub version: Option<super::scalars::MinorVersion>,
    /// The namespace that this environment's Argo CD reads Applications from.
    #[serde(default)]
    pub namespace: Option<String>,
    /// The service account that applies the objects in this cluster.
    #[serde(default)]
    pub controller_service_account: Option<ServiceAccount>,
    /// What of the source differs.
    #[serde(default)]
    pub source: EnvironmentSource,
    /// Whether Argo CD syncs this environment by itself.
    #[serde(default)]
    pub sync: Option<Sync>,
    /// The cluster that this environment's objects are applied to.
    #[serde(default)]
    pub destination: Option<Destination>,
}

/// Where Argo CD pulls from.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Source {
    /// The repository.
    #[serde(rename = "repoURL")]
    pub repo_url: String,
    /// The branch, tag or commit.
    pub target_revision: String,
    /// Where the project file stands in the repository, `.` for its root.
    #[serde(default = "default_source_path")]
    pub path: String,
    /// Whether Argo CD reads the committed manifests or renders them itself.
    #[serde(default)]
    pub kind: SourceKind,
    /// The name that the config-management plugin goes by.
    #[serde(default = "default_plugin_name")]
    pub plugin_name: String,
}

/// What of the source differs in one environment.
#[derive(Deserialize, JsonSchema, Debug, Clone, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EnvironmentSource {
    /// The repository.
    #[serde(default, rename = "repoURL")]
    pub repo_url: Option<String>,
    /// The branch, tag or commit.
    #[serde(default)]
    pub target_revision: Option<String>,
    /// Where the project file stands in the repository.
    #[serde(default)]
    pub path: Option<String>,
    /// Whether Argo CD reads the committed manifests or renders them itself.
    #[serde(default)]
    pub kind: Option<SourceKind>,
    /// The name that the config-management plugin goes by.
    #[serde(default)]
    pub plugin_name: Option<String>,
}

/// Whether Argo CD reads the committed manifests or renders them itself.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "camelCase")]
pub enum SourceKind {
    /// The committed manifests under `output`.
    #[default]
    Directory,
    /// The config-management plugin renders at every refresh.
    Plugin,
}

/// Whether Argo CD syncs by itself.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "camelCase")]
pub enum Sync {
    /// A new revision is applied; nothing is ever pruned.
    #[default]
    Automated,
    /// A person syncs.
    Manual,
}

/// A service account.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ServiceAccount {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
}

impl Default for ServiceAccount {
    /// The application controller of OpenShift GitOps.
    fn default() -> ServiceAccount {
        ServiceAccount {
            name: "openshift-gitops-argocd-application-controller".to_owned(),
            namespace: "openshift-gitops".to_owned(),
        }
    }
}

/// A cluster as Argo CD knows it: `{server: URL}` or `{name: NAME}`.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Destination {
    /// The URL of the API server.
    Server(String),
    /// The name under which the cluster is registered.
    Name(String),
}

impl Default for Destination {
    /// The cluster that Argo CD runs in.
    fn default() -> Destination {
        Destination::Server("https://kubernetes.default.svc".to_owned())
    }
}

/// What value files and templates may do beyond the safe set.
#[derive(Deserialize, JsonSchema, Debug, Clone, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Allow {
    /// The providerSpec keys that a pool's `overrides` may set although they decide who a node is,
    /// e.g. `ami`, `iamInstanceProfile`, `securityGroups`.
    #[serde(default)]
    pub overrides: Vec<String>,
    /// The kinds that templates of the repository may add, as `group/Kind`, or `Kind` alone for the
    /// core group, e.g. `monitoring.coreos.com/PrometheusRule`.
    #[serde(default)]
    pub extra_kinds: Vec<String>,
}

/// The file with pool classes of the repository's own.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ClassesFile {
    /// The file, relative to the project file.
    pub file: String,
}

/// The file with the findings that are accepted for a time.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WaiversFile {
    /// The file, relative to the project file.
    pub file: String,
}

/// The file with the findings that were there when the project adopted poolsmith.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BaselineFile {
    /// The file, relative to the project file; `poolsmith check --write-baseline` writes it.
    pub file: String,
}

fn default_argocd_namespace() -> String {
    "openshift-gitops".to_owned()
}
fn default_argocd_project() -> String {
    "cluster-capacity".to_owned()
}
fn default_application_name_prefix() -> String {
    "cluster".to_owned()
}
fn default_source_path() -> String {
    ".".to_owned()
}
fn default_plugin_name() -> String {
    "poolsmith".to_owned()
}
