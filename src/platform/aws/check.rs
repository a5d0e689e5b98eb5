//! The checks of a copied value, and those that a patched one has to pass again.

use super::provider_spec::{FIELDS, FIRST_KEYS, GROUPS, HINTS, KIND, VERSIONS};
use super::report::Examined;
use super::{admission, instances, noise, subnets, zones};
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::platform::field_path::Path;
use crate::platform::{ClusterFacts, Copied, capacity, identity, rules, schema, tree};
use crate::yaml::{Node, Position};
use std::fmt;

/// Checks a copied value once and gives it back without its noise.
pub fn check_copied(copied: &Copied, facts: &ClusterFacts<'_>, findings: &mut Findings) -> Node {
    let mut found = Findings::new();
    let mut noise = Vec::new();
    let mut spec = noise::clean(&copied.provider_spec, &mut noise);
    if let Some(note) = copied.note(&noise) {
        found.push(note);
    }
    check_kind(&copied.provider_spec, &mut found);
    schema::check(&copied.provider_spec, FIELDS, KIND, HINTS, &mut found);
    if found.iter().any(|finding| finding.rule == &rules::UNKNOWN_PROVIDER_SPEC_KEY && finding.fix.is_some())
    {
        spec = schema::with_meant_keys(&spec, FIELDS);
    }
    check_value(&spec, copied.foreign_cluster(facts.infra_id), facts, &mut found);
    check_placement(&spec, facts, &mut found);
    check_cluster_labels(copied, facts, &mut found);
    let instance = tree::text(&spec, &["instanceType"]).and_then(instances::find);
    capacity::check(copied, instance.as_ref(), facts.version, &mut found);
    tree::sort(&mut spec, FIRST_KEYS);
    // A placeholder was reported as one: what else is wrong with it says nothing.
    findings.extend(found.into_iter().filter(|finding| {
        finding.primary.as_ref().is_none_or(|label| !copied.placeholders.contains(&label.position))
    }));
    spec
}

/// Checks that hold for a copied value and for a patched one alike.
///
/// `foreign` is the name that the copied file gives to its own cluster, if that is another one.
pub fn check_value(spec: &Node, foreign: Option<&str>, facts: &ClusterFacts<'_>, findings: &mut Findings) {
    check_form(spec, facts, findings);
    check_identity(spec, foreign, &|_| true, facts, findings);
}

/// Checks a value as [`check_value`] does, where only some keys have another value than one that was
/// checked: the names that stand under the others are the same.
pub fn check_changed(spec: &Node, changed: &[&str], facts: &ClusterFacts<'_>, findings: &mut Findings) {
    check_form(spec, facts, findings);
    check_identity(spec, None, &|key| changed.contains(&key), facts, findings);
}

fn check_form(spec: &Node, facts: &ClusterFacts<'_>, findings: &mut Findings) {
    schema::check_versions(spec, FIELDS, facts.version, findings);
    admission::check(&mut Examined { spec, findings });
    subnets::check(spec, findings);
}

/// Checks of what [`check_value`] looks at that which a zone decides: the names in the subnet's filters.
pub fn check_zone(spec: &Node, facts: &ClusterFacts<'_>, findings: &mut Findings) {
    subnets::check(spec, findings);
    check_identity(spec, None, &|key| key == "subnet", facts, findings);
}

/// Checks a value as it will be written. Whose it is was checked where it was copied, and may be waived.
pub fn check_rendered(spec: &Json, facts: &ClusterFacts<'_>, findings: &mut Findings) {
    let spec = &tree::from_json(spec, Position::default());
    check_kind(spec, findings);
    schema::check(spec, FIELDS, KIND, HINTS, findings);
    schema::check_versions(spec, FIELDS, facts.version, findings);
    let mut examined = Examined { spec, findings };
    admission::check(&mut examined);
    for path in [
        &["instanceType"][..],
        &["placement", "region"],
        &["placement", "availabilityZone"],
        &["userDataSecret"],
        &["credentialsSecret"],
    ] {
        if examined.at(path).is_none_or(|value| value.as_str() == Some("")) {
            let message = format!("`{}` is missing", path.join("."));
            examined.missing(
                path,
                message,
                "write it: a default is filled in only where the webhook can be reached",
            );
        }
    }
    subnets::check(spec, findings);
    check_placement(spec, facts, findings);
}

/// Checks of what [`check_rendered`] looks at that which a zone decides.
pub fn check_rendered_zone(spec: &Json, facts: &ClusterFacts<'_>, findings: &mut Findings) {
    let mut decided = Node::empty_map(Position::default());
    for key in ["placement", "subnet"] {
        if let Some(value) = spec.get(key) {
            tree::set(&mut decided, key, tree::from_json(value, Position::default()));
        }
    }
    subnets::check(&decided, findings);
    check_placement(&decided, facts, findings);
}

fn check_kind(spec: &Node, findings: &mut Findings) {
    let kind = tree::text(spec, &["kind"]);
    if kind != Some(KIND) {
        let message = match kind {
            Some(kind) => format!("the providerSpec is a `{kind}`, but the cluster's platform needs {KIND}"),
            None => format!("the providerSpec has no `kind`: it must be {KIND}"),
        };
        findings.push(
            Finding::new(&rules::WRONG_PROVIDER_SPEC_KIND, message)
                .at(spec.locate(&["kind"]))
                .help("copy the providerSpec from a MachineSet of this cluster"),
        );
        return;
    }
    let api_version = tree::text(spec, &["apiVersion"]);
    let known = api_version
        .and_then(|text| text.split_once('/'))
        .is_some_and(|(group, version)| GROUPS.contains(&group) && VERSIONS.contains(&version));
    if !known {
        let written = api_version.unwrap_or_default();
        findings.push(
            Finding::new(
                &rules::WRONG_PROVIDER_SPEC_KIND,
                format!("apiVersion `{written}` is none that {KIND} has"),
            )
            .at(spec.locate(&["apiVersion"]))
            .help("write `apiVersion: machine.openshift.io/v1beta1`"),
        );
    }
}

