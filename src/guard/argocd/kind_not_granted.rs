//! What Argo CD is to write, its controller may write.
//!
//! OpenShift GitOps lets its controller write some kinds by itself (redhat-developer/gitops-operator
//! `controllers/argocd/openshift/openshift.go`); the ClusterRole of the `rbac` bundle grants the rest.

use super::super::Subject;
use super::texts;
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::render::rbac::{resource_name, writable_by_default};
use crate::render::{Bundle, Object};
use crate::rule;
use std::collections::BTreeSet;

rule! {
    /// A kind that the controller may not write.
    pub RULE = "ARG013", "kind-not-granted", Error,
    "the rights that are rendered cover every kind that Argo CD is to write, and reach its account"
}

/// The verbs of a sync that never prunes.
const VERBS: [&str; 6] = ["get", "list", "watch", "create", "update", "patch"];

/// Checks the kinds of every bundle that Argo CD applies to the cluster.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let roles: Vec<&Object> =
        subject.of_kind("ClusterRole").filter(|role| role.bundle == Bundle::Rbac).collect();
    let Some(role) = roles.first() else { return };
    let mut lacking: BTreeSet<String> = BTreeSet::new();
    let mut last = None;
    for (_, object) in subject.identified().filter(|(object, _)| object.bundle != Bundle::Argocd) {
        // Objects of a kind stand beside each other, and the answer is the same for all of them.
        let asked = Some((object.api_version, object.kind));
        if std::mem::replace(&mut last, asked) == asked {
            continue;
        }
        let (group, resource) = (object.group, resource_name(object.kind));
        let granted = roles.iter().any(|role| grants(&role.value, group, &resource))
            || writable_by_default(group, &resource);
        if !granted {
            lacking.insert(format!("{resource}.{group}").trim_end_matches('.').to_owned());
        }
    }
    for resource in lacking {
        let message =
            format!("no rendered ClusterRole lets Argo CD write {resource}, so the sync is forbidden");
        findings.push(finding(subject, role, message));
    }
    let account = &subject.plan.argocd.controller_service_account;
    let bound = subject.of_kind("ClusterRoleBinding").any(|binding| {
        binding.value["roleRef"]["name"] == role.name()
            && binding.value["subjects"].as_array().into_iter().flatten().any(|bound| {
                bound["kind"] == "ServiceAccount"
                    && bound["name"] == account.name.as_str()
                    && bound["namespace"] == account.namespace.as_str()
            })
    });
    if !bound {
        let message = format!(
            "ClusterRole `{}` is not bound to the controller's account `{}/{}`",
            role.name(),
            account.namespace,
            account.name
        );
        findings.push(finding(subject, role, message));
    }
}

fn grants(role: &Json, group: &str, resource: &str) -> bool {
    let has = |list: &Json, wanted: &str| texts(list).any(|text| text == wanted || text == "*");
    role["rules"].as_array().into_iter().flatten().any(|rule| {
        has(&rule["apiGroups"], group)
            && has(&rule["resources"], resource)
            && VERBS.iter().all(|verb| has(&rule["verbs"], verb))
    })
}

fn finding(subject: &Subject<'_>, role: &Object, message: String) -> Finding {
    subject.about(Finding::new(&RULE, message).help("grant it in the ClusterRole of the rbac bundle"), role)
}
