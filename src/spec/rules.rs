//! The rules of the spec language.

use crate::rule;
use crate::yaml::DecodeRules;

rule! {
    /// A key that the language does not have.
    pub UNKNOWN_KEY = "SPC001", "unknown-key", Error,
    "every key is one that the spec language has"
}
rule! {
    /// A key that must be there.
    pub MISSING_KEY = "SPC002", "missing-key", Error,
    "every required key is there once the layers lie on each other"
}
rule! {
    /// A value of another type.
    pub WRONG_TYPE = "SPC003", "wrong-type", Error,
    "every value has the type that its key asks for"
}
rule! {
    /// A word that is not among the choices.
    pub WRONG_WORD = "SPC004", "wrong-word", Error,
    "every choice is one of the words that the key knows"
}
rule! {
    /// A value that cannot be.
    pub INVALID_VALUE = "SPC005", "invalid-value", Error,
    "every value has the form and keeps the limits that its key states"
}
rule! {
    /// A pool names a class that nobody defines.
    pub UNKNOWN_CLASS = "SPC010", "unknown-class", Error,
    "a pool's class is defined"
}
rule! {
    /// Classes extend each other in a circle.
    pub CLASS_CYCLE = "SPC011", "class-cycle", Error,
    "classes do not extend each other in a circle"
}
rule! {
    /// A pool names a providerSpec that nobody copied.
    pub UNKNOWN_PROVIDER_SPEC = "SPC012", "unknown-provider-spec", Error,
    "a pool's providerSpecFrom is an entry of providerSpecs"
}
rule! {
    /// A name that Kubernetes does not take.
    pub INVALID_NAME = "SPC013", "invalid-name", Error,
    "names are lower-case letters, digits and hyphens"
}
rule! {
    /// A label, taint or selector that the API refuses or, worse, only a Node does.
    pub INVALID_LABEL = "SPC014", "invalid-label", Error,
    "label and taint keys and values have the form that Kubernetes takes"
}
rule! {
    /// Metadata that only the renderer or an operator writes.
    pub RESERVED_METADATA = "SPC015", "reserved-metadata", Error, seat belt 3,
    "no hook, replace, force, tracking or autoscaler-owned key comes from the spec"
}
rule! {
    /// Two taints of one key and effect.
    pub DUPLICATE_TAINT = "SPC016", "duplicate-taint", Error,
    "a pool has no two taints of the same key and effect"
}
rule! {
    /// A zone twice, or in two states.
    pub DUPLICATE_ZONE = "SPC017", "duplicate-zone", Error,
    "a pool names each zone once"
}
rule! {
    /// A size over several zones that does not say what it counts.
    pub SIZE_SCOPE_MISSING = "SPC018", "size-scope-missing", Error,
    "a size over several zones says whether it counts per zone or in total"
}
rule! {
    /// A size outside the class's bounds.
    pub SIZE_OUTSIDE_CLASS = "SPC019", "size-outside-class", Error, waivable,
    "a pool keeps to the bounds of its class"
}
rule! {
    /// An environment without pools.
    pub NO_POOLS = "SPC020", "no-pools", Error, seat belt 9,
    "an environment has at least one pool"
}
rule! {
    /// A placeholder that was not filled in.
    pub PLACEHOLDER = "SPC021", "placeholder", Error,
    "no placeholder is left in a value"
}
rule! {
    /// The machine-role `worker`.
    pub WORKER_ROLE = "SPC022", "worker-role", Error, waivable,
    "the machine-role is not worker, unless the pool acknowledges it"
}
rule! {
    /// An adopted zone that the pool does not have.
    pub ADOPTED_ZONE_UNKNOWN = "SPC023", "adopted-zone-unknown", Error,
    "adopt names only zones of the pool"
}
rule! {
    /// A zone that gets no node although the pool is autoscaled.
    pub ZONE_WITHOUT_MAXIMUM = "SPC024", "zone-without-maximum", Error,
    "each zone of an autoscaled pool may hold at least one node"
}
rule! {
    /// No environment of the project is usable.
    pub NO_ENVIRONMENTS = "SPC025", "no-environments", Error,
    "a project has at least one environment"
}
rule! {
    /// Two environments write to the same place.
    pub OUTPUT_SHARED = "SPC026", "output-shared", Error, seat belt 9,
    "no two environments share an output directory"
}

rule! {
    /// An environment that the project does not have.
    pub UNKNOWN_ENVIRONMENT = "SPC027", "unknown-environment", Error,
    "an environment that is asked for is one of the project's"
}

rule! {
    /// A null that removes nothing.
    pub NULL_REMOVES_NOTHING = "SPC028", "null-removes-nothing", Error,
    "a null removes something that a lower layer or the class has"
}

rule! {
    /// An environment of two origins.
    pub ENVIRONMENT_STATED_TWICE = "SPC102", "environment-stated-twice", Error,
    "an environment stands in the project file or in one matched file, not in both"
}

/// The rules by which a file in the spec language is decoded.
pub static DECODE: DecodeRules = DecodeRules {
    unknown_key: &UNKNOWN_KEY,
    missing_key: &MISSING_KEY,
    wrong_type: &WRONG_TYPE,
    wrong_word: &WRONG_WORD,
    invalid_value: &INVALID_VALUE,
};

/// The rules of this step.
pub static ALL: &[&crate::diag::Rule] = &[
    &UNKNOWN_KEY,
    &MISSING_KEY,
    &WRONG_TYPE,
    &WRONG_WORD,
    &INVALID_VALUE,
    &UNKNOWN_CLASS,
    &CLASS_CYCLE,
    &UNKNOWN_PROVIDER_SPEC,
    &INVALID_NAME,
    &INVALID_LABEL,
    &RESERVED_METADATA,
    &DUPLICATE_TAINT,
    &DUPLICATE_ZONE,
    &SIZE_SCOPE_MISSING,
    &SIZE_OUTSIDE_CLASS,
    &NO_POOLS,
    &PLACEHOLDER,
    &WORKER_ROLE,
    &ADOPTED_ZONE_UNKNOWN,
    &ZONE_WITHOUT_MAXIMUM,
    &NO_ENVIRONMENTS,
    &OUTPUT_SHARED,
    &UNKNOWN_ENVIRONMENT,
    &NULL_REMOVES_NOTHING,
    &ENVIRONMENT_STATED_TWICE,
];
