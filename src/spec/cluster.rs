//! Facts about the cluster.

use super::scalars::{AccountId, VersionRange};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Facts about the cluster, stated once.
#[derive(Deserialize, JsonSchema, Debug, Clone)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Cluster {
    /// The cluster's name.
    pub name: String,
    /// The infrastructure name, as `oc get infrastructure cluster -o
    /// jsonpath='{.status.infrastructureName}'` prints it. Every generated name starts with it.
    #[serde(rename = "infraID")]
    pub infra_id: String,
    /// The cloud that the Machine API runs on.
    pub platform: PlatformName,
    /// The cloud's region.
    pub region: String,
    /// The cloud account, quoted. A guard: what the copied providerSpec names must be the same.
    #[serde(default, rename = "accountID")]
    pub account_id: Option<AccountId>,
    /// The kind of OpenShift.
    #[serde(default)]
    pub flavor: Flavor,
    /// The OpenShift version, quoted: `"4.20"`, or `{min: "4.19", max: "4.20"}` while upgrading.
    pub version: VersionRange,
    /// Who owns the machine image in the providerSpec.
    #[serde(default)]
    pub boot_images: BootImages,
    /// How many control plane nodes there are; cluster-wide limits count them.
    #[serde(default = "default_control_plane_nodes")]
    #[schemars(default = "default_control_plane_nodes")]
    pub control_plane_nodes: u32,
    /// How many nodes there are beside the control plane and the pools below.
    #[serde(default)]
    pub other_nodes: u32,
    /// The subnet of a zone, where it cannot be derived from the copied providerSpec.
    #[serde(default)]
    pub subnets: BTreeMap<String, Subnet>,
    /// The instance types that the cloud offers in a zone, by zone. A zone that is not listed is not
    /// checked.
    #[serde(default)]
    pub offerings: BTreeMap<String, Vec<String>>,
}

/// The clouds that poolsmith knows.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlatformName {
    /// Amazon Web Services.
    AWS,
}

impl PlatformName {
    /// The name as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            PlatformName::AWS => "AWS",
        }
    }
}

/// The kind of OpenShift.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flavor {
    /// OpenShift that its owner runs: the Machine API belongs to the owner.
    #[default]
    SelfManaged,
    /// Red Hat OpenShift Service on AWS, classic.
    ROSAClassic,
    /// Red Hat OpenShift Service on AWS with hosted control planes.
    ROSAHCP,
    /// Azure Red Hat OpenShift.
    ARO,
    /// OpenShift Dedicated.
    OSD,
}

/// Who owns the machine image in the providerSpec.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "camelCase")]
pub enum BootImages {
    /// The machine-config operator updates it; Argo CD is told to leave it alone.
    Managed,
    /// Git does: the copied image stays.
    #[default]
    Pinned,
}

/// The subnet of a zone: `{id: subnet-…}`, or filters that find it.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Subnet {
    /// The subnet's id.
    Id(String),
    /// Filters that find exactly one subnet.
    Filters(Vec<Filter>),
}

/// A filter of the cloud's API.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Filter {
    /// What is compared, e.g. `tag:Name`.
    pub name: String,
    /// The values of which one must match.
    pub values: Vec<String>,
}

fn default_control_plane_nodes() -> u32 {
    3
}
