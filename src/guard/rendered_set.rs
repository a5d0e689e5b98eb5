//! The rendered MachineSets with their parts: thirty rules look at each of them.

use super::autoscaling::pool_of;
use super::machine_sets::{self, Hands};
use super::{Subject, identity::Identity};
use crate::json::Value as Json;
use crate::plan::PoolPlan;
use crate::render::Object;

/// A rendered MachineSet; a part that is not there is null.
pub(super) struct RenderedSet<'a> {
    /// The whole.
    pub(super) object: &'a Object,
    /// The name, empty when there is none.
    pub(super) name: &'a str,
    /// The pool that its label names; empty where it names none.
    pub(super) pool: &'a str,
    /// The pool that it comes from, as it was planned.
    pub(super) planned: Option<&'a PoolPlan>,
    /// Who decides about its size.
    pub(super) hands: Hands,
    /// The spec.
    pub(super) spec: &'a Json,
    /// The labels of its Machines.
    pub(super) machine_labels: &'a Json,
    /// The spec of its Machines.
    pub(super) machine: &'a Json,
    /// The labels of its Nodes.
    pub(super) node_labels: &'a Json,
    /// The providerSpec.
    pub(super) provider_spec: &'a Json,
}

impl<'a> RenderedSet<'a> {
    fn of(subject: &Subject<'a>, object: &'a Object, identity: &Identity<'a>) -> RenderedSet<'a> {
        let spec = &object.value["spec"];
        let template = &spec["template"];
        let machine = &template["spec"];
        RenderedSet {
            object,
            name: identity.name,
            pool: machine_sets::pool(&object.value).unwrap_or_default(),
            planned: pool_of(subject, object),
            hands: machine_sets::hands(&object.value, machine_sets::autoscaled_now(subject)),
            spec,
            machine_labels: &template["metadata"]["labels"],
            machine,
            node_labels: &machine["metadata"]["labels"],
            provider_spec: &machine["providerSpec"]["value"],
        }
    }

    /// The taints of its Nodes.
    pub(super) fn taints(&self) -> impl Iterator<Item = &'a Json> {
        self.machine["taints"].as_array().into_iter().flatten()
    }
}

/// The rendered MachineSets, in their order.
pub(super) fn all<'s, 'a>(subject: &'s Subject<'a>) -> &'s [RenderedSet<'a>] {
    subject.shared().sets.get_or_init(|| {
        let is_set = |(_, identity): &(&'a Object, &Identity<'a>)| identity.kind == "MachineSet";
        let sets = subject.identified().filter(is_set);
        sets.map(|(object, identity)| RenderedSet::of(subject, object, identity)).collect()
    })
}
