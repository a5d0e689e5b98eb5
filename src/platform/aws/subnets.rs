//! The subnet of a zone: stated, or derived from the copied one by the zone in its name.
//!
//! With `subnet.id` the zone is never sent to EC2: the subnet alone decides where a machine lands, and
//! a mismatch is only logged. With filters the zone is added as a filter, so that filters which find
//! nothing there fail the Machine (machine-api-provider-aws `pkg/actuators/machine/instances.go`).

use super::zones;
use crate::diag::{Finding, Findings};
use crate::platform::identity::whole_token;
use crate::platform::{ClusterFacts, MachineWish, rules, tree};
use crate::spec::cluster::Subnet;
use crate::yaml::{Key, Node, Position, Value};

/// Reports subnet filters that name another zone than the machine's own placement.
pub fn check(spec: &Node, findings: &mut Findings) {
    let Some(zone) = tree::text(spec, &["placement", "availabilityZone"]) else { return };
    // What is no zone at all was reported as such.
    if zones::find_in(zone).first() != Some(&(0..zone.len())) {
        return;
    }
    for value in filter_values(spec) {
        let Some(text) = value.as_str() else { continue };
        if let Some(other) =
            zones::find_in(text).into_iter().map(|range| &text[range]).find(|found| *found != zone)
        {
            findings.push(
                Finding::new(
                    &rules::SUBNET_OF_ANOTHER_ZONE,
                    format!("the subnet filter `{text}` names zone `{other}`, but `placement.availabilityZone` is `{zone}`"),
                )
                .at(value.position)
                .related(spec.locate(&["placement", "availabilityZone"]), "the zone")
                .help(format!("name the subnet of `{zone}`, or correct the zone")),
            );
        }
    }
}

fn filter_values(spec: &Node) -> impl Iterator<Item = &Node> {
    spec.find(&["subnet", "filters"])
        .and_then(Node::as_seq)
        .unwrap_or_default()
        .iter()
        .filter_map(|filter| filter.get("values")?.as_seq())
        .flatten()
}

/// The zone that a copied value was made for: its placement, else the one that its subnet names.
pub fn copied_zone(copied: &Node) -> Option<&str> {
    tree::text(copied, &["placement", "availabilityZone"]).or_else(|| {
        filter_values(copied)
            .filter_map(Node::as_str)
            .find_map(|text| zones::find_in(text).into_iter().next().map(|range| &text[range]))
    })
}

/// Gives `spec` the subnet of the wanted zone.
pub fn patch(
    spec: &mut Node,
    copied: &Node,
    wish: &MachineWish<'_>,
    facts: &ClusterFacts<'_>,
    findings: &mut Findings,
) {
    if let Some(subnet) = facts.subnets.get(wish.zone) {
        let place = facts.place(&["subnets", wish.zone]).unwrap_or_default();
        tree::set(spec, "subnet", stated(subnet, place, facts, wish.zone));
        return;
    }
    let from = copied_zone(copied);
    if from == Some(wish.zone) {
        return;
    }
    if tree::text(copied, &["subnet", "id"]).is_some() {
        ask(copied, &["subnet", "id"], "the copied `subnet.id` lies in", from, wish, findings);
        return;
    }
    let Some(from) = from else { return };
    let mut replaced = false;
    if let Some(subnet) = spec_subnet(spec) {
        replace_zone(subnet, from, wish.zone, &mut replaced);
    }
    if !replaced && let Some(value) = named_for_short(copied, from) {
        let position = value.position;
        let text = value.as_str().unwrap_or_default();
        findings.push(unusable(
            format!("the subnet filter `{text}` seems to be made for zone `{from}` alone, and this MachineSet is in `{}`", wish.zone),
            position,
            wish,
        ));
    }
}

fn ask(
    copied: &Node,
    path: &[&str],
    what: &str,
    from: Option<&str>,
    wish: &MachineWish<'_>,
    findings: &mut Findings,
) {
    let from = from.map_or_else(|| "an unknown zone".to_owned(), |zone| format!("zone `{zone}`"));
    findings.push(unusable(
        format!("{what} {from}, and this MachineSet is in `{}`", wish.zone),
        copied.locate(path),
        wish,
    ));
}

