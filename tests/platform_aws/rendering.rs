//! The providerSpec that is rendered.

use super::*;

#[test]
fn the_same_machine_comes_out_without_noise_and_sorted() {
    let value = rendered(&Wish::default());
    assert_eq!(
        value.to_string(),
        json!({
            "apiVersion": "machine.openshift.io/v1beta1",
            "kind": "AWSMachineProviderConfig",
            "ami": {"id": "ami-0123456789abcdef0"},
            "blockDevices": [{"ebs": {"encrypted": true, "volumeSize": 120, "volumeType": "gp3"}}],
            "credentialsSecret": {"name": "aws-cloud-credentials"},
            "deviceIndex": 0,
            "iamInstanceProfile": {"id": "prod-7kx2p-worker-profile"},
            "instanceType": "m6i.xlarge",
            "placement": {"availabilityZone": "us-west-2a", "region": "us-west-2"},
            "securityGroups": [{"filters": [{"name": "tag:Name", "values": ["prod-7kx2p-node"]}]}],
            "subnet": {"filters": [{"name": "tag:Name", "values": ["prod-7kx2p-subnet-private-us-west-2a"]}]},
            "tags": [{"name": "kubernetes.io/cluster/prod-7kx2p", "value": "owned"}],
            "userDataSecret": {"name": "worker-user-data"}
        })
        .to_string()
    );
}

#[test]
fn rendering_what_was_rendered_changes_nothing() {
    let wish = Wish {
        instance_type: "g6e.xlarge",
        zone: "us-west-2b",
        market: Market::Spot(None),
        ..Wish::default()
    };
    let once = rendered(&wish);
    let (twice, findings) = render_from(&once.to_string(), &wish, &Cluster::prod());
    assert!(findings.is_empty(), "{:?}", lines(findings));
    assert_eq!(once, twice);
    let mut notes = check(&once.to_string(), &Cluster::prod());
    notes.retain(|finding| finding.rule.code == "PSP003");
    assert!(notes.is_empty(), "{:?}", lines(notes));
}

#[test]
fn the_zone_moves_with_its_subnet() {
    let value = rendered(&Wish { zone: "us-west-2-lax-1a", ..Wish::default() });
    assert_eq!(value["placement"]["availabilityZone"], "us-west-2-lax-1a");
    assert_eq!(value["subnet"]["filters"][0]["values"][0], "prod-7kx2p-subnet-private-us-west-2-lax-1a");
}

#[test]
fn a_subnet_id_is_good_for_its_zone_only() {
    let text = WORKER.replace(
        "  filters:\n  - name: tag:Name\n    values:\n    - prod-7kx2p-subnet-private-us-west-2a",
        "  id: subnet-0123456789abcdef0",
    );
    let wish = Wish { zone: "us-west-2b", ..Wish::default() };
    let (_, findings) = render_from(&text, &wish, &Cluster::prod());
    assert_one(&findings, "PSP021", "lies in zone `us-west-2a`", "cluster.subnets.us-west-2b");
    let mut cluster = Cluster::prod();
    cluster.subnets.insert("us-west-2b".to_owned(), Subnet::Id("subnet-b".to_owned()));
    let (value, findings) = render_from(&text, &wish, &cluster);
    assert!(findings.is_empty());
    assert_eq!(value["subnet"], json!({"id": "subnet-b"}));
    let filter = Filter { name: "tag:Name".to_owned(), values: vec!["x".to_owned()] };
    cluster.subnets.insert("us-west-2b".to_owned(), Subnet::Filters(vec![filter]));
    let (value, _) = render_from(&text, &wish, &cluster);
    assert_eq!(value["subnet"], json!({"filters": [{"name": "tag:Name", "values": ["x"]}]}));
}

#[test]
fn a_subnet_named_by_the_end_of_its_zone_is_asked_for() {
    let text = WORKER.replace("prod-7kx2p-subnet-private-us-west-2a", "prod-private-2a");
    let wish = Wish { zone: "us-west-2b", ..Wish::default() };
    let (_, findings) = render_from(&text, &wish, &Cluster::prod());
    assert_one(&findings, "PSP021", "`prod-private-2a`", "cluster.subnets.us-west-2b");
    // A filter that is the same in every zone is fine: the controller adds the zone.
    let text = WORKER.replace("prod-7kx2p-subnet-private-us-west-2a", "prod-private");
    assert!(render_from(&text, &wish, &Cluster::prod()).1.is_empty());
}

