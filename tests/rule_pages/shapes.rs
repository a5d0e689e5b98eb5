//! The guards see the objects whatever shape they have: none of them fails on an odd one.

use super::{mutate, support};
use poolsmith::diag::Findings;
use poolsmith::guard::{CommittedObject, CommittedObjects};
use poolsmith::load::ProjectFiles;
use poolsmith::render::Object;
use serde_json::{Value as Json, json};
use std::fs;

/// An environment that has something of everything.
const VALUES: &str = "\
pools:
  gpu:
    class: gpu-spot
    providerSpecFrom: worker
    instanceType: p5.48xlarge
    zones: [us-west-2a, us-west-2b]
    size: {min: 0, max: 4, per: total}
    nodeLabels: {nvidia.com/mig.config: all-1g.10gb, nvidia.com/device-plugin.config: half}
    expanderPriority: 10
    healthCheck: {enabled: true}
  new:
    providerSpecFrom: worker
    instanceType: m99.large
    zones: [us-west-2a]
    size: {min: 1, max: 4}
    scaleFromZero: {vcpu: 8, memoryMiB: 65536, gpus: 1}
    machineSetAnnotations: {machine.openshift.io/autoscaling-options-maxnodeprovisiontime: 30m}
autoscaler:
  balanceSimilarNodeGroups: true
  priorities: [{priority: 30, patterns: [-new-]}]
  resourceLimits: {maxNodesTotal: 30, cores: {min: 0, max: 4096}, memory: {min: 0, max: 65536}}
accelerators:
  nvidia:
    mig: {strategy: single}
    sharing:
      default: half
      configs: {half: {timeSlicing: {resources: [{name: nvidia.com/gpu, replicas: 2}]}}}
";

/// A workload and a PriorityClass in a list.
const TEMPLATE: &str = "\
apiVersion: v1
kind: ConfigMapList
items:
- apiVersion: batch/v1
  kind: Job
  metadata: {name: case, namespace: case}
  spec: {template: {spec: {nodeSelector: {node-type: gpu}, containers: [{name: case}]}}}
- {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: case}, value: 10}
";

/// What stands where something else is expected.
fn odd() -> Vec<Json> {
    vec![
        Json::Null,
        json!(true),
        json!(-1),
        json!(u64::MAX),
        json!(0.5),
        json!(""),
        json!("0"),
        json!("é: [\u{2028}"),
        json!("a".repeat(300)),
        json!([]),
        json!({}),
        json!([null]),
        json!([[{}], "x"]),
        json!({"": {"": []}}),
        json!({"key": 1, "name": [], "type": {}, "spec": 3}),
    ]
}

/// The JSON pointers to everything in a value.
fn pointers(value: &Json, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Json::Object(entries) => entries.iter().for_each(|(key, value)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            pointers(value, &format!("{at}/{key}"), found);
        }),
        Json::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| pointers(item, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

fn committed(objects: &[Object]) -> CommittedObjects {
    let object =
        |object: &Object| CommittedObject { path: object.name().to_owned(), value: object.value.clone() };
    CommittedObjects { objects: objects.iter().map(object).collect(), ..CommittedObjects::default() }
}

#[test]
fn no_shape_of_an_object_makes_a_guard_fail() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("project");
    support::copy(&support::repository().join("tests/rule-pages/base"), &project);
    fs::write(project.join("values/case.yaml"), VALUES).unwrap();
    fs::write(project.join("templates/case.yaml"), TEMPLATE).unwrap();
    let mut findings = Findings::new();
    let (_, files) = ProjectFiles::read(&project, &mut findings);
    let mut files = files.unwrap();
    let mut sources = files.sources.clone();
    let mut seen = 0;
    mutate::rendered(&mut files, &mut sources, &mut findings, |objects, _, judge| {
        let before = committed(objects);
        let odd = odd();
        let mut changed = objects.to_vec();
        for index in 0..objects.len() {
            let whole = objects[index].value.clone().into();
            let mut places = Vec::new();
            pointers(&whole, "", &mut places);
            for (round, place) in places.iter().enumerate() {
                // One value at each place: neighbours get the others.
                *changed[index].value.pointer_mut(place).unwrap() = odd[round % odd.len()].clone().into();
                judge(&changed, Some(&before));
                if objects[index].kind() == "MachineSet" && round % 4 == 0 {
                    judge(objects, Some(&committed(&changed)));
                }
                seen += 1;
                changed[index].value = whole.clone().into();
            }
        }
        judge(&[], None);
    });
    assert!(seen > 500, "{seen} shapes; {:?}", findings.iter().map(|one| &one.message).collect::<Vec<_>>());
}
