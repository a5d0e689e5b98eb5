//! What the values would become if nobody checked anything: each setting goes, as it stands, into the field
//! of the object that it is meant for. This is what the judges are shown where poolsmith refuses.

use super::platforms::Platform;
use serde_json::{Map, Value as Json, json};

/// What the objects are made from.
pub struct Inputs<'a> {
    /// The platform.
    pub platform: &'a Platform,
    /// The infrastructure name.
    pub infra_id: &'a str,
    /// The copied providerSpec.
    pub provider_spec: &'a Json,
    /// The values with the pools.
    pub values: &'a Json,
}

/// The objects of all pools and the ClusterAutoscaler.
pub fn objects(inputs: &Inputs<'_>) -> Vec<Json> {
    let mut objects = Vec::new();
    match &inputs.values["pools"] {
        Json::Object(pools) => {
            for (name, pool) in pools {
                of_pool(inputs, name, pool, &mut objects);
            }
        }
        other => of_pool(inputs, "pool", other, &mut objects),
    }
    if let Some(autoscaler) = inputs.values.get("autoscaler") {
        objects.push(cluster_autoscaler(autoscaler));
    }
    // A key that is no setting of ours has to stand somewhere: at the root of an object.
    let ours = ["pools", "autoscaler", "accelerators"];
    let others: Map<String, Json> =
        entries(inputs.values).filter(|(key, _)| !ours.contains(&key.as_str())).collect();
    if !others.is_empty() {
        objects.push(with(cluster_autoscaler(&json!({})), Json::Object(others)));
    }
    objects.iter().map(without_nulls).collect()
}

fn of_pool(inputs: &Inputs<'_>, name: &str, pool: &Json, objects: &mut Vec<Json>) {
    let no_zone = vec![json!("")];
    let zones = match &pool["zones"] {
        Json::Array(zones) if !zones.is_empty() => zones,
        _ => &no_zone,
    };
    for zone in zones {
        let text = zone.as_str().map_or_else(|| zone.to_string(), str::to_owned);
        let adopted = pool["adopt"].get(&text);
        let set = match adopted.and_then(|adopted| adopted.get("name")) {
            Some(name) => name.clone(),
            None => json!(format!("{}-{name}-{text}", inputs.infra_id)),
        };
        let selector = adopted.and_then(|adopted| adopted.get("selector"));
        objects.push(machine_set(inputs, name, pool, zone, &set, selector));
        let size = &pool["size"];
        if size.get("min").is_some() || size.get("max").is_some() {
            let target =
                json!({"apiVersion": "machine.openshift.io/v1beta1", "kind": "MachineSet", "name": set});
            objects.push(json!({
                "apiVersion": "autoscaling.openshift.io/v1beta1",
                "kind": "MachineAutoscaler",
                "metadata": {"name": set, "namespace": "openshift-machine-api"},
                "spec": {"minReplicas": size["min"], "maxReplicas": size["max"], "scaleTargetRef": target},
            }));
        }
    }
    let check = &pool["healthCheck"];
    if !check.is_null() && check["enabled"] != json!(false) {
        objects.push(health_check(name, check));
    }
}

/// The settings of a pool that an object has a place for; the rest stands in its `spec`.
const KNOWN: &[&str] = &[
    "class",
    "state",
    "providerSpecFrom",
    "instanceType",
    "zones",
    "retiringZones",
    "size",
    "market",
    "nodeLabels",
    "taints",
    "dedicated",
    "machineLabels",
    "machineSetAnnotations",
    "machineRole",
    "acknowledgeWorkerRole",
    "machineConfigPool",
    "accelerator",
    "rootVolume",
    "overrides",
    "scaleFromZero",
    "healthCheck",
    "expanderPriority",
    "deletePolicy",
    "adopt",
];

