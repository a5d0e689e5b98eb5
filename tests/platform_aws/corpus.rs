//! Real MachineSets, and those with placeholders left in them.

use super::*;

/// Findings, other than notes, that files of the corpus give, by file name; every other file is clean.
const EXPECTED: &[(&str, &[&str])] = &[
    ("17-metal-sed-broke-names.yaml", &["PSP024", "PSP024"]),
    ("18-metal-correct.yaml", &["PSP024", "PSP024"]),
    ("26-instascale-test.yaml", &["PSP006"]),
];

#[test]
fn real_machine_sets_pass() {
    let Some(folder) = support::shared("corpus/machinesets/aws") else { return };
    let mut seen = 0;
    let mut wrong = Vec::new();
    for (name, text) in files(&folder) {
        for document in documents(&text) {
            if document.get("kind").and_then(Node::as_str) != Some("MachineSet") {
                continue;
            }
            seen += 1;
            let cluster = cluster_of(&document);
            let mut findings = Findings::new();
            let documents = std::slice::from_ref(&document);
            if let Some(copied) = unwrap_copied(documents, FileId(0), &mut findings) {
                Aws.check_copied(&copied, &cluster.facts(), &mut findings);
            }
            let findings = sorted(findings);
            let expected =
                EXPECTED.iter().find(|(file, _)| *file == name).map_or(&[][..], |(_, codes)| *codes);
            let expected_placeholder = name.contains("CLUSTERID");
            let codes = codes(&findings);
            let as_expected = if expected_placeholder {
                !codes.is_empty() && codes.iter().all(|code| *code == "PSP006")
            } else {
                codes == expected
            };
            if !as_expected {
                wrong.push(format!("{name}: {:#?}", lines(findings)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(seen, 41);
}

/// What is said about the providerSpecs that come of real MachineSets and of odd ones, by how they are made:
/// `compare` gets a function that makes one for a zone, `only_zone_differs` and overrides.
fn for_copied_values(mut compare: impl FnMut(&str, &dyn Fn(&str, bool, Option<&Node>) -> Judged)) {
    let Some(folder) = support::shared("corpus/machinesets/aws") else { return };
    let real = files(&folder).into_iter().flat_map(|(_, text)| documents(&text));
    let real = real.map(|document| (cluster_of(&document), document));
    let foreign_subnet = WORKER.replace("prod-7kx2p-subnet-private", "build09-x76d4-subnet");
    let foreign_profile = WORKER.replace("prod-7kx2p-worker-profile", "build09-x76d4-210987654321");
    let with_arn = WORKER.replace("prod-7kx2p-subnet", "arn:aws:ec2:us-west-2:210987654321:subnet");
    let two_zones =
        WORKER.replace("    - prod-7kx2p-subnet-private-us-west-2a", "    - us-west-2a\n    - x-us-west-2b");
    let odd = [WORKER, &foreign_subnet, &foreign_profile, &with_arn, &two_zones];
    let odd = odd.map(|text| (Cluster::prod(), documents(text).remove(0)));
    for (cluster, document) in real.chain(odd) {
        let mut ignored = Findings::new();
        let facts = cluster.facts();
        let documents = std::slice::from_ref(&document);
        let Some(copied) = unwrap_copied(documents, FileId(0), &mut ignored) else { continue };
        let clean = Aws.check_copied(&copied, &facts, &mut ignored);
        for (market, user_data_secret) in
            [(Market::OnDemand, None), (Market::Spot(None), Some("build09-x76d4-user-data"))]
        {
            compare(&cluster.region, &|zone, only_zone_differs, overrides| {
                let wish = MachineWish {
                    instance_type: "m6i.xlarge",
                    zone,
                    only_zone_differs,
                    market: &market,
                    root_volume: None,
                    user_data_secret,
                    overrides,
                    allowed_overrides: &[],
                    written: None,
                };
                let mut findings = Findings::new();
                let value = Aws.render(&clean, &wish, &facts, &mut findings);
                (value.to_string(), lines(sorted(findings)))
            });
        }
    }
}

/// A providerSpec, and what is said about it.
type Judged = (String, Vec<String>);

#[test]
fn a_further_zone_is_judged_as_if_it_were_the_first() {
    let mut told = 0;
    for_copied_values(|region, judged| {
        let zones = ["a", "b", "c"].map(|letter| format!("{region}{letter}"));
        for first in zones.iter().filter(|zone| judged(zone, false, None).1.is_empty()) {
            for zone in zones.iter().filter(|zone| *zone != first) {
                assert_eq!(judged(zone, true, None), judged(zone, false, None), "{first} and {zone}");
                told += usize::from(!judged(zone, true, None).1.is_empty());
            }
        }
    });
    assert!(told > 0 || support::shared("corpus").is_none(), "nothing is said about any further zone");
}

#[test]
fn what_is_not_patched_needs_no_second_look() {
    let nothing = documents("{}").remove(0);
    let mut told = 0;
    for_copied_values(|region, judged| {
        let zone = format!("{region}b");
        let judged_at_large = judged(&zone, false, Some(&nothing));
        told += usize::from(!judged_at_large.1.is_empty());
        assert_eq!(judged(&zone, false, None), judged_at_large);
    });
    assert!(told > 0 || support::shared("corpus").is_none(), "nothing is said about any of them");
}

/// The cluster that a copied MachineSet says it belongs to.
fn cluster_of(machine_set: &Node) -> Cluster {
    let label = ["spec", "template", "metadata", "labels", "machine.openshift.io/cluster-api-cluster"];
    let region = ["spec", "template", "spec", "providerSpec", "value", "placement", "region"];
    let text = |path: &[&str]| machine_set.find(path).and_then(Node::as_str).unwrap_or("?").to_owned();
    Cluster::new(&text(&label), &text(&region))
}

fn files(folder: &std::path::Path) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn files_with_placeholders_are_caught() {
    let Some(folder) = support::shared("corpus/machinesets/placeholders") else { return };
    let mut caught = 0;
    for (name, text) in files(&folder) {
        if !text.contains("AWSMachineProviderConfig") && !name.contains("aws") {
            continue;
        }
        let mut findings = Findings::new();
        let Some(documents) = parse(&text, FileId(0), &Limits::default(), &mut findings) else { continue };
        let mut own = Findings::new();
        for document in &documents {
            if let Some(copied) = unwrap_copied(std::slice::from_ref(document), FileId(0), &mut own) {
                Aws.check_copied(&copied, &Cluster::new("prod-7kx2p", "us-east-2").facts(), &mut own);
            }
        }
        assert!(own.has_errors() || findings.has_errors(), "{name} passes");
        caught += 1;
    }
    assert!(caught >= 12, "{caught}");
}

#[test]
fn every_placeholder_is_named_at_once_and_nothing_else_of_it() {
    let text = WORKER.replace("prod-7kx2p", "<infrastructure_id>").replace("us-west-2a", "<zone>");
    let findings = check(&text, &Cluster::prod());
    assert_eq!(codes(&findings), vec!["PSP006"; 5]);
}
