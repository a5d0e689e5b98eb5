//! No object is rendered twice.
//!
//! In one Application the later of two wins with a warning; in two of them each sync writes what the
//! other undoes (argo-cd `controller/state.go`, `NormalizeTargetObjects`; condition SharedResourceWarning).

use super::Subject;
use super::identity::Identity;
use crate::diag::{Finding, Findings};
use crate::render::Object;
use crate::render::object::MACHINE_API_NAMESPACE;
use crate::rule;
use std::collections::BTreeMap;

rule! {
    /// Two objects with the same group, kind, namespace and name.
    pub RULE = "ARG008", "object-rendered-twice", Error, seat belt 9,
    "no object is rendered twice within an environment"
}

/// Checks all objects of all bundles.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut identities: Vec<_> = subject.identified().map(|(_, identity)| unique(identity)).collect();
    identities.sort_unstable();
    if identities.is_sorted_by(|one, next| one < next) {
        return;
    }
    let mut seen: BTreeMap<_, &Object> = BTreeMap::new();
    for (object, identity) in subject.identified() {
        let identity = unique(identity);
        let Some(first) = seen.get(&identity) else {
            seen.insert(identity, object);
            continue;
        };
        let where_to = if first.bundle == object.bundle {
            format!("twice in the bundle `{}`", object.bundle.as_str())
        } else {
            format!("in the bundles `{}` and `{}`", first.bundle.as_str(), object.bundle.as_str())
        };
        let message = format!("{} `{}` is rendered {where_to}", object.kind(), object.name());
        let finding = Finding::new(&RULE, message)
            .related(subject.place_of(first), "rendered from here too")
            .help("keep one of them, or give it another name");
        findings.push(subject.about(finding, object));
    }
}

/// What no two objects have in common; the name, which nearly always tells them apart, first.
fn unique<'a>(identity: &Identity<'a>) -> (&'a str, &'a str, &'a str, &'a str) {
    // Argo CD puts a namespaced object without a namespace into the Application's, which is this one.
    let namespace = identity.namespace.unwrap_or(MACHINE_API_NAMESPACE);
    (identity.name, identity.kind, identity.group, namespace)
}
