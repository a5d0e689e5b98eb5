//! AWS. The values are those that `validateAWS` of the machine-api-operator, the controllers and the EC2
//! API distinguish, and their neighbours.

use super::{Place, Platform, Product, Wish};
use serde_json::{Value as Json, json};

const RESERVATION: &str = "cr-0123456789abcdef0";

/// The entry.
pub const AWS: Platform = Platform {
    name: "aws",
    operators_name: "AWS",
    provider_spec_kind: "AWSMachineProviderConfig",
    corpus: "corpus/machinesets/aws",
    sample: "provider-specs/worker-us-west-2a.yaml",
    place,
    words,
    products,
    wishes,
    pools,
    pool_words,
    written,
};

fn place(spec: &Json) -> Option<Place> {
    let text = |value: &Json| value.as_str().map(str::to_owned);
    Some(Place {
        region: text(&spec["placement"]["region"])?,
        zone: text(&spec["placement"]["availabilityZone"])?,
        instance_type: text(&spec["instanceType"])?,
    })
}

/// The items of a JSON list.
fn list(values: Json) -> Vec<Json> {
    match values {
        Json::Array(values) => values,
        value => vec![value],
    }
}

fn words() -> Vec<(&'static str, Vec<Json>)> {
    let filter = json!([{"name": "tag:Name", "values": ["a-name"]}]);
    let tags = |count: usize| -> Json {
        (0..count).map(|n| json!({"name": format!("t{n}"), "value": "v"})).collect()
    };
    [
        ("ami.id", json!(["ami-0123456789abcdef0", "", "none", "ami-"])),
        ("ami.arn", json!(["arn:aws:ec2:us-west-2::image/ami-0123456789abcdef0", ""])),
        ("ami.filters", json!([filter, []])),
        ("apiVersion", json!(["awsproviderconfig.openshift.io/v1beta1", "awsproviderconfig.openshift.io/v1", "machine.openshift.io/v1", "machine.openshift.io/v1alpha1", "machine.openshift.io/v1beta2", "v1", "cluster.x-k8s.io/v1beta1"])),
        ("kind", json!(["AWSMachineProviderSpec", "AzureMachineProviderSpec", "Machine"])),
        ("blockDevices.0.deviceName", json!(["/dev/xvda", "/dev/sdf", "nonsense"])),
        ("blockDevices.0.noDevice", json!(["", "x"])),
        ("blockDevices.0.virtualName", json!(["ephemeral0"])),
        ("blockDevices.0.ebs.volumeType", json!(["gp2", "gp3", "io1", "io2", "sc1", "st1", "standard", "gp4", "GP3"])),
        ("blockDevices.0.ebs.volumeSize", json!([0, 1, 15, 16384, 16385, 65536, 65537, -1])),
        ("blockDevices.0.ebs.iops", json!([0, 1, 99, 100, 3000, 16000, 16001, 64000, 256001, -1])),
        ("blockDevices.0.ebs.throughputMib", json!([0, 124, 125, 1000, 1001, 2000, 2001, -1, 2147483648_i64])),
        ("blockDevices.0.ebs.encrypted", json!([true, false])),
        ("blockDevices.0.ebs.deleteOnTermination", json!([true, false])),
        ("blockDevices.0.ebs.kmsKey.arn", json!(["arn:aws:kms:us-west-2:123456789012:key/0", ""])),
        ("blockDevices.0.ebs.kmsKey.id", json!(["mrk-1", ""])),
        ("blockDevices.0.ebs.kmsKey.filters", json!([filter, []])),
        ("blockDevices.1", json!([{"deviceName": "/dev/sdf", "ebs": {"volumeSize": 10, "volumeType": "gp3"}}, {"ebs": {"volumeSize": 10}}, {"deviceName": "/dev/sdf"}, {}])),
        ("capacityReservationId", json!([RESERVATION, "cr-0123456789ABCDEF0", "cr-0123456789abcdef", "cr-0123456789abcdef00", "0123456789abcdef0", "cr-", "cr-0123456789abcdefg"])),
        ("cpuOptions", json!([{}, {"confidentialCompute": "Disabled"}, {"confidentialCompute": "AMDEncryptedVirtualizationNestedPaging"}, {"confidentialCompute": "Enabled"}, {"confidentialCompute": ""}, {"confidentialCompute": null}])),
        ("credentialsSecret", json!([{"name": "another-secret"}, {"name": "aws-cloud-credentials", "namespace": "x"}])),
        ("userDataSecret", json!([{"name": "worker-user-data-managed"}, {"name": "worker-user-data", "namespace": ""}])),
        ("deviceIndex", json!([0, 1, -1, 1.0])),
        ("iamInstanceProfile.arn", json!(["arn:aws:iam::123456789012:instance-profile/x", ""])),
        ("iamInstanceProfile.filters", json!([filter, []])),
        ("instanceType", json!(["m5.large", "m6g.large", "m9.huge", "g5.xlarge"])),
        ("keyName", json!(["a-key", ""])),
        ("loadBalancers", json!([[{"name": "lb", "type": "network"}], [{"name": "lb", "type": "classic"}], [{"name": "lb", "type": "gateway"}], [{"type": "network"}], [{"name": "lb"}], [{}]])),
        ("marketType", json!(["OnDemand", "Spot", "CapacityBlock", "spot", "Reserved"])),
        ("metadata", json!([{"name": "x"}, {"creationTimestamp": null}, {"creationTimestamp": "2026-01-01T00:00:00Z"}, {"labels": {"a": "b"}}])),
        ("metadataServiceOptions.authentication", json!(["Required", "Optional", "required", "None"])),
        ("metadataServiceOptions.httpTokens", json!(["required"])),
        ("networkInterfaceType", json!(["ENA", "EFA", "efa", "ENI"])),
        ("placement.tenancy", json!(["default", "dedicated", "host", "shared", "Default"])),
        ("placement.availabilityZone", json!(["us-west-2a", "us-east-1a", "nowhere"])),
        ("placement.region", json!(["us-west-2", "us-east-1", "nowhere"])),
        ("placement.host", json!([{}, {"affinity": "AnyAvailable"}])),
        ("placement.partition", json!([1])),
        ("placementGroupName", json!(["a-group", " "])),
        ("placementGroupPartition", json!([0, 1, 7, 8, -1])),
        ("publicIp", json!([true, false])),
        ("securityGroups", json!([[{"id": "sg-0123456789abcdef0"}], [{"arn": "arn:aws:ec2:us-west-2:123456789012:security-group/sg-0"}], [{"filters": filter}], [{"filters": []}], [{}], [{"id": ""}]])),
        ("spotMarketOptions", json!([{}, {"maxPrice": "0.5"}, {"maxPrice": "cheap"}, {"maxPrice": "-1"}, {"maxPrice": ""}, {"maxPrice": "0"}])),
        ("subnet", json!([{}, {"id": "subnet-0123456789abcdef0"}, {"id": ""}, {"arn": "arn:aws:ec2:us-west-2:123456789012:subnet/subnet-0"}, {"filters": []}, {"filters": [{"name": "tag:Name"}]}, {"filters": [{"values": ["x"]}]}, {"filters": [{"name": "tag:Name", "values": []}]}, {"id": "subnet-0123456789abcdef0", "filters": filter}])),
        ("tags", json!([[{"name": "a", "value": "1"}, {"name": "a", "value": "2"}], [{"name": "a", "value": "1"}, {"name": "a", "value": "1"}], [{"name": "Name", "value": "x"}], [{"name": "a"}], [{"value": "a"}], [{"name": "", "value": ""}], [{"name": "x".repeat(129), "value": "a"}], [{"name": "a", "value": "v".repeat(257)}], tags(51), [{"Name": "a", "Value": "b"}]])),
        ("taints", json!([[{"key": "a", "effect": "NoSchedule"}]])),
        ("vmSize", json!(["Standard_D4s_v3"])),
    ]
    .map(|(path, values)| (path, list(values)))
    .into()
}

