//! The limits of the cloud account: what counts, what is refused, and what `poolsmith quota` prints.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use serde_json::{Value as Json, json};
use std::process::Output;
use support::Sample;

const FILE: &str = "quotas/us-west-2.json";
const G_AND_VT: &str = "L-DB2E81BA";
const G_AND_VT_SPOT: &str = "L-3819A6DF";
const INF_SPOT: &str = "L-B5D1601B";
const STANDARD: &str = "L-1216C47A";

/// A small project of one environment with a cluster of account 123456789012 in us-west-2.
struct Project {
    directory: tempfile::TempDir,
}

impl Project {
    /// A project with these pools and this section `quotas`, both in flow style.
    fn new(pools: Json, quotas: Json) -> Project {
        let directory = tempfile::tempdir().unwrap();
        support::copy(&support::repository().join("tests/rule-pages/base"), directory.path());
        let project = Project { directory };
        let mut case = json!({
            "apiVersion": "poolsmith.dev/v1alpha1", "kind": "ClusterPools",
            "cluster": {"accountID": "123456789012"}, "pools": pools, "quotas": quotas,
        });
        case["pools"]["general"] = Json::Null;
        if case["quotas"].is_null() {
            case.as_object_mut().unwrap().remove("quotas");
        }
        project.write("values/case.yaml", case.to_string());
        project
    }

    /// A project with these pools whose limits, by code, stand in a file.
    fn with_file(pools: Json, limits: &[(&str, f64)]) -> Project {
        let project = Project::new(pools, json!({"file": FILE}));
        project.write(FILE, page(limits).to_string());
        project
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        support::poolsmith(self.directory.path(), arguments)
    }

