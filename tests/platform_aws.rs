//! AWS: copied providerSpecs in, checked and patched ones out.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use poolsmith::diag::{Finding, Findings, Severity, Sources};
use poolsmith::platform::{ClusterFacts, Copied, MachineWish, Platform, aws::Aws, unwrap_copied};
use poolsmith::spec::cluster::{Filter, Subnet};
use poolsmith::spec::pool::RootVolume;
use poolsmith::spec::scalars::{MinorVersion, Price, VersionRange};
use poolsmith::spec::size::{Market, SpotOptions};
use poolsmith::yaml::{FileId, Limits, Node, parse};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

const WORKER: &str = "\
apiVersion: machine.openshift.io/v1beta1
kind: AWSMachineProviderConfig
ami:
  id: ami-0123456789abcdef0
blockDevices:
- ebs:
    encrypted: true
    iops: 0
    kmsKey:
      arn: ''
    volumeSize: 120
    volumeType: gp3
capacityReservationId: ''
credentialsSecret:
  name: aws-cloud-credentials
deviceIndex: 0
iamInstanceProfile:
  id: prod-7kx2p-worker-profile
instanceType: m6i.xlarge
metadata:
  creationTimestamp: null
metadataServiceOptions: {}
placement:
  availabilityZone: us-west-2a
  region: us-west-2
publicIp: null
securityGroups:
- filters:
  - name: tag:Name
    values:
    - prod-7kx2p-node
subnet:
  filters:
  - name: tag:Name
    values:
    - prod-7kx2p-subnet-private-us-west-2a
tags:
- name: kubernetes.io/cluster/prod-7kx2p
  value: owned
userDataSecret:
  name: worker-user-data
";

struct Cluster {
    infra_id: String,
    region: String,
    account_id: Option<String>,
    version: VersionRange,
    subnets: BTreeMap<String, Subnet>,
}

impl Cluster {
    fn new(infra_id: &str, region: &str) -> Cluster {
        let version = MinorVersion::new(4, 22);
        Cluster {
            infra_id: infra_id.to_owned(),
            region: region.to_owned(),
            account_id: Some("123456789012".to_owned()),
            version: VersionRange { min: version, max: version },
            subnets: BTreeMap::new(),
        }
    }

    fn prod() -> Cluster {
        Cluster::new("prod-7kx2p", "us-west-2")
    }

    fn facts(&self) -> ClusterFacts<'_> {
        ClusterFacts {
            infra_id: &self.infra_id,
            region: &self.region,
            account_id: self.account_id.as_deref(),
            version: self.version,
            subnets: &self.subnets,
            written: None,
        }
    }
}

fn documents(text: &str) -> Vec<Node> {
    let mut findings = Findings::new();
    let documents = parse(text, FileId(0), &Limits::default(), &mut findings).expect("the text is read");
    assert!(findings.is_empty(), "{findings:?}");
    documents
}

fn sorted(findings: Findings) -> Vec<Finding> {
    findings.into_sorted(&Sources::default())
}

/// `CODE line: message`, sorted by place.
fn lines(findings: Vec<Finding>) -> Vec<String> {
    findings
        .iter()
        .map(|finding| {
            let line = finding.primary.as_ref().map_or(0, |label| label.position.line);
            format!("{} {line}: {}", finding.rule.code, finding.message)
        })
        .collect()
}

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings
        .iter()
        .filter(|finding| finding.severity != Severity::Note)
        .map(|finding| finding.rule.code)
        .collect()
}

fn unwrap(text: &str) -> (Option<Copied>, Vec<Finding>) {
    let mut findings = Findings::new();
    let copied = unwrap_copied(&documents(text), FileId(0), &mut findings);
    (copied, sorted(findings))
}

fn check(text: &str, cluster: &Cluster) -> Vec<Finding> {
    let mut findings = Findings::new();
    if let Some(copied) = unwrap_copied(&documents(text), FileId(0), &mut findings) {
        Aws.check_copied(&copied, &cluster.facts(), &mut findings);
    }
    sorted(findings)
}

/// The findings, other than notes, of the worker with one text replaced.
fn check_changed(from: &str, to: &str) -> Vec<Finding> {
    assert!(WORKER.contains(from), "{from}");
    let mut findings = check(&WORKER.replacen(from, to, 1), &Cluster::prod());
    findings.retain(|finding| finding.severity != Severity::Note);
    findings
}

#[track_caller]
fn assert_one(findings: &[Finding], code: &str, message: &str, help: &str) {
    let [finding] = findings else { panic!("{:?}", lines(findings.to_vec())) };
    assert_eq!(finding.rule.code, code);
    assert!(finding.message.contains(message), "{}", finding.message);
    let written = finding.help.as_deref().unwrap_or_default();
    assert!(written.contains(help), "{written}");
}

#[derive(Clone)]
struct Wish {
    instance_type: &'static str,
    zone: &'static str,
    market: Market,
    root_volume: Option<RootVolume>,
    user_data_secret: Option<&'static str>,
    overrides: Option<&'static str>,
    allowed: Vec<String>,
}

