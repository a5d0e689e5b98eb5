//! Makes the providerSpec of one MachineSet from a copied one: type, zone, subnet, market, root
//! volume, user data and the pool's overrides. Nothing else is touched.
//!
//! The result has `apiVersion` and `kind` first and everything else in the order of the names, as
//! `oc get -o yaml` prints it; lists keep their order.

use super::check::{check_changed, check_value, check_zone};
use super::provider_spec::FIRST_KEYS;
use super::root_volume;
use super::{instances, overrides, subnets};
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::platform::{Architecture, ClusterFacts, MachineWish, rules, tree};
use crate::spec::size::Market;
use crate::yaml::{Node, Position};

/// What is patched, but for overrides.
const PATCHED_KEYS: &[&str] = &[
    "blockDevices",
    "capacityReservationId",
    "instanceType",
    "marketType",
    "placement",
    "spotMarketOptions",
    "subnet",
    "userDataSecret",
];

/// Renders the providerSpec; `copied` has lost its noise.
pub fn render(
    copied: &Node,
    wish: &MachineWish<'_>,
    facts: &ClusterFacts<'_>,
    findings: &mut Findings,
) -> Json {
    let mut spec = copied.clone();
    overrides::apply(&mut spec, wish, facts, findings);
    patch_type(&mut spec, copied, wish, findings);
    patch_zone(&mut spec, wish, facts);
    subnets::patch(&mut spec, copied, wish, facts, findings);
    patch_market(&mut spec, copied, wish, findings);
    root_volume::patch(&mut spec, wish);
    if let Some(secret) = wish.user_data_secret {
        let place = wish.place(&["machineConfigPool"]).unwrap_or_default();
        tree::set(tree::child(&mut spec, "userDataSecret", place), "name", tree::text_node(secret, place));
    }
    check_patched(&spec, copied, wish, facts, findings);
    tree::into_sorted_json(spec, FIRST_KEYS)
}

/// Checks the patched value; what is wrong with the copied one already was reported with that.
fn check_patched(
    spec: &Node,
    copied: &Node,
    wish: &MachineWish<'_>,
    facts: &ClusterFacts<'_>,
    findings: &mut Findings,
) {
    let mut after = Findings::new();
    // A subnet that the cluster states for the zone may be anything.
    if wish.only_zone_differs && !facts.subnets.contains_key(wish.zone) {
        check_zone(spec, facts, &mut after);
    } else if wish.overrides.is_none() {
        check_changed(spec, PATCHED_KEYS, facts, &mut after);
    } else {
        check_value(spec, None, facts, &mut after);
    }
    if after.is_empty() {
        return;
    }
    let mut before = Findings::new();
    check_value(copied, None, facts, &mut before);
    findings.extend(after.into_iter().filter(|finding| !before.iter().any(|known| same(known, finding))));
}

/// Whether two findings blame the same value for the same reason. A subnet filter that fits no zone is
/// told once, not once a zone.
fn same(known: &Finding, finding: &Finding) -> bool {
    known.rule == finding.rule
        && known.primary == finding.primary
        && (known.message == finding.message || finding.rule == &rules::SUBNET_OF_ANOTHER_ZONE)
}

fn patch_type(spec: &mut Node, copied: &Node, wish: &MachineWish<'_>, findings: &mut Findings) {
    let place = wish.place(&["instanceType"]).unwrap_or_default();
    tree::set(spec, "instanceType", tree::text_node(wish.instance_type, place));
    let Some(from) = tree::text(copied, &["instanceType"]) else { return };
    if from == wish.instance_type {
        return;
    }
    let image_is_copied = tree::text(spec, &["ami", "id"]) == tree::text(copied, &["ami", "id"]);
    if let (Some(old), Some(new)) = (instances::find(from), instances::find(wish.instance_type))
        && old.architecture != new.architecture
        && image_is_copied
    {
        let message = format!(
            "`{}` is an {} machine, but the copied image was made for the {} machine `{from}`",
            wish.instance_type,
            architecture(new.architecture),
            architecture(old.architecture)
        );
        findings.push(asked_by(
            Finding::new(&rules::IMAGE_OF_ANOTHER_ARCHITECTURE, message)
                .help("copy the providerSpec from a MachineSet of that architecture"),
            wish.place(&["instanceType"]),
            copied.locate(&["ami", "id"]),
            "the copied image",
        ));
    }
    if tree::text(copied, &["networkInterfaceType"]) == Some("EFA")
        && tree::text(spec, &["networkInterfaceType"]) == Some("EFA")
    {
        let message = format!(
            "the copied `networkInterfaceType: EFA` was set for `{from}`, and nothing checks that `{}` has EFA",
            wish.instance_type
        );
        findings.push(asked_by(
            Finding::new(&rules::EFA_CARRIED_OVER, message).help(
                "make sure that the type supports EFA, or set `overrides: {networkInterfaceType: null}` in the pool",
            ),
            wish.place(&["instanceType"]),
            copied.locate(&["networkInterfaceType"]),
            "set here",
        ));
    }
}

