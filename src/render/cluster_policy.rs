//! The ClusterPolicy of the GPU Operator.

use super::from_template::{self, built_in};
use super::object::{Bundle, Metadata, Object, Origin};
use super::{cluster_policy_presets, tolerations};
use crate::diag::Findings;
use crate::json::{Map as JsonMap, Value as Json, json};
use crate::plan::accelerators::{ClusterPolicyPlan, NvidiaPlan, SharingPlan};
use crate::spec::accelerators::{Driver, KernelModuleType, UnlabelledNodes};
use crate::spec::gpu_operator::Release;

/// Behind the operator that brings its CRD, and behind Node Feature Discovery.
const WAVE: i32 = 2;

/// Renders the ClusterPolicy, if it is ours: the template, the overrides over it, and what the API
/// would add by itself.
pub fn render(nvidia: &NvidiaPlan, findings: &mut Findings) -> Option<Object> {
    let policy = nvidia.cluster_policy.as_ref()?;
    let variables = json!({
        "metadata": Metadata::named(&policy.name).wave(WAVE).crd_comes_later().build(),
        "default_runtime": default_runtime(nvidia.release),
        "tolerations": tolerations::render(&nvidia.tolerated),
        "driver": driver(&policy.driver, nvidia.release),
        "monitoring": policy.monitoring,
        "device_plugin_config": nvidia.sharing.as_ref().map(device_plugin_config),
        "mig_strategy": nvidia.mig_strategy.as_str(),
        "mig_config": mig_config(policy),
    });
    let mut value = from_template::object(built_in!("cluster-policy.yaml"), &variables, findings)?;
    if let Some(spec) = value.get_mut("spec") {
        merge_patch(spec, &policy.overrides);
        cluster_policy_presets::complete(spec, nvidia.release);
    }
    Some(Object { bundle: Bundle::Accelerators, value, origin: Origin::section(&["accelerators", "nvidia"]) })
}

/// The container runtime, which is CRI-O on OpenShift; from v26.3 on the operator finds it out itself.
fn default_runtime(release: Release) -> Option<&'static str> {
    (release < Release::V26_3).then_some("crio")
}

fn driver(driver: &Driver, release: Release) -> Json {
    // v24.9 knows only whether the open modules are wanted.
    let named = release >= Release::V25_3;
    let kind = driver.kernel_module_type;
    json!({
        "enabled": driver.enabled,
        "kernel_module_type": kind.filter(|_| named).map(KernelModuleType::as_str),
        "use_open_kernel_modules": kind.filter(|_| !named).map(|kind| kind == KernelModuleType::Open),
        "use_precompiled": driver.precompiled.then_some(true),
        "repository": driver.repository,
        "image": driver.image,
        "version": driver.version,
        "image_pull_secrets": (!driver.image_pull_secrets.is_empty()).then_some(&driver.image_pull_secrets),
    })
}

fn device_plugin_config(sharing: &SharingPlan) -> Json {
    let mut config = JsonMap::new();
    config.insert("name", json!(sharing.config_map));
    if let Some(default) = &sharing.default {
        config.insert("default", json!(default));
    }
    Json::Object(config)
}

fn mig_config(policy: &ClusterPolicyPlan) -> Json {
    let default = match policy.unlabelled_nodes {
        UnlabelledNodes::Disabled => "all-disabled",
        UnlabelledNodes::Untouched => "",
    };
    match &policy.mig_config_map {
        Some(name) => json!({"name": name, "default": default}),
        None => json!({"default": default}),
    }
}

/// Lays a JSON merge patch (RFC 7386) over `target`.
fn merge_patch(target: &mut Json, patch: &JsonMap) {
    if !target.is_object() {
        *target = Json::Object(JsonMap::new());
    }
    let Json::Object(entries) = target else { return };
    for (key, value) in patch {
        match value {
            Json::Null => {
                entries.remove(key);
            }
            Json::Object(patch) => merge_patch(entries.get_or_insert_with(key.clone(), || Json::Null), patch),
            other => {
                entries.insert(key.clone(), other.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_merges_maps_replaces_lists_and_removes_by_null() {
        let mut target = json!({"a": {"b": 1, "c": [1, 2]}, "d": 4});
        let patch = json!({"a": {"b": 2, "c": [3]}, "d": null, "e": {"f": null, "g": 1}});
        merge_patch(&mut target, patch.as_object().unwrap());
        assert_eq!(target, json!({"a": {"b": 2, "c": [3]}, "e": {"g": 1}}));
    }
}
