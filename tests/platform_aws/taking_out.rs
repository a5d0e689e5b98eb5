//! The value is taken out of whatever was copied, and what falls away is named.

use super::*;

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