impl Default for Wish {
    fn default() -> Wish {
        Wish {
            instance_type: "m6i.xlarge",
            zone: "us-west-2a",
            market: Market::OnDemand,
            root_volume: None,
            user_data_secret: None,
            overrides: None,
            allowed: Vec::new(),
        }
    }
}

/// Renders from a copied text that is checked first; gives what rendering found.
fn render_from(text: &str, wish: &Wish, cluster: &Cluster) -> (Json, Vec<Finding>) {
    let mut ignored = Findings::new();
    let copied = unwrap_copied(&documents(text), FileId(0), &mut ignored).expect("a providerSpec");
    let clean = Aws.check_copied(&copied, &cluster.facts(), &mut ignored);
    let overrides = wish.overrides.map(|text| documents(text).remove(0));
    let machine = MachineWish {
        instance_type: wish.instance_type,
        zone: wish.zone,
        only_zone_differs: false,
        market: &wish.market,
        root_volume: wish.root_volume.as_ref(),
        user_data_secret: wish.user_data_secret,
        overrides: overrides.as_ref(),
        allowed_overrides: &wish.allowed,
        written: None,
    };
    let mut findings = Findings::new();
    let value = Aws.render(&clean, &machine, &cluster.facts(), &mut findings);
    (value.into(), sorted(findings))
}

fn render(wish: &Wish) -> (Json, Vec<Finding>) {
    render_from(WORKER, wish, &Cluster::prod())
}

#[track_caller]
fn rendered(wish: &Wish) -> Json {
    let (value, findings) = render(wish);
    assert!(findings.is_empty(), "{:?}", lines(findings));
    value
}

// Taking the value out

#[test]
fn a_bare_value_a_machine_set_and_a_list_of_one_give_the_same() {
    let bare = unwrap(WORKER).0.unwrap().provider_spec.to_json();
    let value = indented(WORKER, 10);
    let machine_set = format!(
        "apiVersion: machine.openshift.io/v1beta1\nkind: MachineSet\nspec:\n  template:\n    spec:\n      providerSpec:\n        value:\n{value}"
    );
    assert_eq!(unwrap(&machine_set).0.unwrap().provider_spec.to_json(), bare);
    let list = format!("apiVersion: v1\nkind: List\nitems:\n- {}", indented(&machine_set, 2).trim_start());
    assert_eq!(unwrap(&list).0.unwrap().provider_spec.to_json(), bare);
    let wrapped = format!("providerSpec:\n  value:\n{}", indented(WORKER, 4));
    assert_eq!(unwrap(&wrapped).0.unwrap().provider_spec.to_json(), bare);
    let as_json = unwrap(&documents(&list)[0].to_json().to_string()).0.unwrap();
    assert_eq!(as_json.provider_spec.to_json(), bare);
}

fn indented(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
}

#[test]
fn other_kinds_are_refused_by_name() {
    for (text, word) in [
        ("kind: Machine\nspec: {}", "Machine "),
        ("kind: MachineDeployment\nspec: {}", "MachineDeployment"),
        ("kind: ControlPlaneMachineSet\nspec: {}", "ControlPlaneMachineSet"),
        ("kind: NodePool\nspec: {}", "NodePool"),
        ("kind: MachinePool\nspec: {}", "MachinePool"),
        ("apiVersion: cluster.k8s.io/v1alpha1\nkind: MachineSet\nspec: {}", "cluster.k8s.io/v1alpha1"),
        ("apiVersion: cluster.x-k8s.io/v1beta1\nkind: MachineSet\nspec: {}", "cluster.x-k8s.io/v1beta1"),
        (
            "apiVersion: machine.openshift.io/v1beta1\nkind: MachineSet\nspec: {}",
            "spec.template.spec.providerSpec.value",
        ),
        ("kind: Deployment\nspec: {}", "Deployment"),
        ("- a\n- b", "no map"),
        ("just text", "no map"),
        ("", "no object"),
    ] {
        let (copied, findings) = unwrap(text);
        assert!(copied.is_none(), "{text}");
        assert_one(&findings, "PSP001", word, " ");
    }
}

#[test]
fn several_objects_are_refused() {
    let (copied, findings) =
        unwrap("kind: MachineSet\nmetadata: {name: a}\n---\nkind: MachineAutoscaler\nmetadata: {name: b}\n");
    assert!(copied.is_none());
    assert_one(&findings, "PSP002", "MachineSet `a`, MachineAutoscaler `b`", "keep one MachineSet");
    let (_, findings) = unwrap("kind: List\nitems:\n- kind: MachineSet\n- kind: MachineSet\n");
    assert_one(&findings, "PSP002", "2 objects", "keep one");
}

