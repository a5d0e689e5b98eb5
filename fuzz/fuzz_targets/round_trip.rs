//! Any JSON as an object: written, read back by all our readers and in parts, and the same again. Any text as
//! a key and as a value. Any text as a document: nothing passes in parts that fails as a whole, and parse →
//! emit → parse is the identity.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolsmith::diag::Findings;
use poolsmith::yaml::{self, FileId, Limits};
use poolsmith_fuzz::limits;
use poolsmith::json::Value;
use serde_json::{Value as Json, json};

fuzz_target!(|text: &str| {
    if let Ok(value) = serde_json::from_str::<Json>(text) {
        any_value(&value.into());
    }
    any_value(&Value::from(json!({text: text, "list": [text, {text: [text]}], "k": {"k": {text: null}}})));
    any_text(text);
});

/// What is written is read back by all.
fn any_value(value: &Value) {
    let Ok(emitted) = yaml::emit_document(value) else { return };
    yaml::verify(&emitted, value).expect("the second reader reads what was written");
    assert_eq!(yaml::verify_in_parts(&[(&emitted, value)]), [Ok(())], "and so it does in parts");
    let mut findings = Findings::new();
    let limits = Limits { nodes: 1 << 20, ..Limits::default() };
    if let Some(node) = yaml::parse_one(&emitted, FileId(0), &limits, &mut findings) {
        assert_eq!(node.to_json(), *value, "our own reader reads something else");
        let again = yaml::emit_document(&node.to_json()).expect("what was read can be written");
        assert_eq!(again, emitted, "writing it again differs");
    } else {
        assert!(findings.has_errors(), "refused without a word");
    }
}

/// A text and the value that our own reader sees in it.
fn any_text(text: &str) {
    let Some(node) = yaml::parse_one(text, FileId(0), &limits(), &mut Findings::new()) else { return };
    let value = node.to_json();
    any_value(&value);
    if yaml::verify_in_parts(&[(text, &value)]) == [Ok(())] {
        yaml::verify(text, &value).expect("what passes in parts passes as a whole");
    }
}