    /// The findings about quotas, as code and message; notes aside.
    fn findings(&self) -> Vec<String> {
        let report: Json = serde_json::from_slice(&self.run(&["check", "--format", "json"]).stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        let grave = findings.filter(|finding| finding["severity"] != "note");
        grave
            .map(|one| format!("{} {}", one["code"].as_str().unwrap(), one["message"].as_str().unwrap()))
            .collect()
    }

    /// The first error as `path:line:column: code message`.
    fn refused(&self, exit: i32) -> String {
        let output = self.run(&["check", "--format", "concise"]);
        assert_eq!(output.status.code(), Some(exit), "{}", support::stderr(&output));
        let said = support::stderr(&output);
        said.lines().find(|line| line.contains("error")).unwrap_or_default().to_owned()
    }

    /// The quota of a code as `poolsmith quota` counts it.
    fn quota(&self, code: &str) -> Json {
        let output = self.run(&["quota", "--format", "json"]);
        let report: Json = serde_json::from_slice(&output.stdout).expect("a report");
        let quotas = report["environments"][0]["quotas"].as_array().unwrap();
        quotas.iter().find(|quota| quota["code"] == code).cloned().unwrap_or_default()
    }
}

/// What the command prints, cut down to what counts.
fn page(limits: &[(&str, f64)]) -> Json {
    let quota = |(code, value): &(&str, f64)| {
        json!({
            "QuotaArn": format!("arn:aws:servicequotas:us-west-2:123456789012:ec2/{code}"),
            "QuotaCode": code, "QuotaName": "…", "Value": value, "Unit": "None",
        })
    };
    json!({"Quotas": limits.iter().map(quota).collect::<Vec<_>>()})
}

/// A pool in one zone.
fn pool(instance_type: &str, market: Json, size: Json) -> Json {
    json!({
        "providerSpecFrom": "worker", "instanceType": instance_type, "zones": ["us-west-2a"],
        "market": market, "size": size,
    })
}

fn codes(findings: &[String]) -> Vec<&str> {
    findings.iter().filter_map(|finding| finding.split(' ').next()).collect()
}

#[test]
fn the_worked_examples_come_out_as_they_are_written() {
    let spot = json!("spot");
    let on_demand = json!("onDemand");
    for (instance_type, market, machines, code, limit, fits) in [
        ("g5.xlarge", &spot, 1, G_AND_VT_SPOT, 4.0, true),
        ("g5.2xlarge", &spot, 1, G_AND_VT_SPOT, 4.0, false),
        ("g6e.xlarge", &on_demand, 2, G_AND_VT, 8.0, true),
        ("g6e.xlarge", &on_demand, 3, G_AND_VT, 8.0, false),
        ("inf2.xlarge", &spot, 2, INF_SPOT, 8.0, true),
        ("inf2.xlarge", &spot, 3, INF_SPOT, 8.0, false),
    ] {
        let pools = json!({"x": pool(instance_type, market.clone(), json!({"fixed": machines}))});
        let findings = Project::with_file(pools, &[(code, limit)]).findings();
        let exceeded = codes(&findings).contains(&"QTA001");
        assert_eq!(exceeded, !fits, "{machines} × {instance_type} {market}: {findings:?}");
    }
}

/// 1 on demand and 9 on Spot of the same type: each market is held against its own limit.
#[test]
fn bc09_02_spot_and_on_demand_are_counted_apart() {
    let pools = json!({
        "steady": pool("g4dn.xlarge", json!("onDemand"), json!({"fixed": 1})),
        "passing": pool("g4dn.xlarge", json!("spot"), json!({"min": 2, "max": 9})),
    });
    let project = Project::with_file(pools, &[(G_AND_VT, 4.0), (G_AND_VT_SPOT, 120.0)]);
    let findings = project.findings();
    // It passes; that nothing could be replaced on demand is a warning.
    assert_eq!(codes(&findings), ["QTA003"], "{findings:?}");
    assert_eq!(project.quota(G_AND_VT)["maximum"], 4);
    let spot = project.quota(G_AND_VT_SPOT);
    assert_eq!((&spot["minimum"], &spot["maximum"], &spot["left"]), (&json!(8), &json!(36), &json!(84)));
}

/// A bucket in use without a limit is a warning, and a limit of 1 is not enough for anything.
#[test]
fn bc09_04_a_bucket_without_a_limit_or_with_one_vcpu_is_told() {
    let pools = json!({"gpu": pool("g4dn.xlarge", json!("onDemand"), json!({"min": 0, "max": 1}))});
    let findings = Project::with_file(pools.clone(), &[(STANDARD, 64.0)]).findings();
    assert_eq!(
        findings,
        ["QTA002 up to 4 vCPU count against a quota without a stated limit: L-DB2E81BA, G and VT, on demand"]
    );
    let findings = Project::with_file(pools, &[(G_AND_VT, 1.0)]).findings();
    assert_eq!(
        findings,
        [
            "QTA001 the pools may grow beyond a limit of the account: 1 × 4 vCPU = 4 > 1, L-DB2E81BA, G and VT, on demand"
        ]
    );
}

#[test]
fn the_message_shows_the_arithmetic() {
    let twelve = json!({"gpu": pool("g6e.12xlarge", json!("onDemand"), json!({"min": 0, "max": 12}))});
    let findings = Project::with_file(twelve, &[(G_AND_VT, 384.0)]).findings();
    assert!(
        findings[0].ends_with(": 12 × 48 vCPU = 576 > 384, L-DB2E81BA, G and VT, on demand"),
        "{findings:?}"
    );
    let several = json!({
        "a": pool("g5.xlarge", json!("onDemand"), json!({"fixed": 2})),
        "b": pool("g6.xlarge", json!("onDemand"), json!({"min": 0, "max": 3})),
        "c": pool("g6e.12xlarge", json!("onDemand"), json!({"min": 0, "max": 1})),
    });
    let quotas = json!({"onDemand": {"G and VT": {"limit": 70, "reserved": 8}}});
    let findings = Project::new(several, quotas).findings();
    assert!(
        findings[0]
            .ends_with(": 5 × 4 + 1 × 48 vCPU + 8 reserved = 76 > 70, L-DB2E81BA, G and VT, on demand"),
        "{findings:?}"
    );
}

#[test]
fn there_is_room_for_one_replacement_of_the_largest() {
    let pools = |count: u32| {
        json!({
            "small": pool("g5.xlarge", json!("onDemand"), json!({"fixed": count})),
            "large": pool("g5.4xlarge", json!("onDemand"), json!({"min": 0, "max": 1})),
        })
    };
    for (small, expected) in [(4, vec![]), (5, vec!["QTA003"]), (8, vec!["QTA003"]), (9, vec!["QTA001"])] {
        let findings = Project::with_file(pools(small), &[(G_AND_VT, 48.0)]).findings();
        assert_eq!(codes(&findings), expected, "{small}: {findings:?}");
    }
    let findings = Project::with_file(pools(5), &[(G_AND_VT, 48.0)]).findings();
    assert!(
        findings[0].contains("1 × 16 + 5 × 4 vCPU + 16 for one more g5.4xlarge = 52 > 48"),
        "{findings:?}"
    );
}

#[test]
fn what_is_given_up_counts_until_it_is_gone() {
    let mut retiring = pool("g5.xlarge", json!("onDemand"), json!({"fixed": 2}));
    retiring["state"] = json!("retiring");
    let mut moving = pool("g5.xlarge", json!("onDemand"), json!({"min": 0, "max": 2}));
    moving["retiringZones"] = json!({"us-west-2b": 3});
    let project = Project::with_file(json!({"old": retiring, "moving": moving}), &[(G_AND_VT, 64.0)]);
    let quota = project.quota(G_AND_VT);
    assert_eq!((&quota["minimum"], &quota["maximum"]), (&json!(20), &json!(28)));
    let states: Vec<(&Json, &Json)> =
        quota["pools"].as_array().unwrap().iter().map(|pool| (&pool["pool"], &pool["retiring"])).collect();
    assert_eq!(states, [(&json!("moving"), &json!(false)), (&json!("old"), &json!(true))]);
    // A pool that goes is not replaced, so that it needs no room.
    let mut only = pool("g5.xlarge", json!("onDemand"), json!({"fixed": 2}));
    only["state"] = json!("retiring");
    assert_eq!(Project::with_file(json!({"old": only}), &[(G_AND_VT, 8.0)]).findings(), [""; 0]);
}

#[test]
fn p5_on_spot_has_a_limit_of_its_own_and_capacity_blocks_have_none() {
    let pools = json!({
        "a100": pool("p4d.24xlarge", json!("spot"), json!({"fixed": 1})),
        "h100": pool("p5.48xlarge", json!("spot"), json!({"fixed": 1})),
        "block": pool("p5.48xlarge", json!({"capacityBlock": "cr-0123456789abcdef0"}), json!({"fixed": 1})),
    });
    let project =
        Project::with_file(pools, &[("L-7212CCBC", 192.0), ("L-C4BD4855", 384.0), ("L-417A185B", 0.0)]);
    assert_eq!(project.findings(), [""; 0]);
    assert_eq!(project.quota("L-7212CCBC")["maximum"], 96);
    assert_eq!(project.quota("L-C4BD4855")["maximum"], 192);
    assert_eq!(project.quota("L-417A185B")["maximum"], 0);
    let report: Json = serde_json::from_slice(&project.run(&["quota", "--format", "json"]).stdout).unwrap();
    assert_eq!(
        report["environments"][0]["uncounted"],
        json!([{"pool": "block", "instanceType": "p5.48xlarge", "reason": "capacityBlock"}])
    );
    let table = support::stdout(&project.run(&["quota"]));
    assert!(table.contains("block (p5.48xlarge) runs in a capacity block"), "{table}");
}

#[test]
fn a_type_of_which_no_quota_is_known_is_told() {
    let mut unknown = pool("zz9.large", json!("onDemand"), json!({"fixed": 1}));
    unknown["scaleFromZero"] = json!({"vcpu": 2, "memoryMiB": 4096});
    let pools = json!({
        "unknown": unknown,
        "p6": pool("p6-b200.48xlarge", json!("spot"), json!({"min": 0, "max": 1})),
    });
    let findings = Project::with_file(pools.clone(), &[(STANDARD, 64.0)]).findings();
    // That the capacity was stated by hand does not tell which limit counts it.
    assert_eq!(codes(&findings), ["QTA004", "QTA004"], "{findings:?}");
    // Where no limits are stated there is nothing to miss.
    let unstated = Project::new(pools, Json::Null);
    assert_eq!(unstated.findings(), [""; 0]);
    let output = unstated.run(&["quota"]);
    let table = support::stdout(&output);
    assert_eq!((output.status.code(), support::stderr(&output).as_str()), (Some(0), ""));
    assert!(
        table.contains("no limits are stated: write what `aws service-quotas list-service-quotas"),
        "{table}"
    );
    assert!(table.contains("unknown (zz9.large) is in no sum"), "{table}");
}

#[test]
fn values_count_before_the_file_and_pages_are_one_list() {
    let pools = json!({"gpu": pool("g5.xlarge", json!("spot"), json!({"min": 0, "max": 2}))});
    let quotas = json!({"file": FILE, "spot": {"G and VT": {"limit": 40, "reserved": 4}}});
    let project = Project::new(pools, quotas);
    let pages = format!("\u{feff}{:#}\n{}", page(&[(G_AND_VT_SPOT, 400.0)]), page(&[(STANDARD, 5.0)]));
    project.write(FILE, &pages);
    let quota = project.quota(G_AND_VT_SPOT);
    assert_eq!((&quota["limit"], &quota["reserved"], &quota["left"]), (&json!(40), &json!(4), &json!(28)));
    assert!(quota["limitAt"].as_str().unwrap().starts_with("values/case.yaml:1:"), "{quota}");
    let standard = project.quota(STANDARD);
    assert_eq!((&standard["limit"], &standard["pools"]), (&json!(5), &json!([])));
    assert_eq!(standard["largestFitting"].as_array().unwrap().len(), 1);
}

#[test]
fn a_quota_is_found_by_its_name_where_the_code_is_unknown() {
    let pools = json!({"gpu": pool("p3.2xlarge", json!("spot"), json!({"fixed": 1}))});
    let project = Project::new(pools, json!({"file": FILE}));
    let older = json!({"Quotas": [{"QuotaName": "All P Spot Instance Requests", "Value": 64}]});
    project.write(FILE, older.to_string());
    assert_eq!(project.quota("L-7212CCBC")["limit"], 64);
}

#[test]
fn a_faulty_file_is_refused_where_it_is_faulty() {
    let entry = |field: &str, value: Json| {
        let mut page = page(&[(G_AND_VT, 64.0)]);
        page["Quotas"][0][field] = value;
        format!("{page:#}")
    };
    let twice =
        |first: f64, second: f64| format!("{}\n{}", page(&[(G_AND_VT, first)]), page(&[(G_AND_VT, second)]));
    let whole = format!("{:#}", page(&[(G_AND_VT, 64.0)]));
    let cases: Vec<(i32, String, &str, &[&str])> = vec![
        (2, String::new(), "", &["QTA010", "the file is empty"]),
        (2, whole[..whole.len() - 8].to_owned(), ":8:", &["QTA010", "the file is cut off"]),
        (2, whole.replace("64.0", "NaN"), ":7:16", &["QTA010", "not JSON"]),
        (2, "Quotas:\n- QuotaCode: L-DB2E81BA\n  Value: 64\n".to_owned(), ":1:1", &["QTA010", "not JSON"]),
        (2, "[".repeat(100_000), "", &["QTA010"]),
        (1, "{}".to_owned(), ":1:1", &["QTA011", "no list `Quotas`"]),
        (1, "[]".to_owned(), ":1:1", &["QTA011", "an object with a list"]),
        (1, "{\"Quotas\": 3}".to_owned(), ":1:12", &["QTA011", "not a list"]),
        (1, "{\"Quotas\": []}".to_owned(), ":1:3", &["QTA011", "none of the 19"]),
        (1, "{\"Quotas\": [7]}".to_owned(), ":1:13", &["QTA011", "not an object"]),
        (1, entry("Value", json!("64.0")), ":7:16", &["QTA012", "is the text \"64.0\""]),
        (1, entry("Value", json!(-1.0)), ":7:16", &["QTA012", "is negative: -1.0"]),
        (1, entry("Value", json!(1.5)), ":7:16", &["QTA012", "no whole number: 1.5"]),
        (1, entry("Value", json!(1e10)), ":7:16", &["QTA012", "more than any limit"]),
        (1, whole.replace("64.0", "1e999"), ":7:16", &["QTA012", "is 1e999"]),
        (1, entry("Value", Json::Null), ":7:16", &["QTA012", "is null"]),
        (1, entry("Value", json!(true)), ":7:16", &["QTA012", "is true"]),
        (1, entry("Value", json!([1])), ":7:16", &["QTA012", "is not a number"]),
        (1, whole.replace("\"Value\"", "\"Worth\""), "", &["QTA012", "is missing"]),
        (1, twice(64.0, 64.0), ":2:", &["QTA013", "L-DB2E81BA"]),
        (
            1,
            entry("QuotaArn", json!("arn:aws:servicequotas:eu-west-1:123456789012:ec2/L-DB2E81BA")),
            ":4:19",
            &["QTA014", "eu-west-1", "us-west-2"],
        ),
        (
            1,
            entry("QuotaArn", json!("arn:aws:servicequotas:us-west-2:210987654321:ec2/L-DB2E81BA")),
            ":4:19",
            &["QTA015", "210987654321", "123456789012"],
        ),
    ];
    let pools = || json!({"gpu": pool("g5.xlarge", json!("onDemand"), json!({"fixed": 1}))});
    for (exit, text, place, expected) in cases {
        let project = Project::new(pools(), json!({"file": FILE}));
        project.write(FILE, &text);
        let said = project.refused(exit);
        let shown: String = text.chars().take(200).collect();
        assert!(said.contains(&format!("{FILE}{place}")), "{shown}\n{said}");
        expected.iter().for_each(|part| assert!(said.contains(part), "{shown}\n{said}"));
        // The command refuses the same, and prints no table of it.
        let output = project.run(&["quota"]);
        assert_eq!((output.status.code(), support::stdout(&output).as_str()), (Some(exit), ""), "{shown}");
    }
}

#[test]
fn a_file_that_cannot_be_read_says_nothing_about_limits() {
    let pools = || json!({"gpu": pool("g5.xlarge", json!("onDemand"), json!({"fixed": 1}))});
    for (path, code) in [
        ("quotas/missing.json", "SRC022"),
        ("../outside.json", "SRC021"),
        ("/etc/passwd", "SRC021"),
        ("quotas", "SRC023"),
        ("quotas/binary.json", "SRC026"),
        ("quotas/large.json", "SRC025"),
    ] {
        let project = Project::new(pools(), json!({"file": path}));
        project.write("quotas/binary.json", [0xff, 0xfe, 0x00]);
        project.write("quotas/large.json", " ".repeat(3 << 20));
        let findings = project.findings();
        assert_eq!(codes(&findings), [code], "{path}: {findings:?}");
    }
    for quotas in
        [json!({"file": 3}), json!({"files": FILE}), json!({"onDemand": {"P": {"limit": -1}}}), json!([])]
    {
        let project = Project::new(pools(), quotas.clone());
        let findings = project.findings();
        assert!(codes(&findings).iter().all(|code| code.starts_with("SPC00")), "{quotas}: {findings:?}");
        assert!(!findings.is_empty(), "{quotas}");
    }
}

#[test]
fn every_fault_of_a_file_is_told_at_once() {
    let pools = json!({"gpu": pool("g5.xlarge", json!("onDemand"), json!({"fixed": 1}))});
    let project = Project::new(pools, json!({"file": FILE, "spot": {"HPC": {"limit": 1}}}));
    let mut one = page(&[(G_AND_VT, 64.0), (STANDARD, -1.0), (INF_SPOT, 0.5), (G_AND_VT, 1.0)]);
    for quota in one["Quotas"].as_array_mut().unwrap() {
        quota["QuotaArn"] = json!("arn:aws:servicequotas:eu-west-1:210987654321:ec2/x");
    }
    project.write(FILE, one.to_string());
    let findings = project.findings();
    let mut found = codes(&findings);
    found.sort_unstable();
    assert_eq!(found, ["QTA012", "QTA012", "QTA013", "QTA014", "QTA015", "QTA017"], "{findings:?}");
    assert!(findings.iter().any(|finding| finding.contains("(said 4 times)")), "{findings:?}");
}

#[test]
fn sizes_beyond_all_bounds_do_not_wrap_around() {
    let mut huge = pool("u7in-32tb.224xlarge", json!("onDemand"), json!({"min": 0, "max": i32::MAX}));
    huge["size"]["per"] = json!("zone");
    huge["zones"] = json!(["us-west-2a", "us-west-2b"]);
    let pools = json!({"a": huge.clone(), "b": huge.clone(), "c": huge});
    let findings = Project::with_file(pools, &[("L-43DA4232", f64::from(u32::MAX))]).findings();
    // 3 pools in 2 zones: 6 × 2,147,483,647 × 896.
    let exceeded = findings.iter().find(|finding| finding.starts_with("QTA001")).unwrap();
    assert!(exceeded.contains("12884901882 × 896 vCPU = 11544872086272 > 4294967295"), "{findings:?}");
}

/// Two environments of one account that fit each by itself.
#[test]
fn environments_of_one_account_are_summed_up() {
    let sample = Sample::new();
    sample.replace(FILE, "128.0", "19.0");
    let output = sample.run(&["check", "--format", "concise"]);
    let said = support::stderr(&output);
    let expected = "the environments of account 123456789012 in us-west-2 may grow beyond its limit together: \
                    5 × 4 vCPU = 20 > 19, L-3819A6DF, G and VT, Spot";
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(expected) && said.contains("poolsmith.yaml:"), "{said}");
    assert!(support::stderr(&sample.run(&["quota"])).contains(expected));
    // One alone is not summed up, and another account's environment is not either.
    assert!(sample.run(&["check", "--env", "prod"]).status.success());
    sample.replace("values/dev.yaml", "cluster:\n", "cluster:\n  accountID: \"210987654321\"\n");
    sample.replace(
        "values/dev.yaml",
        "pools:\n",
        "quotas: {file: null, spot: {G and VT: {limit: 19}}}\n\npools:\n",
    );
    let output = sample.run(&["check", "--format", "concise"]);
    assert!(!support::stderr(&output).contains("QTA005"), "{}", support::stderr(&output));
}

