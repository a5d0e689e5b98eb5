//! Conditions between the settings of a pool.

use super::labels::{check_labels, label_key_error, label_value_error, slug};
use super::{names, reserved};
use crate::diag::{Finding, Findings, Wish};
use crate::spec::class::PoolClasses;
use crate::spec::pool::Pool;
use crate::spec::size::{Per, Size};
use crate::spec::{ClusterPools, rules};
use crate::yaml::Node;
use std::collections::BTreeMap;

pub(super) fn check(spec: &ClusterPools, classes: &PoolClasses, tree: &Node, findings: &mut Findings) {
    if spec.pools.is_empty() {
        findings.push(
            Finding::new(&rules::NO_POOLS, "the environment has no pools")
                .at(tree.locate_key(&["pools"]))
                .help(
                    "add a pool; to give one up, write `state: retiring` and follow docs/removing-a-pool.md",
                ),
        );
    }
    for (name, pool) in &spec.pools {
        let check = PoolCheck { spec, classes, tree, name, pool };
        check.references(findings);
        check.zones(findings);
        check.size(findings);
        check.metadata(findings);
        check.taints(findings);
        check.role(findings);
    }
}

struct PoolCheck<'a> {
    spec: &'a ClusterPools,
    classes: &'a PoolClasses,
    tree: &'a Node,
    name: &'a str,
    pool: &'a Pool,
}

