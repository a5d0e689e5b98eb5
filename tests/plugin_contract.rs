//! What Argo CD and the people who use it beside the command line rely on: one set of bytes, all or
//! nothing, from a folder that may only be read.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use serde_json::Value as Json;
use std::path::Path;
use std::process::Output;
use support::{Sample, stderr, stdout};

const BUNDLES: [&str; 4] = ["rbac", "accelerators", "capacity", "argocd"];

fn generate(project: &Path, bundle: &str) -> Output {
    let variables = [("PARAM_ENV", "prod"), ("PARAM_BUNDLE", bundle)];
    support::poolsmith_with(project, &["cmp", "generate"], &variables)
}

fn documents(text: &str) -> Vec<Json> {
    let read = |document| serde::Deserialize::deserialize(document).unwrap();
    serde_yaml::Deserializer::from_str(text).map(read).collect()
}

#[test]
fn the_plugin_prints_what_a_person_gets_and_what_is_committed() {
    let sample = Sample::new();
    for bundle in BUNDLES {
        let plugin = generate(sample.root(), bundle);
        assert!(plugin.status.success(), "{}", stderr(&plugin));
        let person = sample.run(&["render", "--env", "prod", "--bundle", bundle]);
        assert!(stdout(&plugin) == stdout(&person), "{bundle} differs");
        let folder = sample.root().join("golden/prod").join(bundle);
        let committed = std::fs::read_dir(folder).unwrap().count();
        assert_eq!(documents(&stdout(&plugin)).len(), committed, "{bundle}");
    }
}

#[test]
fn a_fault_anywhere_leaves_stdout_empty() {
    let sample = Sample::new();
    sample.replace("values/prod.yaml", "instanceType:", "instancetype:");
    for bundle in BUNDLES {
        let output = generate(sample.root(), bundle);
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""), "{bundle}");
        assert!(stderr(&output).contains("values/prod.yaml:"), "{}", stderr(&output));
    }
}

/// Argo CD unpacks a repository without the right to execute anything, and the plugin writes nothing.
#[cfg(unix)]
#[test]
fn a_folder_that_may_only_be_read_is_enough() {
    use std::os::unix::fs::PermissionsExt;
    fn set(path: &Path, folder: u32, file: u32) {
        let is_folder = path.is_dir();
        if is_folder {
            std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
            std::fs::read_dir(path).unwrap().for_each(|entry| set(&entry.unwrap().path(), folder, file));
        }
        let mode = if is_folder { folder } else { file };
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }
    let sample = Sample::new();
    let before = stdout(&generate(sample.root(), "capacity"));
    set(sample.root(), 0o555, 0o444);
    let output = generate(sample.root(), "capacity");
    set(sample.root(), 0o755, 0o644);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output) == before && !before.is_empty());
}

#[test]
fn the_shipped_plugin_is_named_by_applications_and_discovers_nothing() {
    let sample = Sample::new();
    sample.replace("poolsmith.yaml", "kind: directory", "kind: plugin");
    let output = sample.run(&["cmp", "plugin"]);
    let [plugin] = documents(&stdout(&output)).try_into().expect("one document");
    assert!(plugin["spec"]["discover"].is_null());
    // With a version the name would be `name-version`.
    assert!(plugin["spec"]["version"].is_null());
    let applications = documents(&stdout(&sample.run(&["render", "--env", "prod", "--bundle", "argocd"])));
    let mut named = 0;
    for application in applications.iter().filter(|object| object["kind"] == "Application") {
        assert_eq!(application["spec"]["source"]["plugin"]["name"], plugin["metadata"]["name"]);
        named += 1;
    }
    assert!(named > 1, "{named}");
}

#[test]
fn a_committed_file_holds_one_object() {
    let mut open = vec![support::repository().join("golden")];
    let mut files = 0;
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "yaml") {
                let objects = documents(&std::fs::read_to_string(&path).unwrap());
                assert_eq!(objects.len(), 1, "{}", path.display());
                files += 1;
            }
        }
    }
    assert!(files > 20, "{files}");
}
