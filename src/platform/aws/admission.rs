//! What the admission webhook and the controller refuse, warn about or fail on later, as far as the
//! value itself shows it: references, tags, placement and processor options.
//!
//! Sources: machine-api-operator `pkg/webhooks/machine_webhook.go` (`validateAWS`) and
//! machine-api-provider-aws `pkg/actuators/machine/instances.go`. Admission may be absent (failure
//! policy Ignore) and its warnings reach no GitOps sync, so all of it is refused here. The market is
//! in [`super::market`], volumes are in [`super::volumes`].

use super::report::Examined;
use super::{market, volumes};
use crate::diag::{Finding, Wish};
use crate::platform::rules;
use crate::yaml::Node;
use std::fmt;

/// The secret that every cluster has for the purpose. The webhook warns where the one that is named is not
/// there (`credentialsSecretExists`).
const CREDENTIALS: &str = "aws-cloud-credentials";

/// Checks a value that has lost its noise.
pub fn check(examined: &mut Examined<'_>) {
    ami(examined);
    instance_profile(examined);
    subnet(examined);
    security_groups(examined);
    secrets(examined);
    tags(examined);
    placement_group(examined);
    tenancy(examined);
    cpu_options(examined);
    market::check(examined);
    volumes::check(examined);
}

fn ami(examined: &mut Examined<'_>) {
    if examined.text(&["ami", "id"]).is_none() {
        examined.missing(
            &["ami", "id"],
            "`ami.id` is missing: the webhook refuses a machine without an image".to_owned(),
            "copy `ami.id` from a running MachineSet of the same architecture",
        );
    }
    for key in ["arn", "filters"] {
        if examined.at(&["ami", key]).is_some() {
            examined.without_effect(
                &["ami", key],
                examined.text(&["ami", "id"]).is_some(),
                format!("`ami.{key}` has no effect: only `ami.id` is used"),
                format!("remove `ami.{key}` and name the image by `ami.id`"),
            );
        }
    }
}

fn instance_profile(examined: &mut Examined<'_>) {
    let id = examined.text(&["iamInstanceProfile", "id"]);
    if let Some(arn) = examined.text(&["iamInstanceProfile", "arn"]) {
        let name = arn.rsplit('/').next().filter(|name| !name.is_empty() && *name != arn);
        let help = match (id, name) {
            (None, Some(name)) => {
                format!("write `iamInstanceProfile: {{id: {name}}}`: the id is the profile's name")
            }
            _ => "remove `iamInstanceProfile.arn`: the profile's name in `id` is all that is used".to_owned(),
        };
        examined.without_effect(
            &["iamInstanceProfile", "arn"],
            id.is_some(),
            "`iamInstanceProfile.arn` has no effect: only `iamInstanceProfile.id` is used".to_owned(),
            help,
        );
    } else if id.is_none() {
        examined.missing(
            &["iamInstanceProfile", "id"],
            "`iamInstanceProfile.id` is missing: without a profile a node may never join".to_owned(),
            "write the name of the workers' instance profile, usually the infraID and `-worker-profile`",
        );
    }
    if examined.at(&["iamInstanceProfile", "filters"]).is_some() {
        examined.report(
            &rules::REFERENCE_WITHOUT_EFFECT,
            &["iamInstanceProfile", "filters"],
            "`iamInstanceProfile.filters` has no effect: only `iamInstanceProfile.id` is used".to_owned(),
            "remove the filters and name the profile in `iamInstanceProfile.id`",
        );
    }
}

fn subnet(examined: &mut Examined<'_>) {
    let found_by_id = examined.text(&["subnet", "id"]).is_some();
    let found = found_by_id || !examined.items(&["subnet", "filters"]).is_empty();
    if examined.at(&["subnet", "arn"]).is_some() {
        examined.report(
            &rules::REFERENCE_WITHOUT_EFFECT,
            &["subnet", "arn"],
            "`subnet.arn` has no effect: only `subnet.id` and `subnet.filters` are used".to_owned(),
            "write `subnet.id`, or filters that find exactly one subnet a zone",
        );
    } else if !found {
        examined.missing(
            &["subnet"],
            "`subnet` has neither `id` nor `filters`: machines would land in any subnet of the zone"
                .to_owned(),
            "write `subnet.id`, or filters that find exactly one subnet a zone",
        );
    }
    filters(examined, examined.at(&["subnet"]), format_args!("subnet"));
}

