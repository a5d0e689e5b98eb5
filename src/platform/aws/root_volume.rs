//! Patches the root volume: the block device without a name.

use super::volumes;
use crate::platform::{MachineWish, tree};
use crate::yaml::{Node, Position, Value};

/// Gives `spec` the root volume that the pool asks for; what the pool does not say stays as copied.
pub fn patch(spec: &mut Node, wish: &MachineWish<'_>) {
    let Some(root) = wish.root_volume else { return };
    let place = |key: &str| wish.place(&["rootVolume", key]).unwrap_or_default();
    let ebs = root_ebs(spec, wish.place(&["rootVolume"]).unwrap_or_default());
    if let Some(kind) = &root.volume_type {
        let changed = tree::text(ebs, &["volumeType"]) != Some(kind);
        tree::set(ebs, "volumeType", tree::text_node(kind.as_str(), place("type")));
        if changed {
            // They were chosen for another type; this one's defaults hold, or the pool's wishes below.
            tree::remove(ebs, "iops");
            tree::remove(ebs, "throughputMib");
        }
    }
    if let Some(size) = root.size_gib {
        tree::set(ebs, "volumeSize", tree::int_node(size, place("sizeGiB")));
    }
    if let Some(iops) = root.iops {
        tree::set(ebs, "iops", tree::int_node(iops, place("iops")));
    }
    if let Some(throughput) = root.throughput_mib {
        tree::set(ebs, "throughputMib", tree::int_node(throughput, place("throughputMiB")));
    }
    if let Some(encrypted) = root.encrypted {
        let value = Node { position: place("encrypted"), plain: true, value: Value::Bool(encrypted) };
        tree::set(ebs, "encrypted", value);
        if !encrypted {
            tree::remove(ebs, "kmsKey");
        }
    }
}

/// The `ebs` of the root volume, made in front of the others if there is none.
fn root_ebs(spec: &mut Node, place: Position) -> &mut Node {
    let devices = tree::list(spec, "blockDevices", place);
    let index = devices.iter().position(volumes::is_root).unwrap_or_else(|| {
        devices.insert(0, Node::empty_map(place));
        0
    });
    tree::child(&mut devices[index], "ebs", place)
}
