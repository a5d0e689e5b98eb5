//! The limits of the cloud account, as facts for the checks.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The limits of the cloud account in the cluster's region: from the file that the cloud's command
/// prints, stated here, or both. What is stated here counts before the file.
#[derive(Deserialize, JsonSchema, Debug, Clone, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Quotas {
    /// The file, relative to the project file: what `aws service-quotas list-service-quotas
    /// --service-code ec2 --output json` prints, all pages one after another.
    #[serde(default)]
    pub file: Option<String>,
    /// What counts against the limits of machines on demand, by family: `Standard`, `G and VT`, `P`,
    /// `Inf`, `Trn`, `DL`, `F`, `X`, `High Memory` or `HPC`.
    #[serde(default)]
    pub on_demand: BTreeMap<String, QuotaFacts>,
    /// What counts against the limits of Spot, by family: as on demand, with `P5` apart from `P`, and
    /// without `High Memory` and `HPC`.
    #[serde(default)]
    pub spot: BTreeMap<String, QuotaFacts>,
}

/// What is known of one limit.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct QuotaFacts {
    /// The account's limit, in vCPUs; that of the file where absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// The vCPUs that are taken in the account and region by anything but the pools of this project:
    /// the control plane, the first workers, other systems.
    #[serde(default)]
    pub reserved: u32,
}
