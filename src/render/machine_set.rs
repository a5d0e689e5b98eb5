//! MachineSets: one for each zone of a pool.
//!
//! # Capacity annotations
//!
//! The autoscaler learns from annotations what a node of an empty MachineSet would have. They are not
//! written here as a rule: the provider's MachineSet controller writes `machine.openshift.io/vCPU`,
//! `memoryMb` and `GPU` at every reconcile, and the cluster-autoscaler-operator copies them to
//! `capacity.cluster-autoscaler.kubernetes.io/*` where these are missing, so a value in Git would
//! start a fight or freeze a copy.
//!
//! For an instance type that the provider's catalogue lacks the controllers write nothing (event
//! FailedUpdate), and the group cannot grow from zero. So where the spec states the capacity by hand,
//! the MachineSets of the pool carry, whoever decides their size, so that a later change of hands
//! finds it there:
//!
//! - `capacity.cluster-autoscaler.kubernetes.io/{cpu,memory}`, with GPUs `gpu-count` and `gpu-type`:
//!   no controller overwrites them, and autoscalers from 4.20 on prefer them;
//! - `capacity.cluster-autoscaler.kubernetes.io/labels` with the architecture, because the autoscaler
//!   otherwise assumes its own. A provider that does know the type merges its own entry into it;
//! - `machine.openshift.io/{vCPU,memoryMb}` and `GPU` only while the cluster may be older than 4.20,
//!   whose autoscaler reads nothing else. A provider that does know the type, or learns it with an
//!   update, overwrites them at every reconcile.
//!
//! What a provider may write, Argo CD is told to ignore. The price: Argo CD then writes it only when it
//! creates the MachineSet (it copies the live object's ignored fields, and their absence, over Git's:
//! argoproj/argo-cd `controller/sync.go`), so a MachineSet that runs already needs `oc annotate`.
//!
//! Nobody writes `ephemeral-disk` and `maxPods`, and `taints` only repeats what the template says.
//!
//! Sources: openshift/kubernetes-autoscaler `cluster-autoscaler/cloudprovider/openshift/`,
//! openshift/cluster-autoscaler-operator `pkg/controller/machineautoscaler/machinetarget.go`,
//! openshift/machine-api-provider-aws `pkg/actuators/machineset/controller.go`.

use super::fields::Fields;
use super::object::{Bundle, MACHINE_API_NAMESPACE, Metadata, Object, Origin, string_map};
use crate::json::{Text, Value as Json};
use crate::plan::{MachineSetPlan, NodeCapacity, Plan, PoolPlan, Scaling};
use crate::sorted::{IntoSorted, sort};
use crate::spec::pool::{Architecture, Taint};
use crate::spec::scalars::MinorVersion;
use std::collections::BTreeMap;

/// The apiVersion of MachineSets and MachineHealthChecks.
pub const API_VERSION: &str = "machine.openshift.io/v1beta1";
/// The kind.
pub const KIND: &str = "MachineSet";
/// The label with the cluster's infrastructure name.
pub const CLUSTER_LABEL: &str = "machine.openshift.io/cluster-api-cluster";
/// The label with the machine-role.
pub const ROLE_LABEL: &str = "machine.openshift.io/cluster-api-machine-role";
/// The label with the machine-type, which repeats the role.
pub const TYPE_LABEL: &str = "machine.openshift.io/cluster-api-machine-type";
/// The label by which a MachineSet's selector finds its machines.
pub const MACHINE_SET_LABEL: &str = "machine.openshift.io/cluster-api-machineset";
/// The label with the pool's name, on MachineSets and machines.
pub const POOL_LABEL: &str = "poolsmith.dev/pool";
/// The annotation that announces a removal: a later run allows the removal of what carries it.
pub const STATE_ANNOTATION: &str = "poolsmith.dev/state";
/// The value of [`STATE_ANNOTATION`] on a MachineSet that is being given up.
pub const STATE_RETIRING: &str = "retiring";

/// The first release whose autoscaler reads all of the upstream capacity annotations.
const READS_UPSTREAM_CAPACITY: MinorVersion = MinorVersion::new(4, 20);
const UPSTREAM_CAPACITY: &str = "capacity.cluster-autoscaler.kubernetes.io";
const PLATFORM_CAPACITY: &str = "machine.openshift.io";

/// The MachineSets of all pools. Their providerSpecs are taken out of the plan.
pub(super) fn render(plan: &mut Plan) -> Vec<Object> {
    let planned = plan.pools.iter_mut().flat_map(|pool| &mut pool.machine_sets);
    let provider_specs: Vec<Json> = planned.map(|set| std::mem::take(&mut set.provider_spec)).collect();
    let sets = plan.pools.iter().flat_map(|pool| pool.machine_sets.iter().map(move |set| (pool, set)));
    sets.zip(provider_specs).map(|((pool, set), spec)| machine_set(plan, pool, set, spec)).collect()
}

