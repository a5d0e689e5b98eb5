//! MachineSets and their providerSpecs.

use crate::FIXED;
use crate::support::small::{POOLS, Small, WORKER};
use serde_json::json;

#[test]
fn bc03_02_a_selector_that_was_committed_stays() {
    let adopting = |selector: &str| {
        format!("{FIXED}    adopt: {{us-east-2a: {{name: prod-x7k2p-a, selector: {{{selector}}}}}}}\n")
    };
    let small = Small::new(&adopting("machineset: a"));
    small.commit();
    small.pools(&adopting("machineset: a, role: gpu"));
    for report in [small.check(), small.render_out()] {
        assert_eq!((report.exit, report.errors()), (1, vec!["TRN005"]), "{}", report.list());
        report.only("TRN005").is(
            &small.at(POOLS, "selector"),
            &["`prod-x7k2p-a`", r#"{"machineset":"a"}"#, r#""role":"gpu""#, "the API server refuses"],
            &["a new pool name"],
        );
    }
    let committed = small.read("golden/prod/capacity/machineset-prod-x7k2p-a.yaml");
    assert!(!committed.contains("\n      role: gpu\n"), "{committed}");
    assert!(committed.contains("    matchLabels:\n      machineset: a\n  template:"), "{committed}");
}

#[test]
fn bc03_03_labels_that_are_a_text_are_no_labels() {
    let small = Small::new(&format!("{FIXED}    nodeLabels: 'ssd:\"true\"'\n"));
    let report = small.refused(1);
    assert_eq!(report.errors(), ["SPC003"]);
    report.only("SPC003").is(&small.at(POOLS, "'ssd:"), &["pools.general.nodeLabels"], &[]);
    assert!(!small.root().join("golden").exists());
}

#[test]
fn bc03_05_labels_of_nodes_and_of_machines_stand_in_their_places() {
    let small =
        Small::new(&format!("{FIXED}    nodeLabels: {{pool: gpu}}\n    machineLabels: {{owner: ml}}\n"));
    let objects = small.objects();
    let template = &objects.only("MachineSet")["spec"]["template"];
    assert_eq!(
        template["spec"]["metadata"]["labels"],
        json!({"node-role.kubernetes.io/worker": "", "pool": "gpu"})
    );
    assert_eq!(template["metadata"]["labels"]["owner"], "ml");
    assert_eq!(template["metadata"]["labels"].get("pool"), None);
}

#[test]
fn bc03_07_an_instance_profile_is_named_by_its_id() {
    let small = Small::new(FIXED);
    small.replace(
        WORKER,
        "  id: prod-x7k2p-worker-profile",
        "  arn: 'arn:aws:iam::012345678901:instance-profile/x'",
    );
    let report = small.refused(1);
    report.only("PSP007").is(
        &small.at(WORKER, "'arn:"),
        &["`iamInstanceProfile.arn`", "only `iamInstanceProfile.id`"],
        &["`iamInstanceProfile: {id: x}`"],
    );
}

#[test]
fn bc03_08_the_zone_in_a_subnets_name_is_the_machines_own() {
    let small = Small::new(FIXED);
    small.replace(WORKER, "prod-x7k2p-subnet-private-us-east-2a", "prod-x7k2p-private-us-east-2c");
    let report = small.refused(1);
    report.only("PSP022").is(
        &small.at(WORKER, "prod-x7k2p-private"),
        &["prod-x7k2p-private-us-east-2c", "us-east-2a"],
        &[],
    );
}

#[test]
fn bc03_11_spot_and_a_capacity_reservation_exclude_each_other() {
    let small = Small::new(FIXED);
    small.replace(
        WORKER,
        "userDataSecret:",
        "spotMarketOptions: {}\ncapacityReservationId: cr-0123456789abcdef0\nuserDataSecret:",
    );
    let report = small.refused(1);
    assert_eq!(report.errors(), ["PSP010"], "{}", report.list());
    report.only("PSP010").is(
        &small.at(WORKER, "cr-0123456789abcdef0"),
        &["spotMarketOptions", "capacityReservationId"],
        &[],
    );
}

#[test]
fn bc03_13_the_user_data_secret_fits_the_machine_config_pool() {
    // A MachineConfigPool of its own has its own secret, whether the copied one is there or not.
    for copied in ["", "userDataSecret:\n  name: worker-user-data\n"] {
        let small = Small::new(&format!("{FIXED}    machineConfigPool: gpu\n"));
        small.replace(WORKER, "userDataSecret:\n  name: worker-user-data\n", copied);
        assert_eq!(secret(&small), json!({"name": "gpu-user-data-managed"}), "copied {copied:?}");
    }
    // A role alone changes nothing.
    assert_eq!(
        secret(&Small::new(&format!("{FIXED}    machineRole: gpu\n"))),
        json!({"name": "worker-user-data"})
    );
    // An empty name is none.
    let small = Small::new(FIXED);
    small.replace(WORKER, "  name: worker-user-data", "  name: ''");
    let report = small.refused(1);
    report.only("PSP008").is(
        &small.at(WORKER, "''"),
        &["`userDataSecret` has no name"],
        &["worker-user-data"],
    );
}

fn secret(small: &Small) -> serde_json::Value {
    let objects = small.objects();
    objects.only("MachineSet")["spec"]["template"]["spec"]["providerSpec"]["value"]["userDataSecret"].clone()
}
