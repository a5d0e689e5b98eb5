//! What goes in and out of a [`super::Platform`]: instance facts, facts of one cluster, and what one
//! MachineSet is to be made of.

use super::Vendor;
use crate::spec::cluster::{Cluster, Subnet};
use crate::spec::pool::RootVolume;
use crate::spec::scalars::VersionRange;
use crate::spec::size::Market;
use crate::yaml::{Node, Position};
use std::collections::BTreeMap;

pub use crate::spec::pool::Architecture;

/// What an instance type has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The name as the catalogue has it.
    pub name: &'static str,
    /// The part of the name that types of the same make share.
    pub family: &'static str,
    /// Virtual processors.
    pub vcpu: u32,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// GPUs as the cloud counts them, of any make; not all of them are the resource `nvidia.com/gpu`
    /// (see [`Accelerator::resource`]).
    pub gpus: u32,
    /// The processor architecture.
    pub architecture: Architecture,
    /// The accelerators, if the family has any.
    pub accelerator: Option<Accelerator>,
    /// Whether the machine is a whole host, which starts slowly.
    pub metal: bool,
}

/// The accelerators of an instance type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accelerator {
    /// Who makes them. Only for NVIDIA does the label `cluster-api/accelerator` make sense: the
    /// autoscaler's readiness check looks for `nvidia.com/gpu` and nothing else.
    pub vendor: Vendor,
    /// The model as a label value, e.g. `nvidia-l40s`.
    pub model: &'static str,
    /// The resource that pods ask for, e.g. `nvidia.com/gpu`.
    pub resource: &'static str,
    /// How many a machine has; 0 where the public lists do not say.
    pub count: u32,
}

/// Facts about one cluster that a providerSpec is checked and patched with.
#[derive(Debug, Clone, Copy)]
pub struct ClusterFacts<'a> {
    /// The infrastructure name.
    pub infra_id: &'a str,
    /// The region.
    pub region: &'a str,
    /// The cloud account, if it was stated.
    pub account_id: Option<&'a str>,
    /// The OpenShift versions that must be served.
    pub version: VersionRange,
    /// Subnets that the spec states, by zone.
    pub subnets: &'a BTreeMap<String, Subnet>,
    /// The value of `cluster` in the layered tree, for the places in findings.
    pub written: Option<&'a Node>,
}

impl<'a> ClusterFacts<'a> {
    /// The facts that the values state; `written` is `cluster` in the layered tree.
    pub fn of(cluster: &'a Cluster, written: Option<&'a Node>) -> ClusterFacts<'a> {
        ClusterFacts {
            infra_id: &cluster.infra_id,
            region: &cluster.region,
            account_id: cluster.account_id.as_ref().map(|id| id.as_str()),
            version: cluster.version,
            subnets: &cluster.subnets,
            written,
        }
    }

    /// Where a fact was stated: the value at `path` under `cluster`.
    pub fn place(&self, path: &[&str]) -> Option<Position> {
        place(self.written, path)
    }
}

/// What the machines of one MachineSet are to be, as far as the providerSpec says it.
#[derive(Debug, Clone, Copy)]
pub struct MachineWish<'a> {
    /// The instance type.
    pub instance_type: &'a str,
    /// The zone.
    pub zone: &'a str,
    /// Whether the same was made for another zone before, and nothing was to be said about it: then only
    /// what the zone decides is checked again.
    pub only_zone_differs: bool,
    /// How the machines are paid for.
    pub market: &'a Market,
    /// The root volume, where it differs from the copied one.
    pub root_volume: Option<&'a RootVolume>,
    /// The user-data secret, where the pool's MachineConfigPool decides it.
    pub user_data_secret: Option<&'a str>,
    /// A merge patch on the providerSpec, as it was written.
    pub overrides: Option<&'a Node>,
    /// The keys that the project allows in `overrides` although they decide who a node is.
    pub allowed_overrides: &'a [String],
    /// The pool's value in the layered tree, for the places in findings. Its keys `instanceType`,
    /// `zones`, `retiringZones`, `market`, `rootVolume` and `machineConfigPool` are looked at.
    pub written: Option<&'a Node>,
}

impl MachineWish<'_> {
    /// Where a wish was stated: the value at `path` under the pool.
    pub fn place(&self, path: &[&str]) -> Option<Position> {
        place(self.written, path)
    }

    /// Where the zone was stated: its item in one of the pool's lists of zones.
    pub fn zone_place(&self) -> Option<Position> {
        let written = self.written?;
        let in_use = written.get("zones").and_then(Node::as_seq).into_iter().flatten();
        in_use
            .filter(|item| item.as_str() == Some(self.zone))
            .map(|item| item.position)
            .next()
            .or_else(|| {
                let retiring = written.get("retiringZones")?.entry(self.zone)?;
                Some(retiring.0.position)
            })
            .or_else(|| self.place(&["zones"]))
    }
}

fn place(written: Option<&Node>, path: &[&str]) -> Option<Position> {
    written.map(|node| node.locate(path))
}
