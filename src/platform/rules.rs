//! The rules about copied and patched providerSpecs: PSP, CLU where the cluster's identity is meant, and
//! QTA where a quota file is.
//!
//! They are the same for every cloud; what is a noise, a required field or a conflict is each cloud's
//! own business.

use crate::rule;

rule! {
    /// The copied file holds no providerSpec that a MachineSet can be made from.
    pub NOT_A_PROVIDER_SPEC = "PSP001", "not-a-provider-spec", Error,
    "the copied file holds no providerSpec that a MachineSet can be made from"
}
rule! {
    /// The copied file holds more than one object.
    pub SEVERAL_COPIED_OBJECTS = "PSP002", "several-copied-objects", Error,
    "the copied file holds more than one object"
}
rule! {
    /// Parts of the copied file fall away.
    pub NOISE_DROPPED = "PSP003", "noise-dropped", Note,
    "parts of the copied file fall away"
}
rule! {
    /// The providerSpec has a key that its type does not know.
    pub UNKNOWN_PROVIDER_SPEC_KEY = "PSP004", "unknown-provider-spec-key", Error,
    "the providerSpec has a key that its type does not know"
}
rule! {
    /// A providerSpec value has the wrong type, or is not one of the allowed words.
    pub WRONG_PROVIDER_SPEC_TYPE = "PSP005", "wrong-provider-spec-type", Error,
    "a providerSpec value has the wrong type, or is not one of the allowed words"
}
rule! {
    /// The copied file still has a template's placeholder.
    pub PLACEHOLDER_LEFT = "PSP006", "placeholder-left", Error,
    "the copied file still has a template's placeholder"
}
rule! {
    /// Something is named in a way that the controller does not read.
    pub REFERENCE_WITHOUT_EFFECT = "PSP007", "reference-without-effect", Error,
    "something is named in a way that the controller does not read"
}
rule! {
    /// The providerSpec lacks what a machine needs.
    pub REQUIRED_FIELD_MISSING = "PSP008", "required-field-missing", Error,
    "the providerSpec lacks what a machine needs"
}
rule! {
    /// The providerSpec's apiVersion or kind is not the platform's.
    pub WRONG_PROVIDER_SPEC_KIND = "PSP009", "wrong-provider-spec-kind", Error,
    "the providerSpec's apiVersion or kind is not the platform's"
}
rule! {
    /// Settings of the market exclude each other.
    pub MARKET_CONFLICT = "PSP010", "market-conflict", Error,
    "settings of the market exclude each other"
}
rule! {
    /// A capacity reservation id has the wrong form.
    pub RESERVATION_ID = "PSP011", "malformed-reservation-id", Error,
    "a capacity reservation id has the wrong form"
}
rule! {
    /// A Spot price is no decimal number.
    pub SPOT_PRICE = "PSP012", "malformed-spot-price", Error,
    "a Spot price is no decimal number"
}
rule! {
    /// A volume has a setting that its type does not take, or lacks one.
    pub VOLUME_SETTING = "PSP013", "volume-setting-refused", Error,
    "a volume has a setting that its type does not take, or lacks one"
}
rule! {
    /// More than one block device has no name.
    pub TWO_ROOT_VOLUMES = "PSP014", "two-root-volumes", Error,
    "more than one block device has no name"
}
rule! {
    /// The placement on dedicated hosts contradicts itself.
    pub HOST_PLACEMENT = "PSP015", "host-placement-incomplete", Error,
    "the placement on dedicated hosts contradicts itself"
}
rule! {
    /// A placement group partition is out of range or has no group.
    pub PLACEMENT_GROUP = "PSP016", "placement-group-partition-refused", Error,
    "a placement group partition is out of range or has no group"
}
rule! {
    /// A tag is dropped or loses to another one.
    pub TAG_WITHOUT_EFFECT = "PSP017", "tag-without-effect", Error, waivable,
    "a tag is dropped or loses to another one"
}
rule! {
    /// A providerSpec field is newer than the cluster's oldest version.
    pub FIELD_NEWER_THAN_CLUSTER = "PSP018", "field-newer-than-cluster", Error,
    "a providerSpec field is newer than the cluster's oldest version"
}
rule! {
    /// A pool's overrides reach for what the plan decides.
    pub OVERRIDE_OF_OWNED_KEY = "PSP019", "override-of-owned-key", Error,
    "a pool's overrides reach for what the plan decides"
}
rule! {
    /// A pool's overrides reach for what decides who a node is.
    pub OVERRIDE_OF_IDENTITY_KEY = "PSP020", "override-of-identity-key", Error,
    "a pool's overrides reach for what decides who a node is"
}
rule! {
    /// The subnet of a zone can be neither derived nor looked up.
    pub SUBNET_FOR_ZONE_UNKNOWN = "PSP021", "subnet-for-zone-unknown", Error,
    "the subnet of a zone can be neither derived nor looked up"
}
rule! {
    /// A subnet filter names another zone than the machine's placement.
    pub SUBNET_OF_ANOTHER_ZONE = "PSP022", "subnet-of-another-zone", Error, waivable,
    "a subnet filter names another zone than the machine's placement"
}
rule! {
    /// The copied zone is no zone of the cluster's region.
    pub NO_ZONE_OF_REGION = "PSP023", "no-zone-of-region", Error,
    "the copied zone is no zone of the cluster's region"
}
rule! {
    /// Capacity annotations of the copied MachineSet contradict its instance type or each other.
    pub STALE_CAPACITY_ANNOTATION = "PSP024", "stale-capacity-annotation", Error, waivable,
    "capacity annotations of the copied MachineSet contradict its instance type or each other"
}
rule! {
    /// An instance type has another processor architecture than the copied image.
    pub IMAGE_OF_ANOTHER_ARCHITECTURE = "PSP025", "image-of-another-architecture", Error,
    "an instance type has another processor architecture than the copied image"
}
rule! {
    /// An EFA interface is carried over to another instance type.
    pub EFA_CARRIED_OVER = "PSP026", "efa-carried-over", Warning, waivable,
    "an EFA interface is carried over to another instance type"
}
rule! {
    /// A capacity reservation is carried over to machines that it does not hold.
    pub RESERVATION_CARRIED_OVER = "PSP027", "reservation-carried-over", Error,
    "a capacity reservation is carried over to machines that it does not hold"
}
rule! {
    /// Machines are made with credentials that no cluster has by itself.
    pub CREDENTIALS_OF_ONES_OWN = "PSP040", "credentials-of-ones-own", Error, waivable,
    "machines are made with credentials that no cluster has by itself"
}
rule! {
    /// An override is empty, which sets nothing.
    pub OVERRIDE_IS_EMPTY = "PSP041", "override-is-empty", Error,
    "an override is empty, which sets nothing"
}
rule! {
    /// A name in the providerSpec looks like another cluster's.
    pub ANOTHER_CLUSTERS_NAME = "CLU020", "another-clusters-name", Error, waivable,
    "a name in the providerSpec looks like another cluster's"
}
rule! {
    /// The copied MachineSet carries another cluster's label.
    pub COPIED_FROM_ANOTHER_CLUSTER = "CLU021", "copied-from-another-cluster", Error,
    "the copied MachineSet carries another cluster's label"
}
rule! {
    /// Something in the providerSpec belongs to another account.
    pub ANOTHER_ACCOUNT = "CLU022", "another-account", Error, waivable,
    "something in the providerSpec belongs to another account"
}
rule! {
    /// The providerSpec names another region than the cluster's.
    pub ANOTHER_REGION = "CLU023", "another-region", Error,
    "the providerSpec names another region than the cluster's"
}
rule! {
    /// A file that is JSON, but not what the cloud's command prints.
    pub NOT_A_QUOTA_FILE = "QTA011", "not-a-quota-file", Error,
    "a quota file is what the cloud's command prints about the quotas of instances"
}
rule! {
    /// A limit that is no whole number from 0.
    pub INVALID_QUOTA_VALUE = "QTA012", "invalid-quota-value", Error,
    "every limit in a quota file is a whole number that is not negative"
}
rule! {
    /// A quota file that states a limit twice.
    pub QUOTA_STATED_TWICE = "QTA013", "quota-stated-twice", Error,
    "a quota file states each limit once"
}
rule! {
    /// A quota file of another region.
    pub QUOTAS_OF_ANOTHER_REGION = "QTA014", "quotas-of-another-region", Error,
    "a quota file is that of the cluster's region"
}
rule! {
    /// A quota file of another account.
    pub QUOTAS_OF_ANOTHER_ACCOUNT = "QTA015", "quotas-of-another-account", Error,
    "a quota file is that of the cluster's account"
}
rule! {
    /// A quota file whose last page names a next one.
    pub QUOTA_FILE_INCOMPLETE = "QTA016", "quota-file-incomplete", Warning, waivable,
    "a quota file has all pages that the cloud's command prints"
}