#[test]
fn one_note_names_all_that_falls_away() {
    let text = format!(
        "apiVersion: machine.openshift.io/v1beta1
kind: MachineSet
metadata:
  annotations:
    machine.openshift.io/vCPU: '4'
    machine.openshift.io/memoryMb: '16384'
    example.com/owner: me
  creationTimestamp: null
  labels: {{machine.openshift.io/cluster-api-cluster: prod-7kx2p}}
  uid: 1-2
spec:
  deletePolicy: Oldest
  template:
    metadata: {{creationTimestamp: null}}
    spec:
      lifecycleHooks: {{}}
      tolerations: [{{key: a}}]
      providerSpec:
        value:
{}status: {{replicas: 1}}
",
        indented(WORKER, 10)
    );
    let findings = check(&text, &Cluster::prod());
    assert_eq!(
        lines(findings),
        [
            "PSP003 0: dropped from the copied file: `metadata.creationTimestamp`, `metadata.uid`, `machine.openshift.io/vCPU`, `machine.openshift.io/memoryMb`, `status`, `lifecycleHooks`, `blockDevices[].ebs.iops`, `blockDevices[].ebs.kmsKey.arn`, `capacityReservationId`, `metadata.creationTimestamp`, `metadataServiceOptions`, `publicIp`; not taken over, a pool states it itself: `example.com/owner`, `spec.deletePolicy`, `tolerations`",
        ]
    );
}

// The corpus

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

// The closed description

#[test]
fn unknown_keys_are_refused_with_the_nearest_one() {
    for (from, to, message, help) in [
        ("publicIp: null", "publicIP: true", "`publicIP` is no field", "write `publicIp`"),
        ("instanceType:", "instancetyp:", "`instancetyp` is no field", "write `instanceType`"),
        ("    volumeSize:", "    size:", "`size` is no field of `blockDevices[0].ebs`", "`volumeType`"),
        ("  region: us", "  regoin: us", "`regoin` is no field of `placement`", "`region`"),
        ("deviceIndex: 0", "taints: []", "`taints` is no field", "state taints in the pool"),
    ] {
        assert_one(&check_changed(from, to), "PSP004", message, help);
    }
}

#[test]
fn wrong_types_are_refused_with_the_right_form() {
    for (from, to, message, help) in [
        (
            "publicIp: null",
            "spotMarketOptions: {maxPrice: 0.90}",
            "must be text, but it is the number 0.9",
            "\"0.90\"",
        ),
        (
            "volumeSize: 120",
            "volumeSize: '120'",
            "must be an integer, but it is the text `120`",
            "remove the quotes: 120",
        ),
        ("publicIp: null", "publicIp: 'true'", "must be true or false", "remove the quotes: true"),
        ("publicIp: null", "keyName: true", "must be text, but it is the boolean true", "\"true\""),
        (
            "metadataServiceOptions: {}",
            "metadataServiceOptions: {authentication: required}",
            "`required`",
            "write `Required`",
        ),
    ] {
        assert_one(&check_changed(from, to), "PSP005", message, help);
    }
    let findings = check_changed(
        "subnet:\n  filters:\n  - name: tag:Name\n    values:\n    - prod",
        "subnet:\n- filters:\n  - name: tag:Name\n    values:\n    - prod",
    );
    assert_eq!(codes(&findings), ["PSP005"]);
}

#[test]
fn the_kind_and_the_group_are_the_platforms() {
    let legacy = check_changed("apiVersion: machine.", "apiVersion: awsproviderconfig.");
    assert_eq!(codes(&legacy), [""; 0]);
    assert_one(
        &check_changed("apiVersion: machine.", "apiVersion: amachine."),
        "PSP009",
        "amachine",
        "machine.openshift.io/v1beta1",
    );
    assert_one(
        &check_changed("AWSMachineProviderConfig", "GCPMachineProviderSpec"),
        "PSP009",
        "GCPMachineProviderSpec",
        "copy",
    );
}

#[test]
fn fields_newer_than_the_oldest_version_are_refused() {
    let mut cluster = Cluster::prod();
    cluster.version = VersionRange { min: MinorVersion::new(4, 20), max: MinorVersion::new(4, 21) };
    let text = WORKER.replace("    volumeType: gp3", "    volumeType: gp3\n    throughputMib: 250");
    let findings = check(&text, &cluster);
    assert_eq!(codes(&findings), ["PSP018"]);
    assert!(findings.iter().any(|finding| finding.message.contains("exists from 4.21 on")));
    // An empty value is noise, and noise is no field.
    cluster.version = VersionRange { min: MinorVersion::new(4, 14), max: MinorVersion::new(4, 14) };
    assert_eq!(codes(&check(WORKER, &cluster)), [""; 0]);
}

// Admission

#[test]
fn references_that_do_nothing_are_refused_with_the_one_that_works() {
    // BC03-07
    let findings = check_changed(
        "  id: prod-7kx2p-worker-profile",
        "  arn: arn:aws:iam::123456789012:instance-profile/prod-7kx2p-worker-profile",
    );
    assert_one(
        &findings,
        "PSP007",
        "`iamInstanceProfile.arn` has no effect",
        "{id: prod-7kx2p-worker-profile}",
    );
    let findings = check_changed("ami:\n", "ami:\n  arn: arn:aws:ec2:us-west-2::image/ami-1\n");
    assert_one(&findings, "PSP007", "`ami.arn` has no effect", "ami.id");
    let findings = check_changed(
        "- filters:\n  - name: tag:Name\n    values:\n    - prod-7kx2p-node",
        "- arn: arn:aws:ec2:us-west-2:123456789012:security-group/sg-1",
    );
    assert_one(&findings, "PSP007", "`securityGroups[0].arn` has no effect", "`id`");
}

