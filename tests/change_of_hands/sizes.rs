//! Who decides how many machines there are.

use super::{committed, files, pool, refused, set};
use crate::support::small::{POOLS, Small, annotation};
use serde_json::json;

const TWO: &str = "us-east-2a, us-east-2b";

#[test]
fn a_fixed_pool_becomes_autoscaled_with_the_size_that_it_has() {
    let small = Small::new(&pool(TWO, "{fixed: 5, per: total}", ""));
    committed(&small);
    assert_eq!(small.objects().replicas(), [(set('a'), 3), (set('b'), 2)]);
    // The minimum, and a size that only one zone has.
    for (size, wrong) in [
        ("{min: 0, max: 8, per: total}", vec![('a', "3 machines", "with 0"), ('b', "2 machines", "with 0")]),
        ("{min: 0, max: 4, initial: 3, per: zone}", vec![('b', "2 machines", "with 3")]),
    ] {
        small.pools(&pool(TWO, size, ""));
        let report = refused(&small, &vec!["TRN001"; wrong.len()]);
        for (found, (zone, before, now)) in report.of_code("TRN001").into_iter().zip(wrong) {
            assert_eq!(found.object, set(zone));
            found.is(&small.at(POOLS, "size"), &[&set(zone), before, now], &["`initial: 5, per: total`"]);
        }
    }
    small.pools(&pool(TWO, "{min: 0, max: 8, initial: 5, per: total}", ""));
    let report = committed(&small);
    report.only("TRN010").is(
        &small.at(POOLS, "size"),
        &[
            "pool `batch` passes from Git to the autoscaler",
            &format!("`{}` begins with the 3 machines that it has", set('a')),
            &format!("`{}` begins with the 2 machines that it has", set('b')),
        ],
        &["`argocd` bundle"],
    );
    // Once that is synced `initial` may go: the number is nobody's business any more.
    small.pools(&pool(TWO, "{min: 0, max: 8, per: total}", ""));
    let report = committed(&small);
    assert!(!report.findings.iter().any(|found| found.code.starts_with("TRN")), "{}", report.list());
    assert_eq!(small.objects().replicas(), [(set('a'), 0), (set('b'), 0)]);
}

/// Shares have the remainder in front; where the zones do not, the help says what does.
#[test]
fn sizes_that_no_initial_can_state_are_not_advised() {
    let small = Small::new(&pool(TWO, "{fixed: 5, per: total}", ""));
    committed(&small);
    small.pools(&pool("us-east-2b, us-east-2a", "{min: 0, max: 8, initial: 5, per: total}", ""));
    let report = refused(&small, &["TRN001", "TRN001"]);
    for found in report.of_code("TRN001") {
        assert!(found.help.ends_with("with the zones of the most machines first in `zones`"), "{found:?}");
    }
    small.pools(&pool(TWO, "{min: 0, max: 8, initial: 5, per: total}", ""));
    assert_eq!(small.check().of_code("TRN001").len(), 0);
    // Somebody scaled one zone in the committed file.
    let file = format!("golden/prod/capacity/machineset-{}.yaml", set('a'));
    small.replace(&file, "replicas: 3", "replicas: 6");
    for found in refused(&small, &["TRN001"]).of_code("TRN001") {
        found.is(
            &small.at(POOLS, "size"),
            &["6 machines", "with 3"],
            &["6, 2 machines", "first commit and sync a fixed size"],
        );
    }
}

#[test]
fn an_autoscaled_pool_becomes_fixed_by_way_of_retiring() {
    let small = Small::new(&pool("us-east-2a", "{min: 1, max: 4}", ""));
    committed(&small);
    small.pools(&pool("us-east-2a", "{fixed: 2}", ""));
    let report = refused(&small, &["TRN003"]);
    report
        .only("TRN003")
        .is(
            &small.at(POOLS, "size"),
            &[&set('a'), "fixed size of 2", "cuts whatever the autoscaler decided to 2"],
            &["`state: retiring`"],
        )
        .noting(&[&format!("`oc delete machineautoscaler {} -n openshift-machine-api`", set('a'))]);
    // First a person takes over …
    small.pools(&pool("us-east-2a", "{min: 1, max: 4}", "    state: retiring\n"));
    let report = committed(&small);
    report
        .only("TRN010")
        .is(&small.at(POOLS, "retiring"), &["gives up", &set('a'), "a person decides"], &["removing-a-pool"])
        .noting(&[
            &format!("oc delete machineautoscaler {} -n openshift-machine-api", set('a')),
            &format!("oc scale machineset {} --replicas=0 -n openshift-machine-api", set('a')),
        ]);
    let objects = small.objects();
    assert_eq!(objects.of_kind("MachineAutoscaler").len(), 0);
    assert_eq!(annotation(objects.only("MachineSet"), "poolsmith.dev/state"), "retiring");
    let ignored = &objects.capacity_application()["spec"]["ignoreDifferences"][0];
    assert_eq!((&ignored["name"], &ignored["jsonPointers"]), (&json!(set('a')), &json!(["/spec/replicas"])));
    // … then Git does.
    small.pools(&pool("us-east-2a", "{fixed: 2}", ""));
    let report = committed(&small);
    report.only("TRN010").is(
        &small.at(POOLS, "size"),
        &["from a person to Git", &format!("`{}` to 2 machines", set('a'))],
        &["oc get machineset,machineautoscaler -n openshift-machine-api"],
    );
    assert_eq!(small.objects().capacity_application()["spec"].get("ignoreDifferences"), None);
}

