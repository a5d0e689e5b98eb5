//! What the guards look at.

use super::accelerators::cluster_policy_object;
use super::autoscaling::{Sizes, expander};
use super::identity::Identity;
use super::ignored::Ignored;
use super::rendered_set::RenderedSet;
use crate::diag::Finding;
use crate::json::Value as Json;
use crate::plan::Plan;
use crate::render::{Bundle, Object, Origin};
use crate::spec::ClusterPools;
use crate::yaml::{Node, Position};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::iter::Copied;
use std::ops::Deref;
use std::slice::Iter;

/// What there is to look at: one environment, rendered.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
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

/// The inputs, with what more than one guard asks of them.
///
/// It is made of the inputs and keeps them borrowed, so what was looked up once cannot go stale.
pub struct Subject<'a> {
    inputs: Inputs<'a>,
    identities: Vec<Identity<'a>>,
    by_kind: Vec<(&'a str, Vec<&'a Object>)>,
    shared: Shared<'a>,
}

/// What is made when the first guard asks for it.
#[derive(Default)]
pub(super) struct Shared<'a> {
    /// See [`super::machine_sets::autoscaled`].
    pub(super) autoscaled: OnceCell<BTreeSet<&'a str>>,
    /// See [`Ignored::by_bundle`].
    pub(super) ignored: OnceCell<BTreeMap<Bundle, Ignored<'a>>>,
    /// See [`super::rendered_set::all`].
    pub(super) sets: OnceCell<Vec<RenderedSet<'a>>>,
    /// See [`expander::read`].
    pub(super) priorities: OnceCell<expander::Read<'a>>,
    /// See [`Sizes::of`].
    pub(super) sizes: OnceCell<Sizes<'a>>,
    /// See [`cluster_policy_object::faults`].
    pub(super) cluster_policy_faults: OnceCell<Vec<cluster_policy_object::Fault<'a>>>,
    /// See `distinct_of_each_pool` of the rules about pools; places among the sets.
    pub(super) distinct_of_each_pool: OnceCell<Vec<usize>>,
}

impl<'a> Deref for Subject<'a> {
    type Target = Inputs<'a>;

    fn deref(&self) -> &Inputs<'a> {
        &self.inputs
    }
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

impl<'a> Subject<'a> {
    /// Looks the objects through once.
    pub(super) fn new(inputs: &Inputs<'a>) -> Subject<'a> {
        let mut by_kind: Vec<(&str, Vec<&Object>)> = Vec::new();
        let identities: Vec<Identity<'_>> = inputs.objects.iter().map(Identity::of).collect();
        for (object, Identity { kind, .. }) in inputs.objects.iter().zip(&identities) {
            // Objects of a kind stand beside each other, so it is nearly always the last one.
            match by_kind.iter_mut().rev().find(|(known, _)| known == kind) {
                Some((_, objects)) => objects.push(object),
                None => by_kind.push((kind, vec![object])),
            }
        }
        Subject { inputs: *inputs, identities, by_kind, shared: Shared::default() }
    }

    /// The objects, each with what it is called.
    pub(super) fn identified(&self) -> impl Iterator<Item = (&'a Object, &Identity<'a>)> {
        self.inputs.objects.iter().zip(&self.identities)
    }

    /// The rendered objects of a kind, in their order.
    pub fn of_kind(&self, kind: &str) -> Copied<Iter<'_, &'a Object>> {
        let objects = self.by_kind.iter().find(|(known, _)| *known == kind);
        objects.map(|(_, objects)| objects.as_slice()).unwrap_or_default().iter().copied()
    }

    /// What guards share.
    pub(super) fn shared(&self) -> &Shared<'a> {
        &self.shared
    }

    /// The rendered Application that syncs a bundle.
    pub fn application_of(&self, bundle: Bundle) -> Option<&'a Object> {
        let parts = [&self.plan.argocd.application_name_prefix, "-", bundle.as_str(), "-", self.environment];
        self.of_kind("Application").rev().find(|object| is_joined(object.name(), parts))
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

/// Whether a text is these parts, one after the other.
fn is_joined<const N: usize>(text: &str, parts: [&str; N]) -> bool {
    parts.into_iter().try_fold(text, |rest, part| rest.strip_prefix(part)) == Some("")
}
