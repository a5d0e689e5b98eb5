//! The published CRDs as strict schemas: what an API server would drop without a word is refused.

use jsonschema::Validator;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The CRDs that this test knows, by (apiVersion, kind).
pub struct Crds(BTreeMap<(String, String), Validator>);

const FILES: [&str; 10] = [
    "argoproj.io_applications",
    "argoproj.io_appprojects",
    "autoscaling.openshift.io_clusterautoscalers",
    "autoscaling.openshift.io_machineautoscalers",
    "machine.openshift.io_machinehealthchecks",
    "machine.openshift.io_machinesets",
    "nfd.openshift.io_nodefeaturediscoveries",
    "nvidia.com_clusterpolicies",
    "operators.coreos.com_operatorgroups",
    "operators.coreos.com_subscriptions",
];

impl Crds {
    /// Reads them from the shared folder; without it there is nothing to check against, which only a
    /// person's own machine may get away with.
    pub fn load() -> Option<Crds> {
        let shared = std::env::var_os("POOLSMITH_SHARED")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
        let folder = shared.join("crds");
        if !folder.is_dir() {
            assert!(std::env::var_os("CI").is_none(), "no CRDs at {}", folder.display());
            println!("skipped: no CRDs at {}", folder.display());
            return None;
        }
        let mut schemas = BTreeMap::new();
        for file in FILES {
            let text = std::fs::read_to_string(folder.join(format!("{file}.yaml"))).unwrap();
            let crd: Json = serde_yaml::from_str(&text).unwrap();
            let group = crd["spec"]["group"].as_str().unwrap();
            let kind = crd["spec"]["names"]["kind"].as_str().unwrap();
            for version in crd["spec"]["versions"].as_array().unwrap() {
                let mut schema = version["schema"]["openAPIV3Schema"].clone();
                make_strict(&mut schema);
                schema["properties"]["metadata"] = json!({"type": "object", "required": ["name"]});
                let api_version = format!("{group}/{}", version["name"].as_str().unwrap());
                schemas.insert((api_version, kind.to_owned()), jsonschema::validator_for(&schema).unwrap());
            }
        }
        Some(Crds(schemas))
    }

    /// What the schema says against an object; nothing for a kind that has no CRD.
    pub fn faults(&self, object: &Json) -> Vec<String> {
        let key = |name: &str| object[name].as_str().unwrap().to_owned();
        let validator = self.0.get(&(key("apiVersion"), key("kind")));
        let Some(validator) = validator else { return Vec::new() };
        validator.iter_errors(object).map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
    }

    /// Whether the kind has a CRD here.
    pub fn knows(&self, object: &Json) -> bool {
        let key = |name: &str| object[name].as_str().unwrap().to_owned();
        self.0.contains_key(&(key("apiVersion"), key("kind")))
    }
}

/// Refuses unknown fields next to known ones, and takes the Kubernetes extensions for what they mean.
fn make_strict(schema: &mut Json) {
    let Json::Object(map) = schema else {
        if let Json::Array(items) = schema {
            items.iter_mut().for_each(make_strict);
        }
        return;
    };
    let flag = |map: &Map<String, Json>, name: &str| map.get(name) == Some(&Json::Bool(true));
    if flag(map, "x-kubernetes-int-or-string") {
        map.remove("type");
        map.insert("anyOf".into(), json!([{"type": "integer"}, {"type": "string"}]));
    }
    let closed =
        map.get("properties").is_some_and(Json::is_object) && !map.contains_key("additionalProperties");
    if closed && !flag(map, "x-kubernetes-preserve-unknown-fields") {
        map.insert("additionalProperties".into(), Json::Bool(false));
    }
    for (key, value) in map.iter_mut() {
        // A property may itself be called `properties`; one level down it is a schema again.
        match (key.as_str(), value) {
            ("properties", Json::Object(fields)) => fields.values_mut().for_each(make_strict),
            ("enum" | "default" | "required" | "description", _) => {}
            (_, value) => make_strict(value),
        }
    }
}

#[test]
fn the_strict_schemas_refuse_what_an_api_server_would_drop() {
    let Some(crds) = Crds::load() else { return };
    let autoscaler = |spec: Json| {
        json!({"apiVersion": "autoscaling.openshift.io/v1", "kind": "ClusterAutoscaler",
               "metadata": {"name": "default"}, "spec": spec})
    };
    assert_eq!(crds.faults(&autoscaler(json!({"scaleDown": {"enabled": true}}))), Vec::<String>::new());
    assert_ne!(
        crds.faults(&autoscaler(json!({"scaleDown": {"enabled": true, "uneededTime": "5m"}}))),
        [""; 0]
    );
    assert_ne!(crds.faults(&autoscaler(json!({"scaledown": {}}))), [""; 0]);
    assert_ne!(crds.faults(&autoscaler(json!({"scaleDown": {"enabled": "yes"}}))), [""; 0]);
}