/// Points at the pool's wish, and at the copied value beside it; at that alone without the pool.
fn asked_by(finding: Finding, wish: Option<Position>, copied: Position, text: &str) -> Finding {
    match wish {
        Some(place) => finding.at(place).related(copied, text),
        None => finding.at(copied),
    }
}

fn architecture(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::Amd64 => "amd64",
        Architecture::Arm64 => "arm64",
    }
}

fn patch_zone(spec: &mut Node, wish: &MachineWish<'_>, facts: &ClusterFacts<'_>) {
    let place = wish.zone_place().unwrap_or_default();
    let placement = tree::child(spec, "placement", place);
    tree::set(placement, "availabilityZone", tree::text_node(wish.zone, place));
    // What the webhook would fill in; stated, it also holds while the webhook is away.
    if tree::text(placement, &["region"]).is_none() {
        let place = facts.place(&["region"]).unwrap_or_default();
        tree::set(placement, "region", tree::text_node(facts.region, place));
    }
}

fn patch_market(spec: &mut Node, copied: &Node, wish: &MachineWish<'_>, findings: &mut Findings) {
    let place = wish.place(&["market"]).unwrap_or_default();
    let copied_kind = tree::text(copied, &["marketType"]);
    tree::remove(spec, "spotMarketOptions");
    tree::remove(spec, "marketType");
    match wish.market {
        Market::OnDemand => {
            if let Some(id) = tree::text(copied, &["capacityReservationId"]) {
                check_carried_reservation(copied, id, copied_kind, wish, findings);
            }
        }
        Market::Spot(options) => {
            let mut spot = Node::empty_map(place);
            if let Some(price) = options.as_ref().and_then(|options| options.max_price.as_ref()) {
                let place = wish.place(&["market", "spot", "maxPrice"]).unwrap_or(place);
                tree::set(&mut spot, "maxPrice", tree::text_node(price.as_str(), place));
            }
            tree::set(spec, "spotMarketOptions", spot);
            if let Some(id) = tree::text(copied, &["capacityReservationId"]) {
                let message = format!(
                    "a Spot pool cannot be made from a providerSpec with `capacityReservationId: {id}`"
                );
                findings.push(asked_by(
                    Finding::new(&rules::MARKET_CONFLICT, message)
                        .help("copy a providerSpec without a reservation, or write `market: onDemand`"),
                    wish.place(&["market"]),
                    copied.locate(&["capacityReservationId"]),
                    "the copied reservation",
                ));
                // It was said just now, with both places.
                tree::remove(spec, "capacityReservationId");
            }
        }
        Market::CapacityBlock(id) => {
            tree::set(spec, "marketType", tree::text_node("CapacityBlock", place));
            let place = wish.place(&["market", "capacityBlock"]).unwrap_or(place);
            tree::set(spec, "capacityReservationId", tree::text_node(id.as_str(), place));
        }
    }
}

/// A reservation holds capacity of one type in one zone, and a capacity block is no reservation on
/// demand.
fn check_carried_reservation(
    copied: &Node,
    id: &str,
    copied_kind: Option<&str>,
    wish: &MachineWish<'_>,
    findings: &mut Findings,
) {
    let from_type = tree::text(copied, &["instanceType"]);
    let from_zone = subnets::copied_zone(copied);
    let why = if copied_kind == Some("CapacityBlock") {
        "is a capacity block, but the pool's market is `onDemand`".to_owned()
    } else if let Some(from) = from_type.filter(|from| *from != wish.instance_type) {
        format!("holds `{from}` machines, but the pool's are `{}`", wish.instance_type)
    } else if let Some(from) = from_zone.filter(|from| *from != wish.zone) {
        format!("holds machines in `{from}`, but this MachineSet is in `{}`", wish.zone)
    } else {
        return;
    };
    findings.push(asked_by(
        Finding::new(
            &rules::RESERVATION_CARRIED_OVER,
            format!("the copied `capacityReservationId: {id}` {why}"),
        )
        .help(
            "copy a providerSpec without a reservation, or write `market: {capacityBlock: cr-…}` for a block",
        ),
        wish.place(&["market"]).or_else(|| wish.place(&["instanceType"])),
        copied.locate(&["capacityReservationId"]),
        "the copied reservation",
    ));
}
