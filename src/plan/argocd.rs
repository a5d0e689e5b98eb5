//! The project's Argo CD settings with the environment's laid over them.

use super::ArgocdPlan;
use crate::sorted::sort;
use crate::spec::Project;
use crate::spec::check::normal_path;
use crate::spec::project::Environment;

/// What holds for one environment.
pub fn resolve(project: &Project, environment: &Environment) -> ArgocdPlan {
    let shared = &project.argocd;
    let own = environment.argocd.clone().unwrap_or_default();
    ArgocdPlan {
        version: own.version.unwrap_or(shared.version),
        namespace: own.namespace.unwrap_or_else(|| shared.namespace.clone()),
        project: shared.project.clone(),
        application_name_prefix: shared.application_name_prefix.clone(),
        controller_service_account: own
            .controller_service_account
            .unwrap_or_else(|| shared.controller_service_account.clone()),
        repo_url: own.source.repo_url.unwrap_or_else(|| shared.source.repo_url.clone()),
        target_revision: own.source.target_revision.unwrap_or_else(|| shared.source.target_revision.clone()),
        source_path: {
            let path = own.source.path.unwrap_or_else(|| shared.source.path.clone());
            normal_path(&path).unwrap_or_else(|| ".".to_owned())
        },
        source_kind: own.source.kind.unwrap_or(shared.source.kind),
        plugin_name: own.source.plugin_name.unwrap_or_else(|| shared.source.plugin_name.clone()),
        output: normal_path(&environment.output).unwrap_or_default(),
        sync: own.sync.unwrap_or(shared.sync),
        destination: own.destination.unwrap_or_else(|| shared.destination.clone()),
    }
}

/// The kinds that templates may add, as (group, kind); the core group is empty.
pub fn extra_kinds(project: &Project) -> Vec<(String, String)> {
    let mut kinds: Vec<(String, String)> = project
        .allow
        .extra_kinds
        .iter()
        .map(|entry| match entry.rsplit_once('/') {
            Some((group, kind)) => (group.to_owned(), kind.to_owned()),
            None => (String::new(), entry.clone()),
        })
        .collect();
    sort(&mut kinds);
    kinds.dedup();
    kinds
}
