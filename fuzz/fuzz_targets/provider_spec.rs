//! Any text as a copied providerSpec of every platform: taken out, checked and patched. What is rendered
//! survives its second reading, and rendering from it again changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolsmith::diag::{Findings, Sources};
use poolsmith::platform::{ClusterFacts, MachineWish, PLATFORMS, Platform, unwrap_copied};
use poolsmith::spec::scalars::{MinorVersion, VersionRange};
use poolsmith::spec::size::Market;
use poolsmith::yaml;
use poolsmith_fuzz::{limits, tell};
use poolsmith::json::Value;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

fuzz_target!(|text: &str| {
    for platform in PLATFORMS {
        for market in [Market::OnDemand, Market::Spot(Default::default())] {
            let Some(first) = rendered(*platform, text, &market) else { continue };
            let emitted = yaml::emit_document(&first).expect("a rendered value can be written");
            yaml::verify(&emitted, &first).expect("what is written is what was rendered");
            let second = rendered(*platform, &emitted, &market).expect("what was rendered is sound as a copy");
            assert_eq!(first, second, "rendering what was rendered changes it");
            // As people copy it: the whole MachineSet.
            let set = json!({
                "apiVersion": "machine.openshift.io/v1beta1",
                "kind": "MachineSet",
                "metadata": {"name": "prod-7kx2p-a-us-west-2a"},
                "spec": {"template": {"spec": {"providerSpec": {"value": Json::from(first.clone())}}}},
            });
            let emitted = yaml::emit_document(&set.into()).expect("a MachineSet can be written");
            assert_eq!(rendered(*platform, &emitted, &market).as_ref(), Some(&first), "another one within a MachineSet");
        }
    }
});

/// What is rendered from a copied text, where all of it is sound.
fn rendered(platform: &dyn Platform, text: &str, market: &Market) -> Option<Value> {
    let (mut sources, mut findings) = (Sources::default(), Findings::new());
    let file = sources.add("provider-specs/worker.yaml", text);
    let value = value(platform, text, file, market, &mut findings);
    assert!(value.is_some() || findings.has_errors(), "refused without a word");
    let sound = !findings.has_errors();
    tell(findings, &sources);
    value.filter(|_| sound)
}

fn value(
    platform: &dyn Platform,
    text: &str,
    file: yaml::FileId,
    market: &Market,
    findings: &mut Findings,
) -> Option<Value> {
    let documents = yaml::parse(text, file, &limits(), findings)?;
    let copied = unwrap_copied(&documents, file, findings)?;
    let version = MinorVersion::new(4, 20);
    let subnets = BTreeMap::new();
    let facts = ClusterFacts {
        infra_id: "prod-7kx2p",
        region: "us-west-2",
        account_id: None,
        version: VersionRange { min: version, max: version },
        subnets: &subnets,
        written: None,
    };
    let clean = platform.check_copied(&copied, &facts, findings);
    let wish = MachineWish {
        instance_type: "m6i.xlarge",
        zone: "us-west-2a",
        only_zone_differs: false,
        market,
        root_volume: None,
        user_data_secret: None,
        overrides: None,
        allowed_overrides: &[],
        written: None,
    };
    let value = platform.render(&clean, &wish, &facts, findings);
    platform.check_rendered(&value, None, &facts, findings);
    Some(value)
}
