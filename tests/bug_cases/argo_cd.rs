//! Argo CD and the objects of the Machine API.

use crate::support::small::{POOLS, PROJECT, Small, WORKER, annotation};
use serde_json::json;

/// A pool from nothing to six, shared by three zones.
const FROM_NOTHING: &str = "\
pools:
  burst:
    providerSpecFrom: worker
    instanceType: m6i.xlarge
    zones: [us-east-2a, us-east-2b, us-east-2c]
    size: {min: 0, max: 6, per: total}
";

#[test]
fn bc01_01_git_does_not_scale_an_autoscaled_pool_back() {
    let small = Small::new(FROM_NOTHING);
    let objects = small.objects();
    let sets = ["a", "b", "c"].map(|zone| format!("prod-x7k2p-burst-us-east-2{zone}"));
    assert_eq!(objects.replicas(), sets.clone().map(|name| (name, 0)));
    let application = objects.capacity_application();
    let ignored: Vec<_> = sets
        .iter()
        .map(|name| {
            json!({
                "group": "machine.openshift.io", "kind": "MachineSet", "name": name,
                "namespace": "openshift-machine-api", "jsonPointers": ["/spec/replicas"],
            })
        })
        .collect();
    assert_eq!(application["spec"]["ignoreDifferences"], json!(ignored));
    let options = application["spec"]["syncPolicy"]["syncOptions"].as_array().unwrap();
    assert!(options.contains(&json!("RespectIgnoreDifferences=true")), "{options:?}");
    for name in &sets {
        let scaler = objects.get("MachineAutoscaler", name);
        assert_eq!(scaler["spec"]["minReplicas"], 0);
        assert_eq!(scaler["spec"]["maxReplicas"], 2);
    }
    // Neither of the two can be turned off: the language has no word for it.
    small.replace(
        PROJECT,
        "argocd:\n",
        "argocd:\n  ignoreDifferences: []\n  respectIgnoreDifferences: false\n",
    );
    let report = small.refused(1);
    assert_eq!(report.errors(), ["SPC001", "SPC001"], "{}", report.list());
    report.findings[0].is(
        &small.at(PROJECT, "ignoreDifferences"),
        &["`argocd.ignoreDifferences` is not a known key"],
        &[],
    );
    report.findings[1].is(&small.at(PROJECT, "respect"), &["`argocd.respectIgnoreDifferences`"], &[]);
}

#[test]
fn bc01_02_an_ignore_list_of_ones_own_cannot_come_without_its_sync_option() {
    // The list on its own is no input, neither in the project file nor in an environment of it …
    let small = Small::new(FROM_NOTHING);
    let list = "ignoreDifferences: [{group: machine.openshift.io, kind: MachineSet, jsonPointers: [/spec/replicas]}]";
    small.replace(
        PROJECT,
        "argocd:\n",
        &format!("argocd:\n  {list}\n  syncOptions: [ApplyOutOfSyncOnly=true]\n"),
    );
    let report = small.refused(1);
    assert_eq!(report.errors(), ["SPC001", "SPC001"], "{}", report.list());
    report.findings[0].is(&small.at(PROJECT, "ignoreDifferences"), &["`argocd.ignoreDifferences`"], &[]);
    report.findings[1].is(&small.at(PROJECT, "syncOptions"), &["`argocd.syncOptions`"], &[]);
    // … nor as an Application of the repository's own.
    let small = Small::new(&format!(
        "{FROM_NOTHING}extraObjects:\n  app: {{file: templates/app.yaml, bundle: capacity}}\n"
    ));
    small.write(
        "templates/app.yaml",
        &format!("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: nodes, namespace: openshift-gitops}}\nspec:\n  {list}\n"),
    );
    let report = small.refused(1);
    report.only("ARG009").is(
        &small.at("templates/app.yaml", "Application"),
        &["argoproj.io/Application `nodes`", "no template may"],
        &[],
    );
    // What is rendered has the list and the option together.
    let objects = Small::new(FROM_NOTHING).objects();
    let spec = &objects.capacity_application()["spec"];
    assert_eq!(spec["ignoreDifferences"].as_array().unwrap().len(), 3);
    assert!(spec["syncPolicy"]["syncOptions"].to_string().contains("\"RespectIgnoreDifferences=true\""));
}

