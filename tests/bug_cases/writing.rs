//! What stays a string, all the way.

use crate::FIXED;
use crate::support::small::{CLUSTER, POOLS, PROJECT, Small, WORKER};
use serde_json::{Value as Json, json};

/// What the machine's reader, a YAML 1.1 one, makes of the manifests.
fn read_again(manifests: &str) -> Vec<Json> {
    serde_yaml::Deserializer::from_str(manifests)
        .map(|document| serde::Deserialize::deserialize(document).unwrap())
        .collect()
}

#[test]
fn bc07_01_words_that_some_readers_take_for_booleans_are_quoted() {
    let small = Small::new(FIXED);
    small.replace(
        WORKER,
        "tags:\n",
        "tags:\n- name: backup\n  value: \"no\"\n- name: s\n  value: \"on\"\n- name: t\n  value: \"y\"\n",
    );
    let manifests = small.manifests();
    for (name, value) in [("backup", "no"), ("s", "on"), ("t", "y")] {
        let written = manifests
            .lines()
            .skip_while(|line| {
                line.trim() != format!("- name: {name}") && line.trim() != format!("- name: \"{name}\"")
            })
            .nth(1)
            .unwrap_or_else(|| panic!("the tag {name} is not written"));
        assert_eq!(written.trim(), format!("value: \"{value}\""));
    }
    let set = read_again(&manifests).into_iter().find(|object| object["kind"] == "MachineSet").unwrap();
    let tags = set["spec"]["template"]["spec"]["providerSpec"]["value"]["tags"].as_array().unwrap();
    assert!(tags.contains(&json!({"name": "backup", "value": "no"})), "{tags:?}");
}

#[test]
fn bc07_02_a_label_that_is_no_text_is_refused_with_the_quoted_form() {
    let small = Small::new(&format!("{FIXED}    nodeLabels: {{spot: yes}}\n"));
    let report = small.refused(1);
    let [found] = &report.findings[..] else { panic!("{}", report.list()) };
    found.is(&small.at(POOLS, "yes"), &["`yes`"], &["\"yes\""]);
    small.pools(&format!("{FIXED}    nodeLabels: {{spot: \"yes\"}}\n"));
    assert!(small.manifests().contains("          spot: \"yes\"\n"), "{}", small.manifests());
}

#[test]
fn bc07_03_an_account_keeps_its_leading_zero() {
    let small = Small::new(FIXED);
    let cluster = |account: &str| {
        small.replace(CLUSTER, "  version:", &format!("  accountID: {account}\n  version:"));
    };
    cluster("052812345678");
    let report = small.refused(1);
    println!("{}", report.list());
    let found = &report.findings[0];
    found.is(&small.at(CLUSTER, "052812345678"), &[], &["\"052812345678\""]);
    // Quoted it is taken, zero and all: the copied providerSpec is held against it.
    small.replace(CLUSTER, "052812345678", "\"052812345678\"");
    small.objects();
    small.replace(
        WORKER,
        "    encrypted: true\n",
        "    encrypted: true\n    kmsKey: {arn: 'arn:aws:kms:us-east-2:052812345678:key/1234abcd-12ab-34cd-56ef-1234567890ab'}\n",
    );
    assert!(small.manifests().contains("arn:aws:kms:us-east-2:052812345678:key/"));
    small.replace(WORKER, "052812345678", "152812345678");
    small.refused(1).only("CLU022").is(
        &small.at(WORKER, "'arn:aws:kms"),
        &["152812345678", "052812345678"],
        &[],
    );
}

#[test]
fn bc07_04_a_time_of_day_is_no_number_to_the_base_of_sixty() {
    let small = Small::new(&format!("{FIXED}    machineSetAnnotations: {{maintenance-window: \"10:00\"}}\n"));
    let manifests = small.manifests();
    assert!(manifests.contains("    maintenance-window: \"10:00\"\n"), "{manifests}");
    small.replace(POOLS, "\"10:00\"", "10:00");
    let report = small.refused(1);
    let [found] = &report.findings[..] else { panic!("{}", report.list()) };
    found.is(&small.at(POOLS, "10:00"), &["`10:00`"], &["\"10:00\""]);
}

#[test]
fn bc07_05_revisions_and_channels_that_look_like_numbers_are_quoted() {
    for revision in ["9075807", "1e3"] {
        let small = Small::new(FIXED);
        small.replace(PROJECT, "targetRevision: main", &format!("targetRevision: \"{revision}\""));
        let manifests = small.manifests();
        assert_eq!(manifests.matches(&format!("    targetRevision: \"{revision}\"\n")).count(), 2);
        let application = read_again(&manifests).into_iter().find(|object| object["kind"] == "Application");
        assert_eq!(application.unwrap()["spec"]["source"]["targetRevision"], json!(revision));
        // Unquoted it is no text, and not guessed at.
        small.replace(PROJECT, &format!("\"{revision}\""), revision);
        small.refused(1).findings[0].is(&small.at(PROJECT, revision), &[], &[&format!("\"{revision}\"")]);
    }
    let small = Small::new(&format!(
        "{}accelerators:\n  nvidia:\n    channel: v25.10\n    nodeFeatureDiscovery: {{channel: \"5.0\"}}\n",
        FIXED.replace("m6i.xlarge", "g5.xlarge")
    ));
    assert!(small.manifests().contains("  channel: \"5.0\"\n"));
    let objects = small.objects();
    assert_eq!(objects.get("Subscription", "nfd")["spec"]["channel"], json!("5.0"));
}