fn products() -> Vec<Product> {
    let dynamic = |count: usize| -> Json {
        json!({"tags": (0..count).map(|n| json!({"name": format!("t{n}"), "value": "v"})).collect::<Json>()})
    };
    let of = |whole, fields: Vec<(&'static str, Json)>| Product {
        whole,
        fields: fields.into_iter().map(|(path, values)| (path, list(values))).collect(),
    };
    vec![
        of(
            true,
            vec![
                ("marketType", json!([null, "", "OnDemand", "Spot", "CapacityBlock", "Dedicated"])),
                ("spotMarketOptions", json!([null, {}, {"maxPrice": "0.9"}])),
                ("capacityReservationId", json!([null, RESERVATION, "cr-x"])),
            ],
        ),
        of(
            true,
            vec![
                ("placementGroupPartition", json!([null, 0, 1, 7, 8])),
                ("placementGroupName", json!([null, "", "a-group"])),
            ],
        ),
        of(
            false,
            vec![
                ("placement.tenancy", json!([null, "default", "dedicated", "host", "other"])),
                ("placement.host.affinity", json!([null, "AnyAvailable", "DedicatedHost", "", "Any"])),
                (
                    "placement.host.dedicatedHost.allocationStrategy",
                    json!([null, "UserProvided", "Dynamic", "", "Static"]),
                ),
                (
                    "placement.host.dedicatedHost.id",
                    json!([
                        null,
                        "h-0123456789abcdef0",
                        "h-01234567",
                        "h-012345678",
                        "h-0123456789ABCDEF0",
                        "",
                        "x"
                    ]),
                ),
                (
                    "placement.host.dedicatedHost.dynamicHostAllocation",
                    json!([null, {}, {"tags": []}, dynamic(1), dynamic(50), dynamic(51), {"tags": [{"name": "", "value": ""}]}]),
                ),
            ],
        ),
        of(
            false,
            vec![
                (
                    "blockDevices.0.ebs.volumeType",
                    json!([null, "", "gp2", "gp3", "io1", "io2", "st1", "sc1", "standard", "gp9"]),
                ),
                ("blockDevices.0.ebs.iops", json!([null, 0, 100, 3000, 99999999, -1])),
                ("blockDevices.0.ebs.throughputMib", json!([null, 0, 124, 125, 2000, 2001, -5])),
                ("blockDevices.0.ebs.volumeSize", json!([null, 0, 8, 120, 70000, -1])),
                ("blockDevices.0.deviceName", json!([null, "", "/dev/sdf"])),
            ],
        ),
        of(
            false,
            vec![
                ("networkInterfaceType", json!([null, "", "ENA", "EFA", "efa"])),
                (
                    "metadataServiceOptions.authentication",
                    json!([null, "", "Required", "Optional", "optional"]),
                ),
                (
                    "cpuOptions.confidentialCompute",
                    json!([null, "", "Disabled", "AMDEncryptedVirtualizationNestedPaging", "Enabled"]),
                ),
                ("publicIp", json!([null, true, false, "true"])),
                ("deviceIndex", json!([null, 0, 1, -1])),
            ],
        ),
        of(
            false,
            vec![
                ("subnet.id", json!([null, "", "subnet-0123456789abcdef0"])),
                ("subnet.arn", json!([null, "", "arn:aws:ec2:us-west-2:123456789012:subnet/subnet-0"])),
                ("iamInstanceProfile.id", json!([null, "", "a-profile"])),
                ("iamInstanceProfile.arn", json!([null, "", "arn:aws:iam::123456789012:instance-profile/x"])),
                ("ami.id", json!([null, "", "ami-0123456789abcdef0"])),
                ("userDataSecret.name", json!([null, "", "worker-user-data"])),
                ("credentialsSecret.name", json!([null, "", "aws-cloud-credentials", "unheard-of"])),
            ],
        ),
    ]
}

