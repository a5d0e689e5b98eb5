//! `docs/argocd.md` says what is so: its manifests are accepted and do what the page claims, and the messages
//! that it explains are those that are given.

use crate::argo_cd::{application, at, cmp, environment, for_generate, parameters};
use crate::crds::Crds;
use crate::support::{self, Sample, copy, poolsmith, repository, stderr, stdout};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::process::Command;

fn page() -> String {
    std::fs::read_to_string(repository().join("docs/argocd.md")).unwrap()
}

/// The documents in the YAML blocks of the page.
fn documents() -> Vec<Json> {
    let page = page();
    let blocks = page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let read = |block| serde_yaml::Deserializer::from_str(block).map(|d| Json::deserialize(d).unwrap());
    blocks.flat_map(|block| read(block).collect::<Vec<_>>()).collect()
}

fn of_kind(kind: &str) -> Json {
    let mut found = documents().into_iter().filter(|document| document["kind"] == kind);
    let (first, second) = (found.next(), found.next());
    assert!(second.is_none(), "two documents of kind {kind}");
    first.unwrap_or_else(|| panic!("no document of kind {kind}"))
}

#[test]
fn the_plugin_sections_render() {
    let mut bundles = Vec::new();
    for document in documents() {
        let plugin = &document["source"]["plugin"];
        if plugin.is_null() {
            continue;
        }
        let (env, bundle) = (&plugin["parameters"][0]["string"], &plugin["parameters"][1]["string"]);
        let (env, bundle) = (env.as_str().unwrap(), bundle.as_str().unwrap());
        let sent = for_generate(&at(document["source"]["path"].as_str().unwrap(), plugin));
        let rendered = poolsmith(repository(), &["render", "--env", env, "--bundle", bundle]);
        assert!(rendered.status.success());
        assert_eq!(stdout(&cmp(repository(), "generate", &sent)), stdout(&rendered));
        bundles.push(bundle.to_owned());
    }
    assert_eq!(bundles, ["capacity", "argocd"]);
}

#[test]
fn the_parent_takes_nothing_away() {
    let parent = of_kind("Application");
    assert!(parent["metadata"].get("finalizers").is_none());
    assert_eq!(parent["spec"]["syncPolicy"], json!({"automated": {"prune": false, "selfHeal": false}}));
    let project = of_kind("AppProject");
    assert_eq!(parent["spec"]["project"], project["metadata"]["name"]);
    assert_eq!(project["spec"]["sourceRepos"], json!([parent["spec"]["source"]["repoURL"]]));
    assert_eq!(project["spec"]["destinations"], json!([parent["spec"]["destination"]]));
    if let Some(crds) = Crds::load() {
        for object in [&parent, &project] {
            assert!(crds.knows(object));
            assert_eq!(crds.faults(object), [""; 0]);
        }
    }
    // It finds the bundle, and its project allows exactly what the bundle holds.
    let mut kinds = std::collections::BTreeSet::new();
    for entry in
        std::fs::read_dir(repository().join(parent["spec"]["source"]["path"].as_str().unwrap())).unwrap()
    {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let object: Json = serde_yaml::from_str(&text).unwrap();
        assert_eq!(object["metadata"]["namespace"], parent["spec"]["destination"]["namespace"]);
        assert_eq!(object["apiVersion"], "argoproj.io/v1alpha1");
        kinds.insert(object["kind"].as_str().unwrap().to_owned());
    }
    let allowed = project["spec"]["namespaceResourceWhitelist"].as_array().unwrap();
    let allowed = allowed.iter().map(|entry| entry["kind"].as_str().unwrap().to_owned());
    assert_eq!(kinds, allowed.collect());
}

