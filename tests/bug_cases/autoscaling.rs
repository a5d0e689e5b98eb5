//! The cluster autoscaler, and pools that start from nothing.

use crate::support::small::{CLUSTER, POOLS, Small, WORKER, annotation};
use serde_json::json;

/// A pool of one zone with these further lines.
fn pool(name: &str, instance_type: &str, rest: &str) -> String {
    format!(
        "pools:\n  {name}:\n    providerSpecFrom: worker\n    instanceType: {instance_type}\n    zones: [us-east-2a]\n{rest}"
    )
}

/// What the class `gpu` needs beside its pools.
const NVIDIA: &str = "accelerators: {nvidia: {channel: v25.10}}\n";

#[test]
fn bc02_03_an_accelerator_is_a_label_value_and_has_no_slash() {
    let small = Small::new(
        &(pool("gpu", "g5.xlarge", "    size: {fixed: 1}\n    accelerator: nvidia.com/A10G\n") + NVIDIA),
    );
    let report = small.refused(1);
    assert_eq!(report.errors(), ["SPC014"], "{}", report.list());
    report.only("SPC014").is(
        &small.at(POOLS, "nvidia.com/A10G"),
        &["accelerator", "`nvidia.com/A10G`"],
        &["`nvidia-a10g`"],
    );
    // The value that the message gives is the one that the autoscaler then counts by.
    let small = Small::new(&format!(
        "{}    accelerator: nvidia-a10g\nautoscaler: {{resourceLimits: {{maxNodesTotal: 40}}}}\n{NVIDIA}",
        pool("gpu", "g5.xlarge", "    size: {min: 0, max: 3}\n")
    ));
    let objects = small.objects();
    assert_eq!(
        objects.only("ClusterAutoscaler")["spec"]["resourceLimits"]["gpus"],
        json!([{"type": "nvidia-a10g", "min": 0, "max": 3}])
    );
}

