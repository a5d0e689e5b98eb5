//! OLM010: an object whose kind is not there yet at the first sync.
//!
//! Sources: argoproj/argo-cd issues 2873, 6489 and 15095: the dry run of a kind without CRD fails the whole
//! sync unless the object itself carries the option; the option does not wait, so a later wave has to.

use super::subscriptions;
use crate::diag::{Finding, Findings};
use crate::guard::{Subject, sync_options};
use crate::render::{Object, Origin};
use crate::rule;

rule! {
    /// An object that comes before its CRD.
    pub RULE = "OLM010", "crd-before-operator", Error,
    "an object whose CRD an operator of the same rendering brings skips the dry run and comes in a later wave"
}

/// The groups of what operators bring, with the packages that bring them.
const ORIGINS: [(&str, &[&str]); 7] = [
    ("nvidia.com", &["gpu-operator-certified", "gpu-operator"]),
    ("nfd.openshift.io", &["nfd"]),
    ("nfd.k8s-sigs.io", &["nfd"]),
    ("k8s.aws", &["aws-neuron-operator"]),
    ("kmm.sigs.x-k8s.io", &["kernel-module-management"]),
    ("kueue.openshift.io", &["kueue-operator"]),
    ("kueue.x-k8s.io", &["kueue-operator"]),
];
const OPTION: &str = "SkipDryRunOnMissingResource=true";

/// Checks every object of a group that a rendered Subscription brings.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut last = None;
    for (object, identity) in subject.identified() {
        // Objects of a group stand beside each other.
        let subscription = match last {
            Some((group, subscription)) if group == identity.group => subscription,
            _ => brought_by(subject, identity.group),
        };
        last = Some((identity.group, subscription));
        let Some(subscription) = subscription else { continue };
        let name = subscription.name();
        if !sync_options::of_object(object).any(|option| option == OPTION) {
            let message = format!(
                "{} `{}` lacks the sync option {OPTION}, and its CRD comes with Subscription `{name}`: the first sync fails",
                object.kind(),
                object.name()
            );
            let help = format!("write `argocd.argoproj.io/sync-options: Prune=false,Delete=false,{OPTION}`");
            findings.push(report(subject, object, message, help));
        }
        // Bundles are Applications of their own, which retry until the other one is there.
        if object.bundle == subscription.bundle && object.sync_wave() <= subscription.sync_wave() {
            let message = format!(
                "{} `{}` comes in sync wave {}, no later than Subscription `{name}`, which brings its CRD",
                object.kind(),
                object.name(),
                object.sync_wave()
            );
            let help = format!(
                "write `argocd.argoproj.io/sync-wave: \"{}\"` or a later one",
                subscription.sync_wave().saturating_add(1)
            );
            findings.push(report(subject, object, message, help));
        }
    }
}

/// At the metadata of the template that the object comes from, where one does.
fn report(subject: &Subject<'_>, object: &Object, message: String, help: String) -> Finding {
    let mut finding = Finding::new(&RULE, message).help(help);
    if let Origin::Template { name } = &object.origin
        && let Some(template) = subject.templates.get(name)
    {
        finding = finding.at(template.locate_key(&["metadata"]));
    }
    subject.about(finding, object)
}

fn brought_by<'a>(subject: &'a Subject<'_>, group: &str) -> Option<&'a Object> {
    let (group, packages) = ORIGINS.iter().find(|(known, _)| *known == group)?;
    let nvidia = subject.plan.accelerators.nvidia.as_ref();
    // A mirrored catalogue may have the package under another name.
    let renamed = match *group {
        "nvidia.com" => {
            nvidia.and_then(|nvidia| nvidia.operator.as_ref()).map(|operator| operator.package.as_str())
        }
        "nfd.openshift.io" | "nfd.k8s-sigs.io" => nvidia
            .and_then(|nvidia| nvidia.discovery.as_ref())
            .map(|discovery| discovery.operator.package.as_str()),
        _ => None,
    };
    let brings = |package: &str| packages.contains(&package) || renamed == Some(package);
    subscriptions(subject).find(|(_, package)| brings(package)).map(|(subscription, _)| subscription)
}
