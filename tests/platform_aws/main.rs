//! AWS: copied providerSpecs in, checked and patched ones out.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

#[path = "../support/mod.rs"]
mod support;

mod checking;
mod corpus;
mod rendering;
mod taking_out;

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

fn indented(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
}
