//! The ConfigMap by which GPUs are shared: each key is one configuration of the device plugin, as text.

use super::object::{Bundle, Metadata, Object, Origin};
use crate::json::{Map as JsonMap, Value as Json, json};
use crate::plan::accelerators::{NvidiaPlan, SharingPlan};
use crate::spec::accelerators::{Replicas, SharedResource, SharingConfig};
use crate::yaml::emit_document;

/// With the ClusterPolicy that names it, and before it: Argo CD applies ConfigMaps before kinds that it
/// does not know.
const WAVE: i32 = 2;

/// Renders the ConfigMap, if the ClusterPolicy is ours and GPUs are shared.
pub fn render(nvidia: &NvidiaPlan) -> Option<Object> {
    nvidia.cluster_policy.as_ref()?;
    let sharing = nvidia.sharing.as_ref()?;
    let metadata = Metadata::named(&sharing.config_map).namespace(&nvidia.namespace).wave(WAVE).build();
    let value = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data(sharing)});
    Some(Object {
        bundle: Bundle::Accelerators,
        value,
        origin: Origin::section(&["accelerators", "nvidia", "sharing"]),
    })
}

fn data(sharing: &SharingPlan) -> Json {
    let text = |config: &SharingConfig| {
        emit_document(&document(config)).expect("small numbers and text, six levels deep, can be written")
    };
    Json::Object(sharing.configs.iter().map(|(name, config)| (name.clone(), json!(text(config)))).collect())
}

/// A configuration as the device plugin reads it. Source: NVIDIA/k8s-device-plugin `api/config/v1`.
fn document(config: &SharingConfig) -> Json {
    match config {
        SharingConfig::Exclusive => json!({"version": "v1"}),
        SharingConfig::TimeSlicing(replicas) => {
            json!({"version": "v1", "sharing": {"timeSlicing": shares(replicas)}})
        }
        SharingConfig::Mps(replicas) => json!({"version": "v1", "sharing": {"mps": shares(replicas)}}),
    }
}

fn shares(replicas: &Replicas) -> Json {
    let mut shares = JsonMap::new();
    if let Some(rename) = replicas.rename_by_default {
        shares.insert("renameByDefault", json!(rename));
    }
    if let Some(fail) = replicas.fail_requests_greater_than_one {
        shares.insert("failRequestsGreaterThanOne", json!(fail));
    }
    let resource = |resource: &SharedResource| json!({"name": resource.name, "replicas": resource.replicas});
    shares.insert("resources", replicas.resources.iter().map(resource).collect::<Json>());
    Json::Object(shares)
}
