//! Faults that used to hide others: what stands beside them is told in the same run, and what follows from
//! them is not.

use crate::edits::{COMMON, PROD, PROJECT, WORKER};
use crate::support::Sample;
use crate::told;

/// What is wrong, the edits, and the codes that are told.
type Case = (&'static str, &'static [(&'static str, &'static str, &'static str)], &'static [&'static str]);

/// A fault far away from all others.
const ELSEWHERE: (&str, &str, &str) = (PROD, "cores: {min: 0, max: 256}", "cores: {min: 300, max: 256}");

const CASES: [Case; 20] = [
    (
        "a layer is no YAML",
        &[(COMMON, "  platform: AWS", "  platform: [AWS"), (PROD, "bootImages: managed", "bootImages: none")],
        &["SPC004", "SRC001"],
    ),
    (
        "a layer is missing",
        &[
            (PROJECT, "values/common.yaml, values/prod", "values/comon.yaml, values/prod"),
            (PROD, "expanderPriority: 10", "expanderPriority: first"),
        ],
        &["SPC003", "SRC022"],
    ),
    ("the infraID is missing", &[(PROD, "  infraID: prod-7kx2p\n", ""), ELSEWHERE], &["ASC015", "SPC002"]),
    (
        "the infraID is no name",
        &[(PROD, "infraID: prod-7kx2p", "infraID: [prod-7kx2p]"), ELSEWHERE],
        &["ASC015", "SPC003"],
    ),
    ("the region is missing", &[(COMMON, "  region: us-west-2\n", ""), ELSEWHERE], &["ASC015", "SPC002"]),
    (
        "the version is none",
        &[(COMMON, "version: \"4.20\"", "version: newest"), ELSEWHERE],
        &["ASC015", "SPC005"],
    ),
    (
        "the platform is none",
        &[(COMMON, "platform: AWS", "platform: Bare"), ELSEWHERE],
        &["ASC015", "SPC004"],
    ),
    (
        "the pools are a list",
        &[(PROD, "pools:\n", "pools: []\nspare:\n"), ELSEWHERE],
        &["ASC015", "SPC001", "SPC003"],
    ),
    ("the pools are misspelt", &[(PROD, "pools:\n", "Pools:\n"), ELSEWHERE], &["ASC015", "SPC001"]),
    (
        "a class is misspelt",
        &[(PROD, "class: gpu-spot", "class: gpu_spot"), ELSEWHERE],
        &["ASC015", "SPC010"],
    ),
    (
        "the key of a class is misspelt",
        &[(PROD, "class: gpu-spot", "Class: gpu-spot"), ELSEWHERE],
        &["ASC015", "SPC001"],
    ),
    ("a class is unknown", &[(PROD, "class: gpu-spot", "class: nothing"), ELSEWHERE], &["ASC015", "SPC010"]),
    (
        "a pool is text",
        &[
            (PROD, "  batch:\n    state: retiring\n", "  batch: gone\n  rest:\n    state: retiring\n"),
            ELSEWHERE,
        ],
        &["ASC015", "SPC003"],
    ),
    ("the copied file is no YAML", &[(WORKER, "spec:\n", "spec: {\n"), ELSEWHERE], &["ASC015", "SRC001"]),
    (
        "the copied file is another kind",
        &[(WORKER, "kind: MachineSet", "kind: NodePool"), ELSEWHERE],
        &["ASC015", "PSP001"],
    ),
    (
        "the copied keys are misspelt",
        &[
            (WORKER, "iamInstanceProfile:", "iamInstanceprofile:"),
            (WORKER, "securityGroups:", "securityGroup:"),
            ELSEWHERE,
        ],
        &["ASC015", "PSP004", "PSP004"],
    ),
    (
        "a size is none",
        &[
            (PROD, "size: {min: 0, max: 4, per: total}", "size: many"),
            (PROD, "zones: [us-west-2a, us-west-2b]", "zones: [us-east-1a, us-west-2b]"),
        ],
        &["CLU010", "SPC003"],
    ),
    (
        "the project file has faults",
        &[
            (PROJECT, "sync: automated", "sync: never"),
            (PROJECT, "namespace: openshift-gitops", "namespace: [x]"),
            ELSEWHERE,
        ],
        &["ASC015", "SPC003", "SPC004"],
    ),
    (
        "the accelerators have faults",
        &[(PROD, "    channel: v25.10", "    channel: [v25.10]\n    mig: {strategy: some}"), ELSEWHERE],
        &["ASC015", "SPC003", "SPC004"],
    ),
    (
        "two faults at one instance type",
        &[(PROD, "instanceType: g6e.xlarge", "instanceType: g6e.tiny"), ELSEWHERE],
        &["ASC010", "ASC015"],
    ),
];

#[test]
fn a_fault_hides_no_other_and_has_no_echo() {
    for (name, edits, expected) in CASES {
        let sample = Sample::new();
        for (file, from, to) in edits {
            sample.replace(file, from, to);
        }
        let told = told(&sample);
        let mut codes: Vec<&str> =
            told.iter().flat_map(|(place, messages)| messages.iter().map(|_| &place[..6])).collect();
        codes.sort_unstable();
        assert_eq!(codes, expected, "{name}: {told:#?}");
        let output = sample.run(&["render", "--env", "prod"]);
        assert!(output.stdout.is_empty() && !output.status.success(), "{name}");
    }
}

/// The repository's own classes: one that is broken says nothing of the others.
#[test]
fn a_broken_class_spoils_only_its_pools() {
    let sample = Sample::new();
    sample.write(
        "classes.yaml",
        "apiVersion: poolsmith.dev/v1alpha1\nkind: PoolClasses\nclasses:\n  batch:\n    summary: one\n    pool: {market: sometimes}\n  own:\n    summary: two\n    pool: {nodeLabels: {a: b}}\n",
    );
    sample.replace(PROJECT, "\nargocd:\n", "\nclasses: {file: classes.yaml}\n\nargocd:\n");
    sample.replace(PROD, "    state: retiring\n", "    class: batch\n    state: retiring\n");
    sample.replace(PROD, "class: burst", "class: own");
    sample.replace(PROD, ELSEWHERE.1, ELSEWHERE.2);
    let told = told(&sample);
    let places: Vec<&str> = told.keys().map(String::as_str).collect();
    assert_eq!(places, ["ASC015 values/prod.yaml:56:5", "SPC004 classes.yaml:6:20"], "{told:#?}");
    sample.write("classes.yaml", "classes: [\n");
    let told = self::told(&sample);
    let codes: Vec<&str> = told.keys().map(|place| &place[..6]).collect();
    assert_eq!(codes, ["ASC015", "SRC001"], "{told:#?}");
}

/// An environment whose entry is broken is not looked at; the others are.
#[test]
fn a_broken_environment_hides_no_other() {
    let sample = Sample::new();
    sample.replace(PROJECT, "    output: golden/dev\n", "    output: [golden/dev]\n");
    sample.replace(PROD, ELSEWHERE.1, ELSEWHERE.2);
    let told = told(&sample);
    let codes: Vec<&str> = told.keys().map(|place| &place[..6]).collect();
    assert_eq!(codes, ["ASC015", "SPC003"], "{told:#?}");
}
