//! The rules that the plan enforces.

use crate::rule;

rule! {
    /// A MachineSet name that its Machines would lose the end of.
    pub NAME_TOO_LONG = "MCH010", "name-too-long", Error,
    "a MachineSet name leaves room for the suffix of its Machines"
}
rule! {
    /// An adopted selector that does not fit.
    pub ADOPTED_SELECTOR = "MCH011", "adopted-selector", Error,
    "an adopted selector is not empty and names this cluster"
}
rule! {
    /// An instance type that nobody knows.
    pub UNKNOWN_INSTANCE_TYPE = "ASC010", "unknown-instance-type", Error,
    "the capacity of an instance type is known, or stated by hand"
}
rule! {
    /// A class that asks for another accelerator.
    pub CLASS_ACCELERATOR = "ACC001", "class-accelerator", Error,
    "the instance type of a pool has the accelerator that its class asks for"
}
rule! {
    /// An accelerator named where there is none.
    pub ACCELERATOR_WITHOUT_DEVICE = "ACC002", "accelerator-without-device", Error,
    "only a pool whose nodes have NVIDIA GPUs states an accelerator"
}
rule! {
    /// A zone that is not one of the region's.
    pub ZONE_OUTSIDE_REGION = "CLU010", "zone-outside-region", Error,
    "every zone of a pool lies in the cluster's region"
}
rule! {
    /// A health check that replaces too much or too early.
    pub HEALTH_CHECK_LIMIT = "MCH012", "health-check-too-eager", Error,
    "a health check replaces less than all machines"
}
rule! {
    /// Expanders without the one that priorities need.
    pub EXPANDER_PRIORITY_MISSING = "ASC011", "expander-priority-missing", Error,
    "the Priority expander is chosen where pools state priorities"
}
rule! {
    /// A group limit for an accelerator that no pool has.
    pub GPU_LIMIT_UNKNOWN = "ASC012", "gpu-limit-unknown", Error,
    "a GPU limit names the accelerator label of a pool"
}
rule! {
    /// A field that the cluster does not have yet.
    pub FIELD_TOO_NEW = "ASC014", "field-too-new", Error,
    "no ClusterAutoscaler field is newer than the cluster"
}
rule! {
    /// A limit with its bounds swapped.
    pub LIMIT_BOUNDS = "ASC015", "limit-bounds", Error,
    "a limit's least amount does not exceed its greatest"
}

rule! {
    /// What each zone gets of a size that the zones share.
    pub SIZE_SHARED = "ASC016", "size-shared", Note,
    "the zones of a pool share its size in total"
}
rule! {
    /// Limits of a family that the cloud does not have.
    pub UNKNOWN_QUOTA_FAMILY = "QTA017", "unknown-quota-family", Error,
    "limits in the values are of a family that the cloud has a quota for"
}

/// The rules of this step.
pub static ALL: &[&crate::diag::Rule] = &[
    &NAME_TOO_LONG,
    &ADOPTED_SELECTOR,
    &UNKNOWN_INSTANCE_TYPE,
    &CLASS_ACCELERATOR,
    &ACCELERATOR_WITHOUT_DEVICE,
    &ZONE_OUTSIDE_REGION,
    &HEALTH_CHECK_LIMIT,
    &EXPANDER_PRIORITY_MISSING,
    &GPU_LIMIT_UNKNOWN,
    &FIELD_TOO_NEW,
    &LIMIT_BOUNDS,
    &SIZE_SHARED,
    &UNKNOWN_QUOTA_FAMILY,
];