#[test]
fn a_retirement_can_be_taken_back() {
    let small = Small::new(&pool("us-east-2a", "{min: 1, max: 4}", "    state: retiring\n"));
    committed(&small);
    small.pools(&pool("us-east-2a", "{min: 1, max: 4}", ""));
    let report = committed(&small);
    report.only("TRN010").is(
        &small.at(POOLS, "size"),
        &["from a person to the autoscaler", "the size stays", &set('a')],
        &[],
    );
}

#[test]
fn a_fixed_pool_retires_with_the_size_that_it_has() {
    let small = Small::new(&pool("us-east-2a", "{fixed: 3}", ""));
    committed(&small);
    small.pools(&pool("us-east-2a", "{fixed: 1}", "    state: retiring\n"));
    let report = refused(&small, &["TRN007"]);
    report
        .only("TRN007")
        .is(&small.at(POOLS, "us-east-2a"), &[&set('a'), "3 machines", "retires with 1"], &["size unchanged"])
        .noting(&["3 machines run now"]);
    small.pools(&pool("us-east-2a", "{fixed: 3}", "    state: retiring\n"));
    let report = committed(&small);
    report.only("TRN010").noting(&[&format!("oc scale machineset {} --replicas=0", set('a'))]);
    assert!(!report.only("TRN010").notes.contains("machineautoscaler"), "there never was one");
}

#[test]
fn a_lower_fixed_size_is_obeyed_and_said() {
    let small = Small::new(&pool("us-east-2a", "{fixed: 5}", ""));
    committed(&small);
    small.pools(&pool("us-east-2a", "{fixed: 2}", ""));
    let report = small.check();
    assert_eq!(report.errors(), ["OUT001"], "{}", report.list());
    let note = report.only("TRN017");
    assert_eq!(note.severity, "note");
    note.is(&small.at(POOLS, "size"), &[&set('a'), "from 5 machines to 2", "deletes 3 machines"], &[]);
    committed(&small);
    small.pools(&pool("us-east-2a", "{fixed: 3}", ""));
    assert_eq!(committed(&small).of_code("TRN017").len(), 0, "a higher one costs nobody anything");
}

#[test]
fn another_zone_takes_no_machines_from_those_there_are() {
    const THREE: &str = "us-east-2a, us-east-2b, us-east-2c";
    let small = Small::new(&pool(TWO, "{fixed: 4, per: total}", ""));
    committed(&small);
    small.pools(&pool(THREE, "{fixed: 4, per: total}", ""));
    let report = small.check();
    let warning = report.only("TRN016");
    assert_eq!(warning.severity, "warning");
    warning.is(
        &small.at(POOLS, "size"),
        &[&format!("`{}` goes from 2 machines to 1", set('b')), "the size was not lowered"],
        &["`fixed: 5`"],
    );
    assert_eq!(report.of_code("TRN017").len(), 0, "once is enough");
    // What the help says is enough, and the least that is.
    small.pools(&pool(THREE, "{fixed: 5, per: total}", ""));
    let report = committed(&small);
    assert_eq!((report.of_code("TRN016").len(), report.of_code("TRN017").len()), (0, 0), "{}", report.list());
    assert_eq!(small.objects().replicas(), [(set('a'), 2), (set('b'), 2), (set('c'), 1)]);
    // A total that is lower is a size that somebody lowered.
    small.pools(&pool(THREE, "{fixed: 3, per: total}", ""));
    let report = committed(&small);
    assert_eq!((report.of_code("TRN016").len(), report.of_code("TRN017").len()), (0, 2), "{}", report.list());
}

#[test]
fn a_raised_minimum_of_a_shared_size_is_said_for_each_zone_that_has_it() {
    let small = Small::new(&pool(TWO, "{min: 1, max: 6, per: total}", ""));
    committed(&small);
    small.pools(&pool(TWO, "{min: 2, max: 6, per: total}", ""));
    let report = small.check();
    report.only("ASC037").is(
        &small.at(POOLS, "size"),
        &[&set('b'), "from 0 to 1"],
        &[&format!("oc scale machineset {} --replicas=1 -n openshift-machine-api", set('b'))],
    );
    committed(&small);
    small.pools(&pool(TWO, "{min: 0, max: 6, per: total}", ""));
    assert_eq!(small.check().of_code("ASC037").len(), 0, "a lower minimum brings and takes nothing");
}

#[test]
fn what_is_the_same_says_nothing() {
    let small = Small::new(&pool(TWO, "{min: 1, max: 6, per: total}", ""));
    committed(&small);
    let before = files(&small);
    let report = small.commit();
    assert!(!report.findings.iter().any(|found| found.code.starts_with("TRN")), "{}", report.list());
    assert!(files(&small) == before);
}
