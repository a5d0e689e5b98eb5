//! What is wrong with a copied providerSpec: its form, what admission refuses, and whose it is.

use super::*;

#[test]
fn unknown_keys_are_refused_with_the_nearest_one() {
    for (from, to, message, help) in [
        ("publicIp: null", "publicIP: true", "`publicIP` is no field", "write `publicIp`"),
        ("instanceType:", "instancetyp:", "`instancetyp` is no field", "write `instanceType`"),
        ("    volumeSize:", "    size:", "`size` is no field of `blockDevices[0].ebs`", "`volumeType`"),
        ("  region: us", "  regoin: us", "`regoin` is no field of `placement`", "`region`"),
        ("deviceIndex: 0", "taints: []", "`taints` is no field", "state taints in the pool"),
    ] {
        assert_one(&check_changed(from, to), "PSP004", message, help);
    }
}

#[test]
fn wrong_types_are_refused_with_the_right_form() {
    for (from, to, message, help) in [
        (
            "publicIp: null",
            "spotMarketOptions: {maxPrice: 0.90}",
            "must be text, but it is the number 0.9",
            "\"0.90\"",
        ),
        (
            "volumeSize: 120",
            "volumeSize: '120'",
            "must be an integer, but it is the text `120`",
            "remove the quotes: 120",
        ),
        ("publicIp: null", "publicIp: 'true'", "must be true or false", "remove the quotes: true"),
        ("publicIp: null", "keyName: true", "must be text, but it is the boolean true", "\"true\""),
        (
            "metadataServiceOptions: {}",
            "metadataServiceOptions: {authentication: required}",
            "`required`",
            "write `Required`",
        ),
    ] {
        assert_one(&check_changed(from, to), "PSP005", message, help);
    }
    let findings = check_changed(
        "subnet:\n  filters:\n  - name: tag:Name\n    values:\n    - prod",
        "subnet:\n- filters:\n  - name: tag:Name\n    values:\n    - prod",
    );
    assert_eq!(codes(&findings), ["PSP005"]);
}

#[test]
fn the_kind_and_the_group_are_the_platforms() {
    let legacy = check_changed("apiVersion: machine.", "apiVersion: awsproviderconfig.");
    assert_eq!(codes(&legacy), [""; 0]);
    assert_one(
        &check_changed("apiVersion: machine.", "apiVersion: amachine."),
        "PSP009",
        "amachine",
        "machine.openshift.io/v1beta1",
    );
    assert_one(
        &check_changed("AWSMachineProviderConfig", "GCPMachineProviderSpec"),
        "PSP009",
        "GCPMachineProviderSpec",
        "copy",
    );
}

#[test]
fn fields_newer_than_the_oldest_version_are_refused() {
    let mut cluster = Cluster::prod();
    cluster.version = VersionRange { min: MinorVersion::new(4, 20), max: MinorVersion::new(4, 21) };
    let text = WORKER.replace("    volumeType: gp3", "    volumeType: gp3\n    throughputMib: 250");
    let findings = check(&text, &cluster);
    assert_eq!(codes(&findings), ["PSP018"]);
    assert!(findings.iter().any(|finding| finding.message.contains("exists from 4.21 on")));
    // An empty value is noise, and noise is no field.
    cluster.version = VersionRange { min: MinorVersion::new(4, 14), max: MinorVersion::new(4, 14) };
    assert_eq!(codes(&check(WORKER, &cluster)), [""; 0]);
}

#[test]
fn references_that_do_nothing_are_refused_with_the_one_that_works() {
    // BC03-07
    let findings = check_changed(
        "  id: prod-7kx2p-worker-profile",
        "  arn: arn:aws:iam::123456789012:instance-profile/prod-7kx2p-worker-profile",
    );
    assert_one(
        &findings,
        "PSP007",
        "`iamInstanceProfile.arn` has no effect",
        "{id: prod-7kx2p-worker-profile}",
    );
    let findings = check_changed("ami:\n", "ami:\n  arn: arn:aws:ec2:us-west-2::image/ami-1\n");
    assert_one(&findings, "PSP007", "`ami.arn` has no effect", "ami.id");
    let findings = check_changed(
        "- filters:\n  - name: tag:Name\n    values:\n    - prod-7kx2p-node",
        "- arn: arn:aws:ec2:us-west-2:123456789012:security-group/sg-1",
    );
    assert_one(&findings, "PSP007", "`securityGroups[0].arn` has no effect", "`id`");
}