/// The case asks for the labels in an annotation of the MachineSet; the fact file
/// (`autoscaling-rules.md`, section 3) has it that OpenShift's autoscaler reads them from the template,
/// and that the platform's controller rewrites that annotation. The fact wins.
#[test]
fn bc02_04_labels_and_taints_of_an_empty_pool_stand_where_the_autoscaler_reads_them() {
    let small = Small::new(&format!(
        "{}{NVIDIA}",
        pool(
            "gpu",
            "g5.xlarge",
            "    class: gpu\n    size: {min: 0, max: 2}\n    nodeLabels: {pool: gpu, team: vision}\n"
        )
    ));
    let objects = small.objects();
    let set = objects.only("MachineSet");
    assert_eq!(set["spec"]["replicas"], 0);
    let machine = &set["spec"]["template"]["spec"];
    let labels = &machine["metadata"]["labels"];
    assert_eq!((&labels["pool"], &labels["team"]), (&json!("gpu"), &json!("vision")));
    assert_eq!(
        machine["taints"],
        json!([{"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}])
    );
    assert_eq!(annotation(set, "capacity.cluster-autoscaler.kubernetes.io/labels"), "");
    assert!(!small.manifests().contains("capacity.cluster-autoscaler.kubernetes.io"));
    // Where the template cannot carry it, it is rendered, and Argo CD leaves it alone.
    small.pools(&pool(
        "odd",
        "g99.fictional",
        "    size: {min: 0, max: 2}\n    scaleFromZero: {vcpu: 4, memoryMiB: 16384, architecture: arm64}\n",
    ));
    let objects = small.objects();
    let labels = annotation(objects.only("MachineSet"), "capacity.cluster-autoscaler.kubernetes.io/labels");
    assert_eq!(labels, "kubernetes.io/arch=arm64");
    let pointers = &objects.capacity_application()["spec"]["ignoreDifferences"][0]["jsonPointers"];
    assert_eq!(
        *pointers,
        json!(["/metadata/annotations/capacity.cluster-autoscaler.kubernetes.io~1labels", "/spec/replicas"])
    );
}

#[test]
fn bc02_05_an_unknown_instance_type_needs_its_numbers() {
    let lines = pool("odd", "g99.fictional", "    size: {min: 0, max: 2}\n");
    let small = Small::new(&lines);
    let report = small.refused(1);
    assert_eq!(report.errors(), ["ASC010"], "{}", report.list());
    report.only("ASC010").is(
        &small.at(POOLS, "g99.fictional"),
        &["`g99.fictional`", "`odd`", "not in the catalogue"],
        &["scaleFromZero", "vcpu", "memoryMiB", "gpus"],
    );
    small.pools(&format!("{lines}    scaleFromZero: {{vcpu: 8, memoryMiB: 65536, gpus: 2}}\n{NVIDIA}"));
    let objects = small.objects();
    let set = objects.only("MachineSet");
    let capacity =
        |key: &str| annotation(set, &format!("capacity.cluster-autoscaler.kubernetes.io/{key}")).to_owned();
    assert_eq!(
        ["cpu", "memory", "gpu-count", "gpu-type"].map(capacity),
        ["8", "65536Mi", "2", "nvidia.com/gpu"]
    );
}

#[test]
fn bc02_06_capacity_annotations_that_disagree_are_named_with_their_sizes() {
    let small = Small::new(&pool("batch", "m6i.xlarge", "    size: {min: 0, max: 2}\n"));
    let value: String = small.read(WORKER).lines().map(|line| format!("          {line}\n")).collect();
    let value = value.replace("m6i.xlarge", "m6i.4xlarge");
    small.write(
        WORKER,
        &format!(
            "apiVersion: machine.openshift.io/v1beta1\nkind: MachineSet\nmetadata:\n  name: prod-x7k2p-worker-us-east-2a\n  annotations:\n    machine.openshift.io/memoryMb: '65536'\n    capacity.cluster-autoscaler.kubernetes.io/memory: 32Gi\n    capacity.cluster-autoscaler.kubernetes.io/gpu-count: '1'\nspec:\n  template:\n    spec:\n      providerSpec:\n        value:\n{value}"
        ),
    );
    let report = small.refused(1);
    let found = report.of_code("PSP024");
    let of = |part: &str| *found.iter().find(|found| found.message.contains(part)).unwrap();
    of("contradicts").is(
        &small.at(WORKER, "'65536'"),
        &["`machine.openshift.io/memoryMb: 65536`", "memory: 32Gi`", "64 GiB against 32 GiB"],
        &["the autoscaler of 4.20 believes `capacity.cluster-autoscaler.kubernetes.io/memory`"],
    );
    of("stands alone").is(&small.at(WORKER, "'1'"), &["gpu-count`", "gpu-type`"], &[]);
    small.replace(CLUSTER, "\"4.20\"", "\"4.18\"");
    let report = small.refused(1);
    let found = report.findings.iter().find(|found| found.message.contains("contradicts")).unwrap();
    assert!(
        found.help.contains("the autoscaler of 4.18 believes `machine.openshift.io/memoryMb`"),
        "{found:?}"
    );
}

#[test]
fn bc02_09_the_clusters_limit_holds_all_nodes() {
    let lines = |limit: u32| {
        format!(
            "{}cluster: {{controlPlaneNodes: 3, otherNodes: 3}}\nautoscaler: {{resourceLimits: {{maxNodesTotal: {limit}}}}}\n",
            pool("batch", "m6i.xlarge", "    size: {min: 0, max: 20}\n")
        )
    };
    let small = Small::new(&lines(20));
    let report = small.check();
    let warning = report.only("ASC026");
    assert_eq!(warning.severity, "warning");
    warning.is(
        &small.at(POOLS, "20}}"),
        &["3 (control plane) + 3 (other nodes) + 20 (`batch`) = 26, and 26 > 20"],
        &["write 26 or more"],
    );
    assert_eq!(small.run(&["check", "--deny", "warnings"]).status.code(), Some(1));
    small.pools(&lines(26));
    assert_eq!(small.check().of_code("ASC026").len(), 0);
}

/// There is no `--explain`: every run says the shares in a note, which JSON and SARIF carry as well.
#[test]
fn bc02_10_a_total_is_shared_in_the_order_of_the_zones_and_said() {
    let small = Small::new(
        "pools:\n  burst:\n    providerSpecFrom: worker\n    instanceType: m6i.xlarge\n    zones: [us-east-2a, us-east-2b, us-east-2c]\n    size: {min: 5, max: 10, per: total}\n",
    );
    small.commit().only("ASC016").is(
        &small.at(POOLS, "size"),
        &["`burst`", "us-east-2a 2 to 4, us-east-2b 2 to 3, us-east-2c 1 to 3"],
        &["`per: zone`"],
    );
    let objects = small.objects();
    let mut bounds = Vec::new();
    for zone in ["a", "b", "c"] {
        let scaler = objects.get("MachineAutoscaler", &format!("prod-x7k2p-burst-us-east-2{zone}"));
        let bound = |field: &str| scaler["spec"][field].as_u64().unwrap();
        bounds.push((bound("minReplicas"), bound("maxReplicas")));
    }
    assert_eq!(bounds, [(2, 4), (2, 3), (1, 3)]);
    assert_eq!(bounds.iter().map(|(min, _)| min).sum::<u64>(), 5);
    assert_eq!(bounds.iter().map(|(_, max)| max).sum::<u64>(), 10);
}

#[test]
fn bc02_12_equal_bounds_are_a_group_from_4_17_on() {
    let small = Small::new(&pool("steady", "m6i.xlarge", "    size: {min: 2, max: 2}\n"));
    let version = |to: &str| {
        let text = small.read(CLUSTER);
        let start = text.find("  version: ").unwrap();
        let end = start + text[start..].find('\n').unwrap();
        small.write(CLUSTER, &format!("{}  version: \"{to}\"{}", &text[..start], &text[end..]));
    };
    version("4.16");
    let report = small.refused(1);
    assert_eq!(report.errors(), ["ASC003"], "{}", report.list());
    report.only("ASC003").is(
        &small.at(POOLS, "size"),
        &["`prod-x7k2p-steady-us-east-2a`", "equal bounds, 2", "4.16"],
        &["`fixed`"],
    );
    version("4.17");
    let objects = small.objects();
    let spec = &objects.only("MachineAutoscaler")["spec"];
    assert_eq!((spec["minReplicas"].as_u64(), spec["maxReplicas"].as_u64()), (Some(2), Some(2)));
}

#[test]
fn bc02_13_a_raised_minimum_brings_no_machine_by_itself() {
    let lines = |min: u32| pool("batch", "m6i.xlarge", &format!("    size: {{min: {min}, max: 12}}\n"));
    let small = Small::new(&lines(0));
    small.commit();
    small.pools(&lines(6));
    let report = small.check();
    let note = report.only("ASC037");
    assert_eq!(note.severity, "note");
    note.is(
        &small.at(POOLS, "size"),
        &["`prod-x7k2p-batch-us-east-2a`", "from 0 to 6", "keeps the size that it has"],
        &["oc scale machineset prod-x7k2p-batch-us-east-2a --replicas=6"],
    );
    // The field that would enforce it is newer than the cluster, which would drop it without a word.
    small.commit();
    assert_eq!(small.objects().replicas(), [("prod-x7k2p-batch-us-east-2a".to_owned(), 6)]);
    assert!(!small.manifests().contains("enforceNodeGroupMinSize"));
    let enforced = "autoscaler: {enforceNodeGroupMinSize: Enabled}\n";
    small.pools(&format!("{}{enforced}", lines(6)));
    let report = small.refused(1);
    report.only("ASC014").is(
        &small.at(POOLS, "enforceNodeGroupMinSize"),
        &["`enforceNodeGroupMinSize`", "4.23", "4.20"],
        &[],
    );
    // Where the version has it and it is on, the autoscaler grows the pool, and nothing is to be done.
    small.replace(CLUSTER, "\"4.20\"", "\"4.23\"");
    small.pools(&format!("{}{enforced}", lines(6)));
    small.commit();
    assert_eq!(small.objects().only("ClusterAutoscaler")["spec"]["enforceNodeGroupMinSize"], "Enabled");
    small.pools(&format!("{}{enforced}", lines(7)));
    assert_eq!(small.check().of_code("ASC037").len(), 0);
}

#[test]
fn bc02_15_a_pattern_that_matches_no_group_is_refused() {
    let lines = |pattern: &str| {
        format!(
            "{}autoscaler:\n  priorities:\n    - priority: 10\n      patterns: ['{pattern}']\n",
            pool("gpu-spot", "m6i.xlarge", "    market: spot\n    size: {min: 0, max: 3}\n")
        )
    };
    let small = Small::new(&lines(r".\*spot.\*"));
    let report = small.refused(1);
    assert_eq!(report.errors(), ["ASC032"], "{}", report.list());
    report.only("ASC032").is(
        &small.at(POOLS, "'."),
        &[r"`.\*spot.\*`", "matches no MachineSet"],
        &["write `.*spot.*`"],
    );
    small.pools(&lines(".*spot.*"));
    small.commit();
    let objects = small.objects();
    let config = objects.get("ConfigMap", "cluster-autoscaler-priority-expander");
    assert!(config["data"]["priorities"].as_str().unwrap().contains(".*spot.*"), "{config}");
}

#[test]
fn bc02_18_a_misspelt_autoscaler_key_is_found_with_its_line() {
    let small = Small::new(&format!(
        "{}autoscaler:\n  scaleDown: {{enabled: true, uneededTime: 10s}}\n",
        pool("batch", "m6i.xlarge", "    size: {min: 0, max: 3}\n")
    ));
    let report = small.refused(1);
    assert_eq!(report.errors(), ["SPC001"]);
    report.only("SPC001").is(
        &small.at(POOLS, "uneededTime"),
        &["`autoscaler.scaleDown.uneededTime` is not a known key"],
        &["`unneededTime`"],
    );
}

#[test]
fn bc02_21_a_metal_gpu_pool_gets_the_time_to_start() {
    let lines = |timeout: &str| {
        format!(
            "{}{NVIDIA}",
            pool(
                "gpu",
                "g4dn.metal",
                &format!(
                    "    class: gpu\n    size: {{fixed: 1}}\n    healthCheck: {{maxUnhealthy: 40%{timeout}}}\n"
                )
            )
        )
    };
    let small = Small::new(&lines(", nodeStartupTimeout: 10m"));
    let report = small.refused(1);
    report.only("MCH012").is(
        &small.at(POOLS, "10m"),
        &["10m is too short", "`gpu`"],
        &["at least 20m", "leave it out for 40m"],
    );
    small.pools(&lines(""));
    assert_eq!(small.objects().only("MachineHealthCheck")["spec"]["nodeStartupTimeout"], "40m");
}
