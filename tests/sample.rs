//! The sample environment, read by the readers that count and held against the published schemas.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

#[path = "support/crds.rs"]
mod crds;
mod support;

use serde_json::{Value as Json, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const ENVIRONMENTS: [&str; 2] = ["prod", "dev"];

fn rendered(environment: &str) -> String {
    let output = support::poolsmith(support::repository(), &["render", "--env", environment]);
    assert!(output.status.success(), "{}", support::stderr(&output));
    support::stdout(&output)
}

fn objects(environment: &str) -> Vec<Json> {
    let arguments = ["render", "--env", environment, "--format", "json"];
    let output = support::poolsmith(support::repository(), &arguments);
    assert!(output.status.success(), "{}", support::stderr(&output));
    serde_json::from_slice(&output.stdout).expect("the objects are JSON")
}

#[test]
fn the_committed_output_is_fresh() {
    if support::blessing() {
        let output = support::poolsmith(support::repository(), &["render", "--all", "--out"]);
        assert!(output.status.success(), "{}", support::stderr(&output));
    }
    let output = support::poolsmith(support::repository(), &["check", "--deny", "warnings"]);
    assert!(output.status.success(), "{}", support::stderr(&output));
    assert_eq!(support::stdout(&output), "");
}

/// The reading that Argo CD and kubectl share, of every document. The annotation is what `kubectl
/// annotate --local` needs to print an object at all; it is taken off again.
#[test]
fn kubectl_reads_every_document_as_it_was_meant() {
    if !support::has_program("kubectl", &["version", "--client"]) {
        return;
    }
    for environment in ENVIRONMENTS {
        let mut kubectl = Command::new("kubectl")
            .args(["annotate", "--local", "-f", "-", "x=y", "-o", "json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("kubectl starts");
        kubectl
            .stdin
            .take()
            .expect("a pipe")
            .write_all(rendered(environment).as_bytes())
            .expect("kubectl reads");
        let output = kubectl.wait_with_output().expect("kubectl ends");
        assert!(output.status.success());
        let read: Vec<Json> = serde_json::Deserializer::from_slice(&output.stdout)
            .into_iter::<Json>()
            .map(|value| value.expect("kubectl prints JSON"))
            .flat_map(|value| match value["items"].as_array() {
                Some(items) => items.clone(),
                None => vec![value],
            })
            .map(|mut value| {
                value["metadata"]["annotations"].as_object_mut().expect("annotations").remove("x");
                value
            })
            .collect();
        assert_eq!(read, objects(environment), "{environment}");
    }
}

#[test]
fn python_reads_every_document_as_it_was_meant() {
    if !support::has_program("python3", &["-c", "import yaml"]) {
        return;
    }
    let script = "import json, sys, yaml\njson.dump(list(yaml.safe_load_all(sys.stdin)), sys.stdout)";
    for environment in ENVIRONMENTS {
        let mut python = Command::new("python3")
            .args(["-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python starts");
        python
            .stdin
            .take()
            .expect("a pipe")
            .write_all(rendered(environment).as_bytes())
            .expect("python reads");
        let output = python.wait_with_output().expect("python ends");
        let read: Vec<Json> = serde_json::from_slice(&output.stdout).expect("python prints JSON");
        assert_eq!(read, objects(environment), "{environment}");
    }
}

#[test]
fn every_object_is_valid_against_the_strict_crds() {
    let Some(crds) = crds::Crds::load() else { return };
    let mut judged = 0;
    for environment in ENVIRONMENTS {
        for object in objects(environment) {
            assert_eq!(crds.faults(&object), [""; 0], "{} {}", object["kind"], object["metadata"]["name"]);
            judged += usize::from(crds.knows(&object));
        }
    }
    assert!(judged > 20, "only {judged} objects have a CRD");
}

#[test]
fn every_string_stays_a_string_where_the_api_wants_one() {
    fn walk(path: &str, value: &Json) {
        if let Some(map) = value.as_object() {
            for (key, value) in map {
                let texts = matches!(key.as_str(), "labels" | "annotations" | "matchLabels" | "data");
                if texts && let Some(entries) = value.as_object() {
                    entries
                        .iter()
                        .for_each(|(name, text)| assert!(text.is_string(), "{path}.{key}.{name} is {text}"));
                }
                walk(&format!("{path}.{key}"), value);
            }
        } else if let Some(items) = value.as_array() {
            items.iter().for_each(|item| walk(path, item));
        }
    }
    for environment in ENVIRONMENTS {
        objects(environment).iter().for_each(|object| walk(&object["kind"].to_string(), object));
    }
}

#[test]
fn nothing_of_the_surroundings_reaches_the_output() {
    let root = support::repository();
    let first = rendered("prod");
    let copy = support::Sample::new();
    let surroundings: [(&Path, &[(&str, &str)]); 5] = [
        (root, &[("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8"), ("TZ", "Pacific/Apia")]),
        (root, &[("HOME", "/nonexistent"), ("USER", "somebody"), ("HOSTNAME", "elsewhere")]),
        (root, &[("POOLSMITH_ENV", "dev"), ("ARGOCD_APP_NAME", "other"), ("RAYON_NUM_THREADS", "8")]),
        (copy.root(), &[]),
        (&copy.root().join("values"), &[("COLUMNS", "20"), ("TERM", "xterm-256color")]),
    ];
    for (directory, variables) in surroundings {
        let output = support::poolsmith_with(directory, &["render", "--env", "prod"], variables);
        assert_eq!(support::stdout(&output), first, "{} {variables:?}", directory.display());
    }
}

#[test]
fn the_order_of_maps_in_the_input_does_not_matter() {
    let first = rendered("prod");
    let sample = support::Sample::new();
    for file in ["values/common.yaml", "values/prod.yaml", "provider-specs/worker-us-west-2a.yaml"] {
        let tree: Json = serde_yaml::from_str(&sample.read(file)).expect("the sample is YAML");
        sample.write(file, &serde_json::to_string_pretty(&reversed(tree)).expect("JSON"));
    }
    let output = sample.run(&["render", "--env", "prod"]);
    assert!(output.status.success(), "{}", support::stderr(&output));
    assert_eq!(support::stdout(&output), first);
}

/// The same value with the entries of every map in reverse.
fn reversed(value: Json) -> Json {
    match value {
        Json::Object(map) => {
            Json::Object(map.into_iter().rev().map(|(key, value)| (key, reversed(value))).collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(reversed).collect()),
        value => value,
    }
}

#[test]
fn the_number_of_threads_does_not_matter() {
    use poolsmith::diag::Findings;
    use poolsmith::pipeline::{Workspace, render_all};
    let mut findings = Findings::new();
    let (_, workspace) = Workspace::open(support::repository(), &mut findings);
    let workspace = workspace.expect("the sample opens");
    let names: Vec<String> = ENVIRONMENTS.map(str::to_owned).to_vec();
    let texts = |threads| -> Vec<(String, String)> {
        render_all(&workspace, &names, threads, &|rendering| rendering)
            .0
            .into_iter()
            .flat_map(|rendering| rendering.files)
            .map(|file| (file.path, file.text))
            .collect()
    };
    assert_eq!(texts(1), texts(8));
}

/// Each pool as the issue of its owners wants it: two fixed, at most four in total over two zones, and
/// the retiring one without an autoscaler.
#[test]
fn the_sample_scales_as_its_values_say() {
    let objects = objects("prod");
    let of = |kind: &str| objects.iter().filter(|object| object["kind"] == kind).collect::<Vec<_>>();
    let set = |name: &str| {
        of("MachineSet")
            .into_iter()
            .find(|set| set["metadata"]["name"] == name)
            .expect("the MachineSet")
            .clone()
    };
    assert_eq!(set("prod-7kx2p-gpu-l40s-us-west-2a")["spec"]["replicas"], json!(2));
    let spot: u64 = of("MachineAutoscaler")
        .into_iter()
        .filter(|scaler| {
            scaler["metadata"]["name"].as_str().is_some_and(|name| name.contains("gpu-spot-a10g"))
        })
        .map(|scaler| scaler["spec"]["maxReplicas"].as_u64().expect("a number"))
        .sum();
    assert_eq!(spot, 4);
    assert!(
        of("MachineAutoscaler")
            .iter()
            .all(|scaler| !scaler["metadata"]["name"].to_string().contains("batch"))
    );
    assert_eq!(
        set("prod-7kx2p-batch-us-west-2b")["metadata"]["annotations"]["poolsmith.dev/state"],
        "retiring"
    );
}
