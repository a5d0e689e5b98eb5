//! MachineSets that go, and MachineSets that are called something else.

use super::{committed, files, pool, refused, set};
use crate::support::small::{POOLS, Small};

/// A second pool that stays, so that the environment is never empty.
const OTHER: &str = "  general:\n    providerSpecFrom: worker\n    instanceType: m6i.xlarge\n    zones: [us-east-2a]\n    size: {fixed: 1}\n";

fn without_batch() -> String {
    format!("pools:\n{OTHER}")
}

#[test]
fn a_pool_goes_by_way_of_retiring() {
    let batch = |rest: &str| pool("us-east-2a", "{min: 0, max: 4}", &format!("{rest}{OTHER}"));
    let small = Small::new(&batch(""));
    committed(&small);
    small.pools(&without_batch());
    let report = refused(&small, &["TRN002"]);
    report
        .only("TRN002")
        .is(
            &small.at(POOLS, "pools:"),
            &[&set('a'), "autoscaled", "no longer rendered"],
            &["`state: retiring` in pool `batch`"],
        )
        .noting(&[
            &format!("oc delete machineautoscaler {} -n openshift-machine-api", set('a')),
            &format!("oc scale machineset {} --replicas=0", set('a')),
            &format!("oc delete machineset {}", set('a')),
        ]);
    small.pools(&batch("    state: retiring\n"));
    committed(&small);
    small.pools(&without_batch());
    let report = committed(&small);
    report.only("TRN018").is(
        "",
        &[&format!("MachineSet `{}` leaves Git", set('a')), "stays in the cluster"],
        &[
            &format!("has no machines, run `oc delete machineset.machine.openshift.io {}", set('a')),
            "removing-a-pool",
        ],
    );
    assert!(!files(&small).keys().any(|path| path.contains("batch")), "{:?}", files(&small).keys());
}

#[test]
fn a_fixed_pool_that_is_removed_is_named_with_its_machines() {
    let small = Small::new(&pool("us-east-2a", "{fixed: 3}", OTHER));
    committed(&small);
    small.pools(&without_batch());
    let report = refused(&small, &["TRN002"]);
    let found = report.only("TRN002");
    assert!(found.message.contains("(3 machines)"), "{found:?}");
    assert!(!found.notes.contains("machineautoscaler"), "{found:?}");
}

#[test]
fn a_zone_goes_by_way_of_the_retiring_zones() {
    let both = pool("us-east-2a, us-east-2b", "{fixed: 2, per: zone}", "");
    let one = |retiring: &str| pool("us-east-2a", "{fixed: 2, per: zone}", retiring);
    let small = Small::new(&both);
    committed(&small);
    small.pools(&one(""));
    let report = refused(&small, &["TRN002"]);
    report.only("TRN002").is(
        &small.at(POOLS, "batch"),
        &[&set('b'), "2 machines"],
        &["move the zone to its `retiringZones`"],
    );
    small.pools(&one("    retiringZones: {us-east-2b: 0}\n"));
    let report = refused(&small, &["TRN007"]);
    report.only("TRN007").is(
        &small.at(POOLS, "us-east-2b"),
        &[&set('b'), "2 machines", "retires with 0"],
        &[],
    );
    small.pools(&one("    retiringZones: {us-east-2b: 2}\n"));
    let report = committed(&small);
    report.only("TRN010").is(&small.at(POOLS, "us-east-2b"), &["gives up", &set('b')], &[]);
    assert_eq!(small.objects().replicas(), [(set('a'), 2), (set('b'), 2)]);
    small.pools(&one(""));
    committed(&small);
    assert_eq!(small.objects().replicas(), [(set('a'), 2)]);
}

#[test]
fn a_zone_of_an_autoscaled_pool_retires_with_any_number() {
    let small = Small::new(&pool("us-east-2a, us-east-2b", "{min: 2, max: 4, per: zone}", ""));
    committed(&small);
    // Argo CD ignores the number before and after, so it does not matter.
    small.pools(&pool("us-east-2a", "{min: 2, max: 4, per: zone}", "    retiringZones: {us-east-2b: 0}\n"));
    let report = committed(&small);
    report.only("TRN010").noting(&[&format!("oc delete machineautoscaler {}", set('b'))]);
}

