//! Conditions between settings, which no type can state. They run once the types fit.

mod labels;
mod names;
mod placeholders;
mod pools;
mod reserved;

pub use labels::{label_key_error, label_value_error};
pub use names::{is_dns_label, is_dns_subdomain};
pub use placeholders::{has_sign_of_placeholder, placeholder, placeholders};

use super::class::PoolClasses;
use super::{ClusterPools, Project};
use crate::diag::{Finding, Findings};
use crate::yaml::{Node, Position};
use std::collections::BTreeMap;

/// Checks the project file.
pub fn project(project: &Project, tree: &Node, findings: &mut Findings) {
    use super::rules;
    placeholders(tree, findings);
    if project.environments.is_empty() {
        findings.push(
            Finding::new(&rules::NO_ENVIRONMENTS, "the project has no environment")
                .at(tree.locate(&["environments"]))
                .help("add an entry to `environments` with its `values` and `output`"),
        );
    }
    let mut outputs: BTreeMap<String, &str> = BTreeMap::new();
    for (name, environment) in &project.environments {
        let path = ["environments", name];
        names::check_label(name, "environment", tree.locate_key(&path), findings);
        if environment.values.is_empty() {
            findings.push(
                Finding::new(&rules::INVALID_VALUE, format!("environment `{name}` has no value file"))
                    .at(tree.locate(&["environments", name, "values"]))
                    .help("name at least one value file"),
            );
        }
        let place = tree.locate(&["environments", name, "output"]);
        let Some(output) = normal_path(&environment.output) else {
            let message = format!("the output directory `{}` leads out of the project", environment.output);
            findings.push(
                Finding::new(&rules::INVALID_VALUE, message)
                    .at(place)
                    .help("write a path below the project file, such as `rendered/prod`"),
            );
            continue;
        };
        if let Some(owner) = outputs.get(&output) {
            findings.push(shared_output(tree, owner, name, &output));
        } else {
            outputs.insert(output, name);
        }
    }
    for (output, name) in &outputs {
        let above = output.match_indices('/').map(|(end, _)| &output[..end]);
        for (directory, owner) in above.filter_map(|directory| outputs.get_key_value(directory)) {
            findings.push(shared_output(tree, owner, name, directory));
        }
    }
}

/// Two environments that write to one directory.
fn shared_output(tree: &Node, owner: &str, name: &str, directory: &str) -> Finding {
    Finding::new(
        &super::rules::OUTPUT_SHARED,
        format!("environments `{owner}` and `{name}` both write to `{directory}`"),
    )
    .at(tree.locate(&["environments", name, "output"]))
    .related(tree.locate(&["environments", owner, "output"]), "written by this one too")
    .help("give each environment a directory of its own")
}

/// A relative path without `.` and `..`; nothing when it is empty or leaves its base.
pub fn normal_path(path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\\') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// Checks the layered values of an environment.
pub fn cluster_pools(spec: &ClusterPools, classes: &PoolClasses, tree: &Node, findings: &mut Findings) {
    let mut unfilled = Findings::new();
    placeholders(tree, &mut unfilled);
    let places: Vec<Position> =
        unfilled.iter().filter_map(|finding| Some(finding.primary.as_ref()?.position)).collect();
    findings.extend(unfilled);
    let mut own = Findings::new();
    names::check_subdomain(&spec.cluster.infra_id, "infraID", tree.locate(&["cluster", "infraID"]), &mut own);
    pools::check(spec, classes, tree, &mut own);
    // What else is wrong with a placeholder says nothing.
    findings
        .extend(own.into_iter().filter(|finding| {
            finding.primary.as_ref().is_none_or(|label| !places.contains(&label.position))
        }));
}
