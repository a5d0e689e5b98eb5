//! ACC056: GPUs that nobody finds.
//!
//! Sources: NVIDIA/gpu-operator `controllers/state_manager.go` (the three labels that make a GPU node),
//! kubernetes-sigs/node-feature-discovery `source/pci/pci.go` (how they come about).

use super::{Subject, nvidia};
use crate::diag::{Finding, Findings};
use crate::render::Object;
use crate::rule;
use crate::yaml::{self, FileId, Limits, Node};

rule! {
    /// A discovery that is missing, or that does not look for GPUs.
    pub RULE = "ACC056", "discovery-blind", Error,
    "Node Feature Discovery is rendered where it is managed, and labels the nodes by their GPUs"
}

/// The configuration that nearly every instance has. It is known to see, so that it need not be read again
/// for every environment; any other text is.
const SEEING: &str = "\
core:
  sleepInterval: \"60s\"
sources:
  pci:
    deviceClassWhitelist:
    - \"0200\"
    - \"03\"
    - \"0b40\"
    - \"12\"
    deviceLabelFields:
    - vendor
";

/// Looks for the instance, and into its configuration.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((_, plan)) = nvidia(subject) else { return };
    if plan.discovery.is_none() {
        return;
    }
    let mut instances = subject.of_kind("NodeFeatureDiscovery").peekable();
    if instances.peek().is_none() {
        let message =
            "Node Feature Discovery has no instance: no node is labelled, and the GPU Operator finds no GPU";
        let finding = Finding::new(&RULE, message).at(subject.values.locate_key(&["accelerators", "nvidia"]));
        findings.push(finding.help("render a NodeFeatureDiscovery, or write `nfd: external`"));
    }
    for object in instances {
        if let Some(what) = blind(object) {
            let message = format!(
                "NodeFeatureDiscovery `{}` {what}, so that the GPU Operator finds no GPU",
                object.name()
            );
            let help = "look for device class `03`, and label by `vendor`, or by `class` and `vendor`";
            findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
        }
    }
}

/// Why an instance finds no GPU, as far as its configuration tells; without one the built-in counts.
fn blind(object: &Object) -> Option<&'static str> {
    let config = &object.value["spec"]["workerConfig"];
    if config.is_null() {
        return None;
    }
    let Some(text) = config["configData"].as_str() else { return Some("has a configuration without text") };
    if text == SEEING { None } else { fault(text) }
}

/// What is wrong with the text of a configuration.
fn fault(text: &str) -> Option<&'static str> {
    let mut faults = crate::diag::Findings::new();
    let Some(tree) = yaml::parse_one(text, FileId::default(), &Limits::default(), &mut faults) else {
        return Some("has a configuration that is no YAML");
    };
    let pci = tree.find(&["sources", "pci"])?;
    let texts = |key: &str| -> Option<Vec<&str>> {
        Some(pci.get(key)?.as_seq()?.iter().filter_map(Node::as_str).collect())
    };
    if texts("deviceClassWhitelist")
        .is_some_and(|classes| !classes.iter().any(|class| class.starts_with("03")))
    {
        return Some("does not look for display devices");
    }
    let known = |fields: &Vec<&str>| matches!(fields.as_slice(), ["vendor"] | ["class", "vendor"]);
    texts("deviceLabelFields").filter(|fields| !known(fields)).map(|_| "labels devices in another way")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_again_sees() {
        assert_eq!(fault(SEEING), None);
        assert!(fault(&SEEING.replace("03", "04")).is_some());
    }
}