fn machine_set(plan: &Plan, pool: &PoolPlan, set: &MachineSetPlan, provider_spec: Json) -> Object {
    let mut metadata = Metadata::named(&set.name)
        .namespace(MACHINE_API_NAMESPACE)
        .label(CLUSTER_LABEL, &plan.cluster.infra_id)
        .label(POOL_LABEL, &pool.name);
    for (key, value) in &pool.machine_set_annotations {
        metadata = metadata.annotation(key, value);
    }
    for (key, value) in capacity_annotations(plan, pool) {
        metadata = metadata.annotation(key, value);
    }
    if matches!(set.scaling, Scaling::Retiring { .. }) {
        metadata = metadata.annotation(STATE_ANNOTATION, STATE_RETIRING);
    }
    let node_metadata = Fields::new().with_filled("labels", string_map(&pool.node_labels));
    let machine = Fields::new()
        .with_filled("metadata", node_metadata)
        .with_filled("taints", taints(&pool.taints))
        .with("providerSpec", Fields::new().with("value", provider_spec));
    let template = Fields::new()
        .with("metadata", Fields::new().with("labels", string_map(machine_labels(plan, pool, set))))
        .with("spec", machine);
    let spec = Fields::new()
        .with("replicas", set.scaling.written_replicas())
        .with_some("deletePolicy", pool.delete_policy.map(|policy| policy.as_str()))
        .with("selector", Fields::new().with("matchLabels", string_map(&set.selector)))
        .with("template", template);
    let origin = Origin::Pool { pool: pool.name.clone(), zone: Some(set.zone.clone()) };
    Fields::new().with("spec", spec).into_object(Bundle::Capacity, (API_VERSION, KIND), metadata, origin)
}

/// The labels of the machines. The selector is immutable and has the last word, or the webhook refuses
/// the object.
fn machine_labels(plan: &Plan, pool: &PoolPlan, set: &MachineSetPlan) -> BTreeMap<Text, Text> {
    let stated = pool.machine_labels.iter().map(|(key, value)| (Text::from(key), Text::from(value)));
    let mut labels = stated.into_map();
    let (infra_id, role) = (Text::from(&plan.cluster.infra_id), Text::from(&pool.machine_role));
    for (key, value) in [
        (CLUSTER_LABEL, infra_id),
        (ROLE_LABEL, role.clone()),
        (TYPE_LABEL, role),
        (MACHINE_SET_LABEL, Text::from(&set.name)),
        (POOL_LABEL, Text::from(&pool.name)),
    ] {
        labels.insert(Text::new_static(key), value);
    }
    for (key, value) in &set.selector {
        match labels.get_mut(key.as_str()) {
            Some(label) if label == value => {}
            Some(label) => *label = Text::from(value),
            None => _ = labels.insert(Text::from(key), Text::from(value)),
        }
    }
    labels
}

fn taints(taints: &[Taint]) -> Json {
    let mut sorted: Vec<&Taint> = taints.iter().collect();
    sort(&mut sorted);
    let taint = |taint: &Taint| -> Json {
        Fields::new()
            .with("key", taint.key.as_str())
            .with_some("value", taint.value.as_deref())
            .with("effect", taint.effect.as_str())
            .into()
    };
    sorted.into_iter().map(taint).collect()
}

/// What Argo CD is to leave alone in a MachineSet, as JSON pointers to scalars, sorted.
///
/// With `RespectIgnoreDifferences` a path through a list would freeze the whole list
/// (argoproj/argo-cd issue 9678).
pub(super) fn ignored_pointers(plan: &Plan, pool: &PoolPlan, set: &MachineSetPlan) -> Vec<String> {
    let mut pointers: Vec<String> = capacity_annotations(plan, pool)
        .into_keys()
        .filter(|key| key.starts_with(PLATFORM_CAPACITY) || key.ends_with("/labels"))
        .map(|key| format!("/metadata/annotations/{}", key.replace('~', "~0").replace('/', "~1")))
        .collect();
    if set.scaling.replicas_ignored() {
        pointers.push("/spec/replicas".to_owned());
    }
    pointers.extend(plan.cluster.managed_boot_image.map(str::to_owned));
    sort(&mut pointers);
    pointers
}

/// What a node has, for the autoscaler, where no controller can know; see the head of this file.
fn capacity_annotations(plan: &Plan, pool: &PoolPlan) -> BTreeMap<String, String> {
    let mut annotations = BTreeMap::new();
    let Some(NodeCapacity { vcpu, memory_mib, gpus, architecture }) = pool.capacity else {
        return annotations;
    };
    if !pool.capacity_stated {
        return annotations;
    }
    let mut write = |prefix: &str, name: &str, value: String| {
        annotations.insert(format!("{prefix}/{name}"), value);
    };
    write(UPSTREAM_CAPACITY, "cpu", vcpu.to_string());
    write(UPSTREAM_CAPACITY, "memory", format!("{memory_mib}Mi"));
    write(UPSTREAM_CAPACITY, "labels", format!("kubernetes.io/arch={}", architecture_label(architecture)));
    if gpus > 0 {
        write(UPSTREAM_CAPACITY, "gpu-count", gpus.to_string());
        write(UPSTREAM_CAPACITY, "gpu-type", "nvidia.com/gpu".to_owned());
    }
    if plan.cluster.version.min < READS_UPSTREAM_CAPACITY {
        write(PLATFORM_CAPACITY, "vCPU", vcpu.to_string());
        write(PLATFORM_CAPACITY, "memoryMb", memory_mib.to_string());
        if gpus > 0 {
            write(PLATFORM_CAPACITY, "GPU", gpus.to_string());
        }
    }
    annotations
}

fn architecture_label(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::Amd64 => "amd64",
        Architecture::Arm64 => "arm64",
    }
}
