//! Many environments in one repository: patterns, selection, threads.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use std::fs;
use support::{Sample, stderr, stdout};

const PATTERN: &str = r#"apiVersion: poolsmith.dev/v1alpha1
kind: Project
environmentsFrom:
  - files: clusters/*/cluster.yaml
    values: [values/common.yaml]
    output: clusters/*/manifests
    argocd:
      destination: {name: "*"}
      controllerServiceAccount: {name: argocd-manager, namespace: kube-system}
argocd:
  version: "3.1"
  source: {repoURL: https://git.example.com/platform/fleet.git, targetRevision: main}
"#;

/// A fleet of clusters like the sample's, each a file of its own.
fn fleet(clusters: &[&str]) -> Sample {
    let sample = Sample::new();
    sample.write("poolsmith.yaml", PATTERN);
    for cluster in clusters {
        add(&sample, cluster);
    }
    sample
}

fn add(sample: &Sample, cluster: &str) {
    let infra = format!("{cluster}-7kx2p");
    let values = sample.read("values/prod.yaml").replace("prod-7kx2p", &infra).replace(
        "provider-specs/worker-us-west-2a.yaml",
        &format!("clusters/{cluster}/worker-us-west-2a.yaml"),
    );
    let values =
        values.replace("../schemas", "../../schemas").replace("name: prod", &format!("name: {cluster}"));
    let copied = sample.read("provider-specs/worker-us-west-2a.yaml").replace("prod-7kx2p", &infra);
    sample.write(&format!("clusters/{cluster}/cluster.yaml"), &values);
    sample.write(&format!("clusters/{cluster}/worker-us-west-2a.yaml"), &copied);
}

#[test]
fn every_matching_file_is_an_environment() {
    let sample = fleet(&["east", "west", "north"]);
    // Neither a hidden directory nor one without the file is a cluster.
    add(&sample, ".draft");
    sample.write("clusters/empty/notes.txt", "nothing yet\n");
    let out = sample.run(&["render", "--all", "--out"]);
    assert!(out.status.success(), "{}", stderr(&out));
    for cluster in ["east", "west", "north"] {
        let application = sample.read(&format!(
            "clusters/{cluster}/manifests/argocd/application-cluster-capacity-{cluster}.yaml"
        ));
        assert!(
            application.contains(&format!("path: clusters/{cluster}/manifests/capacity\n")),
            "{application}"
        );
        assert!(application.contains(&format!("name: {cluster}\n")), "{application}");
        let binding = sample.read(&format!(
            "clusters/{cluster}/manifests/rbac/clusterrolebinding-cluster-argocd-capacity.yaml"
        ));
        assert!(binding.contains("name: argocd-manager\n"), "{binding}");
    }
    assert!(!sample.root().join("clusters/empty/manifests").exists());
    assert!(!sample.root().join("clusters/.draft/manifests").exists());
    let out = sample.run(&["check", "--all"]);
    assert!(out.status.success(), "{}", stderr(&out));
    // One of them, by name, as the project's own would be.
    let out = sample.run(&["render", "--env", "west", "--bundle", "rbac"]);
    assert!(stdout(&out).contains("kind: ClusterRoleBinding"), "{}", stderr(&out));
    let out = sample.run(&["render", "--env", "south"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(stderr(&out).contains("choose among east, north, west"), "{}", stderr(&out));
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let sample = fleet(&["a", "b", "c", "d", "e", "f", "g"]);
    // Faults in some of them, so that findings are compared too.
    sample.replace("clusters/c/cluster.yaml", "otherNodes: 3", "otherNodes: -3");
    sample.replace("clusters/f/cluster.yaml", "infraID: f-7kx2p", "infraID: a-7kx2p");
    let check = |threads: &str| {
        let out = sample.run(&["check", "--all", "--threads", threads, "--format", "json"]);
        (out.status.code(), stdout(&out))
    };
    let one = check("1");
    assert_eq!(one.0, Some(1));
    assert!(one.1.contains("CLU001"), "{}", one.1);
    assert_eq!(one, check("2"));
    assert_eq!(one, check("16"));
    let sample = fleet(&["a", "b", "c", "d", "e"]);
    let render = |threads: &str| stdout(&sample.run(&["render", "--all", "--threads", threads]));
    assert!(render("1").matches("kind: AppProject").count() == 10);
    assert_eq!(render("1"), render("3"));
    let out = sample.run(&["render", "--all", "--threads", "0"]);
    assert_eq!(out.status.code(), Some(2));
}

#[test]
fn a_new_cluster_changes_no_file_of_another() {
    let sample = fleet(&["east", "west"]);
    assert!(sample.run(&["render", "--all", "--out"]).status.success());
    let before = fs::metadata(sample.root().join("clusters/west/manifests")).unwrap().modified().unwrap();
    add(&sample, "north");
    let out = sample.run(&["check", "--all"]);
    let said = stderr(&out);
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(said.contains("clusters/north/manifests") && !said.contains("clusters/west/manifests"), "{said}");
    assert!(sample.run(&["render", "--all", "--out"]).status.success());
    assert!(sample.root().join("clusters/north/manifests/argocd").is_dir());
    let after = fs::metadata(sample.root().join("clusters/west/manifests")).unwrap().modified().unwrap();
    assert_eq!(before, after, "an unchanged directory is not written again");
}

#[test]
fn one_faulty_cluster_keeps_all_from_being_written_and_is_named() {
    let sample = fleet(&["east", "west"]);
    sample.replace("clusters/west/cluster.yaml", "instanceType: g6e.xlarge", "instancetype: g6e.xlarge");
    let out = sample.run(&["render", "--all", "--out"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(stderr(&out).contains("clusters/west/cluster.yaml:"), "{}", stderr(&out));
    assert!(!sample.root().join("clusters/east/manifests").exists());
}

#[test]
fn a_pattern_says_what_is_wrong_with_it() {
    let sample = fleet(&["east", "west"]);
    for (from, to, expected) in [
        ("files: clusters/*/cluster.yaml", "files: clusters/east/cluster.yaml", "poolsmith.yaml:4:12"),
        ("files: clusters/*/cluster.yaml", "files: ../*/cluster.yaml", "leads out of the project"),
        ("files: clusters/*/cluster.yaml", "files: cluster/*/cluster.yaml", "no file matches"),
        ("files: clusters/*/cluster.yaml", "file: clusters/*/cluster.yaml", "write `files`"),
        (
            "output: clusters/*/manifests",
            "output: manifests",
            "environments `east` and `west` both write to `manifests`",
        ),
        ("    output: clusters/*/manifests\n", "", "`environmentsFrom[0].output`"),
    ] {
        let original = sample.read("poolsmith.yaml");
        sample.replace("poolsmith.yaml", from, to);
        let out = sample.run(&["check", "--all"]);
        let said = stderr(&out);
        assert!(said.contains(expected), "{to}: {said}");
        assert_eq!(out.status.code(), Some(1), "{to}");
        sample.write("poolsmith.yaml", &original);
    }
}

#[test]
fn a_name_that_is_no_environment_and_a_link_out_of_the_project_are_refused() {
    let sample = fleet(&["east"]);
    add(&sample, "West_1");
    let out = sample.run(&["check", "--all"]);
    assert!(stderr(&out).contains("`West_1`"), "{}", stderr(&out));
    assert!(stderr(&out).contains("poolsmith.yaml:4:12"), "{}", stderr(&out));
    fs::remove_dir_all(sample.root().join("clusters/West_1")).unwrap();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("cluster.yaml"), "secret: value\n").unwrap();
    std::os::unix::fs::symlink(outside.path(), sample.root().join("clusters/linked")).unwrap();
    let out = sample.run(&["check", "--all"]);
    let said = stderr(&out);
    assert!(said.contains("leads out of the project root") && !said.contains("secret"), "{said}");
}
