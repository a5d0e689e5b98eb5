//! What a hurried person gets wrong, end to end: each fault gives its message with position and cure,
//! nothing reaches stdout, and the disk stays as it was.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use std::path::Path;
use std::process::{Command, Output, Stdio};
use support::{Sample, snapshot};

const COMMON: &str = "values/common.yaml";
const PROD: &str = "values/prod.yaml";
const WORKER: &str = "provider-specs/worker-us-west-2a.yaml";
/// A line of the pool `gpu-spot-a10g` that a case replaces with what it needs there.
const SPOT: &str = "    rootVolume: {sizeGiB: 200}";

/// Renders `prod` after `change`, and gives stderr with one finding a line.
fn refused(exit: i32, change: impl Fn(&Sample)) -> String {
    let sample = Sample::new();
    change(&sample);
    let before = snapshot(sample.root());
    for arguments in [
        ["render", "--env", "prod", "--message-format", "concise", "--out"].as_slice(),
        ["render", "--env", "prod", "--message-format", "concise"].as_slice(),
    ] {
        let output = sample.run(arguments);
        assert_eq!(output.status.code(), Some(exit), "{}", support::stderr(&output));
        assert_eq!(support::stdout(&output), "", "something reached stdout");
        assert!(snapshot(sample.root()) == before, "the disk has changed");
        if arguments.last() == Some(&"concise") {
            return support::stderr(&output);
        }
    }
    unreachable!("the last arguments return")
}

/// A text edit of the sample and what one line of the answer must hold.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

