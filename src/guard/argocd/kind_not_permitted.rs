//! What an Application holds, its AppProject allows.
//!
//! Argo CD refuses a sync with a kind, a namespace, a cluster or a repository that the project does not
//! list, and does not see live objects of such a kind (argoproj/argo-cd
//! `pkg/apis/application/v1alpha1/app_project_types.go`).

use super::super::Subject;
use super::super::identity::Identity;
use super::{applications, texts};
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::render::Object;
use crate::rule;
use std::collections::BTreeSet;

rule! {
    /// An object that its AppProject does not allow.
    pub RULE = "ARG012", "kind-not-permitted", Error,
    "an AppProject allows the kinds, namespaces, cluster and repository of its Applications"
}

/// Checks every Application against its AppProject.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (bundle, application) in applications(subject) {
        let spec = &application.value["spec"];
        let named = |object: &&Object| spec["project"] == object.name();
        let Some(project) = subject.of_kind("AppProject").find(named) else {
            let project = spec["project"].as_str().unwrap_or_default();
            let message = format!(
                "Application `{}` belongs to the AppProject `{project}`, which is not rendered",
                application.name()
            );
            findings.push(finding(subject, application, message));
            continue;
        };
        let mut lacking: BTreeSet<String> = BTreeSet::new();
        let rules = &project.value["spec"];
        if !texts(&rules["sourceRepos"]).any(|repo| repo == "*" || spec["source"]["repoURL"] == repo) {
            lacking.insert("the Application's repository as a source".to_owned());
        }
        if !allows_destination(rules, &spec["destination"], spec["destination"]["namespace"].as_str()) {
            lacking.insert("the Application's destination".to_owned());
        }
        let mut last = None;
        for (_, identity) in subject.identified().filter(|(object, _)| object.bundle == bundle) {
            // Objects of a kind stand beside each other, and the answer is the same for all of them.
            let asked = Some((identity.api_version, identity.kind, identity.namespace));
            if std::mem::replace(&mut last, asked) == asked {
                continue;
            }
            let namespaced = identity.namespace.is_some();
            let (list, refused) = if namespaced {
                ("namespaceResourceWhitelist", "namespaceResourceBlacklist")
            } else {
                ("clusterResourceWhitelist", "clusterResourceBlacklist")
            };
            if !names_kind(&rules[list], identity) {
                lacking.insert(format!("{} in {list}", kind_name(identity)));
            }
            if names_kind(&rules[refused], identity) {
                lacking.insert(format!("{} for its {refused}", kind_name(identity)));
            }
            if namespaced && !allows_destination(rules, &spec["destination"], identity.namespace) {
                lacking.insert(format!("the namespace `{}`", identity.namespace.unwrap_or_default()));
            }
        }
        for lack in lacking {
            let message =
                format!("AppProject `{}` does not allow {lack}, so its sync is refused", project.name());
            findings.push(finding(subject, project, message));
        }
    }
}

/// Whether a list of kinds has that of an object.
fn names_kind(list: &Json, object: &Identity<'_>) -> bool {
    let is = |pattern: &Json, text: &str| pattern.as_str().is_some_and(|own| own == "*" || own == text);
    let entries = list.as_array().into_iter().flatten();
    entries.into_iter().any(|entry| is(&entry["group"], object.group) && is(&entry["kind"], object.kind))
}

/// Whether the project lists the cluster with that namespace.
fn allows_destination(rules: &Json, cluster: &Json, namespace: Option<&str>) -> bool {
    let is = |pattern: &Json, text: &Json| pattern == "*" || pattern == text;
    rules["destinations"].as_array().into_iter().flatten().any(|entry| {
        let same_cluster = ["server", "name"]
            .iter()
            .any(|key| cluster[*key].is_string() && is(&entry[*key], &cluster[*key]));
        same_cluster
            && namespace.is_none_or(|namespace| entry["namespace"] == "*" || entry["namespace"] == namespace)
    })
}

fn kind_name(object: &Identity<'_>) -> String {
    match object.group {
        "" => object.kind.to_owned(),
        group => format!("{group}/{}", object.kind),
    }
}

fn finding(subject: &Subject<'_>, object: &Object, message: String) -> Finding {
    let finding =
        Finding::new(&RULE, message).help("allow it in the AppProject, or move the object to another bundle");
    subject.about(finding, object)
}