#[test]
fn what_a_machine_needs_must_be_there() {
    for (from, to, message) in [
        ("  id: ami-0123456789abcdef0", "  id: ''", "`ami.id` is missing"),
        ("iamInstanceProfile:\n  id: prod-7kx2p-worker-profile\n", "", "`iamInstanceProfile.id` is missing"),
        ("  name: worker-user-data", "  name: ''", "`userDataSecret` has no name"),
        ("publicIp: null", "cpuOptions: {}", "`cpuOptions` may not be empty"),
    ] {
        assert_one(&check_changed(from, to), "PSP008", message, " ");
    }
}

#[test]
fn markets_exclude_each_other() {
    let id = "cr-0123456789abcdef0";
    for (to, message) in [
        // BC03-11
        (format!("spotMarketOptions: {{}}\ncapacityReservationId: {id}"), "cannot be combined"),
        ("marketType: OnDemand\nspotMarketOptions: {}".to_owned(), "`OnDemand` cannot be combined"),
        ("marketType: CapacityBlock\nspotMarketOptions: {}".to_owned(), "`CapacityBlock` cannot be combined"),
        ("marketType: CapacityBlock".to_owned(), "needs `capacityReservationId`"),
        (format!("marketType: Spot\ncapacityReservationId: {id}"), "`Spot` cannot be combined"),
    ] {
        assert_one(&check_changed("capacityReservationId: ''", &to), "PSP010", message, " ");
    }
    assert_one(
        &check_changed("capacityReservationId: ''", "capacityReservationId: cr-1"),
        "PSP011",
        "`cr-1`",
        "17",
    );
    let free = check_changed("publicIp: null", "spotMarketOptions: {maxPrice: cheap}");
    assert_one(&free, "PSP012", "`cheap` is no price", "0.90");
    assert_eq!(codes(&check_changed("publicIp: null", "spotMarketOptions: {}")), [""; 0]);
}

#[test]
fn volumes_take_what_their_type_takes() {
    for (to, code, message) in [
        ("volumeType: gp3\n    throughputMib: 100", "PSP013", "100 MiB/s lies outside 125 to 2000"),
        ("volumeType: gp2\n    throughputMib: 200", "PSP013", "gp3 volumes only"),
        ("volumeType: io2", "PSP013", "needs `iops`"),
        ("volumeType: gp4", "PSP013", "`gp4` is no EBS volume type"),
        ("volumeType: gp3\n- ebs: {volumeSize: 10}", "PSP014", "`blockDevices[1]` has no `deviceName`"),
        ("volumeType: gp3\n- deviceName: /dev/sdf", "PSP013", "`blockDevices[1]` has no `ebs`"),
    ] {
        assert_one(&check_changed("volumeType: gp3", to), code, message, " ");
    }
}

#[test]
fn placement_is_whole() {
    for (to, code, message) in [
        ("placementGroupName: a\nplacementGroupPartition: 8", "PSP016", "1 to 7"),
        ("placementGroupPartition: 2", "PSP016", "without `placementGroupName`"),
    ] {
        assert_one(&check_changed("publicIp: null", to), code, message, " ");
    }
    for (host, message) in [
        ("  tenancy: host\n  host: {affinity: AnyAvailable, dedicatedHost: {id: x}}", "no host id"),
        ("  tenancy: host\n  host: {affinity: DedicatedHost}", "needs `dedicatedHost`"),
        (
            "  tenancy: host\n  host: {dedicatedHost: {id: h-0123456789abcdef0}}",
            "`placement.host.affinity` is missing",
        ),
        ("  tenancy: dedicated\n  host: {affinity: AnyAvailable}", "needs `placement.tenancy: host`"),
        (
            "  tenancy: host\n  host: {affinity: DedicatedHost, dedicatedHost: {allocationStrategy: Dynamic, id: h-01234567}}",
            "does not go with",
        ),
        (
            "  tenancy: host\n  host: {affinity: DedicatedHost, dedicatedHost: {allocationStrategy: Dynamic, dynamicHostAllocation: {tags: []}}}",
            "1 to 50 tags",
        ),
    ] {
        assert_one(
            &check_changed("  region: us-west-2", &format!("  region: us-west-2\n{host}")),
            "PSP015",
            message,
            " ",
        );
    }
    let good = "  region: us-west-2\n  tenancy: host\n  host: {affinity: DedicatedHost, dedicatedHost: {id: h-0123456789abcdef0}}";
    assert_eq!(codes(&check_changed("  region: us-west-2", good)), [""; 0]);
}

#[test]
fn tags_without_effect_are_told() {
    let tags = |more: &str| check_changed("  value: owned", &format!("  value: owned\n{more}"));
    assert_one(&tags("- {name: a, value: b}\n- {name: a, value: c}"), "PSP017", "stands twice", "remove");
    assert_one(&tags("- {name: Name, value: b}"), "PSP017", "is dropped", "remove");
    assert_eq!(codes(&tags("- {name: empty, value: ''}")), [""; 0]);
}

// Identity and place

