//! The published schemas are what the types say, and agree with the decoder.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use poolsmith::spec::schema::SchemaName;

#[test]
fn published_schemas_are_fresh() {
    for schema in SchemaName::ALL {
        let path = support::repository().join(format!("schemas/{}.schema.json", schema.as_str()));
        let wanted = format!("{:#}\n", schema.document());
        if support::blessing() {
            std::fs::write(&path, &wanted).expect("the schema is written");
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(found, wanted, "{} is stale: run with POOLSMITH_BLESS=1", path.display());
    }
}

#[test]
fn no_schema_offers_null() {
    for schema in SchemaName::ALL {
        let text = schema.document().to_string();
        assert!(!text.contains("\"null\"") && !text.contains(":null"), "{} offers null", schema.as_str());
    }
}

#[test]
fn every_property_is_described() {
    fn walk(path: &str, value: &serde_json::Value, bare: &mut Vec<String>) {
        if let Some(properties) = value["properties"].as_object() {
            for (key, property) in properties {
                let described = |value: &serde_json::Value| {
                    value["description"].as_str().is_some_and(|text| !text.is_empty())
                };
                // A form of a sum type that has one key is described as a whole.
                let only_key = properties.len() == 1 && described(value);
                if !described(property) && property.get("$ref").is_none() && !only_key {
                    bare.push(format!("{path}.{key}"));
                }
            }
        }
        match value {
            serde_json::Value::Object(map) => {
                map.iter().for_each(|(key, value)| walk(&format!("{path}/{key}"), value, bare));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|value| walk(path, value, bare)),
            _ => {}
        }
    }
    for schema in SchemaName::ALL {
        let mut bare = Vec::new();
        walk(schema.as_str(), &schema.document(), &mut bare);
        // The two members of a version range explain themselves in the description of their parent.
        bare.retain(|path| !path.contains("VersionRange"));
        assert!(bare.is_empty(), "without a description: {bare:#?}");
    }
}
