//! Pools with everything decided: zones, names, instance facts, labels, taints and providerSpecs.

use super::split::{Part, split};
use super::{
    AcceleratorPlan, HealthCheckPlan, MachineSetPlan, NodeCapacity, PoolPlan, Scaling, Vendor, names, rules,
};
use crate::diag::{Finding, Findings};
use crate::platform::{ClusterFacts, MachineWish, Platform};
use crate::sorted::{IntoSorted, sort};
use crate::spec::class::{Class, PoolClasses};
use crate::spec::pool::{Effect, Pool, State, Taint};
use crate::spec::scalars::CountOrPercent;
use crate::spec::size::{Market, Per};
use crate::spec::{ClusterPools, check};
use crate::yaml::{Node, Position};
use std::collections::BTreeMap;

/// What the resolution of pools rests on.
pub struct Context<'a> {
    /// The spec.
    pub spec: &'a ClusterPools,
    /// The layered tree that the spec was decoded from.
    pub tree: &'a Node,
    /// The classes.
    pub classes: &'a PoolClasses,
    /// The cloud.
    pub platform: &'static dyn Platform,
    /// The cluster, as the platform wants it.
    pub facts: &'a ClusterFacts<'a>,
    /// The copied providerSpecs without their noise, by name.
    pub provider_specs: &'a BTreeMap<String, Node>,
    /// The providerSpec keys that the project allows in `overrides`.
    pub allowed_overrides: &'a [String],
}

/// The label by which the autoscaler knows that a node is to have GPUs.
pub const ACCELERATOR_LABEL: &str = "cluster-api/accelerator";

/// Resolves one pool. Nothing is given back when it rests on something that was refused.
pub fn resolve(context: &Context<'_>, name: &str, pool: &Pool, findings: &mut Findings) -> Option<PoolPlan> {
    let resolver = Resolver { context, name, pool };
    let class = context.classes.classes.get(&pool.class);
    let instance = context.platform.instance(&pool.instance_type);
    let accelerator = resolver.accelerator(findings);
    if let Some(class) = class {
        resolver.check_class(class, accelerator.as_ref(), findings);
    }
    let capacity = resolver.capacity(findings);
    let bare_metal = instance.as_ref().is_some_and(|instance| instance.metal);
    let health_check = resolver.health_check(accelerator.is_some(), bare_metal, findings);
    let machine_sets = resolver.machine_sets(findings);
    let (class, machine_sets) = (class?, machine_sets?);
    Some(PoolPlan {
        name: name.to_owned(),
        class: pool.class.clone(),
        retiring: pool.state == State::Retiring,
        instance_type: pool.instance_type.clone(),
        interruptible: matches!(pool.market, Market::Spot(_)),
        bare_metal,
        machine_role: pool.machine_role.clone().unwrap_or_else(|| name.to_owned()),
        capacity,
        capacity_stated: pool.scale_from_zero.is_some(),
        node_labels: resolver.node_labels(class, accelerator.as_ref()),
        taints: resolver.taints(accelerator.as_ref()),
        machine_labels: pool.machine_labels.clone(),
        machine_set_annotations: pool.machine_set_annotations.clone(),
        delete_policy: pool.delete_policy,
        expander_priority: pool.expander_priority,
        health_check,
        accelerator,
        machine_sets,
    })
}

pub(super) struct Resolver<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) name: &'a str,
    pub(super) pool: &'a Pool,
}

