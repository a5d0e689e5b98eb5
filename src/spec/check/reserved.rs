//! Metadata that only the renderer or an operator writes.
//!
//! Sources: argo-cd `pkg/apis/application/v1alpha1`, gitops-engine `pkg/sync/common`;
//! cluster-autoscaler-operator `pkg/controller/machineautoscaler/machinetarget.go`; kubernetes-autoscaler
//! `cluster-autoscaler/cloudprovider/openshift`; machine-api-operator
//! `pkg/controller/machineset/delete_policy.go`.

/// Why a key may not be set by hand, if it may not.
pub(super) fn reason(key: &str) -> Option<&'static str> {
    let prefix = key.split_once('/').map_or("", |(prefix, _)| prefix);
    if prefix == "argocd.argoproj.io" || prefix.ends_with(".argoproj.io") {
        return Some("it steers Argo CD: a hook makes it delete and recreate the object at every sync");
    }
    if prefix == "helm.sh" {
        return Some("Argo CD reads it as a hook or a keep policy");
    }
    if prefix == "capacity.cluster-autoscaler.kubernetes.io" {
        return Some("the platform's controllers and the autoscaler's operator own it");
    }
    if prefix == "poolsmith.dev" {
        return Some("the renderer owns it");
    }
    if matches!(prefix, "machine.openshift.io" | "cluster.k8s.io" | "autoscaling.openshift.io")
        && !key.starts_with("machine.openshift.io/autoscaling-options-")
        && key != "machine.openshift.io/exclude-node-draining"
    {
        return Some("the Machine API and the autoscaler's operator own it");
    }
    match key {
        "app.kubernetes.io/instance" => Some("Argo CD tracks objects by it"),
        "app.kubernetes.io/managed-by" => Some("the renderer owns it"),
        "cluster-api/accelerator" => Some("it is derived from the instance type, or from the pool's `accelerator`"),
        _ => None,
    }
}