/// The copied value's own place, as far as it states one.
fn check_placement(spec: &Node, facts: &ClusterFacts<'_>, findings: &mut Findings) {
    if let Some(region) = tree::text(spec, &["placement", "region"])
        && region != facts.region
    {
        let finding = Finding::new(
            &rules::ANOTHER_REGION,
            format!("`placement.region` is `{region}`, but the cluster's region is `{}`", facts.region),
        )
        .at(spec.locate(&["placement", "region"]))
        .help("copy the providerSpec from a MachineSet of this cluster, or correct `cluster.region`");
        findings.push(identity::with_fact(finding, facts, "region", "the cluster's region"));
        return;
    }
    if let Some(zone) = tree::text(spec, &["placement", "availabilityZone"])
        && let Err(why) = zones::check(zone, facts.region)
    {
        findings.push(
            Finding::new(&rules::NO_ZONE_OF_REGION, format!("`placement.availabilityZone`: {why}"))
                .at(spec.locate(&["placement", "availabilityZone"]))
                .help("copy the providerSpec from a MachineSet of this cluster"),
        );
    }
}

/// The cluster label of the MachineSet around the value: one finding, whatever the number of places.
fn check_cluster_labels(copied: &Copied, facts: &ClusterFacts<'_>, findings: &mut Findings) {
    let mut foreign = copied
        .cluster_labels
        .iter()
        .filter(|(label, place)| label != facts.infra_id && !copied.placeholders.contains(place));
    let Some((label, place)) = foreign.next() else { return };
    let mut finding = Finding::new(
        &rules::COPIED_FROM_ANOTHER_CLUSTER,
        format!("the copied MachineSet belongs to cluster `{label}`, but this one is `{}`", facts.infra_id),
    )
    .at(*place)
    .help("copy a MachineSet of this cluster, or correct `cluster.infraID`");
    for (_, place) in foreign {
        finding = finding.related(*place, "here too");
    }
    findings.push(identity::with_fact(finding, facts, "infraID", "this cluster's infraID"));
}

/// Strings that say which cluster a value belongs to, where ours is expected; below the keys that
/// `is_looked_at` names.
fn check_identity(
    spec: &Node,
    foreign: Option<&str>,
    is_looked_at: &dyn Fn(&str) -> bool,
    facts: &ClusterFacts<'_>,
    findings: &mut Findings,
) {
    let mut look = |text: &str, place: Position, path: &dyn fmt::Display| {
        identity::check_text(text, place, path, foreign, facts, findings);
    };
    for path in
        [&["iamInstanceProfile", "id"][..], &["iamInstanceProfile", "arn"], &["userDataSecret", "name"]]
    {
        let [parent, name] = *path else { continue };
        if is_looked_at(parent)
            && let Some(text) = tree::text(spec, path)
        {
            look(text, spec.locate(path), &Path::Field(&Path::Field(&Path::Root, parent), name));
        }
    }
    let get = |key: &str| spec.get(key).filter(|_| is_looked_at(key));
    if let Some(subnet) = get("subnet") {
        check_filters(subnet, &Path::Field(&Path::Root, "subnet"), &mut look);
    }
    let items = |key: &str| get(key).and_then(Node::as_seq).unwrap_or_default();
    for (index, group) in items("securityGroups").iter().enumerate() {
        check_filters(group, &Path::Item(&Path::Field(&Path::Root, "securityGroups"), index), &mut look);
    }
    for (index, balancer) in items("loadBalancers").iter().enumerate() {
        if let Some(name) = tree::text(balancer, &["name"]) {
            look(name, balancer.locate(&["name"]), &format_args!("loadBalancers[{index}].name"));
        }
    }
    for (index, tag) in items("tags").iter().enumerate() {
        if let Some(name) = tree::text(tag, &["name"])
            && let Some(cluster) = name.strip_prefix("kubernetes.io/cluster/")
            && cluster.trim() != facts.infra_id
        {
            let finding = Finding::new(
                &rules::ANOTHER_CLUSTERS_NAME,
                format!("`tags[{index}]` belongs to cluster `{cluster}`, but this one is `{}`", facts.infra_id),
            )
            .at(tag.locate(&["name"]))
            .help("copy the providerSpec from a MachineSet of this cluster, or remove the tag: the controller writes its own");
            findings.push(identity::with_fact(finding, facts, "infraID", "this cluster's infraID"));
        }
    }
    for (_, value) in spec.as_map().unwrap_or_default().iter().filter(|(key, _)| is_looked_at(&key.name)) {
        identity::check_accounts(value, facts, findings);
    }
}

fn check_filters(
    reference: &Node,
    path: &Path<'_>,
    look: &mut impl FnMut(&str, Position, &dyn fmt::Display),
) {
    for (index, filter) in
        reference.get("filters").and_then(Node::as_seq).unwrap_or_default().iter().enumerate()
    {
        let filters = Path::Field(path, "filters");
        let path = Path::Item(&filters, index);
        if let Some(name) = tree::text(filter, &["name"]) {
            look(name, filter.locate(&["name"]), &Path::Field(&path, "name"));
        }
        for value in filter.get("values").and_then(Node::as_seq).unwrap_or_default() {
            if let Some(text) = value.as_str() {
                look(text, value.position, &Path::Field(&path, "values"));
            }
        }
    }
}
