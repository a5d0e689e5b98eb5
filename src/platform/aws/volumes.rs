//! Block devices: which of them is the root volume, and which settings a volume type takes.

use super::report::Examined;
use crate::diag::{Finding, nearest};
use crate::platform::{rules, tree};
use crate::yaml::{Node, Value};
use std::fmt;

/// The EBS volume types. EC2 refuses any other, and the Machine fails for good.
pub const TYPES: &[&str] = &["gp2", "gp3", "io1", "io2", "sc1", "st1", "standard"];
/// The types for which the controller sends `iops`.
pub const TYPES_WITH_IOPS: &[&str] = &["gp3", "io1", "io2"];
/// The types that EC2 makes only with `iops` (EC2 API reference, `EbsBlockDevice`).
pub const TYPES_THAT_NEED_IOPS: &[&str] = &["io1", "io2"];
/// The one type that takes a throughput, in MiB a second within these limits.
pub const TYPE_WITH_THROUGHPUT: &str = "gp3";
/// The least and the greatest throughput.
pub const THROUGHPUT: std::ops::RangeInclusive<i64> = 125..=2000;

/// Whether a block device is the one that becomes the root volume.
pub fn is_root(device: &Node) -> bool {
    tree::text(device, &["deviceName"]).is_none()
}

/// Checks the block devices of a value that has lost its noise.
pub fn check(examined: &mut Examined<'_>) {
    let devices = examined.items(&["blockDevices"]);
    let mut root: Option<&Node> = None;
    for (index, device) in devices.iter().enumerate() {
        let path = format_args!("blockDevices[{index}]");
        let Some(ebs) = device.get("ebs").filter(|ebs| !ebs.is_null()) else {
            if device.as_map().is_some() {
                examined.report_at(
                    &rules::VOLUME_SETTING,
                    device.position,
                    format!("`{path}` has no `ebs`: the controller skips it"),
                    "describe the volume under `ebs`, or remove the entry",
                );
            }
            continue;
        };
        if is_root(device) {
            match root {
                Some(_) => examined.report_at(
                    &rules::TWO_ROOT_VOLUMES,
                    device.position,
                    format!("`{path}` has no `deviceName`, and neither has another one: both would be the root volume"),
                    "write a `deviceName` such as /dev/sdf for every volume but the root",
                ),
                None => root = Some(device),
            }
        }
        check_ebs(examined, ebs, path);
    }
}

fn check_ebs(examined: &mut Examined<'_>, ebs: &Node, device: fmt::Arguments<'_>) {
    // An empty one is noise in a copied value, so here a pool asks for it.
    let kind = ebs.get("volumeType").and_then(Node::as_str);
    if let Some(kind) = kind.filter(|kind| !TYPES.contains(kind)) {
        let help = match nearest(kind, TYPES.iter().copied()) {
            Some(name) => format!("write `{name}`"),
            None => format!("use one of {}", TYPES.join(", ")),
        };
        let place = ebs.locate(&["volumeType"]);
        examined.findings.push(
            Finding::new(&rules::VOLUME_SETTING, format!("`{kind}` is no EBS volume type"))
                .at(place)
                .help(help)
                .rewrite_to(place, kind, TYPES.iter().copied()),
        );
    }
    let mut refuse = |key: &str, message: String, help: String| {
        examined.report_at(&rules::VOLUME_SETTING, ebs.locate(&[key]), message, help);
    };
    let iops = int(ebs, "iops").filter(|iops| *iops != 0);
    match (iops, kind) {
        (Some(iops), Some(kind)) if TYPES.contains(&kind) && !TYPES_WITH_IOPS.contains(&kind) => refuse(
            "iops",
            format!("{iops} iops on a `{kind}` volume have no effect"),
            "use gp3, io1 or io2, or remove the iops".to_owned(),
        ),
        (Some(iops), _) if iops < 0 => {
            refuse("iops", format!("{iops} iops are below 0"), "write a number above 0".to_owned());
        }
        (None, Some(kind)) if TYPES_THAT_NEED_IOPS.contains(&kind) => refuse(
            "volumeType",
            format!("a `{kind}` volume needs `iops`: EC2 refuses it otherwise"),
            "state the iops beside the type, or use gp3".to_owned(),
        ),
        _ => {}
    }
    if let Some(throughput) = int(ebs, "throughputMib") {
        if let Some(kind) = kind.filter(|kind| *kind != TYPE_WITH_THROUGHPUT) {
            refuse(
                "throughputMib",
                format!("a throughput goes with gp3 volumes only, but this one is `{kind}`"),
                "use gp3, or remove the throughput".to_owned(),
            );
        } else if !THROUGHPUT.contains(&throughput) {
            refuse(
                "throughputMib",
                format!("a throughput of {throughput} MiB/s lies outside 125 to 2000"),
                "write a number from 125 to 2000".to_owned(),
            );
        }
    }
    if let Some(size) = int(ebs, "volumeSize").filter(|size| *size < 1) {
        let help = "write the size in GiB".to_owned();
        refuse("volumeSize", format!("a volume of {size} GiB cannot be made"), help);
    }
    if let Some((key, _)) = ebs.get("kmsKey").and_then(|key| key.entry("filters")) {
        examined.report_at(
            &rules::REFERENCE_WITHOUT_EFFECT,
            key.position,
            format!("`{device}.ebs.kmsKey.filters` has no effect"),
            "name the key by `id` or `arn`",
        );
    }
}

fn int(ebs: &Node, key: &str) -> Option<i64> {
    match ebs.get(key)?.value {
        Value::Int(number) => Some(number),
        _ => None,
    }
}
