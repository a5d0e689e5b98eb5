//! An AppProject lists what it allows, and nothing in it stands for everything.
//!
//! An absent `namespaceResourceWhitelist` allows every namespaced kind, and so does `*` (argoproj/argo-cd
//! `pkg/apis/application/v1alpha1/app_project_types.go`): whoever can change what an Application reads
//! could then bring Secrets, roles or workloads into the cluster.

use super::super::Subject;
use super::texts;
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::rule;

rule! {
    /// An AppProject that allows more than what is rendered.
    pub RULE = "ARG016", "project-allows-all", Error,
    "an AppProject lists its kinds, destinations and repositories, and none of them is `*`"
}

/// Checks every AppProject.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for project in subject.of_kind("AppProject") {
        let spec = &project.value["spec"];
        let mut faults = Vec::new();
        for list in ["clusterResourceWhitelist", "namespaceResourceWhitelist"] {
            match spec[list].as_array() {
                None => faults.push(format!("has no `{list}`: every kind may be brought")),
                Some(kinds) => {
                    let all = kinds.iter().find(|kind| is_all(&kind["group"]) || is_all(&kind["kind"]));
                    faults.extend(all.map(|kind| format!("allows {kind} in `{list}`")));
                }
            }
        }
        let destinations = spec["destinations"].as_array().into_iter().flatten();
        for destination in destinations {
            let all = ["server", "name", "namespace"].into_iter().find(|key| is_all(&destination[*key]));
            faults.extend(all.map(|key| format!("allows every {key} as a destination")));
        }
        if texts(&spec["sourceRepos"]).any(|repository| repository.contains('*')) {
            faults.push("allows repositories that it does not name".to_owned());
        }
        for fault in faults {
            let message = format!("AppProject `{}` {fault}", project.name());
            let finding = Finding::new(&RULE, message)
                .help("name what the Applications of the project hold, and nothing else");
            findings.push(subject.about(finding, project));
        }
    }
}

fn is_all(value: &Json) -> bool {
    value.as_str().is_some_and(|text| text.contains('*'))
}