#[test]
fn bc01_03_replicas_pass_to_the_autoscaler_and_never_out_of_the_manifest() {
    let pool = |size: &str| {
        format!(
            "pools:\n  gpu-a:\n    providerSpecFrom: worker\n    instanceType: m6i.xlarge\n    zones: [us-east-2a]\n    size: {size}\n"
        )
    };
    let small = Small::new(&pool("{fixed: 100}"));
    small.commit();
    // At once: the manifest would say 2 where a hundred machines run.
    small.pools(&pool("{min: 2, max: 120}"));
    let report = small.check();
    assert_eq!((report.exit, report.errors()), (1, vec!["TRN001"]), "{}", report.list());
    report.only("TRN001").is(
        &small.at(POOLS, "size"),
        &["`prod-x7k2p-gpu-a-us-east-2a`", "100 machines", "autoscaled with 2"],
        &["`initial: 100`"],
    );
    assert_eq!(small.render_out().errors(), ["TRN001"]);
    assert!(small.read(SET).contains("\n  replicas: 100\n"), "the committed file changed");
    // As the message says: the number stays, and what happens to it is reported.
    small.pools(&pool("{min: 2, max: 120, initial: 100}"));
    let report = small.commit();
    report.only("TRN010").is(
        &small.at(POOLS, "size"),
        &["`gpu-a`", "from Git to the autoscaler", "100 machines"],
        &[],
    );
    assert!(small.read(SET).contains("\n  replicas: 100\n"));
    let objects = small.objects();
    let ignored = &objects.capacity_application()["spec"]["ignoreDifferences"][0];
    assert_eq!(ignored["name"], "prod-x7k2p-gpu-a-us-east-2a");
    assert_eq!(ignored["jsonPointers"], json!(["/spec/replicas"]));
}

const SET: &str = "golden/prod/capacity/machineset-prod-x7k2p-gpu-a-us-east-2a.yaml";

/// The copied providerSpec as a whole MachineSet, as `oc get -o yaml` prints it.
fn whole_machine_set(small: &Small, metadata: &str, rest: &str) {
    let value: String = small.read(WORKER).lines().map(|line| format!("          {line}\n")).collect();
    small.write(
        WORKER,
        &format!("apiVersion: machine.openshift.io/v1beta1\nkind: MachineSet\nmetadata:\n  name: prod-x7k2p-worker-us-east-2a\n  namespace: openshift-machine-api\n{metadata}spec:\n  replicas: 1\n  template:\n    spec:\n      providerSpec:\n        value:\n{value}{rest}"),
    );
}

#[test]
fn bc01_09_the_autoscalers_own_annotations_are_dropped_from_a_copied_machine_set() {
    let small = Small::new(
        "pools:\n  burst:\n    providerSpecFrom: worker\n    instanceType: m6i.xlarge\n    zones: [us-east-2a]\n    size: {min: 1, max: 6}\n",
    );
    whole_machine_set(
        &small,
        "  annotations:\n    machine.openshift.io/cluster-api-autoscaler-node-group-min-size: '1'\n    machine.openshift.io/cluster-api-autoscaler-node-group-max-size: '14'\n",
        "",
    );
    let report = small.commit();
    // A note, not a warning: nothing is wrong with the file, and nothing needs to be done about it.
    report.only("PSP003").is(
        WORKER,
        &[
            "`machine.openshift.io/cluster-api-autoscaler-node-group-min-size`",
            "`machine.openshift.io/cluster-api-autoscaler-node-group-max-size`",
        ],
        &["none of it reaches the output"],
    );
    let objects = small.objects();
    assert_eq!(objects.only("MachineAutoscaler")["spec"]["maxReplicas"], 6);
    assert_eq!(
        objects.only("MachineSet")["metadata"]["annotations"],
        json!({"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"})
    );
    assert!(!small.manifests().contains("node-group"));
}

