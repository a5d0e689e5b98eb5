//! ASC030: priorities that the autoscaler does not find or cannot read.

use super::expander::{self, CONFIG_MAP};
use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::render::object::MACHINE_API_NAMESPACE;
use crate::rule;

rule! {
    /// Priorities under another name, in another place, or in another form.
    pub RULE = "ASC030", "priorities-unreadable", Error,
    "the priority expander finds its ConfigMap by name, namespace and key, and can read it"
}

/// Checks the ConfigMap, and that there is one where the expander is chosen.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut found = false;
    for object in expander::config_maps(subject) {
        let right = object.name() == CONFIG_MAP && object.namespace() == Some(MACHINE_API_NAMESPACE);
        found |= right;
        if !right {
            let message = format!(
                "the priorities stand in ConfigMap `{}/{}`, where no autoscaler looks",
                object.namespace().unwrap_or_default(),
                object.name()
            );
            let help = format!("name it `{CONFIG_MAP}` in the namespace `{MACHINE_API_NAMESPACE}`");
            findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
        }
    }
    for (object, fault) in &expander::read(subject).1 {
        let message =
            format!("ConfigMap `{}` {fault}: the autoscaler refuses all of its priorities", object.name());
        let help = "write a map from whole numbers to lists of expressions, as text under `priorities`";
        findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
    }
    let chosen = subject.of_kind("ClusterAutoscaler").find(|object| {
        object.value["spec"]["expanders"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one == "Priority"))
    });
    if let Some(object) = chosen.filter(|_| !found) {
        let message = "the expander Priority is chosen, but there are no priorities for it to read";
        let finding = Finding::new(&RULE, message)
            .at(subject.values.locate(&["autoscaler", "expanders"]))
            .help("state `expanderPriority` on the pools, or leave `Priority` out");
        findings.push(subject.about(finding, object));
    }
}
