//! No Application destroys what it holds.
//!
//! Sources: argo-cd `pkg/apis/application/v1alpha1/types.go` (`SyncPolicyAutomated`, `Operation`),
//! `controller/appcontroller.go`, `docs/user-guide/sync-options.md`.

use super::{Subject, sync_options};
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::render::Object;
use crate::rule;

rule! {
    /// An Application that prunes, cascades, replaces or forces.
    pub RULE = "ARG001", "application-destroys", Error, seat belt 1,
    "no Application prunes, replaces or forces, or deletes its objects with itself"
}

/// The options that an Application may have: harmless ones that Argo CD knows.
const HARMLESS: [&str; 7] = [
    "ApplyOutOfSyncOnly=true",
    "CreateNamespace=true",
    "Delete=false",
    "Prune=false",
    "RespectIgnoreDifferences=true",
    "ServerSideApply=true",
    "SkipDryRunOnMissingResource=true",
];

/// Checks every Application.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for application in subject.of_kind("Application") {
        let mut report = |message: String, help: &str| {
            let finding = Finding::new(&RULE, message).help(help);
            findings.push(subject.about(finding, application));
        };
        check_policy(application, &mut report);
        check_options(application, &mut report);
    }
}

fn check_policy(application: &Object, report: &mut impl FnMut(String, &str)) {
    let name = application.name();
    let automated = &application.value["spec"]["syncPolicy"]["automated"];
    let refused = |value: &Json| !matches!(value, Json::Null | Json::Bool(false));
    if refused(&automated["prune"]) {
        report(
            format!(
                "Application `{name}` prunes automatically: what leaves Git is deleted, machines included"
            ),
            "set `syncPolicy.automated.prune` to false",
        );
    }
    if refused(&automated["allowEmpty"]) {
        report(
            format!("Application `{name}` may sync an empty rendering, which removes everything it holds"),
            "set `syncPolicy.automated.allowEmpty` to false",
        );
    }
    for finalizer in application.value["metadata"]["finalizers"].as_array().into_iter().flatten() {
        let finalizer = finalizer.as_str().unwrap_or_default();
        report(
            format!(
                "Application `{name}` has the finalizer `{finalizer}`: deleting it deletes what it holds"
            ),
            "remove the finalizer",
        );
    }
    if !application.value["operation"].is_null() {
        report(
            format!("Application `{name}` asks for a sync of its own by `operation`"),
            "remove `operation`: the sync policy decides when and how to sync",
        );
    }
}

fn check_options(application: &Object, report: &mut impl FnMut(String, &str)) {
    let name = application.name();
    for option in sync_options::of_application(&application.value) {
        let option = option.as_str().unwrap_or_default();
        if HARMLESS.contains(&option) {
            continue;
        }
        let (key, _) = option.split_once('=').unwrap_or((option, ""));
        let why = match key {
            "Replace" => {
                "replaces objects instead of patching them: ignored fields and what operators wrote are lost"
            }
            "Force" => {
                "deletes and recreates objects that cannot be patched: a MachineSet takes its machines with it"
            }
            "Prune" | "Delete" => "takes away the protection of what leaves Git",
            "PrunePropagationPolicy" | "PruneLast" => {
                "only matters where something is pruned, and nothing may be"
            }
            "FailOnSharedResource" => "blocks an object's move from one Application to another for ever",
            "Validate" => "lets objects through that the API server only half understands",
            _ => "is none that Argo CD knows, so it is ignored without a word",
        };
        report(format!("the sync option `{option}` of Application `{name}` {why}"), "remove the option");
    }
}
