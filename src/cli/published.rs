//! The published JSON Schemas, as they stand in `schemas/`.
//!
//! The program carries their texts and not what makes them; a test holds them against [`generated`].

use super::args::SchemaArg;
use crate::spec::schema::SchemaName;
use serde_json::Value as Json;

/// The text of a published schema.
pub(super) fn text(name: SchemaArg) -> &'static str {
    match name {
        SchemaArg::Project => include_str!("../../schemas/project.schema.json"),
        SchemaArg::ClusterPools => include_str!("../../schemas/cluster-pools.schema.json"),
        SchemaArg::PoolClasses => include_str!("../../schemas/pool-classes.schema.json"),
        SchemaArg::Waivers => include_str!("../../schemas/waivers.schema.json"),
        SchemaArg::Baseline => include_str!("../../schemas/baseline.schema.json"),
        SchemaArg::Findings => include_str!("../../schemas/findings.schema.json"),
        SchemaArg::Rules => include_str!("../../schemas/rules.schema.json"),
        SchemaArg::Objects => include_str!("../../schemas/objects.schema.json"),
        SchemaArg::Quota => include_str!("../../schemas/quota.schema.json"),
    }
}

/// Every schema as the types say it, by its name.
pub fn generated() -> Vec<(&'static str, Json)> {
    let printed = [
        ("findings", crate::diag::findings_schema()),
        ("rules", super::rules::schema()),
        ("objects", super::render::objects_schema()),
        ("quota", super::quota::schema()),
    ];
    SchemaName::ALL.into_iter().map(|schema| (schema.as_str(), schema.document())).chain(printed).collect()
}