#[test]
fn another_clusters_names_are_refused_where_ours_are_expected() {
    let text = WORKER.replace("prod-7kx2p", "preprod-9vn4h");
    let findings = check(&text, &Cluster::prod());
    assert_eq!(codes(&findings), ["CLU020"; 4]);
    let own_label = format!(
        "apiVersion: machine.openshift.io/v1beta1\nkind: MachineSet\nmetadata:\n  labels: {{machine.openshift.io/cluster-api-cluster: lab-metal}}\nspec:\n  template:\n    spec:\n      providerSpec:\n        value:\n{}",
        indented(&WORKER.replace("prod-7kx2p-node", "lab-metal-node"), 10)
    );
    assert_eq!(codes(&check(&own_label, &Cluster::prod())), ["CLU021", "CLU020"]);
}

#[test]
fn another_account_or_region_is_refused() {
    let kms = |arn: &str| check_changed("arn: ''", &format!("arn: {arn}"));
    assert_one(
        &kms("arn:aws:kms:us-west-2:210987654321:key/1"),
        "CLU022",
        "account 210987654321",
        "accountID",
    );
    assert_one(
        &kms("arn:aws:kms:us-east-1:123456789012:key/1"),
        "CLU023",
        "region us-east-1",
        "cluster.region",
    );
    assert_eq!(codes(&kms("arn:aws:kms:us-west-2:123456789012:key/1")), [""; 0]);
    let findings = check(WORKER, &Cluster::new("prod-7kx2p", "us-east-1"));
    assert_eq!(codes(&findings), ["CLU023"]);
}

#[test]
fn a_zone_is_a_zone_of_the_region() {
    let findings = check_changed("availabilityZone: us-west-2a", "availabilityZone: us-west-2");
    assert_eq!(codes(&findings), ["PSP023"]);
    assert!(lines(findings).iter().any(|line| line.contains("is the region itself")));
    assert!(Aws.check_zone("us-west-2-lax-1a", "us-west-2").is_ok());
}

#[test]
fn a_subnet_of_another_zone_is_refused() {
    // BC03-08
    let findings = check_changed("availabilityZone: us-west-2a", "availabilityZone: us-west-2c");
    assert_one(
        &findings,
        "PSP022",
        "names zone `us-west-2a`, but `placement.availabilityZone` is `us-west-2c`",
        "us-west-2c",
    );
}

#[test]
fn stale_capacity_is_told_with_the_one_that_is_believed() {
    let with = |annotations: &str, version: (u16, u16)| {
        let mut cluster = Cluster::prod();
        let version = MinorVersion::new(version.0, version.1);
        cluster.version = VersionRange { min: version, max: version };
        let text = format!(
            "apiVersion: machine.openshift.io/v1beta1\nkind: MachineSet\nmetadata:\n  annotations:\n{annotations}\nspec:\n  template:\n    spec:\n      providerSpec:\n        value:\n{}",
            indented(&WORKER.replace("m6i.xlarge", "unknown.type"), 10)
        );
        check(&text, &cluster)
    };
    let pair = "    machine.openshift.io/memoryMb: '65536'\n    capacity.cluster-autoscaler.kubernetes.io/memory: 32Gi";
    for (version, believed) in
        [((4, 20), "`capacity.cluster-autoscaler"), ((4, 19), "`machine.openshift.io/memoryMb`")]
    {
        let findings = with(pair, version);
        assert_eq!(codes(&findings), ["PSP024"]);
        let help = findings.iter().find(|f| f.rule.code == "PSP024").unwrap().help.clone().unwrap();
        assert!(help.contains(&format!("believes {believed}")), "{help}");
    }
    let same = "    machine.openshift.io/memoryMb: '65536'\n    capacity.cluster-autoscaler.kubernetes.io/memory: 64Gi";
    assert_eq!(codes(&with(same, (4, 20))), [""; 0]);
    let alone = "    capacity.cluster-autoscaler.kubernetes.io/gpu-count: '1'";
    assert_eq!(codes(&with(alone, (4, 20))), ["PSP024"]);
}

// Rendering

#[test]
fn the_same_machine_comes_out_without_noise_and_sorted() {
    let value = rendered(&Wish::default());
    assert_eq!(
        value.to_string(),
        json!({
            "apiVersion": "machine.openshift.io/v1beta1",
            "kind": "AWSMachineProviderConfig",
            "ami": {"id": "ami-0123456789abcdef0"},
            "blockDevices": [{"ebs": {"encrypted": true, "volumeSize": 120, "volumeType": "gp3"}}],
            "credentialsSecret": {"name": "aws-cloud-credentials"},
            "deviceIndex": 0,
            "iamInstanceProfile": {"id": "prod-7kx2p-worker-profile"},
            "instanceType": "m6i.xlarge",
            "placement": {"availabilityZone": "us-west-2a", "region": "us-west-2"},
            "securityGroups": [{"filters": [{"name": "tag:Name", "values": ["prod-7kx2p-node"]}]}],
            "subnet": {"filters": [{"name": "tag:Name", "values": ["prod-7kx2p-subnet-private-us-west-2a"]}]},
            "tags": [{"name": "kubernetes.io/cluster/prod-7kx2p", "value": "owned"}],
            "userDataSecret": {"name": "worker-user-data"}
        })
        .to_string()
    );
}