#[test]
fn the_table_of_the_sample_is_aligned_and_the_same_everywhere() {
    let sample = Sample::new();
    let output = sample.run(&["quota", "--env", "prod"]);
    assert_eq!((output.status.code(), support::stderr(&output).as_str()), (Some(0), ""));
    let expected = "\
prod: account 123456789012, us-west-2, in vCPU

quota                           limit  reserved  minimum  maximum  left  still fits
Standard, on demand              1152        88       48      112   952  m5.24xlarge, m6a.48xlarge
  batch (m5.4xlarge, retiring)                    3 × 16   3 × 16
  build-burst (m6a.2xlarge)                        0 × 8    8 × 8
G and VT, on demand                64         0        8        8    56  g6e.12xlarge
  gpu-l40s (g6e.xlarge)                            2 × 4    2 × 4
P, on demand                        0         0        0        0     0  nothing
Inf, on demand                      8         0        0        0     8  inf1.2xlarge
Trn, on demand                      0         0        0        0     0  nothing
Standard, Spot                    256         0        0        0   256  c6a.48xlarge
G and VT, Spot                    128         0        0       16   112  g5.24xlarge
  gpu-spot-a10g (g5.xlarge)                        0 × 4    4 × 4
P, Spot                             0         0        0        0     0  nothing
P5, Spot                            0         0        0        0     0  nothing
Inf, Spot                           8         0        0        0     8  inf1.2xlarge
Trn, Spot                           0         0        0        0     0  nothing
";
    assert_eq!(support::stdout(&output), expected);
    // Without a choice it is about all environments.
    let all = support::stdout(&sample.run(&["quota"]));
    assert!(all.starts_with("dev: ") && all.ends_with(&format!("\n{expected}")), "{all}");
    assert_eq!(sample.run(&["quota", "--env", "stage"]).status.code(), Some(2));
}

