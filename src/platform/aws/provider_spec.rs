//! The closed description of AWSMachineProviderConfig (openshift/api
//! `machine/v1beta1/types_awsprovider.go`), with the release that each newer field came in.

use crate::platform::schema::{Empty, Field, Kind};

/// The kind.
pub const KIND: &str = "AWSMachineProviderConfig";
/// The keys that stand first in it.
pub const FIRST_KEYS: &[&str] = &["apiVersion", "kind"];

/// The groups that mean the same; what was copied is kept.
pub const GROUPS: &[&str] = &["machine.openshift.io", "awsproviderconfig.openshift.io"];

/// The versions that the webhook takes.
pub const VERSIONS: &[&str] = &["v1beta1", "v1"];

/// Settings that people look for here although they belong elsewhere.
pub const HINTS: &[(&str, &str)] = &[
    ("taints", "state taints in the pool: `taints`"),
    ("labels", "state node labels in the pool: `nodeLabels`"),
    ("replicas", "state the number of nodes in the pool: `size`"),
    ("rootVolume", "state the root volume in the pool: `rootVolume`"),
    ("securityGroup", "write `securityGroups`"),
    ("region", "write it under `placement`"),
    ("availabilityZone", "write it under `placement`"),
    ("vmSize", "copy a MachineSet of this cloud: `vmSize` is Azure's"),
    ("machineType", "copy a MachineSet of this cloud: `machineType` is GCP's"),
];

use Kind::{Anything, Bool, Int, List, Object, Text, Word};

const TEXT: Kind = Text;
const FILTERS: Kind = List(&Object(&[
    Field::new("name", Text).empty(Empty::Meaning),
    Field::new("values", List(&TEXT)).empty(Empty::Meaning),
]));
const REFERENCE: &[Field] =
    &[Field::new("id", Text).empty(Empty::Meaning), Field::new("arn", Text), Field::new("filters", FILTERS)];
/// References that may be left empty: nothing is lost when they fall away.
const OPTIONAL_REFERENCE: &[Field] =
    &[Field::new("id", Text), Field::new("arn", Text), Field::new("filters", FILTERS)];
const TAG: Kind = Object(&[
    Field::new("name", Text).empty(Empty::Meaning),
    Field::new("value", Text).empty(Empty::Meaning),
]);
const SECRET: &[Field] = &[
    Field::new("name", Text).empty(Empty::Meaning),
    // A LocalObjectReference has no namespace, but copied files have it and it does no harm.
    Field::new("namespace", Text).empty(Empty::Always),
];
const EBS: &[Field] = &[
    Field::new("deleteOnTermination", Bool),
    Field::new("encrypted", Bool),
    Field::new("iops", Int).empty(Empty::NoiseLikeZero),
    Field::new("kmsKey", Object(OPTIONAL_REFERENCE)),
    Field::new("throughputMib", Int).since(4, 21),
    Field::new("volumeSize", Int),
    Field::new("volumeType", Text),
];
const HOST: &[Field] = &[
    Field::new("affinity", Word(&["AnyAvailable", "DedicatedHost"])).empty(Empty::Meaning),
    Field::new(
        "dedicatedHost",
        Object(&[
            Field::new("allocationStrategy", Word(&["UserProvided", "Dynamic"])).since(4, 22),
            Field::new(
                "dynamicHostAllocation",
                Object(&[Field::new("tags", List(&TAG)).empty(Empty::Meaning)]),
            )
            .empty(Empty::Meaning)
            .since(4, 22),
            Field::new("id", Text),
        ]),
    )
    .empty(Empty::Meaning),
];

/// Every field, in the order of their names.
pub const FIELDS: &[Field] = &[
    Field::new("ami", Object(REFERENCE)).empty(Empty::Meaning),
    Field::new("apiVersion", Text).empty(Empty::Meaning),
    Field::new(
        "blockDevices",
        List(&Object(&[
            Field::new("deviceName", Text),
            Field::new("ebs", Object(EBS)).empty(Empty::Meaning),
            Field::new("noDevice", Text),
            Field::new("virtualName", Text),
        ])),
    ),
    Field::new("capacityReservationId", Text).since(4, 18),
    Field::new(
        "cpuOptions",
        Object(&[Field::new(
            "confidentialCompute",
            Word(&["Disabled", "AMDEncryptedVirtualizationNestedPaging"]),
        )]),
    )
    .empty(Empty::Meaning)
    .since(4, 21),
    Field::new("credentialsSecret", Object(SECRET)).empty(Empty::Meaning),
    Field::new("deviceIndex", Int),
    Field::new("iamInstanceProfile", Object(REFERENCE)).empty(Empty::Meaning),
    Field::new("instanceType", Text),
    Field::new("keyName", Text),
    Field::new("kind", Text).empty(Empty::Meaning),
    Field::new(
        "loadBalancers",
        List(&Object(&[
            Field::new("name", Text).empty(Empty::Meaning),
            Field::new("type", Word(&["classic", "network"])),
        ])),
    ),
    Field::new("marketType", Word(&["OnDemand", "Spot", "CapacityBlock"])).since(4, 19),
    Field::new("metadata", Object(&[Field::new("creationTimestamp", Anything).empty(Empty::Always)])),
    Field::new(
        "metadataServiceOptions",
        Object(&[Field::new("authentication", Word(&["Required", "Optional"]))]),
    ),
    Field::new("networkInterfaceType", Word(&["ENA", "EFA"])),
    Field::new(
        "placement",
        Object(&[
            Field::new("availabilityZone", Text),
            Field::new("host", Object(HOST)).empty(Empty::Meaning).since(4, 21),
            Field::new("region", Text),
            Field::new("tenancy", Word(&["default", "dedicated", "host"])),
        ]),
    ),
    Field::new("placementGroupName", Text).since(4, 14),
    Field::new("placementGroupPartition", Int).since(4, 17),
    Field::new("publicIp", Bool),
    Field::new("securityGroups", List(&Object(REFERENCE))),
    // Alone it already means Spot, so it is never noise.
    Field::new("spotMarketOptions", Object(&[Field::new("maxPrice", Text)])).empty(Empty::Meaning),
    Field::new("subnet", Object(OPTIONAL_REFERENCE)),
    Field::new("tags", List(&TAG)),
    Field::new("userDataSecret", Object(SECRET)).empty(Empty::Meaning),
];

#[cfg(test)]
mod tests {
    use super::FIELDS;

    #[test]
    fn fields_are_sorted_and_unique() {
        assert!(FIELDS.is_sorted_by(|a, b| a.name < b.name));
    }
}