fn unusable(message: String, copied: Position, wish: &MachineWish<'_>) -> Finding {
    let finding = Finding::new(&rules::SUBNET_FOR_ZONE_UNKNOWN, message)
        .help(format!("state the subnet of the zone: `cluster.subnets.{}: {{id: subnet-…}}`", wish.zone));
    match wish.zone_place() {
        Some(zone) => finding.at(zone).related(copied, "the copied subnet"),
        None => finding.at(copied),
    }
}

fn spec_subnet(spec: &mut Node) -> Option<&mut Node> {
    match &mut spec.value {
        Value::Map(entries) => {
            entries.iter_mut().find(|(key, _)| &*key.name == "subnet").map(|(_, subnet)| subnet)
        }
        _ => None,
    }
}

/// Replaces a zone by another in every text below `node`.
fn replace_zone(node: &mut Node, from: &str, to: &str, replaced: &mut bool) {
    match &mut node.value {
        Value::Map(entries) => {
            entries.iter_mut().for_each(|(_, value)| replace_zone(value, from, to, replaced));
        }
        Value::Seq(items) => items.iter_mut().for_each(|item| replace_zone(item, from, to, replaced)),
        Value::Str(text) => {
            if let Some(new) = with_zone(text, from, to) {
                *text = new.into();
                *replaced = true;
            }
        }
        _ => {}
    }
}

/// The text with every whole occurrence of a zone replaced; `None` where there is none.
fn with_zone(text: &str, from: &str, to: &str) -> Option<String> {
    let mut new = String::with_capacity(text.len());
    let mut copied_to = 0;
    // A whole name, such as the value of an `availability-zone` filter, need not be zone-shaped.
    let ranges = match whole_token(text, from) {
        Some(range) if range == (0..text.len()) => vec![range],
        _ => zones::find_in(text),
    };
    for range in ranges {
        if &text[range.clone()] == from {
            new.push_str(&text[copied_to..range.start]);
            new.push_str(to);
            copied_to = range.end;
        }
    }
    (copied_to > 0).then(|| new + &text[copied_to..])
}

/// A filter value that ends with the zone's short name, so that it finds nothing elsewhere.
fn named_for_short<'a>(copied: &'a Node, zone: &str) -> Option<&'a Node> {
    filter_values(copied).find(|value| {
        let last = value.as_str().and_then(|text| text.rsplit(['-', '_', '/', '.']).next());
        last.is_some_and(|last| !last.is_empty() && zones::short_names(zone).contains(&last))
    })
}

/// A stated subnet as the providerSpec has it.
fn stated(subnet: &Subnet, place: Position, facts: &ClusterFacts<'_>, zone: &str) -> Node {
    let key = |name: &str| Key { name: name.into(), position: place };
    let map = |entries| Node::new(place, Value::Map(entries));
    let list = |items| Node::new(place, Value::Seq(items));
    match subnet {
        Subnet::Id(id) => map(vec![(key("id"), tree::text_node(id.as_str(), place))]),
        Subnet::Filters(filters) => {
            let items = filters.iter().enumerate().map(|(f, filter)| {
                let values = filter.values.iter().enumerate().map(|(v, value)| {
                    let path = ["subnets", zone, "filters", &f.to_string(), "values", &v.to_string()];
                    tree::text_node(value.as_str(), facts.place(&path).unwrap_or(place))
                });
                map(vec![
                    (key("name"), tree::text_node(filter.name.as_str(), place)),
                    (key("values"), list(values.collect())),
                ])
            });
            map(vec![(key("filters"), list(items.collect()))])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::with_zone;

    #[test]
    fn only_whole_zones_are_replaced() {
        let replaced = |text| with_zone(text, "us-east-1a", "us-east-1b");
        assert_eq!(replaced("p-private-us-east-1a").as_deref(), Some("p-private-us-east-1b"));
        assert_eq!(replaced("us-east-1a").as_deref(), Some("us-east-1b"));
        assert_eq!(replaced("us-east-1a/us-east-1a").as_deref(), Some("us-east-1b/us-east-1b"));
        assert_eq!(replaced("p-us-east-1ab"), None);
        assert_eq!(replaced("shared"), None);
    }
}