impl Resolver<'_> {
    pub(super) fn place(&self, rest: &[&str]) -> Position {
        let mut path = vec!["pools", self.name];
        path.extend_from_slice(rest);
        self.context.tree.locate(&path)
    }

    pub(super) fn inherited<T>(&self, class: &Class, get: impl Fn(&Class) -> Option<T>) -> Option<T> {
        let classes = &self.context.classes.classes;
        let mut class = class;
        // The classes were checked for circles; the count keeps a mistake there from looping here.
        for _ in 0..classes.len() {
            if let Some(value) = get(class) {
                return Some(value);
            }
            class = classes.get(class.extends.as_ref()?)?;
        }
        None
    }

    fn capacity(&self, findings: &mut Findings) -> Option<NodeCapacity> {
        if let Some(stated) = &self.pool.scale_from_zero {
            return Some(NodeCapacity {
                vcpu: stated.vcpu,
                memory_mib: stated.memory_mib,
                gpus: stated.gpus,
                architecture: stated.architecture,
            });
        }
        if let Some(known) = self.context.platform.instance(&self.pool.instance_type) {
            let gpus = known
                .accelerator
                .as_ref()
                .filter(|accelerator| accelerator.vendor == Vendor::Nvidia)
                .map_or(0, |accelerator| accelerator.count);
            return Some(NodeCapacity {
                vcpu: known.vcpu,
                memory_mib: known.memory_mib,
                gpus,
                architecture: known.architecture,
            });
        }
        let type_name = &self.pool.instance_type;
        let message = format!(
            "the instance type `{type_name}` of pool `{}` is not in the catalogue, so the capacity of its nodes is unknown",
            self.name
        );
        let mut help = "state `scaleFromZero: {vcpu: …, memoryMiB: …, gpus: …}`".to_owned();
        if let Some(near) = self.context.platform.suggest_instance(type_name) {
            help = format!("write `{near}`, or {help}");
        }
        findings.push(
            Finding::new(&rules::UNKNOWN_INSTANCE_TYPE, message)
                .at(self.place(&["instanceType"]))
                .help(help)
                .pool(self.name),
        );
        None
    }

    fn node_labels(&self, class: &Class, accelerator: Option<&AcceleratorPlan>) -> BTreeMap<String, String> {
        let mut labels = self.pool.node_labels.clone();
        if let Some(pool) = &self.pool.machine_config_pool {
            labels.entry(format!("node-role.kubernetes.io/{pool}")).or_default();
        }
        if let Some(accelerator) = accelerator {
            // The autoscaler takes a labelled node without nvidia.com/gpu for one that is not ready yet:
            // the label on a node with another accelerator would keep it so for ever.
            if accelerator.vendor == Vendor::Nvidia {
                labels.insert(ACCELERATOR_LABEL.to_owned(), accelerator.model.clone());
            }
            let model_labels = self.inherited(class, |class| {
                (!class.model_labels.is_empty()).then(|| class.model_labels.clone())
            });
            for label in model_labels.unwrap_or_default() {
                labels.entry(label).or_insert_with(|| accelerator.model.clone());
            }
        }
        labels
    }

    fn taints(&self, accelerator: Option<&AcceleratorPlan>) -> Vec<Taint> {
        let mut taints = self.pool.taints.clone();
        if self.pool.dedicated
            && let Some(accelerator) = accelerator
            && !taints
                .iter()
                .any(|taint| taint.key == accelerator.resource && taint.effect != Effect::PreferNoSchedule)
        {
            taints.push(Taint {
                key: accelerator.resource.to_owned(),
                value: Some("true".to_owned()),
                effect: Effect::NoSchedule,
            });
        }
        sort(&mut taints);
        taints
    }

    fn health_check(
        &self,
        has_accelerator: bool,
        bare_metal: bool,
        findings: &mut Findings,
    ) -> Option<HealthCheckPlan> {
        let check = self.pool.health_check.as_ref().filter(|check| check.enabled)?;
        let max_unhealthy = check.max_unhealthy.unwrap_or(CountOrPercent::Percent(40));
        if matches!(max_unhealthy, CountOrPercent::Percent(percent) if percent >= 100) {
            findings.push(
                Finding::new(
                    &rules::HEALTH_CHECK_LIMIT,
                    format!("the health check of pool `{}` may replace all its machines at once", self.name),
                )
                .at(self.place(&["healthCheck", "maxUnhealthy"]))
                .help("write a share below 100%, such as 40%")
                .pool(self.name),
            );
        }
        // A bare metal host takes about half an hour, a GPU node builds its driver first
        // (managed-cluster-config and ARO raised the platform's ten minutes for the same reason).
        let startup = match (bare_metal, has_accelerator) {
            (true, _) => "40m",
            (false, true) => "25m",
            (false, false) => "15m",
        };
        let stated_startup = check.node_startup_timeout.as_ref();
        let least = if bare_metal || has_accelerator { 20.0 * 60.0 } else { 0.0 };
        if let Some(stated) = stated_startup
            && stated.seconds() < least
            && stated.seconds() > 0.0
        {
            findings.push(
                Finding::new(&rules::HEALTH_CHECK_LIMIT, format!("{} is too short for the nodes of pool `{}` to start: they would be replaced in a circle", stated.as_str(), self.name))
                    .at(self.place(&["healthCheck", "nodeStartupTimeout"]))
                    .help(format!("write at least 20m, or leave it out for {startup}"))
                    .pool(self.name),
            );
        }
        Some(HealthCheckPlan {
            max_unhealthy,
            node_startup_timeout: stated_startup
                .map_or_else(|| startup.to_owned(), |stated| stated.as_str().to_owned()),
            unhealthy_timeout: check.unhealthy_timeout.as_ref().map_or_else(
                || if has_accelerator { "10m" } else { "5m" }.to_owned(),
                |stated| stated.as_str().to_owned(),
            ),
        })
    }

    fn machine_sets(&self, findings: &mut Findings) -> Option<Vec<MachineSetPlan>> {
        let copied = self.context.provider_specs.get(&self.pool.provider_spec_from)?;
        let parts = split(self.pool.size, self.pool.zones.len());
        if self.pool.size.per() == Some(Per::Total) && parts.len() > 1 {
            findings.push(self.shown_split(&parts));
        }
        // A zone that is named twice was refused; it is no second MachineSet.
        let is_first = |index: &usize, zone: &String| !self.pool.zones[..*index].contains(zone);
        let zones = self.pool.zones.iter().zip(parts).enumerate();
        let active = zones.filter(|(index, (zone, _))| is_first(index, zone)).map(|(index, (zone, part))| {
            let scaling = match (self.pool.state, part) {
                (State::Active, Part::Fixed { replicas }) => Scaling::Fixed { replicas },
                (State::Active, Part::Autoscaled { min, max, initial }) => {
                    Scaling::Autoscaled { min, max, initial }
                }
                (State::Retiring, Part::Fixed { replicas }) => Scaling::Retiring { replicas },
                (State::Retiring, Part::Autoscaled { initial, .. }) => {
                    Scaling::Retiring { replicas: initial }
                }
            };
            (self.place(&["zones", &index.to_string()]), zone, scaling)
        });
        let retiring = self.pool.retiring_zones.iter().map(|(zone, replicas)| {
            let place = self.context.tree.locate_key(&["pools", self.name, "retiringZones", zone]);
            (place, zone, Scaling::Retiring { replicas: *replicas })
        });
        let mut sets = Vec::with_capacity(self.pool.zones.len());
        let mut is_sound = false;
        for (place, zone, scaling) in active.chain(retiring) {
            let mut told = Findings::new();
            let set = self.machine_set(copied, place, zone, is_sound, scaling, &mut told);
            // What was said about one zone is said again about the next.
            is_sound |= set.is_some() && told.is_empty();
            findings.extend(told);
            sets.extend(set);
        }
        Some(sets)
    }

    /// Says what each zone gets of a size that the zones share.
    fn shown_split(&self, parts: &[Part]) -> Finding {
        let shares = self.pool.zones.iter().zip(parts).map(|(zone, part)| match part {
            Part::Fixed { replicas } => format!("{zone} {replicas}"),
            Part::Autoscaled { min, max, .. } => format!("{zone} {min} to {max}"),
        });
        let shares = shares.collect::<Vec<_>>().join(", ");
        Finding::new(
            &rules::SIZE_SHARED,
            format!("the zones of pool `{}` share its size: {shares}", self.name),
        )
        .at(self.place(&["size"]))
        .help("write `per: zone` to state what each zone has")
        .pool(self.name)
    }

    fn machine_set(
        &self,
        copied: &Node,
        zone_place: Position,
        zone: &str,
        only_zone_differs: bool,
        scaling: Scaling,
        findings: &mut Findings,
    ) -> Option<MachineSetPlan> {
        let context = self.context;
        if let Err(reason) = context.platform.check_zone(zone, &context.spec.cluster.region) {
            findings.push(
                Finding::new(&rules::ZONE_OUTSIDE_REGION, reason)
                    .at(zone_place)
                    .related(context.tree.locate(&["cluster", "region"]), "the cluster's region")
                    .help(format!("write a zone of {}", context.spec.cluster.region))
                    .pool(self.name),
            );
            return None;
        }
        let adopted = self.pool.adopt.get(zone);
        let infra_id = &context.spec.cluster.infra_id;
        let name = match adopted {
            Some(adopted) => {
                self.check_adopted(zone, &adopted.name, findings);
                adopted.name.clone()
            }
            None => {
                let place = context.tree.locate_key(&["pools", self.name]);
                findings.extend(names::check_generated(infra_id, self.name, zone, place));
                names::machine_set_name(infra_id, self.name, zone)
            }
        };
        let selector = adopted.and_then(|adopted| adopted.selector.clone()).unwrap_or_else(|| {
            [
                ("machine.openshift.io/cluster-api-cluster".to_owned(), infra_id.clone()),
                ("machine.openshift.io/cluster-api-machineset".to_owned(), name.clone()),
            ]
            .into_iter()
            .into_map()
        });
        if selector.is_empty() {
            findings.push(
                Finding::new(
                    &rules::ADOPTED_SELECTOR,
                    format!("the adopted selector of `{name}` is empty and would match every Machine"),
                )
                .at(self.place(&["adopt", zone, "selector"]))
                .help("copy `spec.selector.matchLabels` of the MachineSet, or leave `selector` out")
                .pool(self.name),
            );
        }
        let user_data_secret =
            self.pool.machine_config_pool.as_ref().map(|pool| format!("{pool}-user-data-managed"));
        let wish = self.wish(zone, only_zone_differs, user_data_secret.as_deref());
        let provider_spec = context.platform.render(copied, &wish, context.facts, findings);
        Some(MachineSetPlan {
            name,
            zone: zone.to_owned(),
            adopted: adopted.is_some(),
            selector,
            scaling,
            provider_spec,
        })
    }

    fn check_adopted(&self, zone: &str, name: &str, findings: &mut Findings) {
        let place = self.place(&["adopt", zone, "name"]);
        if !check::is_dns_subdomain(name) {
            findings.push(
                Finding::new(
                    &crate::spec::rules::INVALID_NAME,
                    format!("`{name}` cannot be the name of a MachineSet"),
                )
                .at(place)
                .help("copy the name of the MachineSet that runs")
                .pool(self.name),
            );
        }
    }

    fn wish<'b>(
        &'b self,
        zone: &'b str,
        only_zone_differs: bool,
        user_data_secret: Option<&'b str>,
    ) -> MachineWish<'b> {
        let written = self.context.tree.find(&["pools", self.name]);
        MachineWish {
            instance_type: &self.pool.instance_type,
            zone,
            only_zone_differs,
            market: &self.pool.market,
            root_volume: self.pool.root_volume.as_ref(),
            user_data_secret,
            overrides: written.and_then(|pool| pool.get("overrides")),
            allowed_overrides: self.context.allowed_overrides,
            written,
        }
    }
}
