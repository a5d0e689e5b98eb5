//! Plans by hand, and the CRDs of the shared folder.

#![allow(dead_code, reason = "every test binary uses a part of it")]

use poolsmith::plan::{AcceleratorPlan, PoolPlan, Vendor};
use poolsmith::render::Object;
use poolsmith::spec::cluster_policy_fields::Preset;
use poolsmith::spec::pool::Taint;
use poolsmith::spec::scalars::VersionRange;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The versions of a cluster.
pub fn cluster(min: &str, max: &str) -> VersionRange {
    serde_json::from_value(json!({"min": min, "max": max})).expect("versions are well-formed")
}

/// A pool of NVIDIA GPUs.
pub fn nvidia_pool(name: &str, taints: &[Taint]) -> PoolPlan {
    pool(name, taints, Some((Vendor::Nvidia, "nvidia-l40s", "nvidia.com/gpu")))
}

/// A pool.
pub fn pool(name: &str, taints: &[Taint], accelerator: Option<(Vendor, &str, &'static str)>) -> PoolPlan {
    PoolPlan {
        name: name.to_owned(),
        class: "gpu".to_owned(),
        retiring: false,
        instance_type: "g6e.xlarge".to_owned(),
        interruptible: false,
        bare_metal: false,
        machine_role: name.to_owned(),
        capacity: None,
        capacity_stated: false,
        accelerator: accelerator.map(|(vendor, model, resource)| AcceleratorPlan {
            vendor,
            model: model.to_owned(),
            resource,
            count: 1,
        }),
        node_labels: BTreeMap::new(),
        taints: taints.to_vec(),
        machine_labels: BTreeMap::new(),
        machine_set_annotations: BTreeMap::new(),
        delete_policy: None,
        expander_priority: None,
        health_check: None,
        machine_sets: Vec::new(),
    }
}

/// The folder with the CRDs; none where it is missing and this is not CI.
pub fn shared_folder() -> Option<PathBuf> {
    let folder = std::env::var_os("POOLSMITH_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    if folder.join("crds").is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "{} has no crds", folder.display());
    println!("skipped: {} has no crds", folder.display());
    None
}

/// The version part of an object's apiVersion.
pub fn version(object: &Object) -> &str {
    let text = object.api_version();
    text.rsplit_once('/').map_or(text, |(_, version)| version)
}

/// The schema of a kind, if the folder has its CRD.
pub fn crd(shared: &Path, group: &str, kind: &str, version: &str) -> Option<Json> {
    let files = std::fs::read_dir(shared.join("crds")).expect("the folder can be read");
    for file in files {
        let text =
            std::fs::read_to_string(file.expect("the folder can be read").path()).expect("a CRD is text");
        let Ok(definition) = serde_yaml::from_str::<Json>(&text) else { continue };
        let spec = &definition["spec"];
        if spec["group"] != group || spec["names"]["kind"] != kind {
            continue;
        }
        let versions = spec["versions"].as_array().into_iter().flatten();
        return versions
            .filter(|candidate| candidate["name"] == version)
            .map(|candidate| candidate["schema"]["openAPIV3Schema"].clone())
            .next();
    }
    None
}

/// A CRD's schema that refuses what the API would drop.
pub fn strict(mut schema: Json) -> Json {
    close(&mut schema);
    schema["properties"]["metadata"] = json!({"type": "object"});
    schema
}

fn close(schema: &mut Json) {
    match schema {
        Json::Object(entries) => {
            let open = entries.get("x-kubernetes-preserve-unknown-fields") == Some(&json!(true));
            if entries.get("properties").is_some_and(Json::is_object) && entries.contains_key("type") && !open
            {
                entries.insert("additionalProperties".to_owned(), json!(false));
            }
            entries.values_mut().for_each(close);
        }
        Json::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// A preset as JSON.
pub fn preset_json(preset: Preset) -> Option<Json> {
    match preset {
        Preset::Nothing => None,
        Preset::Bool(value) => Some(json!(value)),
        Preset::Integer(value) => Some(json!(value)),
        Preset::Text(value) => Some(json!(value)),
    }
}
