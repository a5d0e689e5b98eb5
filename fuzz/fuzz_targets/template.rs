//! Any text as a tree template of a repository: compiled and rendered within its budget, or refused with a
//! word. What is rendered holds no null and survives its second reading.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolsmith::diag::Findings;
use poolsmith::template::{self, Budget, Context};
use poolsmith::yaml::{self, FileId, Limits};
use serde_json::{Value as Json, json};

fuzz_target!(|text: &str| {
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let mut findings = Findings::new();
    let Some(node) = yaml::parse_one(text, FileId(0), &limits, &mut findings) else { return };
    let context = Context::new(&json!({
        "environment": "prod",
        "cluster": {"name": "prod", "infraID": "prod-7kx2p", "version": "4.20"},
        "pools": [{"name": "a", "zones": ["b", "c"], "size": {"min": 0, "max": 4}}],
    }));
    let mut findings = Findings::new();
    match template::render(&node, text, &context, &mut Budget::default(), &mut findings) {
        Ok(Some(value)) => {
            assert!(!holds_null(&value), "a result holds a null");
            if let Ok(emitted) = yaml::emit_document(&value) {
                yaml::verify(&emitted, &value).expect("what is written is what was rendered");
            }
        }
        Ok(None) => {}
        Err(_) => assert!(findings.has_errors(), "refused without a word"),
    }
});

fn holds_null(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(items) => items.iter().any(holds_null),
        Json::Object(entries) => entries.values().any(holds_null),
        _ => false,
    }
}