#[test]
fn a_mismatch_of_the_copied_file_is_told_once_not_once_a_zone() {
    let text = WORKER.replace("availabilityZone: us-west-2a", "availabilityZone: us-west-2c");
    let (_, findings) = render_from(&text, &Wish { zone: "us-west-2b", ..Wish::default() }, &Cluster::prod());
    assert!(findings.is_empty(), "{:?}", lines(findings));
}

#[test]
fn the_market_is_written_as_the_webhook_wants_it() {
    let spot = rendered(&Wish { market: Market::Spot(None), ..Wish::default() });
    assert_eq!(spot["spotMarketOptions"], json!({}));
    let price = Some(Price::try_from("0.90".to_owned()).unwrap());
    let capped = Market::Spot(Some(SpotOptions { max_price: price }));
    assert_eq!(
        rendered(&Wish { market: capped, ..Wish::default() })["spotMarketOptions"],
        json!({"maxPrice": "0.90"})
    );
    let block = Market::CapacityBlock("cr-0123456789abcdef0".to_owned());
    let value = rendered(&Wish { market: block.clone(), ..Wish::default() });
    assert_eq!(value["marketType"], "CapacityBlock");
    assert_eq!(value["capacityReservationId"], "cr-0123456789abcdef0");
    // Back to on demand: no trace of Spot stays.
    let (value, _) = render_from(&spot.to_string(), &Wish::default(), &Cluster::prod());
    assert!(value.get("spotMarketOptions").is_none());
    let mut old = Cluster::prod();
    old.version.min = MinorVersion::new(4, 18);
    let (_, findings) = render_from(WORKER, &Wish { market: block, ..Wish::default() }, &old);
    assert_one(&findings, "PSP018", "`marketType` exists from 4.19 on", "4.19");
}

#[test]
fn a_copied_reservation_is_not_carried_where_it_does_not_hold() {
    let text = WORKER.replace("capacityReservationId: ''", "capacityReservationId: cr-0123456789abcdef0");
    let spot = Wish { market: Market::Spot(None), ..Wish::default() };
    assert_one(&render_from(&text, &spot, &Cluster::prod()).1, "PSP010", "Spot pool", "onDemand");
    assert!(render_from(&text, &Wish::default(), &Cluster::prod()).1.is_empty());
    let other_type = Wish { instance_type: "m6i.2xlarge", ..Wish::default() };
    assert_one(&render_from(&text, &other_type, &Cluster::prod()).1, "PSP027", "holds `m6i.xlarge`", "copy");
    let other_zone = Wish { zone: "us-west-2b", ..Wish::default() };
    assert_one(
        &render_from(&text, &other_zone, &Cluster::prod()).1,
        "PSP027",
        "holds machines in `us-west-2a`",
        "copy",
    );
    let block = text.replace("publicIp: null", "marketType: CapacityBlock");
    assert_one(
        &render_from(&block, &Wish::default(), &Cluster::prod()).1,
        "PSP027",
        "is a capacity block",
        "market",
    );
}

#[test]
fn the_image_fits_the_architecture() {
    let (_, findings) = render(&Wish { instance_type: "m7g.xlarge", ..Wish::default() });
    assert_one(&findings, "PSP025", "arm64", "that architecture");
    let wish = Wish {
        instance_type: "m7g.xlarge",
        overrides: Some("ami: {id: ami-0fedcba9876543210}"),
        allowed: vec!["ami".to_owned()],
        ..Wish::default()
    };
    assert_eq!(rendered(&wish)["ami"], json!({"id": "ami-0fedcba9876543210"}));
}

#[test]
fn efa_is_carried_over_with_a_warning() {
    let text = WORKER.replace("publicIp: null", "networkInterfaceType: EFA");
    let wish = Wish { instance_type: "m6i.2xlarge", ..Wish::default() };
    let (_, findings) = render_from(&text, &wish, &Cluster::prod());
    assert_one(&findings, "PSP026", "nothing checks", "EFA");
    assert_eq!(findings[0].severity, Severity::Warning);
}

