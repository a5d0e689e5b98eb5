//! An Application reads its own bundle, and nothing else.
//!
//! The path, or the plugin with its parameters, is all that ties an Application to what it syncs. With
//! another bundle's it syncs what another Application owns; with no plugin named, Argo CD takes the project
//! file for a manifest; parameters that a plugin announces as defaults are never sent (argo-cd
//! `reposerver/repository/repository.go`, `docs/operator-manual/config-management-plugins.md`).

use super::super::Subject;
use super::applications;
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::render::Bundle;
use crate::rule;
use crate::spec::project::SourceKind;

rule! {
    /// An Application of another bundle, environment or repository.
    pub RULE = "ARG015", "application-points-elsewhere", Error,
    "an Application reads the bundle and the environment that it is named for, and from one source"
}

/// Checks every Application that syncs a bundle.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for bundle in [Bundle::Rbac, Bundle::Accelerators, Bundle::Capacity] {
        let Some(object) = subject.objects.iter().find(|object| object.bundle == bundle) else { continue };
        if subject.application_of(bundle).is_none() {
            let message = format!("no Application syncs the bundle `{}`", bundle.as_str());
            let finding = Finding::new(&RULE, message)
                .help("render the Application of every bundle that holds objects");
            findings.push(subject.about(finding, object));
        }
    }
    for (bundle, application) in applications(subject) {
        let spec = &application.value["spec"];
        let mut faults = Vec::new();
        if !spec["sources"].is_null() {
            faults.push("has several sources, of which each brings objects of its own".to_owned());
        }
        match subject.plan.argocd.source_kind {
            SourceKind::Directory => directory(subject, bundle, &spec["source"], &mut faults),
            SourceKind::Plugin => plugin(subject, bundle, &spec["source"], &mut faults),
        }
        for fault in faults {
            let message = format!("Application `{}` {fault}", application.name());
            let finding = Finding::new(&RULE, message).help(
                "let it read the bundle that it is named for, as `argocd.source` in the project file says",
            );
            findings.push(subject.about(finding, application));
        }
    }
}

fn directory(subject: &Subject<'_>, bundle: Bundle, source: &Json, faults: &mut Vec<String>) {
    fn parts(path: &str) -> impl Iterator<Item = &str> {
        path.split('/').filter(|part| !part.is_empty() && *part != ".")
    }
    let argocd = &subject.plan.argocd;
    let wanted = || parts(&argocd.source_path).chain(parts(&argocd.output)).chain(parts(bundle.as_str()));
    let path = source["path"].as_str().unwrap_or_default();
    if !parts(path).eq(wanted()) {
        let wanted: Vec<&str> = wanted().collect();
        faults.push(format!("reads `{path}`, but its bundle is committed in `{}`", wanted.join("/")));
    }
    if !source["plugin"].is_null() {
        faults.push("names a plugin beside a directory of manifests".to_owned());
    }
    if source["directory"]["recurse"] == true {
        faults.push("reads the folders below its bundle as well".to_owned());
    }
}

fn plugin(subject: &Subject<'_>, bundle: Bundle, source: &Json, faults: &mut Vec<String>) {
    let plugin = &source["plugin"];
    if plugin["name"] != subject.plan.argocd.plugin_name.as_str() {
        faults.push(format!(
            "does not name the plugin `{}`: Argo CD would take its source for plain YAML, or for another plugin's",
            subject.plan.argocd.plugin_name
        ));
    }
    for (name, value) in [("env", subject.environment), ("bundle", bundle.as_str())] {
        let parameters = plugin["parameters"].as_array().into_iter().flatten();
        let stated: Vec<&Json> = parameters.filter(|parameter| parameter["name"] == name).collect();
        if !matches!(stated.as_slice(), [one] if one["string"] == value) {
            faults.push(format!("does not hand the plugin the parameter `{name}: {value}`"));
        }
    }
}
