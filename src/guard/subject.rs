//! What the guards look at.

use crate::diag::Finding;
use crate::json::Value as Json;
use crate::plan::Plan;
use crate::render::{Bundle, Object, Origin};
use crate::spec::ClusterPools;
use crate::yaml::{Node, Position};
use std::collections::{BTreeMap, BTreeSet};

/// One environment, rendered.
pub struct Subject<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// The spec.
    pub spec: &'a ClusterPools,
    /// The layered tree that the spec was decoded from; points at what to mend.
    pub values: &'a Node,
    /// The project file's tree.
    pub project: &'a Node,
    /// The templates of the repository, by the name of their entry under `extraObjects`.
    pub templates: &'a BTreeMap<String, Node>,
    /// The plan.
    pub plan: &'a Plan,
    /// The objects as they will be written.
    pub objects: &'a [Object],
    /// What is committed, where there is anything.
    pub committed: Option<&'a CommittedObjects>,
}

/// The objects that an earlier run rendered and somebody committed.
#[derive(Debug, Default)]
pub struct CommittedObjects {
    /// The objects, in the order of their files.
    pub objects: Vec<CommittedObject>,
    /// The files that hold no object, in the order of their paths.
    pub broken: Vec<BrokenFile>,
    /// Manifests among them that were not rendered, by path relative to the output directory.
    pub foreign: BTreeSet<String>,
}

/// A rendered file that somebody broke.
#[derive(Debug)]
pub struct BrokenFile {
    /// The file, relative to the project's root.
    pub path: String,
    /// The file, relative to the output directory.
    pub below_output: String,
    /// What is wrong with it, and in which line.
    pub fault: Option<(String, u32)>,
}

/// An object that an earlier run rendered.
#[derive(Debug)]
pub struct CommittedObject {
    /// Its file, relative to the output directory.
    pub path: String,
    /// The object.
    pub value: Json,
}

impl CommittedObjects {
    /// The objects of a kind.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Json> {
        self.objects.iter().map(|object| &object.value).filter(move |value| value["kind"] == kind)
    }
}

impl Subject<'_> {
    /// The rendered objects of a kind.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Object> {
        self.objects.iter().filter(move |object| object.kind() == kind)
    }

    /// The rendered Application that syncs a bundle.
    pub fn application_of(&self, bundle: Bundle) -> Option<&Object> {
        let name =
            format!("{}-{}-{}", self.plan.argocd.application_name_prefix, bundle.as_str(), self.environment);
        // Applications stand at the end; looked for once a MachineSet, so from there.
        self.objects.iter().rev().find(|object| object.kind() == "Application" && object.name() == name)
    }

    /// The place in the input that an object comes from.
    pub fn place_of(&self, object: &Object) -> Position {
        match &object.origin {
            Origin::Pool { pool, zone: None } => self.values.locate_key(&["pools", pool]),
            Origin::Pool { pool, zone: Some(zone) } => self.zone_place(pool, zone),
            Origin::Section(path) => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                self.values.locate_key(&path)
            }
            Origin::Template { name } => match self.templates.get(name) {
                Some(template) => template.position,
                None => self.values.locate_key(&["extraObjects", name]),
            },
            Origin::Project => self.project.locate_key(&["argocd"]),
        }
    }

    /// The place of a zone in a pool.
    pub fn zone_place(&self, pool: &str, zone: &str) -> Position {
        let in_use = self.values.find(&["pools", pool, "zones"]).and_then(Node::as_seq).unwrap_or_default();
        match in_use.iter().find(|node| node.as_str() == Some(zone)) {
            Some(node) => node.position,
            None => self.values.locate_key(&["pools", pool, "retiringZones", zone]),
        }
    }

    /// Adds to a finding the object that it is about and where that comes from.
    pub fn about(&self, finding: Finding, object: &Object) -> Finding {
        let finding = match &object.origin {
            Origin::Pool { pool, .. } => finding.pool(pool.as_str()),
            _ => finding,
        };
        let finding = if finding.primary.is_none() { finding.at(self.place_of(object)) } else { finding };
        finding.object(object.reference())
    }
}
