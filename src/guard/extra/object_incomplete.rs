//! Every object says what it is, under a name that the API server takes.
//!
//! One document without an apiVersion stops the whole sync, and so does a name that the API server refuses
//! (apimachinery `pkg/api/validation`, `pkg/util/validation`).

use super::super::Subject;
use super::super::identity::Identity;
use crate::diag::{Finding, Findings};
use crate::render::Object;
use crate::rule;
use crate::spec::check::{is_dns_label, is_dns_subdomain};

rule! {
    /// An object that is none, or whose name is none.
    pub RULE = "OUT042", "object-unnamed", Error,
    "every object has an apiVersion, a kind, and a name and a namespace that the API server takes"
}

/// The groups whose objects have names that are no domain names (kubernetes `pkg/apis/rbac/validation`,
/// openshift/openshift-apiserver).
const NAMED_FREELY: [&str; 5] = [
    "authorization.openshift.io",
    "image.openshift.io",
    "oauth.openshift.io",
    "rbac.authorization.k8s.io",
    "user.openshift.io",
];

/// Checks every object.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (object, identity) in subject.identified() {
        let Some((what, help)) = fault(object, identity) else { continue };
        let shown = if object.kind().is_empty() { "an object" } else { object.kind() };
        let message = format!("{shown} `{}` {what}", object.name());
        findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
    }
}

fn fault(object: &Object, identity: &Identity<'_>) -> Option<(String, &'static str)> {
    let Identity { api_version, group, kind, name, .. } = *identity;
    let slashes = api_version.bytes().filter(|byte| *byte == b'/').count();
    if api_version.is_empty() || api_version.ends_with('/') || slashes > 1 || kind.is_empty() {
        return Some((
            format!("has the apiVersion `{api_version}` and the kind `{kind}`"),
            "write both, such as `apiVersion: v1` and `kind: ConfigMap`",
        ));
    }
    let is_name = match (group, kind) {
        // Names of roles, users and tags may have colons and capitals; only what would break a URL is refused.
        (group, _) if NAMED_FREELY.contains(&group) => !name.is_empty() && !name.contains(['/', '%']),
        ("", "Namespace") => is_dns_label(name),
        _ => is_dns_subdomain(name),
    };
    if !is_name {
        return Some((
            "has a name that the API server refuses".to_owned(),
            "use lower-case letters, digits, hyphens and dots, with a letter or digit at both ends",
        ));
    }
    let written = || &object.value["metadata"]["namespace"];
    let is_namespace = identity.namespace.map_or_else(|| written().is_null(), is_dns_label);
    (!is_namespace).then(|| {
        let namespace = written();
        (
            format!("has the namespace {namespace}, which cannot exist"),
            "use lower-case letters, digits and hyphens, with a letter or digit at both ends",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;
    use crate::render::Origin;

    #[test]
    fn names_are_judged_by_their_kind() {
        let is_sound = |api_version: &str, kind: &str, name: &str, namespace: Option<&str>| {
            let mut value = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}});
            if let Some(namespace) = namespace {
                value["metadata"]["namespace"] = json!(namespace);
            }
            let object = Object { bundle: crate::render::Bundle::Capacity, value, origin: Origin::Project };
            fault(&object, &Identity::of(&object)).is_none()
        };
        assert!(is_sound("v1", "ConfigMap", "a.b-c", Some("x")));
        assert!(is_sound("v1", "Namespace", "a-b", None));
        assert!(is_sound("rbac.authorization.k8s.io/v1", "ClusterRole", "system:Node", None));
        assert!(is_sound("image.openshift.io/v1", "ImageStreamTag", "cuda:12.4", Some("x")));
        for (api_version, kind, name, namespace) in [
            ("", "ConfigMap", "a", None),
            ("apps/", "Deployment", "a", None),
            ("a/b/v1", "Deployment", "a", None),
            ("v1", "", "a", None),
            ("v1", "ConfigMap", "", None),
            ("v1", "ConfigMap", "Pools", None),
            ("v1", "ConfigMap", "a", Some("A")),
            ("v1", "ConfigMap", "a", Some("")),
            ("v1", "Namespace", "a.b", None),
            ("rbac.authorization.k8s.io/v1", "ClusterRole", "a/b", None),
        ] {
            assert!(
                !is_sound(api_version, kind, name, namespace),
                "{api_version} {kind} {name} {namespace:?}"
            );
        }
    }
}
