//! `deploy/cmp`: what an administrator applies fits together, and fits the repo-server that it is laid upon.

use crate::support::{self, poolsmith, repository, stdout};
use serde_json::{Value as Json, json};
use std::path::PathBuf;
use std::process::Command;

const SERVER: &str = "/var/run/argocd/argocd-cmp-server";

fn path(name: &str) -> PathBuf {
    repository().join("deploy/cmp").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

/// A file of `deploy/cmp`, read by a reader of YAML that is not ours.
fn read(name: &str) -> Json {
    serde_yaml::from_str(&text(name)).unwrap()
}

/// The sidecar of the patch for the ArgoCD object and that of the patch for the Deployment.
fn sidecars() -> [(Json, Json); 2] {
    let (operator, plain) = (read("openshift-gitops.yaml"), read("deployment-patch.yaml"));
    let (operator, plain) = (operator["spec"]["repo"].clone(), plain["spec"]["template"]["spec"].clone());
    let only = |list: &Json| match list.as_array().unwrap().as_slice() {
        [one] => one.clone(),
        other => panic!("not one sidecar: {other:?}"),
    };
    [
        (only(&operator["sidecarContainers"]), operator["volumes"].clone()),
        (only(&plain["containers"]), plain["volumes"].clone()),
    ]
}

#[test]
fn the_plugin_is_the_one_that_this_version_prints() {
    assert_eq!(stdout(&poolsmith(repository(), &["cmp", "plugin"])), text("plugin.yaml"));
    let anywhere = tempfile::tempdir().unwrap();
    assert_eq!(stdout(&poolsmith(anywhere.path(), &["cmp", "plugin"])), text("plugin.yaml"));
}

#[test]
fn the_plugin_is_what_argo_cd_reads() {
    let plugin = read("plugin.yaml");
    assert_eq!(plugin["apiVersion"], "argoproj.io/v1alpha1");
    assert_eq!(plugin["kind"], "ConfigManagementPlugin");
    let spec = plugin["spec"].as_object().unwrap();
    let keys: Vec<&str> = spec.keys().map(String::as_str).collect();
    // A discovery rule would claim Applications that name no plugin; a version would become a part of the
    // name; modes and credentials are of no use.
    assert_eq!(keys, ["generate", "parameters"]);
    for (command, subcommand) in
        [(&spec["generate"], "generate"), (&spec["parameters"]["dynamic"], "parameters")]
    {
        assert_eq!(command, &json!({"command": ["/usr/local/bin/poolsmith", "cmp", subcommand]}));
    }
}

/// Without a version in plugin.yaml the plugin goes by its name alone, and that is what Applications name.
#[test]
fn rendered_applications_name_the_plugin_that_is_installed() {
    let output =
        poolsmith(repository(), &["render", "--env", "dev", "--bundle", "argocd", "--format", "json"]);
    let objects: Vec<Json> = serde_json::from_slice(&output.stdout).unwrap();
    let named: Vec<&Json> = objects
        .iter()
        .filter(|object| object["kind"] == "Application")
        .map(|application| &application["spec"]["source"]["plugin"]["name"])
        .collect();
    assert!(!named.is_empty());
    let installed = read("plugin.yaml")["metadata"]["name"].clone();
    assert!(named.iter().all(|name| **name == installed), "{named:?} and not {installed}");
}

#[test]
fn a_sidecar_is_confined_and_has_its_own_tmp() {
    for (sidecar, volumes) in sidecars() {
        assert_eq!(sidecar["name"], read("plugin.yaml")["metadata"]["name"]);
        assert_eq!(sidecar["command"], json!([SERVER]));
        assert!(sidecar.get("args").is_none());
        let security = &sidecar["securityContext"];
        for (key, value) in [
            ("runAsNonRoot", json!(true)),
            ("readOnlyRootFilesystem", json!(true)),
            ("allowPrivilegeEscalation", json!(false)),
            ("capabilities", json!({"drop": ["ALL"]})),
            ("seccompProfile", json!({"type": "RuntimeDefault"})),
        ] {
            assert_eq!(security[key], value, "{key}");
        }
        let mounts: Vec<(&str, &str)> = sidecar["volumeMounts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|mount| (mount["mountPath"].as_str().unwrap(), mount["name"].as_str().unwrap()))
            .collect();
        assert_eq!(
            mounts,
            [
                ("/var/run/argocd", "var-files"),
                ("/home/argocd/cmp-server/plugins", "plugins"),
                ("/tmp", "poolsmith-tmp"),
            ]
        );
        // var-files and plugins are the repo-server's; only /tmp is brought along, empty.
        assert_eq!(volumes, json!([{"name": "poolsmith-tmp", "emptyDir": {}}]));
        assert!(sidecar["resources"]["requests"]["memory"].is_string());
    }
    let [(operator, _), (plain, _)] = sidecars();
    assert_eq!(plain["securityContext"]["runAsUser"], 999);
    // SCC restricted-v2 refuses a user that it has not chosen; the image's user is 999 elsewhere.
    assert!(operator["securityContext"].get("runAsUser").is_none());
}

#[test]
fn the_images_are_the_ones_that_the_containerfile_makes() {
    let containerfile = text("Containerfile");
    for (sidecar, _) in sidecars() {
        let image = sidecar["image"].as_str().unwrap();
        assert!(containerfile.contains(&format!("-t {image} .")), "nothing makes {image}");
        let tag = image.rsplit_once(':').unwrap().1;
        assert!(tag.starts_with(env!("CARGO_PKG_VERSION")), "{image} is not of this version");
    }
}

#[test]
fn the_patch_for_openshift_gitops_touches_known_fields_alone() {
    let patch = read("openshift-gitops.yaml");
    assert_eq!((&patch["apiVersion"], &patch["kind"]), (&json!("argoproj.io/v1beta1"), &json!("ArgoCD")));
    assert_eq!(patch["metadata"], json!({"name": "openshift-gitops"}));
    let keys = |value: &Json| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&patch), ["apiVersion", "kind", "metadata", "spec"]);
    assert_eq!(keys(&patch["spec"]), ["repo"]);
    // argocd-operator `controllers/argocd/repo_server.go` adds both to the Deployment of the repo-server.
    assert_eq!(keys(&patch["spec"]["repo"]), ["sidecarContainers", "volumes"]);
}

