//! ACC058: a way of sharing that the device plugin refuses or reads otherwise.
//!
//! Source: NVIDIA/k8s-device-plugin `api/config/v1` (`config.go`, `replicas.go`, `sharing.go`).

use super::Subject;
use super::sharing_names_disagree::config_map;
use crate::diag::{Finding, Findings};
use crate::rule;
use crate::yaml::{self, FileId, Limits, Node, Value};

rule! {
    /// A configuration that the device plugin does not take.
    pub RULE = "ACC058", "sharing-text-unreadable", Error,
    "every key of the sharing ConfigMap holds a configuration that the device plugin takes as it is meant"
}

/// The keys that a map may have.
type Keys = &'static [&'static str];
const TOP: Keys = &["version", "flags", "sharing"];
const SHARING: Keys = &["timeSlicing", "mps"];
const SHARES: Keys = &["renameByDefault", "failRequestsGreaterThanOne", "resources"];
const RESOURCE: Keys = &["name", "replicas"];

/// Reads every configuration of each ClusterPolicy's ConfigMap.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for policy in subject.of_kind("ClusterPolicy") {
        let Some(object) = config_map(subject, policy) else { continue };
        for (key, value) in object.value["data"].as_object().into_iter().flatten() {
            let Err((what, help)) = read(value.as_str()) else { continue };
            let message = format!("the configuration `{key}` of ConfigMap `{}` {what}", object.name());
            findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
        }
    }
}

type Fault = (String, String);

fn read(text: Option<&str>) -> Result<(), Fault> {
    let text = text.ok_or_else(|| fault("is no text", "write the configuration as a block of text"))?;
    let mut faults = crate::diag::Findings::new();
    let tree = yaml::parse_one(text, FileId::default(), &Limits::default(), &mut faults)
        .ok_or_else(|| fault("is no YAML", "write YAML"))?;
    closed(&tree, TOP, "")?;
    if tree.get("version").and_then(Node::as_str) != Some("v1") {
        return Err(fault("has another `version` than v1", "write `version: v1`"));
    }
    if let Some(misplaced) = SHARES.iter().find(|key| tree.find(&["flags", key]).is_some()) {
        return Err((
            format!("has `{misplaced}` under `flags`"),
            format!("write `sharing.timeSlicing.{misplaced}`"),
        ));
    }
    let Some(sharing) = tree.get("sharing") else { return Ok(()) };
    closed(sharing, SHARING, "sharing.")?;
    for kind in SHARING {
        let Some(shares) = sharing.get(kind) else { continue };
        let path = format!("sharing.{kind}.");
        closed(shares, SHARES, &path)?;
        let resources = shares.get("resources").and_then(Node::as_seq).unwrap_or_default();
        if resources.is_empty() {
            return Err((
                format!("has no `{path}resources`"),
                "name the resources that are shared".to_owned(),
            ));
        }
        for resource in resources {
            closed(resource, RESOURCE, &format!("{path}resources."))?;
            let name = resource.get("name").and_then(Node::as_str).unwrap_or_default();
            let enough = matches!(resource.get("replicas").map(|node| &node.value), Some(Value::Int(count)) if *count >= 2);
            if name.is_empty() || !enough {
                let what = format!("divides `{name}` into fewer than 2");
                return Err((what, "write `replicas: 2` or more, or leave the sharing out".to_owned()));
            }
        }
    }
    Ok(())
}

fn fault(what: &str, help: &str) -> Fault {
    (what.to_owned(), help.to_owned())
}

/// Refuses what is no map, or has a key that it may not have.
fn closed(node: &Node, keys: Keys, path: &str) -> Result<(), Fault> {
    let Some(entries) = node.as_map() else {
        return Err((format!("has no map at `{}`", path.trim_end_matches('.')), "write a map".to_owned()));
    };
    match entries.iter().find(|(key, _)| !keys.contains(&&*key.name)) {
        Some((key, _)) => Err((
            format!("has the unknown key `{path}{}`", key.name),
            format!("write one of: {}", keys.join(", ")),
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_are_read_as_the_plugin_does() {
        let good = "version: v1\nsharing:\n  timeSlicing:\n    renameByDefault: true\n    resources:\n    - name: nvidia.com/gpu\n      replicas: 4\n";
        assert_eq!(read(Some(good)), Ok(()));
        assert_eq!(read(Some("version: v1\n")), Ok(()));
        assert_eq!(read(Some("version: v1\nflags:\n  migStrategy: none\n")), Ok(()));
        for bad in [
            "",
            "- a",
            "version: v2\n",
            "version: v1\nsharing: 3\n",
            "version: v1\nsharing: {timeslicing: {}}\n",
            "version: v1\nsharing: {timeSlicing: {resources: []}}\n",
            "version: v1\nsharing: {timeSlicing: {resources: [{name: a, replicas: 1}]}}\n",
            "version: v1\nsharing: {timeSlicing: {resources: [{name: a, replicas: \"4\"}]}}\n",
            "version: v1\nsharing: {mps: {resources: [3]}}\n",
        ] {
            assert!(read(Some(bad)).is_err(), "{bad}");
        }
        assert!(read(None).is_err());
        let (what, help) = read(Some("version: v1\nflags: {renameByDefault: true}\n")).unwrap_err();
        assert!(what.contains("under `flags`") && help.contains("sharing.timeSlicing.renameByDefault"));
    }
}
