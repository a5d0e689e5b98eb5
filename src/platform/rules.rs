//! The rules about copied and patched providerSpecs: PSP, and CLU where the cluster's identity is meant.
//!
//! They are the same for every cloud; what is a noise, a required field or a conflict is each cloud's
//! own business.

use crate::diag::{Rule, Severity};

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $slug:literal, $severity:ident, waivable: $waivable:literal, $summary:literal;)*) => {
        $(
            #[doc = concat!($code, ": ", $summary, ".")]
            pub static $name: Rule = Rule {
                code: $code,
                slug: $slug,
                severity: Severity::$severity,
                seat_belt: None,
                waivable: $waivable,
                summary: $summary,
                page: include_str!(concat!("rules/", $code, "-", $slug, ".md")),
            };
        )*

        /// Every rule of this step, in the order of the codes within each letter group.
        pub static RULES: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    NOT_A_PROVIDER_SPEC = "PSP001", "not-a-provider-spec", Error, waivable: false,
        "the copied file holds no providerSpec that a MachineSet can be made from";
    SEVERAL_COPIED_OBJECTS = "PSP002", "several-copied-objects", Error, waivable: false,
        "the copied file holds more than one object";
    NOISE_DROPPED = "PSP003", "noise-dropped", Note, waivable: false,
        "parts of the copied file fall away";
    UNKNOWN_PROVIDER_SPEC_KEY = "PSP004", "unknown-provider-spec-key", Error, waivable: false,
        "the providerSpec has a key that its type does not know";
    WRONG_PROVIDER_SPEC_TYPE = "PSP005", "wrong-provider-spec-type", Error, waivable: false,
        "a providerSpec value has the wrong type, or is not one of the allowed words";
    PLACEHOLDER_LEFT = "PSP006", "placeholder-left", Error, waivable: false,
        "the copied file still has a template's placeholder";
    REFERENCE_WITHOUT_EFFECT = "PSP007", "reference-without-effect", Error, waivable: false,
        "something is named in a way that the controller does not read";
    REQUIRED_FIELD_MISSING = "PSP008", "required-field-missing", Error, waivable: false,
        "the providerSpec lacks what a machine needs";
    WRONG_PROVIDER_SPEC_KIND = "PSP009", "wrong-provider-spec-kind", Error, waivable: false,
        "the providerSpec's apiVersion or kind is not the platform's";
    MARKET_CONFLICT = "PSP010", "market-conflict", Error, waivable: false,
        "settings of the market exclude each other";
    RESERVATION_ID = "PSP011", "malformed-reservation-id", Error, waivable: false,
        "a capacity reservation id has the wrong form";
    SPOT_PRICE = "PSP012", "malformed-spot-price", Error, waivable: false,
        "a Spot price is no decimal number";
    VOLUME_SETTING = "PSP013", "volume-setting-refused", Error, waivable: false,
        "a volume has a setting that its type does not take, or lacks one";
    TWO_ROOT_VOLUMES = "PSP014", "two-root-volumes", Error, waivable: false,
        "more than one block device has no name";
    HOST_PLACEMENT = "PSP015", "host-placement-incomplete", Error, waivable: false,
        "the placement on dedicated hosts contradicts itself";
    PLACEMENT_GROUP = "PSP016", "placement-group-partition-refused", Error, waivable: false,
        "a placement group partition is out of range or has no group";
    TAG_WITHOUT_EFFECT = "PSP017", "tag-without-effect", Warning, waivable: true,
        "a tag is dropped or loses to another one";
    FIELD_NEWER_THAN_CLUSTER = "PSP018", "field-newer-than-cluster", Error, waivable: false,
        "a providerSpec field is newer than the cluster's oldest version";
    OVERRIDE_OF_OWNED_KEY = "PSP019", "override-of-owned-key", Error, waivable: false,
        "a pool's overrides reach for what the plan decides";
    OVERRIDE_OF_IDENTITY_KEY = "PSP020", "override-of-identity-key", Error, waivable: false,
        "a pool's overrides reach for what decides who a node is";
    SUBNET_FOR_ZONE_UNKNOWN = "PSP021", "subnet-for-zone-unknown", Error, waivable: false,
        "the subnet of a zone can be neither derived nor looked up";
    SUBNET_OF_ANOTHER_ZONE = "PSP022", "subnet-of-another-zone", Error, waivable: false,
        "a subnet filter names another zone than the machine's placement";
    NO_ZONE_OF_REGION = "PSP023", "no-zone-of-region", Error, waivable: false,
        "the copied zone is no zone of the cluster's region";
    STALE_CAPACITY_ANNOTATION = "PSP024", "stale-capacity-annotation", Error, waivable: true,
        "capacity annotations of the copied MachineSet contradict its instance type or each other";
    IMAGE_OF_ANOTHER_ARCHITECTURE = "PSP025", "image-of-another-architecture", Error, waivable: false,
        "an instance type has another processor architecture than the copied image";
    EFA_CARRIED_OVER = "PSP026", "efa-carried-over", Warning, waivable: true,
        "an EFA interface is carried over to another instance type";
    RESERVATION_CARRIED_OVER = "PSP027", "reservation-carried-over", Error, waivable: false,
        "a capacity reservation is carried over to machines that it does not hold";
    ANOTHER_CLUSTERS_NAME = "CLU020", "another-clusters-name", Error, waivable: true,
        "a name in the providerSpec looks like another cluster's";
    COPIED_FROM_ANOTHER_CLUSTER = "CLU021", "copied-from-another-cluster", Error, waivable: false,
        "the copied MachineSet carries another cluster's label";
    ANOTHER_ACCOUNT = "CLU022", "another-account", Error, waivable: false,
        "an ARN in the providerSpec belongs to another account";
    ANOTHER_REGION = "CLU023", "another-region", Error, waivable: false,
        "the providerSpec names another region than the cluster's";
}

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn every_page_is_of_its_rule_and_complete() {
        for rule in RULES {
            assert!(rule.page.starts_with(&format!("# {} {}\n", rule.code, rule.slug)), "{}", rule.code);
            for heading in ["## What it does", "## Why it is bad", "## Example", "## Instead"] {
                assert!(rule.page.contains(heading), "{} has no {heading}", rule.code);
            }
        }
    }

    #[test]
    fn every_page_belongs_to_a_rule() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/platform/rules");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let known = RULES.iter().any(|rule| name == format!("{}-{}.md", rule.code, rule.slug));
            assert!(known, "{name} is the page of no rule");
        }
    }
}
