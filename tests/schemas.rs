//! The published schemas are what the types say, and agree with the decoder.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use poolsmith::spec::schema::SchemaName;

/// Adds the places of the properties that no description explains.
fn undescribed(path: &str, value: &serde_json::Value, bare: &mut Vec<String>) {
    if let Some(properties) = value["properties"].as_object() {
        for (key, property) in properties {
            if property["description"].as_str().is_none_or(|text| text.trim().is_empty()) {
                bare.push(format!("{path}.{key}"));
            }
        }
    }
    match value {
        serde_json::Value::Object(map) => {
            map.iter().for_each(|(key, value)| undescribed(&format!("{path}/{key}"), value, bare));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|value| undescribed(path, value, bare)),
        _ => {}
    }
}

#[test]
fn published_schemas_are_fresh() {
    for (name, document) in poolsmith::cli::published::generated() {
        let path = support::repository().join(format!("schemas/{name}.schema.json"));
        let wanted = format!("{document:#}\n");
        if support::blessing() {
            std::fs::write(&path, &wanted).expect("the schema is written");
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(found, wanted, "{} is stale: run with POOLSMITH_BLESS=1", path.display());
    }
}

/// The schemas of what commands print, which are published beside those of the spec language.
#[test]
fn what_commands_print_follows_its_published_schema() {
    use serde_json::Value as Json;
    let run = |arguments: &[&str]| support::stdout(&support::poolsmith(support::repository(), arguments));
    for (name, commands) in [
        ("rules", &[&["rules", "--format", "json"][..]][..]),
        (
            "objects",
            &[
                &["render", "--all", "--format", "json"],
                &["render", "--env", "prod", "--bundle", "argocd", "--format", "json"],
            ],
        ),
        ("findings", &[&["check", "--format", "json"]]),
    ] {
        let wanted = run(&["schema", name]);
        let schema: Json = serde_json::from_str(&wanted).unwrap();
        let mut bare = Vec::new();
        undescribed(name, &schema, &mut bare);
        assert!(bare.is_empty(), "without a description: {bare:#?}");
        let validator = jsonschema::validator_for(&schema).unwrap();
        for command in commands {
            let document: Json = serde_json::from_str(&run(command)).unwrap();
            let faults: Vec<String> =
                validator.iter_errors(&document).map(|fault| fault.to_string()).collect();
            assert_eq!(faults, [""; 0], "{command:?}");
            assert!(!validator.is_valid(&serde_json::json!({"x": 1})), "the schema of {name} takes anything");
        }
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
    let published = SchemaName::ALL.map(|schema| (schema.as_str(), schema.document()));
    for (name, document) in published.into_iter().chain([("findings", poolsmith::diag::findings_schema())]) {
        let mut bare = Vec::new();
        undescribed(name, &document, &mut bare);
        assert!(bare.is_empty(), "without a description: {bare:#?}");
    }
}

/// Every value of the sample, replaced by values of other types, and every map with a key too many: the
/// schema and the decoder agree on what they refuse. What is missing is the decoder's alone, since a value
/// file is one layer of several.
#[test]
fn the_schema_and_the_decoder_refuse_the_same() {
    use poolsmith::diag::Findings;
    use poolsmith::spec::baseline::Baseline;
    use poolsmith::spec::waivers::Waivers;
    use poolsmith::spec::{ClusterPools, PoolClasses, Project, rules};
    use poolsmith::yaml::{self, FileId, Limits};
    use serde_json::{Value as Json, json};

    fn accepts(schema: SchemaName, document: &Json) -> bool {
        let mut findings = Findings::new();
        let text = document.to_string();
        let node = yaml::parse_one(&text, FileId::default(), &Limits::default(), &mut findings).unwrap();
        match schema {
            SchemaName::Project => drop(yaml::decode::<Project>(&node, &mut findings, &rules::DECODE)),
            SchemaName::ClusterPools => {
                drop(yaml::decode::<ClusterPools>(&node, &mut findings, &rules::DECODE))
            }
            SchemaName::PoolClasses => {
                drop(yaml::decode::<PoolClasses>(&node, &mut findings, &rules::DECODE))
            }
            SchemaName::Waivers => drop(yaml::decode::<Waivers>(&node, &mut findings, &rules::DECODE)),
            SchemaName::Baseline => drop(yaml::decode::<Baseline>(&node, &mut findings, &rules::DECODE)),
        }
        findings.iter().all(|finding| finding.rule == &rules::MISSING_KEY)
    }
    fn pointers(value: &Json, at: String, into: &mut Vec<String>) {
        match value {
            Json::Object(map) => map.iter().for_each(|(key, value)| {
                pointers(value, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), into);
            }),
            Json::Array(items) => {
                items
                    .iter()
                    .enumerate()
                    .for_each(|(index, value)| pointers(value, format!("{at}/{index}"), into));
            }
            _ => {}
        }
        into.push(at);
    }
    let read = |path: &str| -> Json {
        serde_yaml::from_str(&std::fs::read_to_string(support::repository().join(path)).unwrap()).unwrap()
    };
    let mut compared = 0;
    let mut apart = Vec::new();
    for (schema, path) in [
        (SchemaName::Project, "poolsmith.yaml"),
        (SchemaName::ClusterPools, "values/common.yaml"),
        (SchemaName::ClusterPools, "values/prod.yaml"),
        (SchemaName::ClusterPools, "values/dev.yaml"),
        (SchemaName::PoolClasses, "src/spec/classes.yaml"),
        (SchemaName::Waivers, "tests/waivers/waivers.yaml"),
        (SchemaName::Baseline, "tests/waivers/baseline.yaml"),
    ] {
        let validator = jsonschema::validator_for(&schema.document()).unwrap();
        let document = read(path);
        assert!(validator.is_valid(&document) && accepts(schema, &document), "{path} itself");
        let mut places = Vec::new();
        pointers(&document, String::new(), &mut places);
        for place in places {
            let mut variants: Vec<Json> = Vec::new();
            for other in [
                json!("text"),
                json!(7),
                json!(-1),
                json!(true),
                json!([]),
                json!({}),
                json!(["x"]),
                json!({"x": "y"}),
            ] {
                let mut changed = document.clone();
                *changed.pointer_mut(&place).unwrap() = other;
                variants.push(changed);
            }
            if document.pointer(&place).is_some_and(Json::is_object) {
                let mut changed = document.clone();
                changed.pointer_mut(&place).unwrap()["surplusKey"] = json!("x");
                variants.push(changed);
            }
            for changed in variants {
                // An empty map only misses keys; that a list holds something, and that a minimum lies
                // below its maximum, is checked once the types fit.
                let value = changed.pointer(&place).unwrap();
                if [json!({}), json!([])].contains(value) || (place.ends_with("/size/min") && *value == 7) {
                    continue;
                }
                compared += 1;
                let (by_schema, by_decoder) = (validator.is_valid(&changed), accepts(schema, &changed));
                if by_schema != by_decoder {
                    apart.push(format!("{path} {place} = {value}: schema {by_schema}, decoder {by_decoder}"));
                }
            }
        }
    }
    println!("{compared} documents compared");
    assert!(apart.is_empty(), "{} of {compared}:\n{}", apart.len(), apart.join("\n"));
}