fn machine_set(
    inputs: &Inputs<'_>,
    name: &str,
    pool: &Json,
    zone: &Json,
    set: &Json,
    selector: Option<&Json>,
) -> Json {
    let mut spec = inputs.provider_spec.clone();
    (inputs.platform.written)(&mut spec, pool, zone);
    merge(&mut spec, &pool["overrides"]);
    let role = match pool.get("machineRole") {
        Some(role) => role.clone(),
        None => json!(name),
    };
    let own = json!({
        "machine.openshift.io/cluster-api-cluster": inputs.infra_id,
        "machine.openshift.io/cluster-api-machineset": set,
    });
    let roles = json!({
        "machine.openshift.io/cluster-api-machine-role": role,
        "machine.openshift.io/cluster-api-machine-type": role,
    });
    let selector = selector.filter(|selector| !selector.is_null());
    let mut labels = with(with(pool["machineLabels"].clone(), own.clone()), roles);
    if let Some(selector) = selector {
        labels = with(labels, selector.clone());
    }
    let size = &pool["size"];
    let replicas = ["fixed", "initial", "min"].iter().find_map(|key| size.get(key));
    let mut node_labels = pool["nodeLabels"].clone();
    if let Some(accelerator) = pool.get("accelerator") {
        node_labels = with(node_labels, json!({"cluster-api/accelerator": accelerator}));
    }
    let mut machine_set_spec = json!({
        // A size that is no map is the number itself.
        "replicas": replicas.unwrap_or(if size.is_object() { &Json::Null } else { size }),
        "deletePolicy": pool["deletePolicy"],
        "selector": {"matchLabels": selector.unwrap_or(&own)},
        "template": {
            "metadata": {"labels": labels},
            "spec": {
                "metadata": {"labels": node_labels},
                "taints": pool["taints"],
                "providerSpec": {"value": spec},
            },
        },
    });
    for (key, value) in entries(pool).filter(|(key, _)| !KNOWN.contains(&key.as_str())) {
        machine_set_spec[key] = value;
    }
    for (key, value) in
        entries(size).filter(|(key, _)| !["fixed", "min", "max", "initial", "per"].contains(&key.as_str()))
    {
        machine_set_spec[key] = value;
    }
    json!({
        "apiVersion": "machine.openshift.io/v1beta1",
        "kind": "MachineSet",
        "metadata": {
            "name": set,
            "namespace": "openshift-machine-api",
            "labels": {"machine.openshift.io/cluster-api-cluster": inputs.infra_id},
            "annotations": pool["machineSetAnnotations"],
        },
        "spec": machine_set_spec,
    })
}

fn health_check(name: &str, check: &Json) -> Json {
    let timeout = check.get("unhealthyTimeout").cloned().unwrap_or(json!("5m"));
    let condition = |status: &str| json!({"type": "Ready", "status": status, "timeout": timeout});
    let mut spec = json!({
        "selector": {"matchLabels": {"machine.openshift.io/cluster-api-machine-role": name}},
        "unhealthyConditions": [condition("Unknown"), condition("False")],
    });
    for (key, value) in
        entries(check).filter(|(key, _)| !["enabled", "unhealthyTimeout"].contains(&key.as_str()))
    {
        spec[key] = value;
    }
    if !check.is_object() {
        spec = check.clone();
    }
    json!({
        "apiVersion": "machine.openshift.io/v1beta1",
        "kind": "MachineHealthCheck",
        "metadata": {"name": name.to_lowercase(), "namespace": "openshift-machine-api"},
        "spec": spec,
    })
}

fn cluster_autoscaler(settings: &Json) -> Json {
    let mut spec = settings.clone();
    if let Some(map) = spec.as_object_mut() {
        for ours in ["management", "priorities", "otherMachineSets"] {
            map.shift_remove(ours);
        }
        if let Some(Json::Object(gpus)) =
            map.get("resourceLimits").and_then(|limits| limits.get("gpus")).cloned()
        {
            let list: Json = gpus
                .into_iter()
                .map(
                    |(name, range)| {
                        if range.is_object() { with(json!({"type": name}), range) } else { range }
                    },
                )
                .collect();
            spec["resourceLimits"]["gpus"] = list;
        }
    }
    json!({
        "apiVersion": "autoscaling.openshift.io/v1",
        "kind": "ClusterAutoscaler",
        "metadata": {"name": "default"},
        "spec": spec,
    })
}

fn entries(value: &Json) -> impl Iterator<Item = (String, Json)> {
    value.as_object().cloned().unwrap_or_default().into_iter()
}

/// Both maps in one; what is no map wins.
fn with(under: Json, over: Json) -> Json {
    match (under, over) {
        (Json::Object(mut under), Json::Object(over)) => {
            under.extend(over);
            Json::Object(under)
        }
        (Json::Null, over) => over,
        (under, _) => under,
    }
}

/// A JSON merge patch (RFC 7396).
pub fn merge(value: &mut Json, patch: &Json) {
    let Json::Object(patch) = patch else {
        if !patch.is_null() {
            *value = patch.clone();
        }
        return;
    };
    if !value.is_object() {
        *value = json!({});
    }
    let Json::Object(map) = value else { return };
    for (key, patch) in patch {
        if patch.is_null() {
            map.shift_remove(key);
        } else {
            merge(map.entry(key.clone()).or_insert(Json::Null), patch);
        }
    }
}

/// To the API a null in a map is an absent key.
pub fn without_nulls(value: &Json) -> Json {
    match value {
        Json::Object(map) => map
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.clone(), without_nulls(value)))
            .collect(),
        Json::Array(list) => list.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}