impl PoolCheck<'_> {
    fn path<'b>(&'b self, rest: &[&'b str]) -> Vec<&'b str> {
        let mut path = vec!["pools", self.name];
        path.extend_from_slice(rest);
        path
    }

    fn references(&self, findings: &mut Findings) {
        names::check_label(self.name, "pool", self.tree.locate_key(&self.path(&[])), findings);
        let from = &self.pool.provider_spec_from;
        if !self.spec.provider_specs.contains_key(from) {
            let known: Vec<&str> = self.spec.provider_specs.keys().map(String::as_str).collect();
            let help = match crate::diag::nearest(from, known.iter().copied()) {
                Some(near) => format!("write `{near}`"),
                None if known.is_empty() => "add the copied file under `providerSpecs`".to_owned(),
                None => format!("choose one of {}", known.join(", ")),
            };
            findings.push(
                Finding::new(&rules::UNKNOWN_PROVIDER_SPEC, format!("there is no providerSpec `{from}`"))
                    .at(self.tree.locate(&self.path(&["providerSpecFrom"])))
                    .help(help)
                    .rewrite_to(
                        self.tree.locate(&self.path(&["providerSpecFrom"])),
                        from,
                        known.iter().copied(),
                    )
                    .pool(self.name),
            );
        }
    }

    fn zones(&self, findings: &mut Findings) {
        if self.pool.zones.is_empty() {
            findings.push(
                Finding::new(&rules::INVALID_VALUE, format!("pool `{}` has no zone", self.name))
                    .at(self.tree.locate(&self.path(&["zones"])))
                    .help("name at least one zone; each gets a MachineSet")
                    .pool(self.name),
            );
        }
        let mut seen: Vec<&str> = Vec::new();
        for (index, zone) in self.pool.zones.iter().enumerate() {
            let index = index.to_string();
            let is_spare = seen.contains(&zone.as_str());
            let message = if is_spare {
                format!("pool `{}` names zone `{zone}` twice", self.name)
            } else if self.pool.retiring_zones.contains_key(zone) {
                format!("zone `{zone}` of pool `{}` is both in use and retiring", self.name)
            } else {
                seen.push(zone);
                continue;
            };
            let place = self.tree.locate(&self.path(&["zones", &index]));
            let finding = Finding::new(&rules::DUPLICATE_ZONE, message)
                .at(place)
                .help("name each zone once, either in use or retiring")
                .pool(self.name);
            findings.push(match is_spare {
                true => finding.wish(Wish::remove_item(format!("remove the second `{zone}`"), place)),
                false => finding,
            });
        }
        seen.extend(self.pool.retiring_zones.keys().map(String::as_str));
        for zone in self.pool.adopt.keys() {
            if !seen.contains(&zone.as_str()) {
                findings.push(
                    Finding::new(
                        &rules::ADOPTED_ZONE_UNKNOWN,
                        format!(
                            "pool `{}` adopts a MachineSet in `{zone}`, which is none of its zones",
                            self.name
                        ),
                    )
                    .at(self.tree.locate_key(&self.path(&["adopt", zone])))
                    .help(format!("add `{zone}` to the zones, or choose one of {}", seen.join(", ")))
                    .pool(self.name),
                );
            }
        }
    }

    fn size(&self, findings: &mut Findings) {
        let zones = u32::try_from(self.pool.zones.len()).unwrap_or(u32::MAX);
        let place = self.tree.locate(&self.path(&["size"]));
        let per = self.pool.size.per();
        if zones > 1 && per.is_none() {
            findings.push(
                Finding::new(&rules::SIZE_SCOPE_MISSING, format!("the size of pool `{}` does not say whether it counts per zone or in total", self.name))
                    .at(place)
                    .help("add `per: total` to share the numbers among the zones, or `per: zone` to give each zone so many")
                    .pool(self.name),
            );
            return;
        }
        let total = |count: u32| if per == Some(Per::Zone) { count.saturating_mul(zones) } else { count };
        let (least, most) = match self.pool.size {
            Size::Fixed { fixed, .. } => (total(fixed), total(fixed)),
            Size::Autoscaled { min, max, .. } => (total(min), total(max)),
        };
        if let Size::Autoscaled { max, .. } = self.pool.size
            && per != Some(Per::Zone)
            && max < zones
        {
            findings.push(
                Finding::new(
                    &rules::ZONE_WITHOUT_MAXIMUM,
                    format!(
                        "max {max} in total leaves some of the {zones} zones of pool `{}` without a node",
                        self.name
                    ),
                )
                .at(self.tree.locate(&self.path(&["size", "max"])))
                .help(format!("raise max to {zones}, or name fewer zones"))
                .pool(self.name),
            );
        }
        let Some(class) = self.classes.classes.get(&self.pool.class) else { return };
        if let Some(bounds) = self.bounds(class)
            && (most > bounds.max || least < bounds.min)
        {
            findings.push(
                Finding::new(
                    &rules::SIZE_OUTSIDE_CLASS,
                    format!(
                        "pool `{}` may have {least} to {most} nodes, but class `{}` keeps to {} to {}",
                        self.name, self.pool.class, bounds.min, bounds.max
                    ),
                )
                .at(place)
                .help(format!(
                    "keep to the class's bounds, or define a class that extends `{}` with bounds of its own",
                    self.pool.class
                ))
                .pool(self.name),
            );
        }
    }

    /// The class's bounds, or those of the nearest class that it extends.
    fn bounds(&self, class: &crate::spec::Class) -> Option<crate::spec::class::Bounds> {
        let mut class = class;
        // The classes were checked for circles; the count keeps a mistake there from looping here.
        for _ in 0..self.classes.classes.len() {
            if class.bounds.is_some() {
                return class.bounds;
            }
            class = self.classes.classes.get(class.extends.as_ref()?)?;
        }
        None
    }

    fn metadata(&self, findings: &mut Findings) {
        let maps: [(&str, &BTreeMap<String, String>, bool); 3] = [
            ("nodeLabels", &self.pool.node_labels, true),
            ("machineLabels", &self.pool.machine_labels, true),
            ("machineSetAnnotations", &self.pool.machine_set_annotations, false),
        ];
        for (field, map, are_labels) in maps {
            if are_labels {
                check_labels(map, &self.path(&[field]), self.tree, self.name, findings);
            }
            for key in map.keys() {
                if !are_labels && let Some(message) = label_key_error(key) {
                    let place = self.tree.locate_key(&self.path(&[field, key]));
                    findings.push(Finding::new(&rules::INVALID_LABEL, message).at(place).pool(self.name));
                }
                if let Some(reason) = reserved::reason(key) {
                    let path = self.path(&[field, key]);
                    let place = self.tree.locate_key(&path);
                    let value = self.tree.find(&path).map_or(place, |node| node.position);
                    findings.push(
                        Finding::new(
                            &rules::RESERVED_METADATA,
                            format!("`{key}` is not for {field}: {reason}"),
                        )
                        .at(place)
                        .help(format!("remove `{key}`"))
                        .wish(Wish::remove_entry(format!("remove `{key}`"), place, value))
                        .pool(self.name),
                    );
                }
            }
        }
        if let Some(model) = &self.pool.accelerator
            && let Some(message) = label_value_error(model)
        {
            let mut finding = Finding::new(&rules::INVALID_LABEL, format!("accelerator {message}"))
                .at(self.tree.locate(&self.path(&["accelerator"])))
                .pool(self.name);
            if let Some(slug) = slug(model) {
                let slug = slug.to_ascii_lowercase();
                let vendor = if slug.starts_with("nvidia") { "" } else { "nvidia-" };
                finding = finding.help(format!("write `{vendor}{slug}`, or leave `accelerator` out: the instance catalogue knows the model"));
            }
            findings.push(finding);
        }
    }

    fn taints(&self, findings: &mut Findings) {
        for (index, taint) in self.pool.taints.iter().enumerate() {
            let index_text = index.to_string();
            let place = |field| self.tree.locate(&self.path(&["taints", &index_text, field]));
            if let Some(message) = label_key_error(&taint.key) {
                findings.push(Finding::new(&rules::INVALID_LABEL, message).at(place("key")).pool(self.name));
            }
            if let Some(message) = taint.value.as_deref().and_then(label_value_error) {
                findings
                    .push(Finding::new(&rules::INVALID_LABEL, message).at(place("value")).pool(self.name));
            }
            let same = self.pool.taints[..index]
                .iter()
                .position(|other| other.key == taint.key && other.effect == taint.effect);
            if let Some(first) = same {
                let is_spare = self.pool.taints[first] == *taint;
                let first = first.to_string();
                let item = self.tree.find(&self.path(&["taints", &index_text])).map(|node| node.position);
                let finding = Finding::new(
                    &rules::DUPLICATE_TAINT,
                    format!(
                        "pool `{}` has the taint `{}:{}` twice",
                        self.name,
                        taint.key,
                        taint.effect.as_str()
                    ),
                )
                .at(place("key"))
                .related(self.tree.locate(&self.path(&["taints", &first, "key"])), "first here")
                .help("keep one of them: a Node has one taint for each key and effect")
                .pool(self.name);
                findings.push(match item.filter(|_| is_spare) {
                    Some(item) => finding.wish(Wish::remove_item("remove the second one", item)),
                    None => finding,
                });
            }
        }
    }

    fn role(&self, findings: &mut Findings) {
        let role = self.pool.machine_role.as_deref().unwrap_or(self.name);
        if let Some(message) = label_value_error(role) {
            let place = self.tree.locate(&self.path(&["machineRole"]));
            findings.push(Finding::new(&rules::INVALID_LABEL, message).at(place).pool(self.name));
        }
        if role == "worker" && !self.pool.acknowledge_worker_role {
            findings.push(
                Finding::new(&rules::WORKER_ROLE, format!("pool `{}` has the machine-role `worker`, which scripts of the first day patch", self.name))
                    .at(self.tree.locate(&self.path(&["machineRole"])))
                    .help("write another machineRole, or `acknowledgeWorkerRole: true`; Nodes keep their worker label either way")
                    .pool(self.name),
            );
        }
    }
}