fn wishes() -> Vec<Wish> {
    let volume = ["blockDevices"].as_slice();
    let market = ["marketType", "spotMarketOptions", "capacityReservationId"].as_slice();
    let group = ["placementGroupName", "placementGroupPartition"].as_slice();
    vec![
        Wish { pool: json!({"market": "spot"}), reaches: market },
        Wish { pool: json!({"market": {"spot": {"maxPrice": "0.90"}}}), reaches: &[] },
        Wish { pool: json!({"market": {"capacityBlock": RESERVATION}}), reaches: market },
        Wish { pool: json!({"instanceType": "m6a.2xlarge"}), reaches: &["instanceType"] },
        Wish { pool: json!({"rootVolume": {"sizeGiB": 200, "type": "io2", "iops": 4000}}), reaches: &[] },
        Wish {
            pool: json!({"rootVolume": {"type": "gp3", "throughputMiB": 500, "encrypted": true}}),
            reaches: volume,
        },
        Wish { pool: json!({"machineConfigPool": "steady"}), reaches: &["userDataSecret"] },
        Wish {
            pool: json!({"overrides": {"placementGroupName": "a-group", "placementGroupPartition": 3}}),
            reaches: group,
        },
    ]
}

fn pools(place: &Place) -> Json {
    let Place { region, zone, instance_type } = place;
    let second = format!("{region}{}", if zone.ends_with('b') { 'c' } else { 'b' });
    json!({
        "pools": {
            "steady": {
                "providerSpecFrom": "worker",
                "instanceType": instance_type,
                "zones": [zone],
                "size": {"fixed": 2},
                "market": "onDemand",
                "nodeLabels": {"example.com/team": "blue", "tier": "steady"},
                "taints": [{"key": "example.com/steady", "value": "yes", "effect": "NoSchedule"}],
                "machineLabels": {"example.com/owner": "blue"},
                "machineSetAnnotations": {"example.com/contact": "blue@example.com"},
                "machineRole": "steady",
                "rootVolume": {"sizeGiB": 150, "type": "gp3", "iops": 3500, "throughputMiB": 250, "encrypted": true},
                "overrides": {"placementGroupName": "steady"},
                "healthCheck": {"enabled": true, "maxUnhealthy": "40%", "nodeStartupTimeout": "30m", "unhealthyTimeout": "10m"},
                "deletePolicy": "Oldest",
            },
            "elastic": {
                "providerSpecFrom": "worker",
                "instanceType": "m6a.2xlarge",
                "zones": [zone, second],
                "size": {"min": 0, "max": 4, "initial": 1, "per": "zone"},
                "market": {"spot": {"maxPrice": "0.90"}},
                "expanderPriority": 20,
                "machineSetAnnotations": {"machine.openshift.io/autoscaling-options-scaledownunneededtime": "30m"},
            },
            "adopted": {
                "providerSpecFrom": "worker",
                "instanceType": "m6a.2xlarge",
                "zones": [zone],
                "size": {"min": 1, "max": 3},
                "adopt": {zone: {"name": "an-old-name", "selector": {"example.com/set": "old"}}},
            },
            "gpu": {
                "class": "gpu",
                "providerSpecFrom": "worker",
                "instanceType": "g5.xlarge",
                "zones": [zone],
                "size": {"min": 0, "max": 2},
                "market": "onDemand",
                "accelerator": "nvidia-a10g",
            },
        },
        "autoscaler": {
            "podPriorityThreshold": -10,
            "maxPodGracePeriod": 600,
            "maxNodeProvisionTime": "20m",
            "balanceSimilarNodeGroups": true,
            "balancingIgnoredLabels": ["example.com/rack"],
            "ignoreDaemonsetsUtilization": false,
            "skipNodesWithLocalStorage": true,
            "logVerbosity": 1,
            "expanders": ["Priority", "LeastWaste"],
            "resourceLimits": {
                "maxNodesTotal": 60,
                "cores": {"min": 8, "max": 512},
                "memory": {"min": 32, "max": 4096},
                "gpus": {"nvidia-a10g": {"min": 0, "max": 4}},
            },
            "scaleDown": {
                "enabled": true,
                "delayAfterAdd": "10m",
                "delayAfterDelete": "5m",
                "delayAfterFailure": "3m",
                "unneededTime": "10m",
                "utilizationThreshold": "0.5",
                "cordonNodeBeforeTerminating": "Enabled",
            },
            "scaleUp": {"newPodScaleUpDelay": "10s"},
        },
        "accelerators": {"nvidia": {
            "operator": "external", "nfd": "external", "clusterPolicy": "external", "channel": "v25.10",
            "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
        }},
    })
}

