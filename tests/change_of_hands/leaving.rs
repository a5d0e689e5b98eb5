//! What leaves Git, and what Git says to nobody.

use super::{committed, pool, set};
use crate::support::small::{POOLS, PROJECT, Small};

#[test]
fn a_health_check_that_leaves_git_goes_on() {
    let check = "    healthCheck: {maxUnhealthy: 40%}\n";
    let small = Small::new(&pool("us-east-2a", "{fixed: 2}", check));
    committed(&small);
    small.pools(&pool("us-east-2a", "{fixed: 2}", ""));
    let report = committed(&small);
    report.only("TRN018").is(
        &small.at(POOLS, "batch"),
        &["MachineHealthCheck `prod-x7k2p-batch`", "stays in the cluster"],
        &["`oc delete machinehealthcheck.machine.openshift.io prod-x7k2p-batch -n openshift-machine-api`"],
    );
}

#[test]
fn the_cluster_autoscaler_and_the_operators_that_leave_git_go_on() {
    let more =
        "autoscaler: {resourceLimits: {maxNodesTotal: 20}}\naccelerators: {nvidia: {channel: v25.10}}\n";
    let lines = |more: &str| pool("us-east-2a", "{min: 0, max: 2}", more).replace("m6i.xlarge", "g5.xlarge");
    let small = Small::new(&lines(more));
    committed(&small);
    small.pools(&lines(
        "accelerators: {nvidia: {channel: v25.10, operator: external, nfd: external, clusterPolicy: external}}\n",
    ));
    let report = committed(&small);
    let leaving: Vec<(&str, &str)> = report
        .of_code("TRN018")
        .into_iter()
        .map(|found| (found.object.as_str(), found.help.split('`').nth(1).unwrap_or_default()))
        .collect();
    for expected in [
        ("default", "oc delete clusterautoscaler.autoscaling.openshift.io default"),
        ("gpu-cluster-policy", "oc delete clusterpolicy.nvidia.com gpu-cluster-policy"),
        ("nvidia-gpu-operator", ""),
        (
            "gpu-operator-certified",
            "oc delete subscription.operators.coreos.com gpu-operator-certified -n nvidia-gpu-operator",
        ),
    ] {
        assert!(leaving.contains(&expected), "{expected:?} is not among {leaving:?}");
    }
}

#[test]
fn an_application_under_an_old_name_goes_on_syncing() {
    let small = Small::new(&pool("us-east-2a", "{fixed: 2}", ""));
    committed(&small);
    small.replace(PROJECT, "argocd:\n", "argocd:\n  applicationNamePrefix: nodes\n");
    let report = committed(&small);
    let names: Vec<&str> = report.of_code("TRN018").iter().map(|found| found.object.as_str()).collect();
    // Two Applications, the ClusterRole and its binding.
    let role = "cluster-argocd-capacity";
    assert_eq!(names, ["cluster-capacity-prod", "cluster-rbac-prod", role, role]);
    assert!(
        report.of_code("TRN018")[0].help.contains("oc delete application.argoproj.io cluster-capacity-prod")
    );
}

#[test]
fn a_zone_without_a_machine_autoscaler_is_spoken_of_once() {
    let small = Small::new(&pool("us-east-2a", "{min: 0, max: 2}", ""));
    committed(&small);
    small.pools(&pool("us-east-2a", "{min: 0, max: 2}", "    state: retiring\n"));
    let report = committed(&small);
    report.only("TRN010").noting(&[&format!("oc delete machineautoscaler {}", set('a'))]);
    assert_eq!(report.of_code("TRN018").len(), 0, "{}", report.list());
}

#[test]
fn a_lower_maximum_takes_no_machine_away() {
    let small = Small::new(&pool("us-east-2a", "{min: 0, max: 12}", ""));
    committed(&small);
    small.pools(&pool("us-east-2a", "{min: 0, max: 4}", ""));
    let report = committed(&small);
    report.only("TRN019").is(&small.at(POOLS, "size"), &[&set('a'), "from 12 to 4"], &[]);
    small.pools(&pool("us-east-2a", "{min: 0, max: 5}", ""));
    assert_eq!(committed(&small).of_code("TRN019").len(), 0);
}

#[test]
fn a_stated_capacity_that_argo_cd_ignores_is_annotated_by_hand() {
    let lines = |vcpu: u32, architecture: &str| {
        pool(
            "us-east-2a",
            "{min: 0, max: 4}",
            &format!("    scaleFromZero: {{vcpu: {vcpu}, memoryMiB: 16384, architecture: {architecture}}}\n"),
        )
        .replace("m6i.xlarge", "g99.fictional")
    };
    let small = Small::new(&lines(4, "amd64"));
    committed(&small);
    small.pools(&lines(4, "arm64"));
    let report = committed(&small);
    report.only("TRN020").is(
        &small.at(POOLS, "us-east-2a"),
        &[&set('a'), "keeps the old ones"],
        &[&format!(
            "oc annotate machineset {} -n openshift-machine-api --overwrite capacity.cluster-autoscaler.kubernetes.io/labels=kubernetes.io/arch=arm64`",
            set('a')
        )],
    );
    // No controller writes the others, so Git does.
    small.pools(&lines(8, "arm64"));
    assert_eq!(committed(&small).of_code("TRN020").len(), 0);
}