fn security_groups(examined: &mut Examined<'_>) {
    let groups = examined.items(&["securityGroups"]);
    if groups.is_empty() {
        examined.missing(
            &["securityGroups"],
            "`securityGroups` is missing: the controller makes no machine without one".to_owned(),
            "copy the `securityGroups` of a running MachineSet",
        );
    }
    for (index, group) in groups.iter().enumerate() {
        let path = format_args!("securityGroups[{index}]");
        let usable = group.get("id").and_then(Node::as_str).is_some_and(|id| !id.is_empty())
            || group.get("filters").and_then(Node::as_seq).is_some_and(|filters| !filters.is_empty());
        if let Some((key, _)) = group.entry("arn") {
            examined.report_at(
                &rules::REFERENCE_WITHOUT_EFFECT,
                key.position,
                format!("`{path}.arn` has no effect: only `id` and `filters` are used"),
                "name the group by `id` (the end of the arn, `sg-…`) or by filters",
            );
        } else if !usable && group.as_map().is_some() {
            examined.report_at(
                &rules::REQUIRED_FIELD_MISSING,
                group.position,
                format!("`{path}` has neither `id` nor `filters`"),
                "name the group by `id` or by filters, or remove the entry",
            );
        }
        filters(examined, Some(group), path);
    }
}

/// A filter without a name or without values finds nothing.
fn filters(examined: &mut Examined<'_>, reference: Option<&Node>, path: fmt::Arguments<'_>) {
    let list = reference.and_then(|node| node.get("filters")).and_then(Node::as_seq).unwrap_or_default();
    for (index, filter) in list.iter().enumerate() {
        let named = filter.get("name").and_then(Node::as_str).is_some_and(|name| !name.is_empty());
        let has_values = filter.get("values").and_then(Node::as_seq).is_some_and(|values| !values.is_empty());
        let missing = match (named, has_values) {
            (false, _) => "name",
            (_, false) => "values",
            _ => continue,
        };
        if filter.as_map().is_some() {
            examined.report_at(
                &rules::REQUIRED_FIELD_MISSING,
                filter.position,
                format!("`{path}.filters[{index}]` has no `{missing}`"),
                "write both, e.g. {name: tag:Name, values: [the subnet's or group's name]}",
            );
        }
    }
}

fn secrets(examined: &mut Examined<'_>) {
    for key in ["userDataSecret", "credentialsSecret"] {
        if examined.at(&[key]).is_some() && examined.text(&[key, "name"]).is_none() {
            let default = if key == "userDataSecret" { "worker-user-data" } else { CREDENTIALS };
            examined.missing(
                &[key, "name"],
                format!("`{key}` has no name"),
                format!("write `name: {default}`, or the secret that was meant"),
            );
        }
    }
    if let Some(name) = examined.text(&["credentialsSecret", "name"]).filter(|name| *name != CREDENTIALS) {
        examined.report(
            &rules::CREDENTIALS_OF_ONES_OWN,
            &["credentialsSecret", "name"],
            format!("no cluster has the secret `{name}` by itself: without it no machine is made"),
            format!("write `name: {CREDENTIALS}`, or waive this where the cluster has that secret"),
        );
    }
}

fn tags(examined: &mut Examined<'_>) {
    let tags = examined.items(&["tags"]);
    let mut seen: Vec<(&str, &Node)> = Vec::with_capacity(tags.len());
    for tag in tags {
        let Some(name) = tag.get("name").and_then(Node::as_str) else {
            if tag.as_map().is_some() {
                let help = "write both `name` and `value`";
                examined.report_at(
                    &rules::REQUIRED_FIELD_MISSING,
                    tag.position,
                    "a tag has no name".to_owned(),
                    help,
                );
            }
            continue;
        };
        let place = tag.locate(&["name"]);
        let length = name.chars().count();
        if let Some((_, first)) = seen.iter().find(|(other, _)| *other == name) {
            let message = format!("tag `{name}` stands twice: the first value wins");
            let mut finding =
                Finding::new(&rules::TAG_WITHOUT_EFFECT, message).at(place).help("remove one of the two");
            if first.to_json() == tag.to_json() {
                finding = finding.wish(Wish::remove_item("remove the second one", tag.position));
            }
            examined.findings.push(finding);
        } else if name == "Name" {
            let message = "tag `Name` is dropped: a machine is always tagged with its own name".to_owned();
            examined.report_at(&rules::TAG_WITHOUT_EFFECT, place, message, "remove it");
        } else if !(1..=128).contains(&length) {
            let message = format!("the name of a tag has {length} characters: 1 to 128 are allowed");
            examined.report_at(&rules::REQUIRED_FIELD_MISSING, place, message, "write a shorter name");
        }
        seen.push((name, tag));
    }
}

