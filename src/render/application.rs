//! Applications: one for each bundle that has objects.
//!
//! None of them prunes, heals, replaces, forces or has a finalizer. Shared resources do not fail a sync:
//! that would deadlock an object that moves from one Application to another. A manual one keeps its
//! sync options, because a person's sync needs them as well.

use super::app_project;
use super::fields::Fields;
use super::machine_set;
use super::object::{Bundle, MACHINE_API_NAMESPACE, Metadata, Object, Origin};
use crate::json::{Value as Json, json};
use crate::plan::Plan;
use crate::sorted::sort;
use crate::spec::project::{SourceKind, Sync};
use crate::spec::scalars::MinorVersion;

/// The bundles that have an Application; the Applications themselves are a parent's, or a person's.
const BUNDLES: [Bundle; 3] = [Bundle::Rbac, Bundle::Accelerators, Bundle::Capacity];

/// The first Argo CD with `retry.refresh`; an older one drops the field (argoproj/argo-cd pull request
/// 23038, first in v3.2.0).
const RETRY_REFRESH: MinorVersion = MinorVersion::new(3, 2);

/// The Applications.
pub(super) fn render(plan: &Plan, objects: &[Object]) -> Vec<Object> {
    let filled = |bundle: &Bundle| objects.iter().any(|object| object.bundle == *bundle);
    BUNDLES.into_iter().filter(filled).map(|bundle| application(plan, bundle)).collect()
}

fn application(plan: &Plan, bundle: Bundle) -> Object {
    let prefix = &plan.argocd.application_name_prefix;
    let metadata = Metadata::named(format!("{prefix}-{}-{}", bundle.as_str(), plan.environment))
        .namespace(&plan.argocd.namespace)
        .wave(if bundle == Bundle::Rbac { 0 } else { 1 });
    let ignored = if bundle == Bundle::Capacity { ignore_differences(plan) } else { Vec::new() };
    let spec = Fields::new()
        .with("project", app_project::name(plan, bundle))
        .with("source", source(plan, bundle))
        .with("destination", destination(plan, bundle))
        .with("syncPolicy", sync_policy(plan, bundle, !ignored.is_empty()))
        .with_filled("ignoreDifferences", ignored);
    let kind = ("argoproj.io/v1alpha1", "Application");
    Fields::new().with("spec", spec).into_object(Bundle::Argocd, kind, metadata, Origin::Project)
}

fn source(plan: &Plan, bundle: Bundle) -> Fields {
    let argocd = &plan.argocd;
    let source = Fields::new()
        .with("repoURL", argocd.repo_url.as_str())
        .with("targetRevision", argocd.target_revision.as_str());
    match argocd.source_kind {
        SourceKind::Directory => source
            .with("path", join(&[&argocd.source_path, &argocd.output, bundle.as_str()]))
            .with("directory", json!({"include": "*.yaml"})),
        SourceKind::Plugin => {
            let parameter = |name: &str, value: &str| json!({"name": name, "string": value});
            let parameters = [parameter("env", &plan.environment), parameter("bundle", bundle.as_str())];
            source
                .with("path", join(&[&argocd.source_path]))
                .with("plugin", json!({"name": argocd.plugin_name, "parameters": parameters}))
        }
    }
}

/// Joins relative paths; nothing but `.` is the root.
fn join(paths: &[&str]) -> String {
    let parts: Vec<&str> = paths
        .iter()
        .flat_map(|path| path.split('/'))
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// Every rendered object states its namespace; what stands here must only be one that the project
/// allows.
fn destination(plan: &Plan, bundle: Bundle) -> Json {
    let namespace = match bundle {
        Bundle::Rbac => &plan.argocd.controller_service_account.namespace,
        _ => MACHINE_API_NAMESPACE,
    };
    app_project::destination(&plan.argocd.destination, namespace)
}

fn sync_policy(plan: &Plan, bundle: Bundle, ignores: bool) -> Fields {
    let automated = match plan.argocd.sync {
        Sync::Automated => Some(json!({"prune": false, "selfHeal": false})),
        Sync::Manual => None,
    };
    let mut options = Vec::new();
    if bundle == Bundle::Capacity {
        options.push("ApplyOutOfSyncOnly=true");
    }
    if ignores {
        // Without it the list only hides the difference, and a sync for any other reason still writes.
        options.push("RespectIgnoreDifferences=true");
    }
    Fields::new()
        .with_some("automated", automated)
        .with("retry", retry(plan, bundle))
        .with_filled("syncOptions", options)
}

/// How a failed sync is tried again. Operators bring CRDs that the same Application needs, and that
/// takes minutes; a revision whose retries are used up is not tried again by itself.
fn retry(plan: &Plan, bundle: Bundle) -> Fields {
    let (limit, duration, max_duration) = match bundle {
        Bundle::Accelerators => (10, "30s", "5m"),
        _ => (5, "10s", "3m"),
    };
    let refresh = (plan.argocd.version >= RETRY_REFRESH).then_some(true);
    Fields::new()
        .with("limit", limit)
        .with("backoff", json!({"duration": duration, "factor": 2, "maxDuration": max_duration}))
        .with_some("refresh", refresh)
}

/// What Argo CD leaves alone, MachineSet by MachineSet, by name: a fixed pool's replicas are Git's.
fn ignore_differences(plan: &Plan) -> Vec<Json> {
    let mut by_name: Vec<(&str, Vec<String>)> = plan
        .pools
        .iter()
        .flat_map(|pool| pool.machine_sets.iter().map(move |set| (pool, set)))
        .map(|(pool, set)| (set.name.as_str(), machine_set::ignored_pointers(plan, pool, set)))
        .filter(|(_, pointers)| !pointers.is_empty())
        .collect();
    sort(&mut by_name);
    let entry = |(name, pointers)| {
        json!({
            "group": "machine.openshift.io",
            "kind": machine_set::KIND,
            "name": name,
            "namespace": MACHINE_API_NAMESPACE,
            "jsonPointers": pointers,
        })
    };
    by_name.into_iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_without_dots_and_doubled_slashes() {
        assert_eq!(join(&["."]), ".");
        assert_eq!(join(&["./", "golden/prod/", "capacity"]), "golden/prod/capacity");
        assert_eq!(join(&["clusters/pools", "./golden", "rbac"]), "clusters/pools/golden/rbac");
    }
}
