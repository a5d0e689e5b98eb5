//! The cluster-wide limits of the autoscaler, beside what the cluster holds and may grow to.
//!
//! They count every node, the control plane included, although the API text speaks of node groups
//! (kubernetes-autoscaler `core/static_autoscaler.go`, `core/scaleup/orchestrator`).

use super::{Size, Sizes};
use crate::diag::{Finding, Rule};
use crate::guard::Subject;
use crate::plan::NodeCapacity;
use crate::render::Object;

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resource {
    /// Nodes.
    Nodes,
    /// Virtual processors.
    Cores,
    /// Memory in MiB; the limit itself is in GiB.
    Memory,
}

impl Resource {
    const ALL: [Resource; 3] = [Resource::Nodes, Resource::Cores, Resource::Memory];

    fn path(self) -> &'static [&'static str] {
        match self {
            Resource::Nodes => &["maxNodesTotal"],
            Resource::Cores => &["cores", "max"],
            Resource::Memory => &["memory", "max"],
        }
    }

    /// What a node of a pool counts for.
    fn of_node(self, capacity: Option<NodeCapacity>) -> u64 {
        match self {
            Resource::Nodes => 1,
            Resource::Cores => capacity.map_or(0, |capacity| capacity.vcpu.into()),
            Resource::Memory => capacity.map_or(0, |capacity| capacity.memory_mib),
        }
    }

    /// What a node of the control plane, and another one, have at least: what OpenShift's installation
    /// guide asks for (4 vCPU and 16 GB; 2 vCPU and 8 GB).
    fn elsewhere(self) -> (u64, u64) {
        match self {
            Resource::Nodes => (1, 1),
            Resource::Cores => (4, 2),
            Resource::Memory => (16 << 10, 8 << 10),
        }
    }

    fn shown(self, amount: u64) -> String {
        match self {
            Resource::Memory if amount.is_multiple_of(1024) => format!("{} GiB", amount / 1024),
            Resource::Memory => format!("{amount} MiB"),
            Resource::Nodes | Resource::Cores => amount.to_string(),
        }
    }
}

/// A limit that is stated.
pub(super) struct Limit<'a> {
    resource: Resource,
    max: u64,
    object: Option<&'a Object>,
}

/// A sum, and how it is reckoned.
pub(super) struct Sum {
    amount: u64,
    terms: String,
}

/// The limits of every ClusterAutoscaler; where none is rendered, those that the spec states as facts.
pub(super) fn all<'a>(subject: &'a Subject<'_>) -> Vec<Limit<'a>> {
    let mut limits = Vec::new();
    for object in subject.of_kind("ClusterAutoscaler") {
        for resource in Resource::ALL {
            let stated = &object.value["spec"]["resourceLimits"];
            let value = resource.path().iter().fold(stated, |value, step| &value[*step]);
            limits.extend(value.as_u64().map(|max| Limit { resource, max, object: Some(object) }));
        }
    }
    if let Some(settings) = subject.plan.autoscaler.settings.as_ref()
        && !subject.plan.autoscaler.managed
    {
        let stated = &settings.resource_limits;
        let maxima = [
            stated.max_nodes_total,
            stated.cores.map(|range| range.max),
            stated.memory.map(|range| range.max),
        ];
        limits.extend(
            Resource::ALL
                .into_iter()
                .zip(maxima)
                .filter_map(|(resource, max)| Some(Limit { resource, max: max?.into(), object: None })),
        );
    }
    for limit in &mut limits {
        if limit.resource == Resource::Memory {
            limit.max = limit.max.saturating_mul(1024);
        }
    }
    // 0 nodes in total means no limit.
    limits.retain(|limit| limit.resource != Resource::Nodes || limit.max > 0);
    limits
}

impl Limit<'_> {
    /// What the cluster has with so many nodes in each MachineSet.
    pub(super) fn sum(&self, subject: &Subject<'_>, sizes: &Sizes<'_>, of: fn(Size) -> u64) -> Sum {
        let cluster = &subject.plan.cluster;
        let (control_plane, other) = self.resource.elsewhere();
        let mut amount = 0_u64;
        let mut terms = Vec::new();
        let mut add = |nodes: u64, each: u64, at_least: bool, whose: &str| {
            if nodes == 0 || each == 0 {
                return;
            }
            amount = amount.saturating_add(nodes.saturating_mul(each));
            let each = match self.resource {
                Resource::Nodes => String::new(),
                _ if at_least => format!(" × at least {}", self.resource.shown(each)),
                _ => format!(" × {}", self.resource.shown(each)),
            };
            terms.push(format!("{nodes}{each} {whose}"));
        };
        add(cluster.control_plane_nodes.into(), control_plane, true, "(control plane)");
        add(cluster.other_nodes.into(), other, true, "(other nodes)");
        for pool in &subject.plan.pools {
            let each = self.resource.of_node(pool.capacity);
            add(sizes.nodes(pool, of), each, false, &format!("(`{}`)", pool.name));
        }
        Sum { amount, terms: terms.join(" + ") }
    }

    /// Whether the limit admits a sum.
    pub(super) fn admits(&self, sum: &Sum) -> bool {
        sum.amount <= self.max
    }

    /// A finding on this limit; `what` the sum is.
    pub(super) fn finding(
        &self,
        subject: &Subject<'_>,
        rule: &'static Rule,
        what: &str,
        sum: &Sum,
    ) -> Finding {
        let name = self.resource.path().join(".");
        let (max, wanted) = (self.resource.shown(self.max), self.resource.shown(sum.amount));
        let message =
            format!("`{name}` is {max}, but {what}: {} = {wanted}, and {wanted} > {max}", sum.terms);
        let written = match self.resource {
            Resource::Memory => sum.amount.div_ceil(1024),
            Resource::Nodes | Resource::Cores => sum.amount,
        };
        let path: Vec<&str> =
            ["autoscaler", "resourceLimits"].iter().chain(self.resource.path()).copied().collect();
        let finding = Finding::new(rule, message).at(subject.values.locate(&path)).help(format!(
            "write {written} or more, or make the pools smaller: the limit counts every node of the cluster"
        ));
        match self.object {
            Some(object) => subject.about(finding, object),
            None => finding,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shown_in_the_unit_of_the_limit() {
        assert_eq!(Resource::Memory.shown(64 << 10), "64 GiB");
        assert_eq!(Resource::Memory.shown(1536), "1536 MiB");
        assert_eq!(Resource::Cores.shown(96), "96");
    }

    #[test]
    fn what_has_no_capacity_counts_as_a_node_only() {
        assert_eq!(Resource::ALL.map(|resource| resource.of_node(None)), [1, 0, 0]);
    }
}