/// The parts of a repo-server's Deployment that a sidecar touches.
fn repo_server() -> Json {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "argocd-repo-server"},
        "spec": {
            "selector": {"matchLabels": {"app.kubernetes.io/name": "argocd-repo-server"}},
            "template": {
                "metadata": {"labels": {"app.kubernetes.io/name": "argocd-repo-server"}},
                "spec": {
                    "initContainers": [{"name": "copyutil", "image": "registry.example.com/argocd:v3.1.0", "volumeMounts": [
                        {"name": "var-files", "mountPath": "/var/run/argocd"},
                    ]}],
                    "containers": [{"name": "argocd-repo-server", "image": "registry.example.com/argocd:v3.1.0", "volumeMounts": [
                        {"name": "tmp", "mountPath": "/tmp"},
                        {"name": "plugins", "mountPath": "/home/argocd/cmp-server/plugins"},
                    ]}],
                    "volumes": [
                        {"name": "tmp", "emptyDir": {}}, {"name": "var-files", "emptyDir": {}},
                        {"name": "plugins", "emptyDir": {}},
                    ],
                },
            },
        },
    })
}

/// The repo-server with the sidecar, and nothing of it lost.
#[track_caller]
fn is_joined(joined: &Json) {
    let (before, after) = (repo_server(), &joined["spec"]["template"]["spec"]);
    let before = &before["spec"]["template"]["spec"];
    let named = |list: &Json, name: &str| {
        let found = list.as_array().unwrap().iter().find(|item| item["name"] == name);
        found.unwrap_or_else(|| panic!("there is no {name}")).clone()
    };
    assert_eq!(after["initContainers"], before["initContainers"]);
    assert_eq!(named(&after["containers"], "argocd-repo-server"), before["containers"][0]);
    assert_eq!(after["containers"].as_array().unwrap().len(), 2);
    let sidecar = named(&after["containers"], "poolsmith");
    let tmp = |container: &Json| {
        let mounts = container["volumeMounts"].as_array().unwrap();
        mounts.iter().find(|mount| mount["mountPath"] == "/tmp").unwrap()["name"].clone()
    };
    assert_ne!(tmp(&sidecar), tmp(&before["containers"][0]), "/tmp is shared with the repo-server");
    for mount in sidecar["volumeMounts"].as_array().unwrap() {
        named(&after["volumes"], mount["name"].as_str().unwrap());
    }
    assert_eq!(after["volumes"].as_array().unwrap().len(), 4);
}

