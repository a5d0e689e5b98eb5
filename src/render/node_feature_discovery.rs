//! The instance of Node Feature Discovery.

use super::from_template::{self, built_in};
use super::object::{Bundle, Metadata, Object, Origin};
use super::tolerations;
use crate::diag::Findings;
use crate::json::{Value as Json, json};
use crate::plan::accelerators::DiscoveryPlan;
use crate::yaml::emit_document;

/// Behind the operator that brings its CRD, before the ClusterPolicy that needs its labels.
const WAVE: i32 = 1;

/// Renders the instance of `discovery`.
pub fn render(discovery: &DiscoveryPlan, findings: &mut Findings) -> Option<Object> {
    let metadata = Metadata::named(&discovery.instance)
        .namespace(&discovery.operator.namespace)
        .wave(WAVE)
        .crd_comes_later()
        .build();
    let variables = json!({
        "metadata": metadata,
        "operand": operand(discovery),
        "worker_config": worker_config(),
    });
    let value = from_template::object(built_in!("node-feature-discovery.yaml"), &variables, findings)?;
    Some(Object { bundle: Bundle::Accelerators, value, origin: Origin::section(discovery.operator.section) })
}

/// What is said of the operand; null when nothing is, since the operator knows its own image and a
/// written one is pinned to a release.
fn operand(discovery: &DiscoveryPlan) -> Json {
    let mut operand = crate::json::Map::new();
    if let Some(image) = &discovery.image {
        operand.insert("image", json!(image));
    }
    if !discovery.worker_tolerations.is_empty() {
        operand.insert("workerTolerations", tolerations::render(&discovery.worker_tolerations));
    }
    if operand.is_empty() { Json::Null } else { Json::Object(operand) }
}

/// The configuration of the workers, which the API takes as text.
///
/// A list of device classes replaces the built-in one: without `03` (display) no GPU is seen; `0b40`
/// and `12` are co-processors and accelerators, `0200` network cards, which GPUDirect RDMA looks for.
/// With the vendor as the only field the label is `feature.node.kubernetes.io/pci-10de.present`, one of
/// the three that the GPU Operator takes. Sources: kubernetes-sigs/node-feature-discovery
/// `source/pci/pci.go`, NVIDIA/gpu-operator `controllers/state_manager.go`.
fn worker_config() -> String {
    let config = json!({
        "core": {"sleepInterval": "60s"},
        "sources": {"pci": {
            "deviceClassWhitelist": ["0200", "03", "0b40", "12"],
            "deviceLabelFields": ["vendor"],
        }},
    });
    emit_document(&config).expect("constant text, four levels deep, can be written")
}