#[test]
fn what_a_machine_needs_must_be_there() {
    for (from, to, message) in [
        ("  id: ami-0123456789abcdef0", "  id: ''", "`ami.id` is missing"),
        ("iamInstanceProfile:\n  id: prod-7kx2p-worker-profile\n", "", "`iamInstanceProfile.id` is missing"),
        ("  name: worker-user-data", "  name: ''", "`userDataSecret` has no name"),
        ("publicIp: null", "cpuOptions: {}", "`cpuOptions` may not be empty"),
    ] {
        assert_one(&check_changed(from, to), "PSP008", message, " ");
    }
}

#[test]
fn markets_exclude_each_other() {
    let id = "cr-0123456789abcdef0";
    for (to, message) in [
        // BC03-11
        (format!("spotMarketOptions: {{}}\ncapacityReservationId: {id}"), "cannot be combined"),
        ("marketType: OnDemand\nspotMarketOptions: {}".to_owned(), "`OnDemand` cannot be combined"),
        ("marketType: CapacityBlock\nspotMarketOptions: {}".to_owned(), "`CapacityBlock` cannot be combined"),
        ("marketType: CapacityBlock".to_owned(), "needs `capacityReservationId`"),
        (format!("marketType: Spot\ncapacityReservationId: {id}"), "`Spot` cannot be combined"),
    ] {
        assert_one(&check_changed("capacityReservationId: ''", &to), "PSP010", message, " ");
    }
    assert_one(
        &check_changed("capacityReservationId: ''", "capacityReservationId: cr-1"),
        "PSP011",
        "`cr-1`",
        "17",
    );
    let free = check_changed("publicIp: null", "spotMarketOptions: {maxPrice: cheap}");
    assert_one(&free, "PSP012", "`cheap` is no price", "0.90");
    assert_eq!(codes(&check_changed("publicIp: null", "spotMarketOptions: {}")), [""; 0]);
}

#[test]
fn volumes_take_what_their_type_takes() {
    for (to, code, message) in [
        ("volumeType: gp3\n    throughputMib: 100", "PSP013", "100 MiB/s lies outside 125 to 2000"),
        ("volumeType: gp2\n    throughputMib: 200", "PSP013", "gp3 volumes only"),
        ("volumeType: io2", "PSP013", "needs `iops`"),
        ("volumeType: gp4", "PSP013", "`gp4` is no EBS volume type"),
        ("volumeType: gp3\n- ebs: {volumeSize: 10}", "PSP014", "`blockDevices[1]` has no `deviceName`"),
        ("volumeType: gp3\n- deviceName: /dev/sdf", "PSP013", "`blockDevices[1]` has no `ebs`"),
    ] {
        assert_one(&check_changed("volumeType: gp3", to), code, message, " ");
    }
}

#[test]
fn placement_is_whole() {
    for (to, code, message) in [
        ("placementGroupName: a\nplacementGroupPartition: 8", "PSP016", "1 to 7"),
        ("placementGroupPartition: 2", "PSP016", "without `placementGroupName`"),
    ] {
        assert_one(&check_changed("publicIp: null", to), code, message, " ");
    }
    for (host, message) in [
        ("  tenancy: host\n  host: {affinity: AnyAvailable, dedicatedHost: {id: x}}", "no host id"),
        ("  tenancy: host\n  host: {affinity: DedicatedHost}", "needs `dedicatedHost`"),
        (
            "  tenancy: host\n  host: {dedicatedHost: {id: h-0123456789abcdef0}}",
            "`placement.host.affinity` is missing",
        ),
        ("  tenancy: dedicated\n  host: {affinity: AnyAvailable}", "needs `placement.tenancy: host`"),
        (
            "  tenancy: host\n  host: {affinity: DedicatedHost, dedicatedHost: {allocationStrategy: Dynamic, id: h-01234567}}",
            "does not go with",
        ),
        (
            "  tenancy: host\n  host: {affinity: DedicatedHost, dedicatedHost: {allocationStrategy: Dynamic, dynamicHostAllocation: {tags: []}}}",
            "1 to 50 tags",
        ),
    ] {
        assert_one(
            &check_changed("  region: us-west-2", &format!("  region: us-west-2\n{host}")),
            "PSP015",
            message,
            " ",
        );
    }
    let good = "  region: us-west-2\n  tenancy: host\n  host: {affinity: DedicatedHost, dedicatedHost: {id: h-0123456789abcdef0}}";
    assert_eq!(codes(&check_changed("  region: us-west-2", good)), [""; 0]);
}

