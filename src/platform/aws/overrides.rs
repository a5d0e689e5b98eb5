//! A pool's merge patch on the providerSpec: which keys it may reach.
//!
//! What the plan owns has a place of its own in the pool and is always refused. What decides who a
//! node is stays closed unless the project file allows the key.

use super::provider_spec::{FIELDS, HINTS, KIND};
use super::volumes;
use crate::diag::{Finding, Findings};
use crate::platform::{ClusterFacts, MachineWish, rules, schema, tree};
use crate::yaml::{Key, Node, Value};

/// Keys that the plan owns, with where the pool or the cluster states them.
const OWNED: &[(&str, &str)] = &[
    ("apiVersion", "leave it as it was copied"),
    ("capacityReservationId", "state it in the pool: `market: {capacityBlock: cr-…}`"),
    ("instanceType", "state it in the pool: `instanceType`"),
    ("kind", "leave it as it was copied"),
    ("marketType", "state it in the pool: `market`"),
    ("metadata", "leave it out: it has no effect"),
    ("spotMarketOptions", "state it in the pool: `market: spot`"),
    ("subnet", "state it for the zone: `cluster.subnets`"),
];
/// The same, inside `placement`.
const OWNED_PLACEMENT: &[(&str, &str)] = &[
    ("availabilityZone", "state it in the pool: `zones`"),
    ("region", "state it for the cluster: `cluster.region`"),
];
/// Keys that decide who a node is.
const IDENTITY: &[&str] = &[
    "ami",
    "credentialsSecret",
    "iamInstanceProfile",
    "keyName",
    "metadataServiceOptions",
    "publicIp",
    "securityGroups",
    "userDataSecret",
];

/// Applies the pool's merge patch as far as it is allowed.
pub fn apply(spec: &mut Node, wish: &MachineWish<'_>, facts: &ClusterFacts<'_>, findings: &mut Findings) {
    let Some(overrides) = wish.overrides else { return };
    schema::check(overrides, FIELDS, KIND, HINTS, findings);
    schema::check_versions(overrides, FIELDS, facts.version, findings);
    schema::empty_values(overrides, FIELDS, &mut |path, place| {
        let message = format!("`overrides.{path}` is empty, which sets nothing");
        let help = "write `null` to remove what was copied, or leave it out";
        findings.push(Finding::new(&rules::OVERRIDE_IS_EMPTY, message).at(place).help(help));
    });
    let Some(entries) = overrides.as_map() else { return };
    let allowed: Vec<(Key, Node)> =
        entries.iter().filter(|(key, value)| is_allowed(key, value, wish, findings)).cloned().collect();
    for (key, value) in &allowed {
        name_dropped_entries(spec, key, value, findings);
    }
    let devices = spec.get("blockDevices").cloned();
    let patch = Node::new(overrides.position, Value::Map(allowed));
    tree::merge_patch(spec, &patch);
    if patch.get("blockDevices").is_some() {
        keep_root(spec, devices.as_ref());
    }
}

fn is_allowed(key: &Key, value: &Node, wish: &MachineWish<'_>, findings: &mut Findings) -> bool {
    let mut owned = |key: &Key, path: &str, help: &str| {
        findings.push(
            Finding::new(
                &rules::OVERRIDE_OF_OWNED_KEY,
                format!("`overrides.{path}` is decided by the plan and cannot be overridden"),
            )
            .at(key.position)
            .help(help),
        );
        false
    };
    let name = &*key.name;
    if let Some((_, help)) = OWNED.iter().find(|(owned, _)| *owned == name) {
        return owned(key, name, help);
    }
    if name == "placement" {
        if value.is_null() {
            return owned(key, name, "remove single settings of it: the zone always stays");
        }
        let mut allowed = true;
        for (inner, _) in value.as_map().unwrap_or_default() {
            if let Some((_, help)) = OWNED_PLACEMENT.iter().find(|(owned, _)| *owned == &*inner.name) {
                allowed = owned(inner, &format!("placement.{}", inner.name), help);
            }
        }
        return allowed;
    }
    if name == "blockDevices" {
        let root = value.as_seq().unwrap_or_default().iter().find(|device| volumes::is_root(device));
        if root.is_some() || value.is_null() {
            return owned(
                key,
                name,
                "state the root volume in the pool: `rootVolume`; list only volumes with a `deviceName` here",
            );
        }
    }
    if name == "userDataSecret" && wish.user_data_secret.is_some() {
        return owned(key, name, "leave it out: the pool's `machineConfigPool` decides it");
    }
    if IDENTITY.contains(&name) && !wish.allowed_overrides.iter().any(|allowed| allowed == name) {
        findings.push(
            Finding::new(
                &rules::OVERRIDE_OF_IDENTITY_KEY,
                format!("`overrides.{name}` decides who a node is, and the project does not allow it"),
            )
            .at(key.position)
            .help(format!(
                "copy a providerSpec that has it, or let the project's owners add `{name}` to `allow.overrides`"
            )),
        );
        return false;
    }
    FIELDS.iter().any(|field| field.name == name)
}

/// A list is replaced as a whole: names the copied entries that the override does not repeat.
fn name_dropped_entries(spec: &Node, key: &Key, value: &Node, findings: &mut Findings) {
    let Some(kept) = value.as_seq() else { return };
    let copied = spec.get(&key.name).and_then(Node::as_seq).unwrap_or_default();
    let is_kept = |entry: &Node| kept.iter().any(|own| own.to_json() == entry.to_json());
    // The root volume always stays.
    let stays = |entry: &Node| &*key.name == "blockDevices" && volumes::is_root(entry);
    let dropped: Vec<&Node> = copied.iter().filter(|entry| !is_kept(entry) && !stays(entry)).collect();
    let Some(first) = dropped.first() else { return };
    let what = match dropped.as_slice() {
        [only] => format!("the copied entry {}", only.to_json()),
        _ => format!("{} copied entries, the first of them {}", dropped.len(), first.to_json()),
    };
    findings.push(
        Finding::new(
            &rules::OVERRIDE_DROPS_ENTRIES,
            format!("`overrides.{}` replaces the list and takes {what} away", key.name),
        )
        .at(key.position)
        .related(first.position, "falls away")
        .help("repeat in the override what is to stay: a list is replaced as a whole"),
    );
}

/// Puts the copied root volume back in front: the override lists the other volumes only.
fn keep_root(spec: &mut Node, devices: Option<&Node>) {
    let root = devices.and_then(Node::as_seq).unwrap_or_default().iter().find(|d| volumes::is_root(d));
    let Some(root) = root else { return };
    if let Value::Map(entries) = &mut spec.value
        && let Some((_, Node { value: Value::Seq(items), .. })) =
            entries.iter_mut().find(|(key, _)| &*key.name == "blockDevices")
    {
        items.insert(0, root.clone());
    }
}