fn placement_group(examined: &mut Examined<'_>) {
    let Some(Node { value: crate::yaml::Value::Int(number), .. }) = examined.at(&["placementGroupPartition"])
    else {
        return;
    };
    if !(1..=7).contains(number) {
        examined.report(
            &rules::PLACEMENT_GROUP,
            &["placementGroupPartition"],
            format!("`placementGroupPartition` is {number}: a partition group has 1 to 7"),
            "write a number from 1 to 7",
        );
    } else if examined.text(&["placementGroupName"]).is_none() {
        examined.report(
            &rules::PLACEMENT_GROUP,
            &["placementGroupPartition"],
            "`placementGroupPartition` without `placementGroupName`".to_owned(),
            "name the partition placement group, which must exist already",
        );
    }
}

fn tenancy(examined: &mut Examined<'_>) {
    let Some(host) = examined.at(&["placement", "host"]) else { return };
    let tenancy = host_text(examined.spec, &["placement", "tenancy"]);
    let mut refuse = |path: &[&str], message: &str, help: &str| {
        let path = [&["placement", "host"], path].concat();
        examined.report(&rules::HOST_PLACEMENT, &path, message.to_owned(), help);
    };
    if tenancy != Some("host") {
        refuse(&[], "`placement.host` needs `placement.tenancy: host`", "write `tenancy: host` beside it");
    }
    let dedicated = host.get("dedicatedHost").filter(|node| !node.is_null());
    let strategy = host_text(host, &["dedicatedHost", "allocationStrategy"]).unwrap_or("UserProvided");
    match host_text(host, &["affinity"]) {
        None => refuse(
            &["affinity"],
            "`placement.host.affinity` is missing",
            "write `AnyAvailable` or `DedicatedHost`",
        ),
        Some("DedicatedHost") if dedicated.is_none() => refuse(
            &["affinity"],
            "affinity `DedicatedHost` needs `dedicatedHost`",
            "name the host: `dedicatedHost: {id: h-…}`",
        ),
        Some("AnyAvailable") if strategy == "Dynamic" => refuse(
            &["affinity"],
            "affinity `AnyAvailable` does not go with allocationStrategy `Dynamic`",
            "write affinity `DedicatedHost`, or remove the strategy",
        ),
        _ => {}
    }
    let Some(dedicated) = dedicated else { return };
    let id = host_text(dedicated, &["id"]);
    let dynamic = dedicated.get("dynamicHostAllocation").filter(|node| !node.is_null());
    let at = &["dedicatedHost", "id"];
    match (strategy, id, dynamic) {
        ("UserProvided", _, Some(_)) => refuse(
            &["dedicatedHost", "dynamicHostAllocation"],
            "`dynamicHostAllocation` goes only with allocationStrategy `Dynamic`",
            "remove it, or write `allocationStrategy: Dynamic` without `id`",
        ),
        ("UserProvided", None, _) => {
            refuse(
                at,
                "`dedicatedHost.id` is missing",
                "write the host's id, `h-` and 17 hexadecimal digits",
            );
        }
        ("UserProvided", Some(id), _) if !is_host_id(id) => refuse(
            at,
            "`dedicatedHost.id` is no host id",
            "write `h-` and 8 or 17 lower-case hexadecimal digits",
        ),
        ("Dynamic", Some(_), _) => {
            refuse(at, "`dedicatedHost.id` does not go with allocationStrategy `Dynamic`", "remove the id");
        }
        ("Dynamic", None, Some(allocation)) => {
            let count = allocation.get("tags").and_then(Node::as_seq).map_or(0, <[Node]>::len);
            if !(1..=50).contains(&count) {
                refuse(
                    &["dedicatedHost", "dynamicHostAllocation"],
                    "`dynamicHostAllocation` needs 1 to 50 tags",
                    "write the tags that new hosts are to have",
                );
            }
        }
        _ => {}
    }
}

fn host_text<'n>(node: &'n Node, path: &[&str]) -> Option<&'n str> {
    crate::platform::tree::text(node, path)
}

fn is_host_id(id: &str) -> bool {
    id.strip_prefix("h-").is_some_and(|hex| matches!(hex.len(), 8 | 17) && market::is_lower_hex(hex))
}

fn cpu_options(examined: &mut Examined<'_>) {
    if examined.at(&["cpuOptions"]).is_some()
        && examined.text(&["cpuOptions", "confidentialCompute"]).is_none()
    {
        examined.missing(
            &["cpuOptions"],
            "`cpuOptions` may not be empty".to_owned(),
            "write `confidentialCompute`, or remove `cpuOptions`",
        );
    }
}