#[test]
fn tags_without_effect_are_told() {
    let tags = |more: &str| check_changed("  value: owned", &format!("  value: owned\n{more}"));
    assert_one(&tags("- {name: a, value: b}\n- {name: a, value: c}"), "PSP017", "stands twice", "remove");
    assert_one(&tags("- {name: Name, value: b}"), "PSP017", "is dropped", "remove");
    assert_eq!(codes(&tags("- {name: empty, value: ''}")), [""; 0]);
}

#[test]
fn another_clusters_names_are_refused_where_ours_are_expected() {
    let text = WORKER.replace("prod-7kx2p", "preprod-9vn4h");
    let findings = check(&text, &Cluster::prod());
    assert_eq!(codes(&findings), ["CLU020"; 4]);
    let own_label = format!(
        "apiVersion: machine.openshift.io/v1beta1\nkind: MachineSet\nmetadata:\n  labels: {{machine.openshift.io/cluster-api-cluster: lab-metal}}\nspec:\n  template:\n    spec:\n      providerSpec:\n        value:\n{}",
        indented(&WORKER.replace("prod-7kx2p-node", "lab-metal-node"), 10)
    );
    assert_eq!(codes(&check(&own_label, &Cluster::prod())), ["CLU021", "CLU020"]);
}

#[test]
fn another_account_or_region_is_refused() {
    let kms = |arn: &str| check_changed("arn: ''", &format!("arn: {arn}"));
    assert_one(
        &kms("arn:aws:kms:us-west-2:210987654321:key/1"),
        "CLU022",
        "account 210987654321",
        "accountID",
    );
    assert_one(
        &kms("arn:aws:kms:us-east-1:123456789012:key/1"),
        "CLU023",
        "region us-east-1",
        "cluster.region",
    );
    assert_eq!(codes(&kms("arn:aws:kms:us-west-2:123456789012:key/1")), [""; 0]);
    let findings = check(WORKER, &Cluster::new("prod-7kx2p", "us-east-1"));
    assert_eq!(codes(&findings), ["CLU023"]);
}

#[test]
fn a_zone_is_a_zone_of_the_region() {
    let findings = check_changed("availabilityZone: us-west-2a", "availabilityZone: us-west-2");
    assert_eq!(codes(&findings), ["PSP023"]);
    assert!(lines(findings).iter().any(|line| line.contains("is the region itself")));
    assert!(Aws.check_zone("us-west-2-lax-1a", "us-west-2").is_ok());
}

#[test]
fn a_subnet_of_another_zone_is_refused() {
    // BC03-08
    let findings = check_changed("availabilityZone: us-west-2a", "availabilityZone: us-west-2c");
    assert_one(
        &findings,
        "PSP022",
        "names zone `us-west-2a`, but `placement.availabilityZone` is `us-west-2c`",
        "us-west-2c",
    );
}

#[test]
fn stale_capacity_is_told_with_the_one_that_is_believed() {
    let with = |annotations: &str, version: (u16, u16)| {
        let mut cluster = Cluster::prod();
        let version = MinorVersion::new(version.0, version.1);
        cluster.version = VersionRange { min: version, max: version };
        let text = format!(
            "apiVersion: machine.openshift.io/v1beta1\nkind: MachineSet\nmetadata:\n  annotations:\n{annotations}\nspec:\n  template:\n    spec:\n      providerSpec:\n        value:\n{}",
            indented(&WORKER.replace("m6i.xlarge", "unknown.type"), 10)
        );
        check(&text, &cluster)
    };
    let pair = "    machine.openshift.io/memoryMb: '65536'\n    capacity.cluster-autoscaler.kubernetes.io/memory: 32Gi";
    for (version, believed) in
        [((4, 20), "`capacity.cluster-autoscaler"), ((4, 19), "`machine.openshift.io/memoryMb`")]
    {
        let findings = with(pair, version);
        assert_eq!(codes(&findings), ["PSP024"]);
        let help = findings.iter().find(|f| f.rule.code == "PSP024").unwrap().help.clone().unwrap();
        assert!(help.contains(&format!("believes {believed}")), "{help}");
    }
    let same = "    machine.openshift.io/memoryMb: '65536'\n    capacity.cluster-autoscaler.kubernetes.io/memory: 64Gi";
    assert_eq!(codes(&with(same, (4, 20))), [""; 0]);
    let alone = "    capacity.cluster-autoscaler.kubernetes.io/gpu-count: '1'";
    assert_eq!(codes(&with(alone, (4, 20))), ["PSP024"]);
}