#[test]
fn an_environment_of_another_instance_is_rendered_for_it() {
    let page = page();
    let block = page.split("```yaml\n").find(|block| block.starts_with("environments:")).unwrap();
    let sample = Sample::new();
    let project = sample.read("poolsmith.yaml");
    let before = project.split("environments:").next().unwrap();
    let after = project.split_once("\nargocd:").unwrap().1;
    sample
        .write("poolsmith.yaml", &format!("{before}{}\nargocd:{after}", block.split("```").next().unwrap()));
    let output = sample.run(&["render", "--env", "prod", "--bundle", "argocd", "--format", "json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let objects: Vec<Json> = serde_json::from_slice(&output.stdout).unwrap();
    let applications: Vec<&Json> = objects.iter().filter(|object| object["kind"] == "Application").collect();
    assert!(!applications.is_empty());
    for application in applications {
        let spec = &application["spec"];
        assert_eq!(application["metadata"]["namespace"], "argocd");
        assert_eq!(spec["destination"]["name"], "prod");
        assert!(spec["syncPolicy"].get("automated").is_none());
        assert_eq!(spec["syncPolicy"]["retry"]["refresh"], true, "3.2 has it");
        assert_eq!(spec["source"]["plugin"]["name"], "poolsmith-0.1");
        assert_eq!(spec["source"]["targetRevision"], "release");
    }
    let rbac = stdout(&sample.run(&["render", "--env", "prod", "--bundle", "rbac"]));
    assert!(rbac.contains("name: argocd-manager\n") && rbac.contains("namespace: kube-system\n"), "{rbac}");
}

#[test]
fn the_hydrator_gets_the_rendered_applications() {
    if !support::has_program("kubectl", &["version", "--client"]) {
        return;
    }
    let sample = Sample::new();
    let bundle = sample.root().join("golden/dev/argocd");
    let page = page();
    let block = page.split("```yaml\n").find(|block| block.contains("kind: Kustomization")).unwrap();
    std::fs::write(bundle.join("kustomization.yaml"), block.split("```").next().unwrap()).unwrap();
    assert!(sample.run(&["check", "--env", "dev"]).status.success(), "the file is not left alone");
    let output = Command::new("kubectl").arg("kustomize").arg(&bundle).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let (text, crds) = (stdout(&output), Crds::load());
    let mut paths = Vec::new();
    for document in serde_yaml::Deserializer::from_str(&text) {
        let object = Json::deserialize(document).unwrap();
        if object["kind"] != "Application" {
            continue;
        }
        let name = object["metadata"]["name"].as_str().unwrap();
        let committed = std::fs::read_to_string(bundle.join(format!("application-{name}.yaml"))).unwrap();
        let committed: Json = serde_yaml::from_str(&committed).unwrap();
        let hydrator = &object["spec"]["sourceHydrator"];
        assert_eq!(hydrator["drySource"], committed["spec"]["source"]);
        for kept in ["ignoreDifferences", "syncPolicy", "destination", "project"] {
            assert_eq!(object["spec"][kept], committed["spec"][kept]);
        }
        assert!(object["spec"].get("source").is_none());
        if let Some(crds) = &crds {
            assert_eq!(crds.faults(&object), [""; 0]);
        }
        paths.push(hydrator["syncSource"]["path"].clone());
    }
    assert_eq!(paths, ["dev/capacity", "dev/rbac"], "each bundle has its own path");
}

/// What the plugin says to the faults that the page explains.
fn said() -> String {
    let sample = Sample::new();
    let run = |path: &str, plugin: &Json| {
        stderr(&cmp(
            &sample.root().join(path),
            "generate",
            &for_generate(&at(if path.is_empty() { "." } else { path }, plugin)),
        ))
    };
    let mut contradiction = parameters("prod", "rbac");
    contradiction["env"] = environment("dev", "rbac")["env"].clone();
    let mut said = vec![
        run("", &json!({"name": "poolsmith"})),
        run("", &contradiction),
        run("", &json!({"parameters": [{"name": "Env", "string": "prod"}]})),
        run("", &json!({"parameters": [{"name": "env", "array": ["prod"]}]})),
        run("", &parameters("prd", "capacities")),
        run("", &parameters("dev", "accelerators")),
    ];
    std::fs::create_dir(sample.root().join("inner")).unwrap();
    copy(&sample.root().join("poolsmith.yaml"), &sample.root().join("inner/poolsmith.yaml"));
    said.push(run("inner", &parameters("prod", "rbac")));
    let outside = for_generate(&application(&parameters("prod", "rbac")));
    said.push(stderr(&cmp(&sample.root().join("values"), "generate", &outside)));
    std::fs::remove_file(sample.root().join("values/prod.yaml")).unwrap();
    said.push(run("", &parameters("prod", "rbac")));
    sample.replace("poolsmith.yaml", "kind: Project\n", "kind: Project\nrequiredVersion: \"7.1\"\n");
    said.push(run("", &parameters("prod", "rbac")));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_poolsmith"));
    command.args(["cmp", "generate"]).current_dir(repository()).env_clear().envs(outside).stdout(writer);
    said.push(stderr(
        &command.stderr(std::process::Stdio::piped()).spawn().unwrap().wait_with_output().unwrap(),
    ));
    said.concat()
}

#[test]
fn the_messages_that_are_explained_are_given() {
    let (page, said) = (page(), said());
    let table = page.split("What poolsmith says:").nth(1).unwrap().split("What Argo CD").next().unwrap();
    let explained: Vec<&str> =
        table.lines().filter_map(|line| line.strip_prefix("| `` ")?.split(" ``").next()).collect();
    assert!(explained.len() >= 10, "{explained:?}");
    for message in explained {
        let parts: Vec<&str> = message.split('…').map(str::trim).filter(|part| !part.is_empty()).collect();
        assert!(
            said.lines().any(|line| parts.iter().all(|part| line.contains(part))),
            "{message}\nis not among\n{said}"
        );
    }
    // The rest of a message that Argo CD puts ours into is its own.
    let command = support::stdout(&poolsmith(repository(), &["cmp", "plugin"]));
    assert!(command.contains("command: [/usr/local/bin/poolsmith, cmp, generate]"));
    assert!(page.contains("`/usr/local/bin/poolsmith cmp generate` failed"));
}

#[test]
fn the_commands_name_files_and_objects_that_there_are() {
    let page = page();
    for target in ["plain", "ubi"] {
        assert!(page.contains(&format!("| `{target}` |")), "{target} is not explained");
    }
    for (file, kind) in [
        ("openshift-gitops.yaml", "patch argocd openshift-gitops"),
        ("deployment-patch.yaml", "patch deployment argocd-repo-server"),
    ] {
        assert!(
            page.contains(&format!("{kind} ")) && page.contains(&format!("--patch-file deploy/cmp/{file}"))
        );
        let patch = std::fs::read_to_string(repository().join("deploy/cmp").join(file)).unwrap();
        let patch: Json = serde_yaml::from_str(&patch).unwrap();
        assert!(kind.ends_with(patch["metadata"]["name"].as_str().unwrap()), "{kind}");
        assert!(kind.contains(&patch["kind"].as_str().unwrap().to_lowercase()), "{kind}");
    }
}
