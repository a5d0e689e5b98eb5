//! What reaches new machines only, and what the autoscaler remembers.

use super::{committed, pool};
use crate::support::small::{CLUSTER, POOLS, Small, WORKER};

#[test]
fn another_instance_type_in_place_leaves_stale_capacity_behind() {
    let batch = |kind: &str| pool("us-east-2a", "{min: 0, max: 4}", "").replace("m6i.xlarge", kind);
    let small = Small::new(&batch("m6i.xlarge"));
    committed(&small);
    small.pools(&batch("m6i.2xlarge"));
    let report = small.check();
    let warning = report.only("TRN006");
    assert_eq!(warning.severity, "warning");
    warning
        .is(
            &small.at(POOLS, "m6i.2xlarge"),
            &["`prod-x7k2p-batch-us-east-2a`", "from m6i.xlarge to m6i.2xlarge"],
            &["a new name for the new type"],
        )
        .noting(&[
            "capacity.cluster-autoscaler.kubernetes.io/cpu-",
            "capacity.cluster-autoscaler.kubernetes.io/gpu-type-",
        ]);
    assert_eq!(report.of_code("TRN012").len(), 0, "the type is spoken of already");
    // It is a warning: who denies those is refused, who does not writes it.
    assert_eq!(small.run(&["check", "--deny", "warnings"]).status.code(), Some(1));
    committed(&small);
}

#[test]
fn a_fixed_pool_may_change_its_type_but_its_machines_do_not() {
    let batch = |kind: &str| pool("us-east-2a", "{fixed: 2}", "").replace("m6i.xlarge", kind);
    let small = Small::new(&batch("m6i.xlarge"));
    committed(&small);
    small.pools(&batch("m6i.2xlarge"));
    let report = committed(&small);
    assert_eq!(report.of_code("TRN006").len(), 0, "no autoscaler keeps a copy");
    report.only("TRN012").is(
        &small.at(POOLS, "batch"),
        &["`prod-x7k2p-batch-us-east-2a`", "(instanceType)", "machines that run keep what they have"],
        &["oc delete machine NAME"],
    );
}

#[test]
fn every_part_of_the_template_that_changes_is_named_once() {
    let small = Small::new(&pool(
        "us-east-2a, us-east-2b",
        "{fixed: 2, per: zone}",
        "    nodeLabels: {team: vision, tier: a}\n",
    ));
    committed(&small);
    small.pools(&pool(
        "us-east-2a, us-east-2b",
        "{fixed: 2, per: zone}",
        "    nodeLabels: {tier: b}\n    machineLabels: {owner: ml}\n    rootVolume: {sizeGiB: 300}\n    taints: [{key: team, value: vision, effect: NoSchedule}]\n",
    ));
    let report = small.check();
    let note = report.only("TRN012");
    assert_eq!(note.severity, "note");
    note.is(
        &small.at(POOLS, "batch"),
        &[
            "`prod-x7k2p-batch-us-east-2a`, `prod-x7k2p-batch-us-east-2b`",
            "(blockDevices, machine labels, node labels, taints)",
        ],
        &[],
    )
    .noting(&["Nodes that run keep the label `team` until"]);
    assert!(!note.notes.contains("tier"), "its value changed, it is not gone: {note:?}");
}

#[test]
fn a_copied_provider_spec_that_changes_reaches_all_its_pools() {
    let small = Small::new(&pool("us-east-2a", "{fixed: 1}", ""));
    committed(&small);
    small.replace(WORKER, "prod-x7k2p-node", "prod-x7k2p-node-2");
    let report = committed(&small);
    report.only("TRN012").is(&small.at(POOLS, "batch"), &["(securityGroups)"], &[]);
}

#[test]
fn what_has_no_machines_or_is_not_gits_is_not_spoken_of() {
    // No machine runs.
    let small = Small::new(&pool("us-east-2a", "{fixed: 0}", ""));
    committed(&small);
    small.pools(&pool("us-east-2a", "{fixed: 0}", "    rootVolume: {sizeGiB: 300}\n"));
    assert_eq!(committed(&small).of_code("TRN012").len(), 0);
    // The machine-config operator owns the image, and Argo CD ignores it.
    let small = Small::new(&pool("us-east-2a", "{fixed: 1}", ""));
    small.replace(CLUSTER, "  version:", "  bootImages: managed\n  version:");
    committed(&small);
    small.replace(WORKER, "ami-0fedcba9876543210", "ami-0123456789abcdef0");
    assert_eq!(committed(&small).of_code("TRN012").len(), 0);
}

#[test]
fn an_empty_pools_labels_and_taints_are_remembered_by_the_autoscaler() {
    let taint = "    taints: [{key: team, value: vision, effect: NoSchedule}]\n";
    for (min, remembered) in [(0, true), (1, false)] {
        let size = format!("{{min: {min}, max: 4}}");
        let small = Small::new(&pool("us-east-2a", &size, taint));
        committed(&small);
        small.pools(&pool("us-east-2a", &size, "    nodeLabels: {team: vision}\n"));
        let report = small.check();
        report.only("TRN012").noting(&["the taint `team`"]);
        if !remembered {
            assert_eq!(report.of_code("ASC038").len(), 0, "a node shows what it has");
            continue;
        }
        let note = report.only("ASC038");
        assert_eq!(note.severity, "note");
        note.is(
            &small.at(POOLS, "us-east-2a"),
            &["node labels and taints", "`prod-x7k2p-batch-us-east-2a`"],
            &["oc rollout restart deployment cluster-autoscaler-default -n openshift-machine-api"],
        );
    }
    // A pool that may have been empty until now counts as well.
    let small = Small::new(&pool("us-east-2a", "{min: 0, max: 4}", taint));
    committed(&small);
    small.pools(&pool("us-east-2a", "{min: 1, max: 4}", ""));
    assert!(small.check().only("ASC038").message.contains("node taints"));
}