fn pool_words() -> Vec<(&'static str, Vec<Json>)> {
    [
        ("pools.steady.market", json!(["spot", {"spot": {"maxPrice": "0"}}, {"capacityBlock": "cr-x"}, {"capacityBlock": RESERVATION}])),
        ("pools.steady.instanceType", json!(["m5.large", "m6g.large", "m9.huge"])),
        ("pools.steady.rootVolume.type", json!(["gp2", "io2", "st1", "gp9"])),
        ("pools.steady.rootVolume.sizeGiB", json!([0, 1, 16384, 16385, 65536, 65537])),
        ("pools.steady.rootVolume.iops", json!([0, 99, 100, 16000, 256000, 999_999_999])),
        ("pools.steady.rootVolume.throughputMiB", json!([0, 124, 125, 2000, 2001])),
        ("pools.steady.overrides", json!([{"tags": null}, {"placement": {"tenancy": "shared"}}, {"networkInterfaceType": "efa"}, {"metadataServiceOptions": {"authentication": "Required"}}, {"cpuOptions": {}}, {"nonsense": 1}, {"publicIp": true}, {"placementGroupName": ""}, {"placement": {"tenancy": ""}}, {"placement": {}}, {"tags": []}, {"loadBalancers": []}, {"loadBalancers": [{"name": "lb", "type": "network"}]}, {"loadBalancers": [{"name": "lb", "type": ""}]}, {"deviceIndex": 0}, {"blockDevices": [{"deviceName": "/dev/sdf", "ebs": {"volumeSize": 10, "volumeType": null}}]}, {"blockDevices": [{"deviceName": "/dev/sdf", "virtualName": "", "ebs": {"volumeSize": 10}}]}, {"blockDevices": [{"deviceName": "/dev/sdf", "ebs": {"volumeSize": 10, "kmsKey": {}}}]}, {"tags": [{"name": "a", "value": ""}]}, {"tags": [{"name": "a"}]}, {"placement": {"tenancy": "host", "host": {"affinity": "AnyAvailable", "dedicatedHost": {"id": ""}}}}])),
        ("pools.elastic.zones.1", json!(["us-east-1x", "nowhere"])),
        ("pools.elastic.machineSetAnnotations", json!([{"Bad Key/x": "y"}, {"a".repeat(64): "y"}, {"example.com/A": "y"}, {"Example.com/a": "y"}])),
    ]
    .map(|(path, values)| (path, list(values)))
    .into()
}

