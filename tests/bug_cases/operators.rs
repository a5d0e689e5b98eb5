//! The GPU Operator and what the Operator Lifecycle Manager brings.

use crate::crds::Crds;
use crate::support::small::{CLUSTER, POOLS, Small, annotation};
use serde_json::{Value as Json, json};

/// A GPU pool with these lines below `accelerators.nvidia`.
fn gpu(pool: &str, nvidia: &str) -> String {
    format!(
        "pools:\n  gpu:\n    class: gpu\n    providerSpecFrom: worker\n    instanceType: g5.xlarge\n    zones: [us-east-2a]\n    size: {{fixed: 1}}\n{pool}accelerators:\n  nvidia:\n{nvidia}"
    )
}

fn wave(object: &Json) -> i32 {
    annotation(object, "argocd.argoproj.io/sync-wave").parse().unwrap_or(0)
}

#[test]
fn bc04_01_what_an_operator_brings_comes_after_it() {
    let objects = Small::new(&gpu("", "    channel: v25.10\n")).objects();
    let subscriptions = objects.of_kind("Subscription");
    assert_eq!(subscriptions.len(), 2, "the GPU Operator and Node Feature Discovery");
    let latest = subscriptions.into_iter().map(wave).max().unwrap();
    for kind in ["ClusterPolicy", "NodeFeatureDiscovery"] {
        let object = objects.only(kind);
        assert!(wave(object) > latest, "{kind} comes in wave {}, a Subscription in {latest}", wave(object));
        let options = annotation(object, "argocd.argoproj.io/sync-options");
        assert!(options.split(',').any(|option| option == "SkipDryRunOnMissingResource=true"), "{options}");
    }
}

/// Which channel needs `operator.defaultRuntime`: the fact file (`olm-and-gpu-operator-rules.md`).
#[test]
fn bc04_02_a_cluster_policy_has_what_its_version_requires() {
    let rendered = |channel: &str, version: &str| {
        let small = Small::new(&gpu("", &format!("    channel: {channel}\n")));
        small.replace(CLUSTER, "\"4.20\"", version);
        small.objects().only("ClusterPolicy").clone()
    };
    let old = rendered("v25.3", "\"4.19\"");
    assert_eq!(old["spec"]["operator"]["defaultRuntime"], "crio");
    for required in [
        "daemonsets",
        "dcgm",
        "dcgmExporter",
        "devicePlugin",
        "driver",
        "gfd",
        "nodeStatusExporter",
        "operator",
        "toolkit",
    ] {
        assert!(old["spec"][required].is_object(), "{required} is missing: {old}");
    }
    let new = rendered("v26.3", "\"4.20\"");
    assert_eq!(new["spec"]["operator"].get("defaultRuntime"), None, "{new}");
    // The schema that the operator ships agrees.
    let Some(crds) = Crds::load() else { return };
    assert!(crds.knows(&new));
    assert_eq!(crds.faults(&new), [""; 0]);
}

#[test]
fn bc04_03_the_presets_of_the_api_are_stated() {
    for channel in ["v24.9", "v25.3", "v25.10", "v26.3"] {
        let small = Small::new(&gpu("", &format!("    channel: {channel}\n")));
        let version = if channel == "v24.9" { "\"4.17\"" } else { "\"4.19\"" };
        small.replace(CLUSTER, "\"4.20\"", version);
        let policy = small.objects().only("ClusterPolicy").clone();
        assert_eq!(policy["spec"]["cdi"]["default"], json!(false), "{channel}: {}", policy["spec"]["cdi"]);
    }
}

#[test]
fn bc04_08_a_sharing_key_stands_on_its_own_level() {
    let small = Small::new(&gpu(
        "",
        "    channel: v25.10\n    sharing:\n      default: four\n      configs:\n        four:\n          flags: {renameByDefault: true}\n          timeSlicing:\n            resources: [{name: nvidia.com/gpu, replicas: 4}]\n",
    ));
    let report = small.refused(1);
    assert_eq!(report.errors(), ["SPC001"], "{}", report.list());
    report.only("SPC001").is(
        &small.at(POOLS, "flags"),
        &["`accelerators.nvidia.sharing.configs.four.flags` is not a known key"],
        &["`timeSlicing.renameByDefault`"],
    );
    // On its own level it is what the device plugin reads.
    small.replace(POOLS, "          flags: {renameByDefault: true}\n", "");
    small.replace(
        POOLS,
        "          timeSlicing:\n",
        "          timeSlicing:\n            renameByDefault: true\n",
    );
    let objects = small.objects();
    let config = objects.get("ConfigMap", "device-plugin-config");
    assert!(config["data"]["four"].as_str().unwrap().contains("renameByDefault: true"), "{config}");
}

#[test]
fn bc04_10_a_pool_that_starts_from_nothing_is_not_partitioned() {
    let lines = |min: u32, rest: &str| {
        gpu(
            &format!("    nodeLabels: {{nvidia.com/mig.config: all-1g.5gb}}\n{rest}"),
            "    channel: v25.10\n    mig: {strategy: single}\n",
        )
        .replace("g5.xlarge", "p4d.24xlarge")
        .replace("{fixed: 1}", &format!("{{min: {min}, max: 2}}"))
    };
    let small = Small::new(&lines(0, ""));
    let report = small.check();
    println!("{}", report.list());
    let found = report.only("ACC030");
    assert!(["warning", "error"].contains(&found.severity.as_str()), "{found:?}");
    small.pools(&lines(1, ""));
    assert_eq!(small.check().of_code("ACC030").len(), 0);
}

#[test]
fn bc04_11_manual_approval_states_the_version_and_who_approves() {
    let lines =
        |subscription: &str| gpu("", &format!("    channel: v25.10\n    subscription:\n{subscription}"));
    let small = Small::new(&lines("      approval: {manual: {approver: platform team}}\n"));
    let report = small.refused(1);
    assert_eq!(report.errors(), ["OLM001"], "{}", report.list());
    report.only("OLM001").is(&small.at(POOLS, "approval"), &["startingCSV"], &[]);
    // Who approves is no option: without it the form is incomplete.
    small.pools(&lines("      startingCSV: gpu-operator-certified.v25.10.1\n      approval: {manual: {}}\n"));
    let report = small.refused(1);
    let [error] = &report.findings.iter().filter(|found| found.severity == "error").collect::<Vec<_>>()[..]
    else {
        panic!("{}", report.list())
    };
    let places = [small.at(POOLS, "approval"), small.at(POOLS, "manual")];
    assert!(places.contains(&error.place) && error.help.contains("`approver`"), "{error:?}");
    small.pools(&lines(
        "      startingCSV: gpu-operator-certified.v25.10.1\n      approval: {manual: {approver: platform team}}\n",
    ));
    let objects = small.objects();
    let subscription = objects.get("Subscription", "gpu-operator-certified");
    assert_eq!(subscription["spec"]["installPlanApproval"], "Manual");
    assert_eq!(subscription["spec"]["startingCSV"], "gpu-operator-certified.v25.10.1");
}