#[test]
fn the_root_volume_is_patched_and_no_other() {
    let text = WORKER.replace(
        "blockDevices:\n",
        "blockDevices:\n- deviceName: /dev/sdf\n  ebs: {volumeSize: 500, volumeType: gp2}\n",
    );
    let root = RootVolume { size_gib: Some(200), encrypted: Some(false), ..RootVolume::default() };
    let (value, findings) =
        render_from(&text, &Wish { root_volume: Some(root), ..Wish::default() }, &Cluster::prod());
    assert!(findings.is_empty());
    assert_eq!(
        value["blockDevices"],
        json!([
            {"deviceName": "/dev/sdf", "ebs": {"volumeSize": 500, "volumeType": "gp2"}},
            {"ebs": {"encrypted": false, "volumeSize": 200, "volumeType": "gp3"}}
        ])
    );
}

#[test]
fn another_volume_type_drops_what_was_chosen_for_the_old_one() {
    let text = WORKER.replace("iops: 0", "iops: 9000\n    throughputMib: 500");
    let root = RootVolume { volume_type: Some("gp2".to_owned()), ..RootVolume::default() };
    let (value, findings) =
        render_from(&text, &Wish { root_volume: Some(root), ..Wish::default() }, &Cluster::prod());
    assert!(findings.is_empty(), "{:?}", lines(findings));
    assert_eq!(
        value["blockDevices"][0]["ebs"],
        json!({"encrypted": true, "volumeSize": 120, "volumeType": "gp2"})
    );
    let root = RootVolume { volume_type: Some("gp2".to_owned()), iops: Some(3000), ..RootVolume::default() };
    let (_, findings) =
        render_from(&text, &Wish { root_volume: Some(root), ..Wish::default() }, &Cluster::prod());
    assert_one(&findings, "PSP013", "have no effect", "gp3");
}

#[test]
fn a_root_volume_is_made_where_there_is_none() {
    let start = WORKER.find("blockDevices").unwrap();
    let end = WORKER.find("capacityReservationId").unwrap();
    let text = format!("{}{}", &WORKER[..start], &WORKER[end..]);
    let root = RootVolume { size_gib: Some(200), ..RootVolume::default() };
    let (value, _) =
        render_from(&text, &Wish { root_volume: Some(root), ..Wish::default() }, &Cluster::prod());
    assert_eq!(value["blockDevices"], json!([{"ebs": {"volumeSize": 200}}]));
}

#[test]
fn the_user_data_secret_of_a_machine_config_pool_is_set() {
    // BC03-13
    let value = rendered(&Wish { user_data_secret: Some("gpu-user-data-managed"), ..Wish::default() });
    assert_eq!(value["userDataSecret"], json!({"name": "gpu-user-data-managed"}));
}

#[test]
fn overrides_merge_where_they_may() {
    let wish = Wish {
        overrides: Some(
            "placement: {tenancy: dedicated}\ndeviceIndex: null\nblockDevices: [{deviceName: /dev/sdf, ebs: {volumeSize: 10}}]\n",
        ),
        ..Wish::default()
    };
    let value = rendered(&wish);
    assert_eq!(
        value["placement"],
        json!({"availabilityZone": "us-west-2a", "region": "us-west-2", "tenancy": "dedicated"})
    );
    assert!(value.get("deviceIndex").is_none());
    assert_eq!(value["blockDevices"][0]["ebs"]["volumeSize"], 120);
    assert_eq!(value["blockDevices"][1]["deviceName"], "/dev/sdf");
}

