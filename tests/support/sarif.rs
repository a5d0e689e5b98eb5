//! The official schema of SARIF 2.1.0, where it was fetched.

use std::path::Path;

/// A validator with the schema; `None`, with a word, where it is missing. CI always has it.
pub fn validator() -> Option<jsonschema::Validator> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/sarif-schema-2.1.0.json");
    let Ok(schema) = std::fs::read_to_string(&path) else {
        let fetch = "tests/support/fetch-sarif-schema.sh fetches it";
        assert!(std::env::var_os("CI").is_none(), "{} is missing; {fetch}", path.display());
        println!("skipped: {} is missing; {fetch}", path.display());
        return None;
    };
    let mut schema: serde_json::Value = serde_json::from_str(&schema).expect("the schema is JSON");
    // The published pattern for languages is no regular expression: it has an unmatched `]`.
    for holder in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][holder]["properties"]["language"];
        language.as_object_mut().expect("a language is described").remove("pattern");
    }
    let validator = jsonschema::validator_for(&schema).expect("the schema is valid");
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0"})), "the schema demands something");
    Some(validator)
}

/// What the schema has against a document, one a line.
pub fn errors(validator: &jsonschema::Validator, document: &serde_json::Value) -> Vec<String> {
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}
