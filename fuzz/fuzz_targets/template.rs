//! Any text as a tree template of a repository: compiled and rendered within its budget, or refused with a
//! word. What is rendered holds no null and survives its second reading.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolsmith::diag::{Findings, Sources};
use poolsmith::template::{self, Budget, Context};
use poolsmith::yaml;
use poolsmith_fuzz::{limits, tell};
use poolsmith::json::Value;
use serde_json::json;

fuzz_target!(|text: &str| {
    let (mut sources, mut findings) = (Sources::default(), Findings::new());
    let file = sources.add("templates/own.yaml", text);
    let Some(node) = yaml::parse_one(text, file, &limits(), &mut findings) else {
        assert!(findings.has_errors(), "refused without a word");
        return;
    };
    let context = Context::new(&json!({
        "environment": "prod",
        "cluster": {"name": "prod", "infraID": "prod-7kx2p", "version": "4.20", "none": null},
        "pools": [{"name": "a", "zones": ["b", "c"], "size": {"min": 0, "max": 4}, "share": 0.5, "spot": true}],
    }));
    let render = |findings: &mut Findings| template::render(&node, text, &context, &mut Budget::default(), findings);
    let mut own = Findings::new();
    let first = render(&mut own);
    match &first {
        Ok(Some(value)) => {
            assert!(!holds_null(value), "a result holds a null");
            if let Ok(emitted) = yaml::emit_document(value) {
                yaml::verify(&emitted, value).expect("what is written is what was rendered");
            }
        }
        Ok(None) => {}
        Err(_) => assert!(own.has_errors() || findings.has_errors(), "refused without a word"),
    }
    assert_eq!(render(&mut Findings::new()).ok(), first.ok(), "the same template gives the same twice");
    findings.extend(own);
    tell(findings, &sources);
});

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(holds_null),
        Value::Object(entries) => entries.values().any(holds_null),
        _ => false,
    }
}