#[test]
fn a_fault_in_a_text_is_found_where_it_stands() {
    let cases: [Case; 33] = [
        (
            "unknown key",
            PROD,
            "    instanceType: g6e.xlarge",
            "    instancetype: g6e.xlarge",
            &["values/prod.yaml:19:5", "SPC001", "write `instanceType`"],
        ),
        (
            "missing key",
            PROD,
            "    instanceType: g6e.xlarge\n",
            "",
            &["values/prod.yaml:16:3", "SPC002", "instanceType"],
        ),
        ("unknown section", PROD, "pools:", "pool:", &["values/prod.yaml:14:1", "SPC001", "write `pools`"]),
        (
            "unknown key of the autoscaler",
            COMMON,
            "unneededTime",
            "uneededTime",
            &["values/common.yaml:16:5", "SPC001", "write `unneededTime`"],
        ),
        (
            "unknown key of the providerSpec",
            WORKER,
            "volumeType: gp3",
            "volumeTyp: gp3",
            &["worker-us-west-2a.yaml:45:15", "PSP004", "write `volumeType`"],
        ),
        (
            "unknown key of the ClusterPolicy",
            PROD,
            "    channel: v25.10",
            "    channel: v25.10\n    clusterPolicyOverrides: {driver: {enabld: true}}",
            &["values/prod.yaml:63:39", "ACC040", "driver.enabled"],
        ),
        (
            "wrong type",
            PROD,
            "size: {fixed: 2}",
            "size: {fixed: two}",
            &["values/prod.yaml:21:19", "SPC003", "whole number"],
        ),
        (
            "text for a map",
            PROD,
            SPOT,
            "    nodeLabels: 'ssd:\"true\"'",
            &["values/prod.yaml:30:17", "SPC003"],
        ),
        (
            "duplicate key",
            PROD,
            "    class: gpu\n",
            "    class: gpu\n    class: gpu\n",
            &["values/prod.yaml:18:5", "SRC002", "line 17"],
        ),
        (
            "minimum above maximum",
            PROD,
            "size: {min: 0, max: 8, per: total}",
            "size: {min: 9, max: 8, per: total}",
            &["values/prod.yaml:40:5", "SPC005", "min 9 is above max 8"],
        ),
        (
            "both forms of a size",
            PROD,
            "size: {min: 0, max: 8, per: total}",
            "size: {min: 0, max: 8, per: total, fixed: 2}",
            &["values/prod.yaml:40:5", "SPC005", "keep one of the two forms"],
        ),
        (
            "size without a scope",
            PROD,
            "size: {min: 0, max: 8, per: total}",
            "size: {min: 0, max: 8}",
            &["values/prod.yaml:40:5", "SPC018", "per: total"],
        ),
        (
            "zone of another region",
            PROD,
            "zones: [us-west-2a]",
            "zones: [us-east-1a]",
            &["values/prod.yaml:20:13", "CLU010", "us-west-2"],
        ),
        (
            "region as a zone",
            PROD,
            "zones: [us-west-2a]",
            "zones: [us-west-2]",
            &["values/prod.yaml:20:13", "CLU010", "is the region itself"],
        ),
        (
            "unknown providerSpec",
            PROD,
            "providerSpecFrom: worker",
            "providerSpecFrom: workr",
            &["values/prod.yaml:18:23", "SPC012", "write `worker`"],
        ),
        (
            "unknown class",
            PROD,
            "class: gpu-spot",
            "class: gpu-spt",
            &["values/prod.yaml:25:12", "SPC010", "write `gpu-spot`"],
        ),
        (
            "providerSpec of another platform",
            WORKER,
            "kind: AWSMachineProviderConfig",
            "kind: AzureMachineProviderSpec",
            &["worker-us-west-2a.yaml:53:17", "PSP009", "AWSMachineProviderConfig"],
        ),
        (
            "another cluster's infraID",
            PROD,
            "infraID: prod-7kx2p",
            "infraID: prod-9zzzz",
            &["worker-us-west-2a.yaml:12:47", "CLU021", "prod-9zzzz"],
        ),
        (
            "placeholder",
            WORKER,
            "prod-7kx2p-worker-profile",
            "<infra_id>-worker-profile",
            &["worker-us-west-2a.yaml:51:17", "PSP006", "<infra_id>"],
        ),
        (
            "ambiguous scalar",
            PROD,
            SPOT,
            "    nodeLabels: {spot: yes}",
            &["values/prod.yaml:30:24", "SRC003", "\"yes\""],
        ),
        (
            "number as a label",
            PROD,
            SPOT,
            "    nodeLabels: {spot: 5}",
            &["values/prod.yaml:30:24", "SPC003", "write \"5\""],
        ),
        (
            "boolean as a taint's value",
            PROD,
            SPOT,
            "    taints: [{key: spot, value: true, effect: PreferNoSchedule}]",
            &["values/prod.yaml:30:33", "SPC003", "write \"true\""],
        ),
        (
            "null as a label",
            PROD,
            SPOT,
            "    nodeLabels: {spot: }",
            &["values/prod.yaml:30:18", "SPC028", "write \"\""],
        ),
        (
            "account id with its zero lost",
            COMMON,
            "\"123456789012\"",
            "052812345678",
            &["values/common.yaml:8:14", "SRC003", "\"052812345678\""],
        ),
        (
            "account id as a number",
            COMMON,
            "\"123456789012\"",
            "123456789012",
            &["values/common.yaml:8:14", "SPC003", "\"123456789012\""],
        ),
        (
            "account id of eleven digits",
            COMMON,
            "\"123456789012\"",
            "\"12345678901\"",
            &["values/common.yaml:8:14", "SPC005", "12 digits"],
        ),
        ("version as a number", COMMON, "\"4.20\"", "4.20", &["values/common.yaml:9:12", "SPC003", "4.20"]),
        (
            "name over the budget",
            PROD,
            "  gpu-l40s:",
            "  gpu-l40s-with-a-very-very-long-name-that-never-ends:",
            &["values/prod.yaml:16:3", "MCH010", "at most 35 characters"],
        ),
        (
            "reserved annotation",
            PROD,
            SPOT,
            "    machineSetAnnotations: {argocd.argoproj.io/hook: PreSync}",
            &["values/prod.yaml:30:29", "SPC015", "hook"],
        ),
        (
            "override of what the plan owns",
            PROD,
            SPOT,
            "    overrides: {instanceType: m5.large}",
            &["values/prod.yaml:30:17", "PSP019", "state it in the pool"],
        ),
        (
            "override of who a node is",
            PROD,
            SPOT,
            "    overrides: {ami: {id: ami-1}}",
            &["values/prod.yaml:30:17", "PSP020", "allow.overrides"],
        ),
        (
            "dropped taint",
            PROD,
            SPOT,
            "    taints: []",
            &["values/prod.yaml:30", "SPC030", "repeat the taint"],
        ),
        (
            "absolute path",
            PROD,
            "provider-specs/worker-us-west-2a.yaml",
            "/etc/hostname",
            &["values/prod.yaml:12:18", "SRC021", "inside the project"],
        ),
    ];
    let mut faults = Vec::new();
    for (name, file, from, to, expected) in cases {
        let exit = if expected.contains(&"SRC021") { 2 } else { 1 };
        let stderr = refused(exit, |sample| sample.replace(file, from, to));
        if !stderr.lines().any(|line| expected.iter().all(|part| line.contains(part))) {
            faults.push(format!("{name}: expected {expected:?} in\n{stderr}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A file that cannot be read as one: what is done to it, and what one line of the answer must hold.
type FileCase = (&'static str, fn(&Path), &'static [&'static str]);

#[cfg(unix)]
#[test]
fn a_file_that_is_none_is_refused_where_it_is_named() {
    fn put(path: &Path, text: &str) {
        std::fs::write(path, text).unwrap();
    }
    fn bomb(path: &Path) {
        let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..10 {
            let items = vec![format!("*a{}", level - 1); 9].join(",");
            text += &format!("a{level}: &a{level} [{items}]\n");
        }
        put(path, &text);
    }
    let cases: [FileCase; 9] = [
        ("missing", |path| std::fs::remove_file(path).unwrap(), &["values/prod.yaml:12:18", "SRC022"]),
        (
            "directory",
            |path| {
                std::fs::remove_file(path).unwrap();
                std::fs::create_dir(path).unwrap();
            },
            &["values/prod.yaml:12:18", "SRC023"],
        ),
        (
            "symlink out of the project",
            |path| {
                std::fs::remove_file(path).unwrap();
                std::os::unix::fs::symlink("/etc/hostname", path).unwrap();
            },
            &["values/prod.yaml:12:18", "SRC021"],
        ),
        (
            "pipe",
            |path| {
                std::fs::remove_file(path).unwrap();
                assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
            },
            &["values/prod.yaml:12:18", "SRC023"],
        ),
        (
            "fifty megabytes",
            |path| std::fs::File::create(path).unwrap().set_len(50 << 20).unwrap(),
            &["values/prod.yaml:12:18", "SRC025", "2097152"],
        ),
        ("alias bomb", bomb, &["worker-us-west-2a.yaml:6", "SRC006", "aliases"]),
        (
            "no text",
            |path| std::fs::write(path, [0xff, 0xfe, 0x00]).unwrap(),
            &["values/prod.yaml:12:18", "SRC026"],
        ),
        ("empty", |path| put(path, ""), &["worker-us-west-2a.yaml", "SRC007"]),
        ("no YAML", |path| put(path, "a: [1\nb: }"), &["worker-us-west-2a.yaml:2", "SRC001"]),
    ];
    for (name, change, expected) in cases {
        let stderr = refused(2, |sample| change(&sample.root().join(WORKER)));
        let found = stderr.lines().any(|line| expected.iter().all(|part| line.contains(part)));
        assert!(found, "{name}: expected {expected:?} in\n{stderr}");
    }
}

#[test]
fn all_faults_are_said_in_one_run() {
    let stderr = refused(1, |sample| {
        sample.replace(PROD, "    instanceType: g6e.xlarge", "    instancetype: g6e.xlarge");
        sample.replace(PROD, "size: {min: 0, max: 8, per: total}", "size: {min: 9, max: 8, per: total}");
        sample.replace(PROD, "class: gpu-spot", "class: gpu-spt");
        sample.replace(PROD, "    maxNodesTotal: 24", "    maxNodesTotal: many");
        sample.replace(COMMON, "unneededTime", "uneededTime");
        sample.replace(COMMON, "\"123456789012\"", "123456789012");
    });
    for expected in [
        "values/common.yaml:8:14",
        "values/common.yaml:16:5",
        "values/prod.yaml:19:5",
        "values/prod.yaml:25:12",
        "values/prod.yaml:40:5",
        "values/prod.yaml:54:20",
    ] {
        assert!(stderr.contains(expected), "{expected} is not in\n{stderr}");
    }
    let errors = stderr.lines().filter(|line| line.contains(": error[")).count();
    assert_eq!(errors, 6, "{stderr}");
}

#[test]
fn what_a_providerspec_lacks_is_said_once_a_pool() {
    let stderr = refused(1, |sample| {
        sample.replace(WORKER, "          userDataSecret:\n            name: worker-user-data\n", "");
    });
    let of_pool =
        |pool: &str| stderr.lines().filter(|line| line.contains("PSP030") && line.contains(pool)).count();
    // Two zones each, but for the first.
    let counts = ["gpu-l40s", "gpu-spot-a10g", "build-burst"].map(of_pool);
    assert!(counts.iter().all(|count| *count == 1), "{counts:?}\n{stderr}");
}

#[test]
fn an_environment_without_pools_is_refused() {
    let stderr = refused(1, |sample| {
        let text = sample.read(PROD);
        let (before, rest) = text.split_once("pools:\n").unwrap();
        let after = &rest[rest.find("\nautoscaler:").unwrap()..];
        sample.write(PROD, &format!("{before}pools: {{}}\n{after}"));
    });
    assert!(stderr.contains("SPC020") && stderr.contains("values/prod.yaml:14:1"), "{stderr}");
}

#[test]
fn two_environments_are_not_one_cluster() {
    let sample = Sample::new();
    sample.replace("values/dev.yaml", "infraID: dev-m4q8w", "infraID: prod-7kx2p");
    let output = sample.run(&["render", "--env", "prod", "--message-format", "concise"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(support::stdout(&output), "");
    assert!(support::stderr(&output).contains("CLU001"), "{}", support::stderr(&output));
}

#[test]
fn templates_cannot_bring_what_decides_about_machines() {
    let with_template = |template: &str, allowed: &str| {
        let sample = Sample::new();
        sample.write("templates/extra.yaml", template);
        sample.write(
            "poolsmith.yaml",
            &format!("{}allow: {{extraKinds: [{allowed}]}}\n", sample.read("poolsmith.yaml")),
        );
        sample.write(
            PROD,
            &format!(
                "{}\nextraObjects:\n  extra: {{file: templates/extra.yaml, bundle: capacity}}\n",
                sample.read(PROD)
            ),
        );
        sample.run(&["render", "--env", "prod", "--message-format", "concise"])
    };
    let rule = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: pools\n  namespace: openshift-machine-api\nspec:\n  groups: []\n";
    let output = with_template(rule, "monitoring.coreos.com/PrometheusRule");
    assert!(output.status.success(), "{}", support::stderr(&output));
    assert!(support::stdout(&output).contains("kind: PrometheusRule"));
    let refused = |output: &Output, code: &str| {
        assert_eq!(output.status.code(), Some(1), "{}", support::stderr(output));
        assert_eq!(support::stdout(output), "");
        assert!(support::stderr(output).contains(code), "{}", support::stderr(output));
    };
    refused(&with_template(rule, ""), "ARG009");
    let hooked = rule
        .replace("  name: pools\n", "  name: pools\n  annotations:\n    argocd.argoproj.io/hook: PreSync\n");
    refused(&with_template(&hooked, "monitoring.coreos.com/PrometheusRule"), "ARG004");
    let hidden = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: machine.openshift.io/v1beta1\n  kind: MachineSet\n  metadata:\n    name: sneaky\n    namespace: openshift-machine-api\n";
    refused(&with_template(hidden, "machine.openshift.io/MachineSet, List"), "ARG009");
}

#[test]
fn foreign_files_are_left_alone_and_never_overwritten() {
    let sample = Sample::new();
    sample.write("golden/prod/NOTES.md", "mine\n");
    sample.replace(PROD, "size: {fixed: 2}", "size: {fixed: 3}");
    let output = sample.run(&["render", "--env", "prod", "--out"]);
    assert!(output.status.success(), "{}", support::stderr(&output));
    assert_eq!(sample.read("golden/prod/NOTES.md"), "mine\n");
    sample.write("golden/prod/capacity/clusterautoscaler-default.yaml", "mine: 1\n");
    let before = snapshot(sample.root());
    let output = sample.run(&["render", "--env", "prod", "--out", "--message-format", "concise"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(support::stderr(&output).contains("OUT004"), "{}", support::stderr(&output));
    assert!(snapshot(sample.root()) == before);
}

#[test]
fn check_never_writes_and_names_what_differs() {
    let sample = Sample::new();
    sample.replace(PROD, "size: {fixed: 2}", "size: {fixed: 3}");
    std::fs::remove_file(sample.root().join("golden/prod/capacity/clusterautoscaler-default.yaml")).unwrap();
    let own = sample.read("golden/prod/capacity/machineset-prod-7kx2p-batch-us-west-2b.yaml");
    sample.write("golden/prod/capacity/machineset-gone.yaml", &own.replace("batch-us-west-2b", "batch-gone"));
    let before = snapshot(sample.root());
    let output = sample.run(&["check", "--format", "concise"]);
    assert_eq!(output.status.code(), Some(1));
    let stderr = support::stderr(&output);
    for code in ["OUT001", "OUT002", "OUT003"] {
        assert!(stderr.contains(code), "{code} is not in\n{stderr}");
    }
    assert!(snapshot(sample.root()) == before);
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_is_no_fault() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_poolsmith"))
        .args(["render", "--env", "prod"])
        .current_dir(support::repository())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", support::stderr(&output));
    assert!(!support::stderr(&output).contains("panicked"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_said() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_poolsmith"))
        .args(["render", "--env", "prod"])
        .current_dir(support::repository())
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(support::stderr(&output).contains("stdout cannot be written"), "{}", support::stderr(&output));
}

#[test]
fn an_environment_that_is_not_there_lists_those_that_are() {
    for arguments in
        [["render", "--env", "prd"].as_slice(), ["render"].as_slice(), ["check", "--env", "x"].as_slice()]
    {
        let output = support::poolsmith(support::repository(), arguments);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(support::stdout(&output), "");
        assert!(support::stderr(&output).contains("choose among dev, prod"), "{}", support::stderr(&output));
    }
    let outside = tempfile::tempdir().unwrap();
    let output = support::poolsmith(outside.path(), &["render", "--env", "prod"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(support::stderr(&output).contains("poolsmith.yaml"), "{}", support::stderr(&output));
}