#[test]
fn another_file_can_be_tried() {
    let sample = Sample::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("other.json");
    std::fs::write(&file, page(&[(G_AND_VT, 4.0), (G_AND_VT_SPOT, 64.0), (STANDARD, 640.0)]).to_string())
        .unwrap();
    let output = sample.run(&["quota", "--env", "prod", "--quotas", file.to_str().unwrap()]);
    let (table, said) = (support::stdout(&output), support::stderr(&output));
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        table.contains("G and VT, on demand                 4         0        8        8    -4  nothing"),
        "{table}"
    );
    assert!(said.contains("QTA001") && said.contains("2 × 4 vCPU = 8 > 4"), "{said}");
    // What the values name is not read then.
    std::fs::remove_file(sample.root().join(FILE)).unwrap();
    let output = sample.run(&["quota", "--env", "prod", "--quotas", file.to_str().unwrap()]);
    assert!(!support::stderr(&output).contains("SRC022"), "{}", support::stderr(&output));
    for (named, code) in [("missing.json", "SRC022"), ("values", "SRC023")] {
        let output = sample.run(&["quota", "--env", "prod", "--quotas", named]);
        assert_eq!((output.status.code(), support::stdout(&output).as_str()), (Some(2), ""), "{named}");
        assert!(support::stderr(&output).contains(code), "{}", support::stderr(&output));
    }
    // Relative to where the command is run, not to the project.
    std::fs::copy(&file, sample.root().join("values/q.json")).unwrap();
    let below =
        support::poolsmith(&sample.root().join("values"), &["quota", "--env", "prod", "--quotas", "q.json"]);
    assert_eq!(below.status.code(), Some(1), "{}", support::stderr(&below));
}

