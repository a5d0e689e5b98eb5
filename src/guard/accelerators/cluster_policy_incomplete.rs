//! ACC052: a ClusterPolicy that its release's API refuses, or cuts down.

use super::cluster_policy_object::{What, faults};
use super::{Subject, overrides};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A ClusterPolicy that the API refuses or cuts down.
    pub RULE = "ACC052", "cluster-policy-incomplete", Error,
    "a rendered ClusterPolicy has every block that its release requires, and no key that it does not have"
}

/// Checks every rendered ClusterPolicy.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // What the overrides say wrong is said where it is written.
    let said = !overrides::faults(subject).is_empty();
    for (object, path, what) in faults(subject) {
        let words;
        let (what, help) = match what {
            What::Missing => ("lacks", "write `{}` at least: every ClusterPolicy of the release has it"),
            What::Unknown if said => continue,
            What::Unknown => ("has the unknown key", "remove it: the API drops it, or refuses the object"),
            What::NoMap => ("has no map under", "write a map"),
            What::NoWord(_) if said => continue,
            What::NoWord(known) => {
                words = format!("write one of: {}", known.join(", "));
                ("has no word that the operator knows under", words.as_str())
            }
            What::Added(_) => continue,
        };
        let message = format!("ClusterPolicy `{}` {what} `{path}`", object.name());
        findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
    }
    for object in subject.of_kind("ClusterPolicy").filter(|object| object.group() == "nvidia.com") {
        if let Some(namespace) = object.namespace() {
            let message = format!(
                "ClusterPolicy `{}` names the namespace `{namespace}`, but it is cluster-scoped",
                object.name()
            );
            findings.push(
                subject.about(Finding::new(&RULE, message).help("remove `metadata.namespace`"), object),
            );
        }
    }
}
