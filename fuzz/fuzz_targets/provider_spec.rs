//! Any text as a copied providerSpec of every platform: taken out, checked and patched. What is rendered
//! survives its second reading, and rendering from it again changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolsmith::diag::Findings;
use poolsmith::platform::{ClusterFacts, MachineWish, PLATFORMS, Platform, unwrap_copied};
use poolsmith::spec::scalars::{MinorVersion, VersionRange};
use poolsmith::spec::size::Market;
use poolsmith::yaml::{self, FileId, Limits};
use serde_json::Value as Json;
use std::collections::BTreeMap;

fuzz_target!(|text: &str| {
    for platform in PLATFORMS {
        if let Some(first) = rendered(*platform, text) {
            let emitted = yaml::emit_document(&first).expect("a rendered value can be written");
            yaml::verify(&emitted, &first).expect("what is written is what was rendered");
            if let Some(second) = rendered(*platform, &emitted) {
                assert_eq!(first, second, "rendering what was rendered changes it");
            }
        }
    }
});

/// What is rendered from a copied text, where all of it is sound.
fn rendered(platform: &dyn Platform, text: &str) -> Option<Json> {
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let mut findings = Findings::new();
    let documents = yaml::parse(text, FileId(0), &limits, &mut findings)?;
    let copied = unwrap_copied(&documents, FileId(0), &mut findings)?;
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
    let clean = platform.check_copied(&copied, &facts, &mut findings);
    let wish = MachineWish {
        instance_type: "m6i.xlarge",
        zone: "us-west-2a",
        market: &Market::OnDemand,
        root_volume: None,
        user_data_secret: None,
        overrides: None,
        allowed_overrides: &[],
        written: None,
    };
    let value = platform.render(&clean, &wish, &facts, &mut findings);
    (!findings.has_errors()).then_some(value)
}