#[test]
fn rendering_what_was_rendered_changes_nothing() {
    let wish = Wish {
        instance_type: "g6e.xlarge",
        zone: "us-west-2b",
        market: Market::Spot(None),
        ..Wish::default()
    };
    let once = rendered(&wish);
    let (twice, findings) = render_from(&once.to_string(), &wish, &Cluster::prod());
    assert!(findings.is_empty(), "{:?}", lines(findings));
    assert_eq!(once, twice);
    let mut notes = check(&once.to_string(), &Cluster::prod());
    notes.retain(|finding| finding.rule.code == "PSP003");
    assert!(notes.is_empty(), "{:?}", lines(notes));
}

#[test]
fn the_zone_moves_with_its_subnet() {
    let value = rendered(&Wish { zone: "us-west-2-lax-1a", ..Wish::default() });
    assert_eq!(value["placement"]["availabilityZone"], "us-west-2-lax-1a");
    assert_eq!(value["subnet"]["filters"][0]["values"][0], "prod-7kx2p-subnet-private-us-west-2-lax-1a");
}

#[test]
fn a_subnet_id_is_good_for_its_zone_only() {
    let text = WORKER.replace(
        "  filters:\n  - name: tag:Name\n    values:\n    - prod-7kx2p-subnet-private-us-west-2a",
        "  id: subnet-0123456789abcdef0",
    );
    let wish = Wish { zone: "us-west-2b", ..Wish::default() };
    let (_, findings) = render_from(&text, &wish, &Cluster::prod());
    assert_one(&findings, "PSP021", "lies in zone `us-west-2a`", "cluster.subnets.us-west-2b");
    let mut cluster = Cluster::prod();
    cluster.subnets.insert("us-west-2b".to_owned(), Subnet::Id("subnet-b".to_owned()));
    let (value, findings) = render_from(&text, &wish, &cluster);
    assert!(findings.is_empty());
    assert_eq!(value["subnet"], json!({"id": "subnet-b"}));
    let filter = Filter { name: "tag:Name".to_owned(), values: vec!["x".to_owned()] };
    cluster.subnets.insert("us-west-2b".to_owned(), Subnet::Filters(vec![filter]));
    let (value, _) = render_from(&text, &wish, &cluster);
    assert_eq!(value["subnet"], json!({"filters": [{"name": "tag:Name", "values": ["x"]}]}));
}

#[test]
fn a_subnet_named_by_the_end_of_its_zone_is_asked_for() {
    let text = WORKER.replace("prod-7kx2p-subnet-private-us-west-2a", "prod-private-2a");
    let wish = Wish { zone: "us-west-2b", ..Wish::default() };
    let (_, findings) = render_from(&text, &wish, &Cluster::prod());
    assert_one(&findings, "PSP021", "`prod-private-2a`", "cluster.subnets.us-west-2b");
    // A filter that is the same in every zone is fine: the controller adds the zone.
    let text = WORKER.replace("prod-7kx2p-subnet-private-us-west-2a", "prod-private");
    assert!(render_from(&text, &wish, &Cluster::prod()).1.is_empty());
}

#[test]
fn a_mismatch_of_the_copied_file_is_told_once_not_once_a_zone() {
    let text = WORKER.replace("availabilityZone: us-west-2a", "availabilityZone: us-west-2c");
    let (_, findings) = render_from(&text, &Wish { zone: "us-west-2b", ..Wish::default() }, &Cluster::prod());
    assert!(findings.is_empty(), "{:?}", lines(findings));
}

#[test]
fn the_market_is_written_as_the_webhook_wants_it() {
    let spot = rendered(&Wish { market: Market::Spot(None), ..Wish::default() });
    assert_eq!(spot["spotMarketOptions"], json!({}));
    let price = Some(Price::try_from("0.90".to_owned()).unwrap());
    let capped = Market::Spot(Some(SpotOptions { max_price: price }));
    assert_eq!(
        rendered(&Wish { market: capped, ..Wish::default() })["spotMarketOptions"],
        json!({"maxPrice": "0.90"})
    );
    let block = Market::CapacityBlock("cr-0123456789abcdef0".to_owned());
    let value = rendered(&Wish { market: block.clone(), ..Wish::default() });
    assert_eq!(value["marketType"], "CapacityBlock");
    assert_eq!(value["capacityReservationId"], "cr-0123456789abcdef0");
    // Back to on demand: no trace of Spot stays.
    let (value, _) = render_from(&spot.to_string(), &Wish::default(), &Cluster::prod());
    assert!(value.get("spotMarketOptions").is_none());
    let mut old = Cluster::prod();
    old.version.min = MinorVersion::new(4, 18);
    let (_, findings) = render_from(WORKER, &Wish { market: block, ..Wish::default() }, &old);
    assert_one(&findings, "PSP018", "`marketType` exists from 4.19 on", "4.19");
}