#[test]
fn a_renamed_pool_is_told_from_a_removed_one_and_can_keep_its_machines() {
    let small = Small::new(&pool("us-east-2a, us-east-2b", "{fixed: 2, per: zone}", ""));
    committed(&small);
    let renamed = pool("us-east-2a, us-east-2b", "{fixed: 2, per: zone}", "").replace("batch:", "nightly:");
    small.pools(&renamed);
    let report = refused(&small, &["TRN002", "TRN002"]);
    for (found, zone) in report.of_code("TRN002").into_iter().zip(['a', 'b']) {
        found.is(
            &small.at(POOLS, "nightly"),
            &[
                &format!("`{}` is renamed to `prod-x7k2p-nightly-us-east-2{zone}`", set(zone)),
                "pool `batch` becomes `nightly`",
            ],
            &[&format!("`adopt: {{us-east-2{zone}: {{name: {}}}}}` in pool `nightly`", set(zone))],
        );
    }
    // As the help says: the MachineSets keep their names under the pool's new one.
    let adopted: Vec<String> =
        ['a', 'b'].map(|zone| format!("us-east-2{zone}: {{name: {}}}", set(zone))).to_vec();
    small.pools(&format!("{renamed}    adopt: {{{}}}\n", adopted.join(", ")));
    committed(&small);
    assert_eq!(small.objects().replicas(), [(set('a'), 2), (set('b'), 2)]);
}

#[test]
fn a_pool_that_was_there_before_is_nobodys_new_name() {
    // `general` stands in the same zone with the same type, but is no successor: it was committed too.
    let small = Small::new(&pool("us-east-2a", "{fixed: 3}", OTHER));
    committed(&small);
    small.pools(&without_batch());
    assert!(!refused(&small, &["TRN002"]).only("TRN002").message.contains("renamed"));
}

#[test]
fn an_adopted_name_is_not_given_up() {
    let adopt = |name: &str| {
        pool("us-east-2a", "{fixed: 2}", &format!("    adopt: {{us-east-2a: {{name: {name}}}}}\n"))
    };
    let small = Small::new(&adopt("prod-x7k2p-old"));
    committed(&small);
    for (values, new) in [
        (adopt("prod-x7k2p-older"), "prod-x7k2p-older".to_owned()),
        (pool("us-east-2a", "{fixed: 2}", ""), set('a')),
    ] {
        small.pools(&values);
        let report = refused(&small, &["TRN002"]);
        report.only("TRN002").is(
            &small.at(POOLS, "batch"),
            &[&format!("`prod-x7k2p-old` is renamed to `{new}`"), "beside it"],
            &["`adopt: {us-east-2a: {name: prod-x7k2p-old}}`"],
        );
    }
}

#[test]
fn a_selector_stays_whether_it_is_narrowed_or_derived() {
    let adopt = |selector: &str| {
        pool(
            "us-east-2a",
            "{fixed: 2}",
            &format!("    adopt: {{us-east-2a: {{name: prod-x7k2p-old{selector}}}}}\n"),
        )
    };
    let small = Small::new(&adopt(", selector: {app: old}"));
    committed(&small);
    small.pools(&adopt(", selector: {app: old, role: batch}"));
    refused(&small, &["TRN005"]).only("TRN005").is(
        &small.at(POOLS, "selector"),
        &["`prod-x7k2p-old`", r#"{"app":"old"}"#, r#""role":"batch""#],
        &["a new pool name"],
    );
    // Left out, the renderer's own would come in its place.
    small.pools(&adopt(""));
    refused(&small, &["TRN005"]).only("TRN005").is(
        &small.at(POOLS, "us-east-2a: {name"),
        &[r#"{"app":"old"}"#, "machine.openshift.io/cluster-api-machineset"],
        &["keep the committed selector under `adopt`"],
    );
}
