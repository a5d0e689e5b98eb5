use super::{Map, Value, json};
use proptest::prelude::*;
use serde_json::Value as Reference;

fn reference() -> impl Strategy<Value = Reference> {
    let leaf = prop_oneof![
        Just(Reference::Null),
        any::<bool>().prop_map(Reference::from),
        any::<i64>().prop_map(Reference::from),
        any::<u64>().prop_map(Reference::from),
        any::<f64>().prop_map(Reference::from),
        "[a-c~/0-9]{0,3}".prop_map(Reference::from),
        ".{0,40}".prop_map(Reference::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Reference::from),
            proptest::collection::vec(("[a-c~/]{0,2}", inner), 0..5)
                .prop_map(|entries| Reference::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn it_is_printed_read_and_compared_as_serde_json_does(one in reference(), other in reference()) {
        let (ours, theirs) = (Value::from(one.clone()), Value::from(other.clone()));
        prop_assert_eq!(&ours, &one);
        prop_assert_eq!(Reference::from(ours.clone()), one.clone());
        prop_assert_eq!(ours.to_string(), one.to_string());
        let read: Value = serde_json::from_str(&one.to_string()).unwrap();
        let expected: Reference = serde_json::from_str(&one.to_string()).unwrap();
        prop_assert_eq!(read, expected);
        prop_assert_eq!(ours == theirs, one == other);
        prop_assert_eq!(ours == other, one == other);
    }

    #[test]
    fn pointers_lead_where_they_lead_in_serde_json(value in reference(), pointer in "(/(a|b|c|~0|~1|0|1|01|-|~)){0,3}|[a/]{0,2}") {
        let mut ours = Value::from(value.clone());
        prop_assert_eq!(ours.pointer(&pointer).cloned().map(Reference::from), value.pointer(&pointer).cloned());
        prop_assert_eq!(ours.pointer_mut(&pointer).cloned().map(Reference::from), value.pointer(&pointer).cloned());
    }
}

#[test]
fn a_map_keeps_the_order_that_it_was_built_in() {
    let mut map: Map =
        [("c", json!(1)), ("a", json!(2)), ("b", json!(3)), ("a", json!(4))].into_iter().collect();
    assert_eq!(Value::from(map.clone()).to_string(), r#"{"c":1,"a":4,"b":3}"#);
    assert_eq!(map.insert("c", 5), Some(json!(1)));
    assert_eq!(map.remove("a"), Some(json!(4)));
    assert_eq!(map.remove("a"), None);
    map.insert("a", Value::Null);
    *map.get_or_insert_with("d", || json!([])) = json!({"x": "y"});
    assert_eq!(Value::from(map.clone()).to_string(), r#"{"c":5,"b":3,"a":null,"d":{"x":"y"}}"#);
    map.sort_keys();
    map.retain(|key, _| key != "b");
    assert_eq!(map.keys().map(|key| key.as_str()).collect::<Vec<_>>(), ["a", "c", "d"]);
    assert_eq!(map, [("d", json!({"x": "y"})), ("c", json!(5)), ("a", json!(null))].into_iter().collect());
    assert_ne!(map, [("d", json!({"x": "y"})), ("c", json!(5)), ("b", json!(null))].into_iter().collect());
}

#[test]
fn looking_into_what_is_not_there_gives_null() {
    let mut value = json!({"a": [{"b": true}], "n": null});
    assert_eq!(value["a"][0]["b"], true);
    for nothing in [&value["x"], &value["a"]["b"], &value["a"][1], &value["n"]["m"], &value["a"][0]["b"]["c"]]
    {
        assert!(nothing.is_null());
    }
    value["x"]["y"] = json!("z");
    value["n"]["m"] = json!(1);
    assert_eq!(value.to_string(), r#"{"a":[{"b":true}],"n":{"m":1},"x":{"y":"z"}}"#);
}

#[test]
fn what_is_written_in_the_way_of_json_is_that_value() {
    let (key, text, list) = ("k".to_owned(), "t".to_owned(), vec!["x", "y"]);
    let absent: Option<&str> = None;
    let ours = json!({"a": [1, -2, 0.5, null, [], {}, text], &key: {"b": list, (format!("{key}2")): absent}, "c": list.len() + 1,});
    let theirs =
        serde_json::json!({"a": [1, -2, 0.5, null, [], {}, "t"], "k": {"b": ["x", "y"], "k2": null}, "c": 3});
    assert_eq!(ours, theirs);
    assert_eq!(ours.to_string(), theirs.to_string());
}

#[test]
fn a_key_that_stands_twice_is_not_decoded() {
    assert!(serde_json::from_str::<Value>(r#"{"a": 1, "a": 2}"#).is_err());
}
