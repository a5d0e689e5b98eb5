//! What the Argo CD controller may write: a ClusterRole and its binding.
//!
//! The role that OpenShift GitOps gives its controller lets it read everything and write
//! `machine.openshift.io`, OLM's objects, Namespaces and ConfigMaps, but neither the autoscaler's nor
//! the GPU operators' objects (redhat-developer/gitops-operator `controllers/argocd/openshift/openshift.go`).
//! This grants the rest. It is a fixed set and does not shrink with what is rendered: losing a right in
//! the same sync as the last object of a kind would leave Argo CD unable to look after what is still
//! there. There is no `delete`: nothing is ever pruned.
//!
//! A controller that does not have OpenShift GitOps' own role needs rights beyond these.

use super::fields::Fields;
use super::object::{Bundle, Metadata, Object, Origin};
use crate::json::{Value as Json, json};
use crate::plan::Plan;
use std::collections::{BTreeMap, BTreeSet};

const RBAC_GROUP: &str = "rbac.authorization.k8s.io";
const API_VERSION: &str = "rbac.authorization.k8s.io/v1";
const VERBS: [&str; 6] = ["get", "list", "watch", "create", "update", "patch"];

/// The rendered kinds that OpenShift GitOps may not write by itself, as (group, resource).
const MISSING: [(&str, &str); 4] = [
    ("autoscaling.openshift.io", "clusterautoscalers"),
    ("autoscaling.openshift.io", "machineautoscalers"),
    ("nfd.openshift.io", "nodefeaturediscoveries"),
    ("nvidia.com", "clusterpolicies"),
];

/// The ClusterRole and the ClusterRoleBinding.
pub(super) fn render(plan: &Plan) -> Vec<Object> {
    let name = format!("{}-argocd-capacity", plan.argocd.application_name_prefix);
    let role_ref = json!({"apiGroup": RBAC_GROUP, "kind": "ClusterRole", "name": name});
    let account = &plan.argocd.controller_service_account;
    let subject = json!({"kind": "ServiceAccount", "name": account.name, "namespace": account.namespace});
    let object = |kind, fields: Fields| {
        fields.into_object(Bundle::Rbac, (API_VERSION, kind), Metadata::named(&name), Origin::Project)
    };
    vec![
        object("ClusterRole", Fields::new().with("rules", rules(&plan.extra_kinds))),
        object(
            "ClusterRoleBinding",
            Fields::new().with("roleRef", role_ref).with("subjects", json!([subject])),
        ),
    ]
}

fn rules(extra_kinds: &[(String, String)]) -> Json {
    let mut resources: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (group, resource) in MISSING {
        resources.entry(group).or_default().insert(resource.to_owned());
    }
    for (group, kind) in extra_kinds {
        let resource = resource_name(kind);
        if !writable_by_default(group, &resource) {
            resources.entry(group).or_default().insert(resource);
        }
    }
    let rule = |(group, resources)| json!({"apiGroups": [group], "resources": resources, "verbs": VERBS});
    resources.into_iter().map(rule).collect()
}

/// Whether OpenShift GitOps may write a resource by itself.
pub fn writable_by_default(group: &str, resource: &str) -> bool {
    match group {
        "" => {
            matches!(resource, "namespaces" | "configmaps" | "persistentvolumes" | "persistentvolumeclaims")
        }
        "compliance.openshift.io" => resource == "scansettingbindings",
        "config.openshift.io"
        | "console.openshift.io"
        | "machine.openshift.io"
        | "machineconfiguration.openshift.io"
        | "operator.openshift.io"
        | "operators.coreos.com"
        | "rbac.authorization.k8s.io"
        | "storage.k8s.io"
        | "user.openshift.io" => true,
        _ => false,
    }
}

/// The resource name of a kind: its plural in lower case.
///
/// A CRD may name its plural as it likes and we ask no cluster, so this is the rule that API servers
/// and code generators use (`y` behind a consonant becomes `ies`, a hissing sound gets `es`), and a
/// table of the well-known kinds that are plural already.
pub fn resource_name(kind: &str) -> String {
    let mut singular = kind.to_lowercase();
    const PLURAL_ALREADY: [&str; 3] = ["endpoints", "nodemetrics", "securitycontextconstraints"];
    if PLURAL_ALREADY.contains(&singular.as_str()) {
        return singular;
    }
    if let Some(stem) = singular.strip_suffix('y')
        && !stem.ends_with(['a', 'e', 'i', 'o', 'u'])
    {
        return format!("{stem}ies");
    }
    let hisses = ["s", "x", "z", "ch", "sh"].iter().any(|end| singular.ends_with(end));
    singular.push_str(if hisses { "es" } else { "s" });
    singular
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_get_their_plural() {
        for (kind, resource) in [
            ("PrometheusRule", "prometheusrules"),
            ("NetworkPolicy", "networkpolicies"),
            ("Gateway", "gateways"),
            ("PriorityClass", "priorityclasses"),
            ("Ingress", "ingresses"),
            ("Prometheus", "prometheuses"),
            ("Endpoints", "endpoints"),
            ("SecurityContextConstraints", "securitycontextconstraints"),
            ("ServiceMesh", "servicemeshes"),
            ("Y", "ies"),
            ("", "s"),
        ] {
            assert_eq!(resource_name(kind), resource, "{kind}");
        }
    }

    #[test]
    fn extra_kinds_are_granted_only_where_they_lack() {
        let kinds = [
            ("monitoring.coreos.com", "ServiceMonitor"),
            ("", "ConfigMap"),
            ("", "ResourceQuota"),
            ("nvidia.com", "NVIDIADriver"),
            ("storage.k8s.io", "StorageClass"),
        ]
        .map(|(group, kind)| (group.to_owned(), kind.to_owned()));
        let granted: Vec<(String, Json)> = rules(&kinds)
            .as_array()
            .unwrap()
            .iter()
            .map(|rule| (rule["apiGroups"][0].as_str().unwrap().to_owned(), rule["resources"].clone()))
            .collect();
        let expected = [
            ("", json!(["resourcequotas"])),
            ("autoscaling.openshift.io", json!(["clusterautoscalers", "machineautoscalers"])),
            ("monitoring.coreos.com", json!(["servicemonitors"])),
            ("nfd.openshift.io", json!(["nodefeaturediscoveries"])),
            ("nvidia.com", json!(["clusterpolicies", "nvidiadrivers"])),
        ]
        .map(|(group, resources)| (group.to_owned(), resources));
        assert_eq!(granted, expected);
    }
}