#[test]
fn overrides_do_not_reach_what_is_closed() {
    for (overrides, code, message) in [
        ("instanceType: m5.large", "PSP019", "`overrides.instanceType`"),
        ("placement: {availabilityZone: us-west-2b}", "PSP019", "`overrides.placement.availabilityZone`"),
        ("spotMarketOptions: {}", "PSP019", "spotMarketOptions"),
        ("marketType: Spot", "PSP019", "marketType"),
        ("capacityReservationId: cr-0123456789abcdef0", "PSP019", "capacityReservationId"),
        ("subnet: {id: subnet-1}", "PSP019", "subnet"),
        ("blockDevices: [{ebs: {volumeSize: 10}}]", "PSP019", "blockDevices"),
        ("blockDevices: null", "PSP019", "blockDevices"),
        ("placement: null", "PSP019", "placement"),
        ("ami: {id: ami-0fedcba9876543210}", "PSP020", "`overrides.ami`"),
        ("securityGroups: null", "PSP020", "`overrides.securityGroups`"),
        ("userDataSecret: {name: other}", "PSP020", "`overrides.userDataSecret`"),
        ("metadataServiceOptions: {authentication: Optional}", "PSP020", "metadataServiceOptions"),
        ("publicIP: true", "PSP004", "`publicIP` is no field"),
        ("keyname: x", "PSP004", "`keyname` is no field"),
        ("deviceIndex: '1'", "PSP005", "must be an integer"),
    ] {
        let wish = Wish { overrides: Some(overrides), ..Wish::default() };
        let (value, findings) = render(&wish);
        assert_one(&findings, code, message, " ");
        if code != "PSP005" {
            assert_eq!(value, rendered(&Wish::default()), "{overrides}");
        }
    }
    let wish = Wish {
        overrides: Some("userDataSecret: {name: other}"),
        allowed: vec!["userDataSecret".to_owned()],
        user_data_secret: Some("gpu-user-data-managed"),
        ..Wish::default()
    };
    assert_one(&render(&wish).1, "PSP019", "`overrides.userDataSecret`", "machineConfigPool");
}

#[test]
fn a_patched_value_is_checked_again() {
    let wish =
        Wish { overrides: Some("placementGroupPartition: 9\nplacementGroupName: a"), ..Wish::default() };
    assert_one(&render(&wish).1, "PSP016", "1 to 7", "1 to 7");
    let wish = Wish {
        overrides: Some(
            "tags: [{name: kubernetes.io/cluster/prod-7kx2p, value: owned}, {name: a, value: b}, {name: a, value: c}]",
        ),
        ..Wish::default()
    };
    assert_one(&render(&wish).1, "PSP017", "stands twice", "remove");
}

#[test]
fn what_an_override_takes_away_is_named() {
    let wish = Wish { overrides: Some("tags: [{name: a, value: b}]"), ..Wish::default() };
    assert_one(&render(&wish).1, "PSP031", "kubernetes.io/cluster/prod-7kx2p", "as a whole");
    // The root volume stays in any case, and so does what is repeated.
    let wish = Wish {
        overrides: Some(
            "blockDevices: [{deviceName: /dev/sdf, ebs: {volumeSize: 10}}]\ntags: [{name: kubernetes.io/cluster/prod-7kx2p, value: owned}]",
        ),
        ..Wish::default()
    };
    rendered(&wish);
}

#[test]
fn nothing_panics_on_odd_trees() {
    for text in [
        "kind: AWSMachineProviderConfig",
        "kind: [a]\nami: [1]\nplacement: x\nsubnet: 3\nsecurityGroups: {a: 1}\ntags: [1, null, {}]\nblockDevices: [x, {}, {ebs: 1}]",
        "kind: AWSMachineProviderConfig\nblockDevices: x\nspotMarketOptions: [1]\nsubnet: {filters: [1, {values: [1, é]}]}",
        "spec: 1",
        "items: []",
        "kind: List\nitems: [1]",
        "metadata: {annotations: 1}\nspec: {template: {spec: {providerSpec: {value: {ami: null}}}}}",
    ] {
        let mut findings = Findings::new();
        let Some(copied) = unwrap_copied(&documents(text), FileId(0), &mut findings) else { continue };
        let cluster = Cluster::prod();
        let clean = Aws.check_copied(&copied, &cluster.facts(), &mut findings);
        let root = RootVolume { size_gib: Some(1), ..RootVolume::default() };
        let overrides = documents("placement: 1\nblockDevices: 2\ntags: {a: b}").remove(0);
        let wish = MachineWish {
            instance_type: "é",
            zone: "é",
            only_zone_differs: false,
            market: &Market::Spot(None),
            root_volume: Some(&root),
            user_data_secret: Some("x"),
            overrides: Some(&overrides),
            allowed_overrides: &[],
            written: None,
        };
        Aws.render(&clean, &wish, &cluster.facts(), &mut findings);
    }
}
