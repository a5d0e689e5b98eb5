//! What the copied value carries without meaning anything.

use super::provider_spec::FIELDS;
use super::volumes;
use crate::platform::schema::{note, without_noise};
use crate::platform::tree;
use crate::yaml::{Node, Value};

/// The copied value without its noise; what was dropped is named once each in `dropped`.
///
/// Beyond empty values this is an `iops` that the volume type does not take: the controller never
/// sends it (machine-api-provider-aws `pkg/actuators/machine/instances.go`).
pub fn clean(provider_spec: &Node, dropped: &mut Vec<String>) -> Node {
    let mut cleaned = without_noise(provider_spec, FIELDS, dropped);
    if let Value::Map(entries) = &mut cleaned.value
        && let Some((_, devices)) = entries.iter_mut().find(|(key, _)| &*key.name == "blockDevices")
        && let Value::Seq(items) = &mut devices.value
    {
        for item in items {
            drop_unused_iops(item, dropped);
        }
    }
    cleaned
}

fn drop_unused_iops(device: &mut Node, dropped: &mut Vec<String>) {
    let unused = tree::text(device, &["ebs", "volumeType"]).is_some_and(|kind| {
        volumes::TYPES.contains(&kind) && !volumes::TYPES_WITH_IOPS.contains(&kind)
    });
    if unused && device.find(&["ebs", "iops"]).is_some() {
        let position = device.position;
        tree::remove(tree::child(device, "ebs", position), "iops");
        note(dropped, "blockDevices[].ebs.iops".to_owned());
    }
}