#[test]
fn the_json_form_keeps_to_its_published_schema() {
    let printed = support::stdout(&support::poolsmith(support::repository(), &["schema", "quota"]));
    let path = support::repository().join("schemas/quota.schema.json");
    if support::blessing() {
        std::fs::write(&path, &printed).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(published, printed, "the schema is stale: run with POOLSMITH_BLESS=1");
    let schema: Json = serde_json::from_str(&published).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let pools = json!({
        "block": pool("p5.48xlarge", json!({"capacityBlock": "cr-0123456789abcdef0"}), json!({"fixed": 1})),
        "gpu": pool("g5.xlarge", json!("spot"), json!({"min": 0, "max": 2})),
    });
    let documents = [
        Project::with_file(pools.clone(), &[(STANDARD, 64.0)]).run(&["quota", "--format", "json"]),
        Project::new(pools, json!({"spot": {"G and VT": {"limit": 4}}})).run(&["quota", "--format", "json"]),
        support::poolsmith(support::repository(), &["quota", "--format", "json"]),
    ];
    for document in documents {
        let report: Json = serde_json::from_slice(&document.stdout).unwrap();
        let faults: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert_eq!(faults, [""; 0], "{report:#}");
        assert!(!report["environments"].as_array().unwrap().is_empty());
    }
    assert!(!validator.is_valid(&json!({})), "the schema demands something");
}

#[test]
fn the_help_says_what_is_printed() {
    let help = support::stdout(&support::poolsmith(support::repository(), &["quota", "--help"]));
    for part in ["--env", "--all", "--quotas <FILE>", "--format", "the largest instance type that still fits"]
    {
        assert!(help.contains(part), "{part}\n{help}");
    }
}
