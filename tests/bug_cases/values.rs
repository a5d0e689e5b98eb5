//! The spec language itself.

use crate::support::small::{POOLS, Small};
use std::collections::BTreeMap;

fn pool(name: &str, rest: &str) -> String {
    format!("  {name}:\n    providerSpecFrom: worker\n    zones: [us-east-2a]\n{rest}")
}

/// Pools are a map in our language, so the path has the pool's name where the case has an index.
#[test]
fn bc08_02_a_missing_key_is_named_with_its_path_and_its_pool() {
    let small = Small::new(&format!(
        "pools:\n{}{}",
        pool("first", "    instanceType: m6i.xlarge\n    size: {fixed: 1}\n"),
        pool("second", "    size: {fixed: 1}\n"),
    ));
    let report = small.refused(1);
    assert_eq!(report.errors(), ["SPC002"], "{}", report.list());
    report.only("SPC002").is(&small.at(POOLS, "second"), &["pools.second.instanceType"], &[]);
}

/// Overrides stand in a pool and have no selector that could be empty. What comes nearest is a selector
/// that is adopted: empty, it would match every Machine of the cluster. And overrides of no pool are no
/// input at all.
#[test]
fn bc08_03_an_empty_selector_is_refused() {
    let small = Small::new(&format!(
        "pools:\n{}",
        pool(
            "general",
            "    instanceType: m6i.xlarge\n    size: {fixed: 1}\n    adopt: {us-east-2a: {name: prod-x7k2p-a, selector: {}}}\n"
        )
    ));
    let report = small.refused(1);
    assert_eq!(report.errors(), ["MCH011"], "{}", report.list());
    report.only("MCH011").is(
        &small.at(POOLS, "selector"),
        &["`prod-x7k2p-a`", "would match every Machine"],
        &["spec.selector.matchLabels"],
    );
    let small = Small::new(&format!(
        "overrides: {{spotMarketOptions: {{}}}}\npools:\n{}",
        pool("general", "    instanceType: m6i.xlarge\n    size: {fixed: 1}\n")
    ));
    small.refused(1).only("SPC001").is(
        &small.at(POOLS, "overrides"),
        &["`overrides` is not a known key"],
        &[],
    );
}

#[test]
fn bc10_01_a_size_has_one_form() {
    let size = "    instanceType: m6i.xlarge\n    size: {fixed: 3, min: 3, max: 6}\n";
    let small = Small::new(&format!("pools:\n{}", pool("general", size)));
    let report = small.refused(1);
    assert_eq!(report.errors().len(), 1, "{}", report.list());
    report.findings[0].is(
        &small.at(POOLS, "size"),
        &["either `fixed`, or `min` and `max`", "keep one of the two forms"],
        &[],
    );
}

#[test]
fn bc10_05_a_new_pool_at_the_top_changes_no_other_pools_bytes() {
    let old: Vec<String> = ["build", "general"]
        .map(|name| pool(name, "    instanceType: m6i.xlarge\n    size: {min: 0, max: 2}\n"))
        .to_vec();
    let small = Small::new(&format!("pools:\n{}", old.concat()));
    small.commit();
    let before = files(&small);
    // It comes first in the file, and first in the alphabet.
    let new = pool("aaa", "    instanceType: m6i.2xlarge\n    size: {fixed: 1}\n");
    small.pools(&format!("pools:\n{new}{}", old.concat()));
    small.commit();
    let mut changed: Vec<String> = files(&small)
        .into_iter()
        .filter(|(path, text)| before.get(path) != Some(text))
        .map(|(path, _)| path)
        .collect();
    changed.sort();
    assert_eq!(changed, ["capacity/machineset-prod-x7k2p-aaa-us-east-2a.yaml"]);
}

/// The committed files, by their path below the environment's output.
fn files(small: &Small) -> BTreeMap<String, String> {
    let output = small.root().join("golden/prod");
    let mut found = BTreeMap::new();
    for bundle in std::fs::read_dir(&output).unwrap() {
        for file in std::fs::read_dir(bundle.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            found.insert(path.strip_prefix(&output).unwrap().to_string_lossy().into_owned(), text);
        }
    }
    found
}
