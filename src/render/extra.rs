//! The objects of the repository's own, from the tree templates under `extraObjects`.
//!
//! Lists are taken apart, so that nothing hides in one, and every object is protected like ours. Which
//! kinds may appear is the guard's business; what the templates can name stands in `docs/templates.md`.

use super::object::{MANAGED_BY, PROTECTED, SYNC_OPTIONS};
use super::{Bundle, Object, Origin};
use crate::diag::{Finding, Findings, Sources};
use crate::json::{Map as JsonMap, Value as Json, json};
use crate::plan::{MachineSetPlan, Plan, PoolPlan, Scaling, Vendor};
use crate::rule;
use crate::spec::{ExtraObject, ExtraObjectBundle};
use crate::template::{Budget, Context, Template};
use crate::yaml::{Node, Position};
use std::collections::BTreeMap;

rule! {
    /// An object without what every object has.
    pub EXTRA_OBJECT_INCOMPLETE = "OUT031", "extra-object-incomplete", Error,
    "an object of a template has an apiVersion, a kind and a name"
}
rule! {
    /// Metadata that the cluster writes, or that other objects own.
    pub EXTRA_OBJECT_METADATA = "OUT032", "extra-object-metadata", Error,
    "the metadata of a template's object are a name, a namespace, labels and annotations"
}

/// How deep lists may stand in each other.
const DEEPEST_LIST: usize = 8;
/// What the metadata of an object may hold.
const METADATA: [&str; 4] = ["name", "namespace", "labels", "annotations"];

/// Renders every entry of `extraObjects`.
pub fn render(
    plan: &Plan,
    entries: &BTreeMap<String, ExtraObject>,
    templates: &BTreeMap<String, Node>,
    sources: &Sources,
    findings: &mut Findings,
) -> Vec<Object> {
    let mut objects = Vec::new();
    if entries.is_empty() {
        return objects;
    }
    let context = Context::new(&facts(plan));
    let mut budget = Budget::default();
    for (name, entry) in entries {
        // A template that could not be read has its finding already.
        let Some(tree) = templates.get(name) else { continue };
        let Some(source) = sources.get(tree.position.file) else { continue };
        let value = Template::compile(tree, &source.text, findings)
            .and_then(|template| template.render(&context, &mut budget, findings));
        let Ok(Some(value)) = value else { continue };
        let bundle = match entry.bundle {
            ExtraObjectBundle::Accelerators => Bundle::Accelerators,
            ExtraObjectBundle::Capacity => Bundle::Capacity,
        };
        let mut taken = TakenApart { name, tree, bundle, objects: &mut objects, findings };
        taken.add(value, DEEPEST_LIST);
    }
    objects
}

/// One template's result on its way to single, protected objects.
struct TakenApart<'a> {
    name: &'a str,
    tree: &'a Node,
    bundle: Bundle,
    objects: &'a mut Vec<Object>,
    findings: &'a mut Findings,
}