fn written(spec: &mut Json, pool: &Json, zone: &Json) {
    let mut put = |path: &str, value: &Json| super::Edit::put(path, value).apply(spec);
    if let Some(instance_type) = pool.get("instanceType") {
        put("instanceType", instance_type);
    }
    put("placement.availabilityZone", zone);
    match pool.get("market") {
        None | Some(Json::Null) => {}
        Some(Json::String(word)) if word == "onDemand" => put("spotMarketOptions", &Json::Null),
        Some(Json::String(word)) if word == "spot" => {
            put("marketType", &Json::Null);
            put("spotMarketOptions", &json!({}));
        }
        Some(Json::Object(market)) if market.contains_key("spot") => {
            put("marketType", &Json::Null);
            put("spotMarketOptions", &market["spot"]);
        }
        Some(Json::Object(market)) if market.contains_key("capacityBlock") => {
            put("spotMarketOptions", &Json::Null);
            put("marketType", &json!("CapacityBlock"));
            put("capacityReservationId", &market["capacityBlock"]);
        }
        // Not one of our words: the cloud's own field is the nearest that someone can mean.
        Some(other) => put("marketType", other),
    }
    if let Some(Json::Object(volume)) = pool.get("rootVolume") {
        for (key, value) in volume {
            let name = match key.as_str() {
                "sizeGiB" => "volumeSize",
                "type" => "volumeType",
                "throughputMiB" => "throughputMib",
                other => other,
            };
            put(&format!("blockDevices.0.ebs.{name}"), value);
        }
    } else if let Some(other) = pool.get("rootVolume") {
        put("blockDevices.0.ebs", other);
    }
    if let Some(Json::String(name)) = pool.get("machineConfigPool") {
        put("userDataSecret.name", &json!(format!("{name}-user-data-managed")));
    }
}