rule! {
    /// An override that takes copied entries of a list away.
    pub OVERRIDE_DROPS_ENTRIES = "PSP031", "override-drops-entries", Note,
    "what an override takes out of a copied list is named"
}

/// Every rule of copied and patched providerSpecs and of quota files.
pub static ALL: &[&crate::diag::Rule] = &[
    &NOT_A_PROVIDER_SPEC,
    &SEVERAL_COPIED_OBJECTS,
    &NOISE_DROPPED,
    &UNKNOWN_PROVIDER_SPEC_KEY,
    &WRONG_PROVIDER_SPEC_TYPE,
    &PLACEHOLDER_LEFT,
    &REFERENCE_WITHOUT_EFFECT,
    &REQUIRED_FIELD_MISSING,
    &WRONG_PROVIDER_SPEC_KIND,
    &MARKET_CONFLICT,
    &RESERVATION_ID,
    &SPOT_PRICE,
    &VOLUME_SETTING,
    &TWO_ROOT_VOLUMES,
    &HOST_PLACEMENT,
    &PLACEMENT_GROUP,
    &TAG_WITHOUT_EFFECT,
    &FIELD_NEWER_THAN_CLUSTER,
    &OVERRIDE_OF_OWNED_KEY,
    &OVERRIDE_OF_IDENTITY_KEY,
    &OVERRIDE_DROPS_ENTRIES,
    &SUBNET_FOR_ZONE_UNKNOWN,
    &SUBNET_OF_ANOTHER_ZONE,
    &NO_ZONE_OF_REGION,
    &STALE_CAPACITY_ANNOTATION,
    &IMAGE_OF_ANOTHER_ARCHITECTURE,
    &EFA_CARRIED_OVER,
    &RESERVATION_CARRIED_OVER,
    &CREDENTIALS_OF_ONES_OWN,
    &OVERRIDE_IS_EMPTY,
    &ANOTHER_CLUSTERS_NAME,
    &COPIED_FROM_ANOTHER_CLUSTER,
    &ANOTHER_ACCOUNT,
    &ANOTHER_REGION,
    &NOT_A_QUOTA_FILE,
    &INVALID_QUOTA_VALUE,
    &QUOTA_STATED_TWICE,
    &QUOTAS_OF_ANOTHER_REGION,
    &QUOTAS_OF_ANOTHER_ACCOUNT,
    &QUOTA_FILE_INCOMPLETE,
];

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn every_page_belongs_to_a_rule() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/platform/rules");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let known = ALL.iter().any(|rule| name == format!("{}-{}.md", rule.code, rule.slug));
            assert!(known, "{name} is the page of no rule");
        }
    }
}
