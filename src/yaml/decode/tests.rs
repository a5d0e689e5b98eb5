mod in_part;

use super::super::{FileId, Limits, parse_one};
use super::*;
use crate::diag::{Finding, Severity};
use serde::Deserialize;
use std::collections::BTreeMap;

macro_rules! test_rules {
    ($($field:ident $code:literal;)*) => {
        fn rules() -> DecodeRules {
            DecodeRules { $($field: {
                static RULE: Rule = Rule {
                    code: $code,
                    slug: "test",
                    severity: Severity::Error,
                    seat_belt: None,
                    waivable: false,
                    summary: "",
                    page: "",
                };
                &RULE
            },)* }
        }
    };
}

test_rules! {
    unknown_key "TST001";
    missing_key "TST002";
    wrong_type "TST003";
    wrong_word "TST004";
    invalid_value "TST005";
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Spec {
    api_version: String,
    cluster: Cluster,
    #[serde(default)]
    pools: BTreeMap<String, Pool>,
    extra: Option<crate::json::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "only decoded")]
struct Cluster {
    name: String,
    #[serde(rename = "infraID")]
    infra_id: String,
    version: Option<String>,
    ratio: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "only some fields are looked at")]
struct Pool {
    instance_type: String,
    size: Size,
    zones: Vec<String>,
    #[serde(default)]
    market: Market,
    #[serde(default)]
    taints: Vec<Taint>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    priority: Option<i32>,
    spare: Option<u8>,
    managed: Option<bool>,
    group: Option<Group>,
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "RawSize")]
enum Size {
    Fixed(#[expect(dead_code, reason = "only decoded")] u32),
    Range(u32, u32),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSize {
    fixed: Option<u32>,
    min: Option<u32>,
    max: Option<u32>,
}

impl TryFrom<RawSize> for Size {
    type Error = String;
    fn try_from(raw: RawSize) -> Result<Size, String> {
        match (raw.fixed, raw.min, raw.max) {
            (Some(size), None, None) => Ok(Size::Fixed(size)),
            (None, Some(min), Some(max)) if min <= max => Ok(Size::Range(min, max)),
            (None, Some(min), Some(max)) => Err(format!("min {min} is more than max {max}")),
            _ => Err("needs `fixed`, or `min` and `max`".to_owned()),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Market {
    #[default]
    OnDemand,
    Spot(Spot),
    CapacityBlock(String),
    Mixed {
        base: u32,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Spot {
    max_price: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only some fields are looked at")]
struct Taint {
    key: String,
    effect: Effect,
}

#[derive(Debug, Deserialize)]
enum Effect {
    NoSchedule,
    NoExecute,
}

/// Accepts only what no stand-in is.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Group(String);

impl TryFrom<String> for Group {
    type Error = String;
    fn try_from(text: String) -> Result<Group, String> {
        if text.starts_with("group-") { Ok(Group(text)) } else { Err(format!("`{text}` is no group")) }
    }
}

fn run<T: DeserializeOwned>(text: &str) -> (Option<T>, Vec<Finding>) {
    let mut findings = Findings::new();
    let node = parse_one(text, FileId(2), &Limits::default(), &mut findings).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    let value = decode(&node, &mut findings, &rules());
    let mut findings: Vec<Finding> = findings.into_iter().collect();
    findings.sort_by_key(|finding| finding.primary.as_ref().map(|label| label.position));
    assert_eq!(value.is_some(), findings.is_empty(), "{findings:?}");
    (value, findings)
}

fn good<T: DeserializeOwned>(text: &str) -> T {
    let (value, findings) = run(text);
    assert!(findings.is_empty(), "{findings:?}");
    value.unwrap()
}

/// `CODE line:column message` of each fault.
fn faults<T: DeserializeOwned>(text: &str) -> Vec<String> {
    run::<T>(text)
        .1
        .iter()
        .map(|finding| {
            let place = finding.primary.as_ref().unwrap().position;
            assert_eq!(place.file, FileId(2));
            format!("{} {}:{} {}", finding.rule.code, place.line, place.column, finding.message)
        })
        .collect()
}

fn helps<T: DeserializeOwned>(text: &str) -> Vec<String> {
    run::<T>(text).1.into_iter().map(|finding| finding.help.unwrap_or_default()).collect()
}

const GOOD: &str = "
apiVersion: v1
cluster: {name: test, infraID: test-x, version: \"4.20\", ratio: 2}
pools:
  a:
    instanceType: m6i.xlarge
    size: {min: 0, max: 4}
    zones: [z1, z2]
    market: {spot: {maxPrice: \"0.90\"}}
    taints: [{key: k, effect: NoSchedule}]
    labels: {example.com/x: \"1\"}
    priority: -5
    spare: 255
    managed: true
    group: group-a
extra: {a: [1, -1, 2.5, null, true, x]}
";

#[test]
fn a_good_file_gives_its_value() {
    let spec: Spec = good(GOOD);
    assert_eq!(spec.api_version, "v1");
    assert_eq!(spec.cluster.version.as_deref(), Some("4.20"));
    assert_eq!(spec.cluster.ratio, Some(2.0));
    let pool = &spec.pools["a"];
    assert!(matches!(pool.size, Size::Range(0, 4)));
    assert!(matches!(&pool.market, Market::Spot(Spot { max_price: Some(price) }) if price == "0.90"));
    assert!(matches!(pool.taints[0].effect, Effect::NoSchedule));
    assert_eq!((pool.priority, pool.spare, pool.managed), (Some(-5), Some(255), Some(true)));
    assert_eq!(pool.group.as_ref().unwrap().0, "group-a");
    assert_eq!(spec.extra.unwrap().to_string(), r#"{"a":[1,-1,2.5,null,true,"x"]}"#);
}

#[test]
fn everything_wrong_is_told_at_once() {
    let text = "
apiVersion: 1.10
cluster:
  nam: test
  version: 4.20
pools:
  a:
    instanceTyp: m6i.xlarge
    size: {min: 5, max: 4}
    zones: z1
    market: spt
    taints: [{key: k, effect: noschedule}, {effect: NoExecute}, x]
    labels: {example.com/x: 1, ok: \"1\"}
    priority: 99999999999
    spare: 256
    managed: \"true\"
    group: g
  b:
    size: {min: x, max: 4, step: 1}
  c: []
";
    assert_eq!(
        faults::<Spec>(text),
        [
            "TST003 2:13 `apiVersion` must be text, found the number `1.10`",
            "TST002 3:1 `cluster.name` is missing",
            "TST002 3:1 `cluster.infraID` is missing",
            "TST001 4:3 `cluster.nam` is not a known key",
            "TST003 5:12 `cluster.version` must be text, found the number `4.20`",
            "TST002 7:3 `pools.a.instanceType` is missing",
            "TST001 8:5 `pools.a.instanceTyp` is not a known key",
            "TST005 9:5 `pools.a.size`: min 5 is more than max 4",
            "TST003 10:12 `pools.a.zones` must be a list, found the text `z1`",
            "TST004 11:13 `pools.a.market` is `spt`, which is none of `onDemand`, `spot`, `capacityBlock` and `mixed`",
            "TST004 12:31 `pools.a.taints[0].effect` is `noschedule`, which is none of `NoSchedule` and `NoExecute`",
            "TST002 12:44 `pools.a.taints[1].key` is missing",
            "TST003 12:65 `pools.a.taints[2]` must be a map with `key` and `effect`, found the text `x`",
            "TST003 13:29 `pools.a.labels[\"example.com/x\"]` must be text, found the number `1`",
            "TST003 14:15 `pools.a.priority` must be a whole number from -2147483648 to 2147483647, found the number `99999999999`",
            "TST003 15:12 `pools.a.spare` must be a whole number from 0 to 255, found the number `256`",
            "TST003 16:14 `pools.a.managed` must be `true` or `false`, found the text \"true\"",
            "TST005 17:12 `pools.a.group`: `g` is no group",
            "TST002 18:3 `pools.b.instanceType` is missing",
            "TST002 18:3 `pools.b.zones` is missing",
            "TST003 19:17 `pools.b.size.min` must be a whole number from 0 to 4294967295, found the text `x`",
            "TST001 19:28 `pools.b.size.step` is not a known key",
            "TST003 20:3 `pools.c` must be a map, found a list",
        ]
    );
}

#[test]
fn missing_keys_of_every_kind_are_told_together() {
    let expected =
        ["instanceType", "size", "zones"].map(|key| format!("TST002 4:3 `pools.a.{key}` is missing"));
    assert_eq!(faults::<Spec>("apiVersion: v1\ncluster: {name: a, infraID: b}\npools:\n  a: {}\n"), expected);
    assert_eq!(
        faults::<Spec>("{}"),
        ["TST002 1:1 `apiVersion` is missing", "TST002 1:1 `cluster` is missing"]
    );
    assert_eq!(
        faults::<Spec>("- a\n"),
        [
            "TST003 1:1 the document must be a map with `apiVersion`, `cluster`, `pools` and `extra`, found a list"
        ]
    );
}

#[test]
fn a_value_that_has_no_stand_in_does_not_hide_its_siblings() {
    #[derive(Debug, Deserialize)]
    struct Outer {
        #[allow(dead_code)]
        first: Group,
        #[allow(dead_code)]
        second: Inner,
        #[allow(dead_code)]
        third: u8,
    }
    #[derive(Debug, Deserialize)]
    struct Inner {
        #[allow(dead_code)]
        a: u8,
        #[allow(dead_code)]
        group: Group,
    }
    assert_eq!(
        faults::<Outer>("first: x\nsecond: {a: b, group: y2}\nthird: c\n"),
        [
            "TST005 1:8 `first`: `x` is no group",
            "TST003 2:13 `second.a` must be a whole number from 0 to 255, found the text `b`",
            "TST005 2:23 `second.group`: `y2` is no group",
            "TST003 3:8 `third` must be a whole number from 0 to 255, found the text `c`",
        ]
    );
    let (_, findings) =
        run::<BTreeMap<String, Outer>>("a: {first: x}\nb: {first: group-x, second: {a: 1}, third: 1}\n");
    let messages: Vec<&str> = findings.iter().map(|finding| &*finding.message).collect();
    assert!(messages.contains(&"`a.first`: `x` is no group"), "{messages:?}");
    assert!(messages.contains(&"`b.second.group` is missing"), "{messages:?}");
}

#[test]
fn no_fault_follows_from_another() {
    assert_eq!(
        faults::<Size>("{min: x, max: 4}"),
        ["TST003 1:7 `min` must be a whole number from 0 to 4294967295, found the text `x`"]
    );
    assert_eq!(
        faults::<Vec<Group>>("[1, a]"),
        ["TST003 1:2 `[0]` must be text, found the number `1`", "TST005 1:5 `[1]`: `a` is no group",]
    );
}

#[test]
fn helps_say_what_to_write() {
    let market = |text: &str| helps::<Market>(text);
    assert_eq!(
        helps::<Vec<String>>("[4.20, True, 7]"),
        ["write \"4.20\", in quotes", "write \"True\", in quotes", "write \"7\", in quotes",]
    );
    assert_eq!(helps::<Vec<u8>>("[\"7\"]"), ["write `7`, without quotes"]);
    assert_eq!(market("spto"), ["write `spot`"]);
    assert_eq!(market("reserved"), ["write one of `onDemand`, `spot`, `capacityBlock` and `mixed`"]);
    assert_eq!(helps::<Taint>("{key: a, efect: b, effect: NoExecute}"), ["write `effect`"]);
    assert_eq!(
        helps::<Taint>("{key: a, colour: b, effect: NoExecute}"),
        ["remove it, or write one of `key` and `effect`"]
    );
    assert_eq!(helps::<Taint>("{key: a}"), ["add `effect`"]);
}

#[test]
fn a_word_may_come_with_or_without_settings() {
    for text in ["spot", "{spot: }", "{spot: {}}", "{spot: null}"] {
        assert!(matches!(good::<Market>(text), Market::Spot(Spot { max_price: None })), "{text}");
    }
    assert!(matches!(good::<Market>("onDemand"), Market::OnDemand));
    assert!(matches!(good::<Market>("{onDemand: ~}"), Market::OnDemand));
    assert!(matches!(good::<Market>("{capacityBlock: cr-1}"), Market::CapacityBlock(id) if id == "cr-1"));
    assert!(matches!(good::<Market>("{mixed: {base: 1}}"), Market::Mixed { base: 1 }));
    assert!(good::<Option<Market>>("~").is_none());

    #[derive(Deserialize)]
    struct Holder {
        #[allow(dead_code)]
        market: Market,
    }
    let faults = |text: &str| faults::<Holder>(&format!("market: {text}"));
    assert_eq!(faults("capacityBlock"), ["TST003 1:9 `market`: `capacityBlock` needs text"]);
    assert_eq!(faults("mixed"), ["TST002 1:1 `market.base` is missing"]);
    assert_eq!(
        faults("{mixed: {base: x}}"),
        ["TST003 1:24 `market.mixed.base` must be a whole number from 0 to 4294967295, found the text `x`"]
    );
    assert_eq!(faults("{onDemand: {}}"), ["TST003 1:10 `market`: `onDemand` takes no settings, found a map"]);
    let one_of = "must be one of `onDemand`, `spot`, `capacityBlock` and `mixed`";
    assert_eq!(faults("{spot: {}, onDemand: }"), [format!("TST003 1:1 `market` {one_of}, found a map")]);
    let beside = faults("{flags: {base: 1}, mixed: {base: 2}}");
    assert_eq!(beside, ["TST001 1:10 `market.flags` is not a known key"]);
    assert_eq!(faults("3"), [format!("TST003 1:9 `market` {one_of}, found the number `3`")]);
    assert_eq!(faults(""), [format!("TST003 1:1 `market` {one_of}, found nothing")]);
}

#[test]
fn nothing_is_no_empty_list_or_map() {
    assert_eq!(
        faults::<Spec>("apiVersion: v1\ncluster: {name: a, infraID: ~}\npools:\n"),
        [
            "TST003 2:29 `cluster.infraID` must be text, found nothing",
            "TST003 3:1 `pools` must be a map, found nothing"
        ]
    );
}

#[test]
fn keys_may_be_words() {
    #[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        One,
        Two,
    }
    assert_eq!(good::<BTreeMap<Word, u8>>("{one: 1, two: 2}")[&Word::Two], 2);
    assert_eq!(
        faults::<BTreeMap<Word, u8>>("{three: 1, one: x}"),
        [
            "TST004 1:2 `three`: the key is none of `one` and `two`",
            "TST003 1:17 `one` must be a whole number from 0 to 255, found the text `x`",
        ]
    );
}

#[test]
fn numbers_keep_their_kind() {
    assert_eq!(good::<u64>("9223372036854775807"), 9223372036854775807);
    assert_eq!(good::<i64>("-9223372036854775808"), i64::MIN);
    assert_eq!(
        faults::<u32>("1.0"),
        ["TST003 1:1 the document must be a whole number from 0 to 4294967295, found the number `1.0`"]
    );
    assert_eq!(faults::<u64>("-1").len(), 1);
    assert_eq!(faults::<std::num::NonZeroU32>("0"), ["TST005 1:1 expected a nonzero u32, found integer `0`"]);
    assert_eq!(faults::<[u8; 2]>("[1]").len(), 1);
    assert_eq!(faults::<f64>("x").len(), 1);
    assert_eq!(good::<(u8, String)>("[1, a]"), (1, "a".to_owned()));
}

#[test]
fn a_file_full_of_faults_ends_soon() {
    let pools: String =
        (0..5000).map(|i| format!("  p{i}: {{size: {{min: 2, max: 1}}, zone: x, spare: x}}\n")).collect();
    let text = format!("apiVersion: v1\ncluster: {{name: a, infraID: b}}\npools:\n{pools}");
    let (_, findings) = run::<Spec>(&text);
    assert_eq!(findings.len(), 200);
    let groups: String = (0..20_000).map(|i| format!("- g{i}\n")).collect();
    assert!(run::<Vec<Group>>(&groups).1.len() >= 100);
}