impl TakenApart<'_> {
    fn add(&mut self, value: Json, depth: usize) {
        let Json::Object(mut fields) = value else {
            self.refuse(
                &EXTRA_OBJECT_INCOMPLETE,
                "is no object".to_owned(),
                &[],
                "write an object with apiVersion, kind and metadata",
            );
            return;
        };
        let is_list = fields.get("kind").and_then(Json::as_str).is_some_and(|kind| kind.ends_with("List"));
        if is_list && fields.get("items").is_some_and(Json::is_array) {
            let Some(Json::Array(items)) = fields.remove("items") else { return };
            match depth.checked_sub(1) {
                Some(depth) => items.into_iter().for_each(|item| self.add(item, depth)),
                None => {
                    let what = format!("holds lists more than {DEEPEST_LIST} deep");
                    self.refuse(&EXTRA_OBJECT_INCOMPLETE, what, &["items"], "write the objects in one list");
                }
            }
            return;
        }
        if let Some(value) = self.protected(fields) {
            let origin = Origin::Template { name: self.name.to_owned() };
            self.objects.push(Object { bundle: self.bundle, value, origin });
        }
    }

    /// The object with our label and the protection that everything rendered has. What the template
    /// itself says is kept: the guard judges it.
    fn protected(&mut self, mut fields: JsonMap) -> Option<Json> {
        let mut taken = |key: &str| {
            fields.remove(key).filter(|value| value.as_str().is_some_and(|text| !text.is_empty()))
        };
        let (api_version, kind) = (taken("apiVersion"), taken("kind"));
        let mut metadata = match fields.remove("metadata") {
            Some(Json::Object(metadata)) => metadata,
            _ => JsonMap::new(),
        };
        let name = metadata.remove("name").filter(|name| name.as_str().is_some_and(|text| !text.is_empty()));
        let found = [("apiVersion", &api_version), ("kind", &kind), ("metadata.name", &name)];
        let missing: Vec<&str> =
            found.into_iter().filter(|(_, value)| value.is_none()).map(|(key, _)| key).collect();
        let (Some(api_version), Some(kind), Some(name)) = (api_version, kind, name) else {
            let what = format!("lacks {}", missing.join(" and "));
            self.refuse(&EXTRA_OBJECT_INCOMPLETE, what, &["metadata"], "write it as text that is not empty");
            return None;
        };
        for key in metadata.keys().filter(|key| !METADATA.contains(&key.as_str())) {
            let what = format!("sets `metadata.{key}` on {} `{}`", kind.as_str()?, name.as_str()?);
            self.refuse(
                &EXTRA_OBJECT_METADATA,
                what,
                &["metadata", key],
                "keep the name, the namespace, labels and annotations",
            );
        }
        let mut written = JsonMap::new();
        written.insert("name", name);
        if let Some(namespace) = metadata.remove("namespace") {
            written.insert("namespace", namespace);
        }
        for (map, (key, value)) in [("labels", MANAGED_BY), ("annotations", (SYNC_OPTIONS, PROTECTED))] {
            let own = match metadata.remove(map) {
                Some(Json::Object(own)) => own,
                Some(other) => {
                    let what = format!("has `metadata.{map}` {other}, which is no map");
                    self.refuse(&EXTRA_OBJECT_METADATA, what, &["metadata", map], "write a map of texts");
                    JsonMap::new()
                }
                None => JsonMap::new(),
            };
            let mut own = own;
            own.get_or_insert_with(key, || Json::from(value));
            own.sort_keys();
            written.insert(map, own);
        }
        let mut object = JsonMap::new();
        object.insert("apiVersion", api_version);
        object.insert("kind", kind);
        object.insert("metadata", Json::Object(written));
        object.extend(fields);
        Some(Json::Object(object))
    }

    fn refuse(&mut self, rule: &'static crate::diag::Rule, what: String, path: &[&str], help: &str) {
        let message = format!("the template `{}` {what}", self.name);
        self.findings.push(Finding::new(rule, message).at(self.place(path)).help(help));
    }

    fn place(&self, path: &[&str]) -> Position {
        if path.is_empty() { self.tree.position } else { self.tree.locate_key(path) }
    }
}

/// What templates can name; see `docs/templates.md`.
fn facts(plan: &Plan) -> Json {
    let cluster = &plan.cluster;
    json!({
        "environment": plan.environment,
        "cluster": {
            "name": cluster.name,
            "infraID": cluster.infra_id,
            "platform": cluster.platform,
            "region": cluster.region,
            "version": {
                "min": cluster.version.min.to_string(),
                "max": cluster.version.max.to_string(),
            },
            "controlPlaneNodes": cluster.control_plane_nodes,
            "otherNodes": cluster.other_nodes,
        },
        "pools": plan.pools.iter().map(pool_facts).collect::<Json>(),
    })
}

fn pool_facts(pool: &PoolPlan) -> Json {
    let sum = |of: fn(Scaling) -> u32| {
        pool.machine_sets.iter().fold(0_u64, |sum, set| sum + u64::from(of(set.scaling)))
    };
    let accelerator = pool.accelerator.as_ref().map(|accelerator| {
        json!({
            "vendor": vendor(accelerator.vendor),
            "model": accelerator.model,
            "resource": accelerator.resource,
            "count": accelerator.count,
        })
    });
    let taint = |taint: &crate::spec::pool::Taint| json!({"key": taint.key, "value": taint.value.as_deref().unwrap_or_default(), "effect": taint.effect.as_str()});
    json!({
        "name": pool.name,
        "class": pool.class,
        "retiring": pool.retiring,
        "instanceType": pool.instance_type,
        "interruptible": pool.interruptible,
        "machineRole": pool.machine_role,
        "zones": pool.machine_sets.iter().map(|set| set.zone.as_str()).collect::<Json>(),
        "minimum": sum(minimum),
        "maximum": sum(Scaling::max),
        "accelerator": accelerator,
        "nodeLabels": pool.node_labels,
        "taints": pool.taints.iter().map(taint).collect::<Json>(),
        "machineSets": pool.machine_sets.iter().map(machine_set_facts).collect::<Json>(),
    })
}

fn machine_set_facts(set: &MachineSetPlan) -> Json {
    json!({
        "name": set.name,
        "zone": set.zone,
        "autoscaled": matches!(set.scaling, Scaling::Autoscaled { .. }),
        "retiring": matches!(set.scaling, Scaling::Retiring { .. }),
        "minimum": minimum(set.scaling),
        "maximum": set.scaling.max(),
    })
}

fn minimum(scaling: Scaling) -> u32 {
    match scaling {
        Scaling::Fixed { replicas } => replicas,
        Scaling::Autoscaled { min, .. } => min,
        Scaling::Retiring { .. } => 0,
    }
}

fn vendor(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Nvidia => "nvidia",
        Vendor::Amd => "amd",
        Vendor::Habana => "habana",
        Vendor::Neuron => "neuron",
    }
}