fn kubectl(arguments: &[&str]) -> Json {
    let output = Command::new("kubectl").args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_yaml::from_slice(&output.stdout).unwrap()
}

/// An object with a patch of `deploy/cmp` applied, as `kubectl patch` does it on a server.
fn patched(object: &Json, way: &str, patch: &str) -> Json {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("object.json");
    std::fs::write(&file, object.to_string()).unwrap();
    let (file, patch) = (file.display().to_string(), path(patch).display().to_string());
    kubectl(&["patch", "--local", "-f", &file, "--type", way, "--patch-file", &patch, "-o", "json"])
}

#[test]
fn the_patch_joins_the_deployment_of_plain_argo_cd() {
    if !support::has_program("kubectl", &["version", "--client"]) {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let base = place.path().join("repo-server.json");
    std::fs::write(&base, repo_server().to_string()).unwrap();
    let (base, patch) = (base.display().to_string(), path("deployment-patch.yaml").display().to_string());
    let patched = kubectl(&[
        "patch",
        "--local",
        "-f",
        &base,
        "--type",
        "strategic",
        "--patch-file",
        &patch,
        "-o",
        "json",
    ]);
    is_joined(&patched);

    std::fs::copy(&patch, place.path().join("patch.yaml")).unwrap();
    let kustomization = "resources: [repo-server.json]\npatches: [{path: patch.yaml}]\n";
    std::fs::write(place.path().join("kustomization.yaml"), kustomization).unwrap();
    is_joined(&kubectl(&["kustomize", &place.path().display().to_string()]));
}

/// The ArgoCD object is patched by an administrator, and the operator then joins its parts to the Deployment.
#[test]
fn the_patch_joins_the_argocd_object() {
    if !support::has_program("kubectl", &["version", "--client"]) {
        return;
    }
    let argocd = json!({
        "apiVersion": "argoproj.io/v1beta1", "kind": "ArgoCD",
        "metadata": {"name": "openshift-gitops", "namespace": "openshift-gitops"},
        "spec": {"repo": {"resources": {"limits": {"memory": "1Gi"}}}, "server": {"route": {"enabled": true}}},
    });
    let patched = patched(&argocd, "merge", "openshift-gitops.yaml");
    assert_eq!(patched["spec"]["server"], argocd["spec"]["server"]);
    assert_eq!(patched["spec"]["repo"]["resources"], argocd["spec"]["repo"]["resources"]);
    let mut joined = repo_server();
    let pod = &mut joined["spec"]["template"]["spec"];
    for (list, added) in [("containers", "sidecarContainers"), ("volumes", "volumes")] {
        let added = patched["spec"]["repo"][added].as_array().unwrap().clone();
        pod[list].as_array_mut().unwrap().extend(added);
    }
    is_joined(&joined);
}