#[test]
fn a_copied_reservation_is_not_carried_where_it_does_not_hold() {
    let text = WORKER.replace("capacityReservationId: ''", "capacityReservationId: cr-0123456789abcdef0");
    let spot = Wish { market: Market::Spot(None), ..Wish::default() };
    assert_one(&render_from(&text, &spot, &Cluster::prod()).1, "PSP010", "Spot pool", "onDemand");
    assert!(render_from(&text, &Wish::default(), &Cluster::prod()).1.is_empty());
    let other_type = Wish { instance_type: "m6i.2xlarge", ..Wish::default() };
    assert_one(&render_from(&text, &other_type, &Cluster::prod()).1, "PSP027", "holds `m6i.xlarge`", "copy");
    let other_zone = Wish { zone: "us-west-2b", ..Wish::default() };
    assert_one(
        &render_from(&text, &other_zone, &Cluster::prod()).1,
        "PSP027",
        "holds machines in `us-west-2a`",
        "copy",
    );
    let block = text.replace("publicIp: null", "marketType: CapacityBlock");
    assert_one(
        &render_from(&block, &Wish::default(), &Cluster::prod()).1,
        "PSP027",
        "is a capacity block",
        "market",
    );
}

#[test]
fn the_image_fits_the_architecture() {
    let (_, findings) = render(&Wish { instance_type: "m7g.xlarge", ..Wish::default() });
    assert_one(&findings, "PSP025", "arm64", "that architecture");
    let wish = Wish {
        instance_type: "m7g.xlarge",
        overrides: Some("ami: {id: ami-0fedcba9876543210}"),
        allowed: vec!["ami".to_owned()],
        ..Wish::default()
    };
    assert_eq!(rendered(&wish)["ami"], json!({"id": "ami-0fedcba9876543210"}));
}

#[test]
fn efa_is_carried_over_with_a_warning() {
    let text = WORKER.replace("publicIp: null", "networkInterfaceType: EFA");
    let wish = Wish { instance_type: "m6i.2xlarge", ..Wish::default() };
    let (_, findings) = render_from(&text, &wish, &Cluster::prod());
    assert_one(&findings, "PSP026", "nothing checks", "EFA");
    assert_eq!(findings[0].severity, Severity::Warning);
}

#[test]
fn the_root_volume_is_patched_and_no_other() {
    let text = WORKER.replace(
        "blockDevices:\n",
        "blockDevices:\n- deviceName: /dev/sdf\n  ebs: {volumeSize: 500, volumeType: gp2}\n",
    );
    let root = RootVolume { size_gib: Some(200), encrypted: Some(false), ..RootVolume::default() };
    let (value, findings) =
        render_from(&text, &Wish { root_volume: Some(root), ..Wish::default() }, &Cluster::prod());
    assert!(findings.is_empty());
    assert_eq!(
        value["blockDevices"],
        json!([
            {"deviceName": "/dev/sdf", "ebs": {"volumeSize": 500, "volumeType": "gp2"}},
            {"ebs": {"encrypted": false, "volumeSize": 200, "volumeType": "gp3"}}
        ])
    );
}

#[test]
fn another_volume_type_drops_what_was_chosen_for_the_old_one() {
    let text = WORKER.replace("iops: 0", "iops: 9000\n    throughputMib: 500");
    let root = RootVolume { volume_type: Some("gp2".to_owned()), ..RootVolume::default() };
    let (value, findings) =
        render_from(&text, &Wish { root_volume: Some(root), ..Wish::default() }, &Cluster::prod());
    assert!(findings.is_empty(), "{:?}", lines(findings));
    assert_eq!(
        value["blockDevices"][0]["ebs"],
        json!({"encrypted": true, "volumeSize": 120, "volumeType": "gp2"})
    );
    let root = RootVolume { volume_type: Some("gp2".to_owned()), iops: Some(3000), ..RootVolume::default() };
    let (_, findings) =
        render_from(&text, &Wish { root_volume: Some(root), ..Wish::default() }, &Cluster::prod());
    assert_one(&findings, "PSP013", "have no effect", "gp3");
}

#[test]
fn a_root_volume_is_made_where_there_is_none() {
    let start = WORKER.find("blockDevices").unwrap();
    let end = WORKER.find("capacityReservationId").unwrap();
    let text = format!("{}{}", &WORKER[..start], &WORKER[end..]);
    let root = RootVolume { size_gib: Some(200), ..RootVolume::default() };
    let (value, _) =
        render_from(&text, &Wish { root_volume: Some(root), ..Wish::default() }, &Cluster::prod());
    assert_eq!(value["blockDevices"], json!([{"ebs": {"volumeSize": 200}}]));
}

#[test]
fn the_user_data_secret_of_a_machine_config_pool_is_set() {
    // BC03-13
    let value = rendered(&Wish { user_data_secret: Some("gpu-user-data-managed"), ..Wish::default() });
    assert_eq!(value["userDataSecret"], json!({"name": "gpu-user-data-managed"}));
}

#[test]
fn overrides_merge_where_they_may() {
    let wish = Wish {
        overrides: Some(
            "placement: {tenancy: dedicated}\ndeviceIndex: null\nblockDevices: [{deviceName: /dev/sdf, ebs: {volumeSize: 10}}]\n",
        ),
        ..Wish::default()
    };
    let value = rendered(&wish);
    assert_eq!(
        value["placement"],
        json!({"availabilityZone": "us-west-2a", "region": "us-west-2", "tenancy": "dedicated"})
    );
    assert!(value.get("deviceIndex").is_none());
    assert_eq!(value["blockDevices"][0]["ebs"]["volumeSize"], 120);
    assert_eq!(value["blockDevices"][1]["deviceName"], "/dev/sdf");
}