#[test]
fn bc01_10_what_the_api_server_wrote_is_dropped_and_named_once() {
    let small = Small::new(FROM_NOTHING);
    whole_machine_set(
        &small,
        "  creationTimestamp: \"2024-05-14T09:21:07Z\"\n  generation: 7\n  resourceVersion: \"981234\"\n  uid: 5d1f3c86-6a2c-4c0e-9a37-0a2f3f1c7b52\n",
        "status:\n  availableReplicas: 1\n  observedGeneration: 7\n",
    );
    let output = small.run(&["render"]);
    assert!(output.status.success());
    let (stdout, stderr) = (crate::support::stdout(&output), crate::support::stderr(&output));
    for field in ["creationTimestamp", "generation", "resourceVersion", "uid"] {
        assert_eq!(stderr.matches(&format!("`metadata.{field}`")).count(), 1, "{field}: {stderr}");
    }
    assert_eq!(stderr.matches("`status`").count(), 1, "{stderr}");
    for left in
        ["creationTimestamp", "generation", "resourceVersion", "uid:", "status:", "981234", "5d1f3c86"]
    {
        assert!(!stdout.contains(left), "{left} reached the output");
    }
}

#[test]
fn bc01_11_nothing_is_pruned_or_deleted_with_an_application() {
    let small = Small::new(&format!("{FROM_NOTHING}autoscaler: {{resourceLimits: {{maxNodesTotal: 40}}}}\n"));
    let objects = small.objects();
    for kind in ["MachineSet", "MachineAutoscaler", "ClusterAutoscaler"] {
        let of_kind = objects.of_kind(kind);
        assert!(!of_kind.is_empty(), "no {kind} is rendered");
        for object in of_kind {
            let options: Vec<&str> =
                annotation(object, "argocd.argoproj.io/sync-options").split(',').collect();
            assert!(options.contains(&"Prune=false") && options.contains(&"Delete=false"), "{object}");
        }
    }
    let applications = objects.of_kind("Application");
    assert_eq!(applications.len(), 2, "rbac and capacity");
    for application in applications {
        assert_eq!(application["metadata"].get("finalizers"), None, "{application}");
        assert_eq!(application["spec"]["syncPolicy"]["automated"]["prune"], json!(false));
    }
}

#[test]
fn bc01_13_replace_and_force_cannot_be_asked_for() {
    let small = Small::new(FROM_NOTHING);
    small.replace(PROJECT, "argocd:\n", "argocd:\n  syncOptions: [Replace=true, Force=true]\n");
    small.refused(1).only("SPC001").is(&small.at(PROJECT, "syncOptions"), &["`argocd.syncOptions`"], &[]);
    // On an object it would do the same.
    for option in ["Replace=true", "Force=true"] {
        let small = Small::new(&format!(
            "{FROM_NOTHING}    machineSetAnnotations:\n      argocd.argoproj.io/sync-options: {option}\n"
        ));
        let report = small.refused(1);
        assert_eq!(report.errors(), ["SPC015"]);
        report.only("SPC015").is(
            &small.at(POOLS, "argocd.argoproj.io/sync-options"),
            &["`argocd.argoproj.io/sync-options`", "machineSetAnnotations"],
            &["remove `argocd.argoproj.io/sync-options`"],
        );
    }
    let written = Small::new(FROM_NOTHING).manifests();
    assert!(!written.contains("Replace=") && !written.contains("Force="));
}

#[test]
fn bc01_14_every_placeholder_that_is_left_is_shown_with_its_path() {
    let small = Small::new(FROM_NOTHING);
    small.replace(WORKER, "  id: prod-x7k2p-worker-profile", "  id: REPLACEME-worker-profile");
    small.replace(WORKER, "prod-x7k2p-subnet-private-us-east-2a", "REPLACEME-private-us-east-2a");
    let report = small.refused(1);
    let found = report.of_code("PSP006");
    assert_eq!(found.len(), 2, "{}", report.list());
    found[0].is(&small.at(WORKER, "REPLACEME-worker"), &["iamInstanceProfile.id", "REPLACEME"], &[]);
    found[1].is(&small.at(WORKER, "REPLACEME-private"), &["subnet.filters[0].values[0]", "REPLACEME"], &[]);
}