#[test]
fn overrides_do_not_reach_what_is_closed() {
    for (overrides, code, message) in [
        ("instanceType: m5.large", "PSP019", "`overrides.instanceType`"),
        ("placement: {availabilityZone: us-west-2b}", "PSP019", "`overrides.placement.availabilityZone`"),
        ("spotMarketOptions: {}", "PSP019", "spotMarketOptions"),
        ("marketType: Spot", "PSP019", "marketType"),
        ("capacityReservationId: cr-0123456789abcdef0", "PSP019", "capacityReservationId"),
        ("subnet: {id: subnet-1}", "PSP019", "subnet"),
        ("blockDevices: [{ebs: {volumeSize: 10}}]", "PSP019", "blockDevices"),
        ("blockDevices: null", "PSP019", "blockDevices"),
        ("placement: null", "PSP019", "placement"),
        ("ami: {id: ami-0fedcba9876543210}", "PSP020", "`overrides.ami`"),
        ("securityGroups: null", "PSP020", "`overrides.securityGroups`"),
        ("userDataSecret: {name: other}", "PSP020", "`overrides.userDataSecret`"),
        ("metadataServiceOptions: {authentication: Optional}", "PSP020", "metadataServiceOptions"),
        ("publicIP: true", "PSP004", "`publicIP` is no field"),
        ("keyname: x", "PSP004", "`keyname` is no field"),
        ("deviceIndex: '1'", "PSP005", "must be an integer"),
    ] {
        let wish = Wish { overrides: Some(overrides), ..Wish::default() };
        let (value, findings) = render(&wish);
        assert_one(&findings, code, message, " ");
        if code != "PSP005" {
            assert_eq!(value, rendered(&Wish::default()), "{overrides}");
        }
    }
    let wish = Wish {
        overrides: Some("userDataSecret: {name: other}"),
        allowed: vec!["userDataSecret".to_owned()],
        user_data_secret: Some("gpu-user-data-managed"),
        ..Wish::default()
    };
    assert_one(&render(&wish).1, "PSP019", "`overrides.userDataSecret`", "machineConfigPool");
}

#[test]
fn a_patched_value_is_checked_again() {
    let wish =
        Wish { overrides: Some("placementGroupPartition: 9\nplacementGroupName: a"), ..Wish::default() };
    assert_one(&render(&wish).1, "PSP016", "1 to 7", "1 to 7");
    let wish = Wish {
        overrides: Some(
            "tags: [{name: kubernetes.io/cluster/prod-7kx2p, value: owned}, {name: a, value: b}, {name: a, value: c}]",
        ),
        ..Wish::default()
    };
    assert_one(&render(&wish).1, "PSP017", "stands twice", "remove");
}

#[test]
fn what_an_override_takes_away_is_named() {
    let wish = Wish { overrides: Some("tags: [{name: a, value: b}]"), ..Wish::default() };
    assert_one(&render(&wish).1, "PSP031", "kubernetes.io/cluster/prod-7kx2p", "as a whole");
    // The root volume stays in any case, and so does what is repeated.
    let wish = Wish {
        overrides: Some(
            "blockDevices: [{deviceName: /dev/sdf, ebs: {volumeSize: 10}}]\ntags: [{name: kubernetes.io/cluster/prod-7kx2p, value: owned}]",
        ),
        ..Wish::default()
    };
    rendered(&wish);
}

#[test]
fn nothing_panics_on_odd_trees() {
    for text in [
        "kind: AWSMachineProviderConfig",
        "kind: [a]\nami: [1]\nplacement: x\nsubnet: 3\nsecurityGroups: {a: 1}\ntags: [1, null, {}]\nblockDevices: [x, {}, {ebs: 1}]",
        "kind: AWSMachineProviderConfig\nblockDevices: x\nspotMarketOptions: [1]\nsubnet: {filters: [1, {values: [1, é]}]}",
        "spec: 1",
        "items: []",
        "kind: List\nitems: [1]",
        "metadata: {annotations: 1}\nspec: {template: {spec: {providerSpec: {value: {ami: null}}}}}",
    ] {
        let mut findings = Findings::new();
        let Some(copied) = unwrap_copied(&documents(text), FileId(0), &mut findings) else { continue };
        let cluster = Cluster::prod();
        let clean = Aws.check_copied(&copied, &cluster.facts(), &mut findings);
        let root = RootVolume { size_gib: Some(1), ..RootVolume::default() };
        let overrides = documents("placement: 1\nblockDevices: 2\ntags: {a: b}").remove(0);
        let wish = MachineWish {
            instance_type: "é",
            zone: "é",
            only_zone_differs: false,
            market: &Market::Spot(None),
            root_volume: Some(&root),
            user_data_secret: Some("x"),
            overrides: Some(&overrides),
            allowed_overrides: &[],
            written: None,
        };
        Aws.render(&clean, &wish, &cluster.facts(), &mut findings);
    }
}
