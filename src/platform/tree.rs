//! Small edits of a [`Node`] tree: read text at a path, set, remove, merge, and write sorted.
//!
//! Edits keep positions, so that a finding about a patched value points at whoever asked for it.

use crate::json::{Map as JsonMap, Text, Value as Json};
use crate::sorted::sort_by;
use crate::yaml::{Key, Node, Position, Value};

/// The text at `path`, if there is any and it is not empty.
pub fn text<'a>(node: &'a Node, path: &[&str]) -> Option<&'a str> {
    node.find(path)?.as_str().filter(|text| !text.is_empty())
}

/// Text that stands at `position`.
pub fn text_node(text: impl Into<Text>, position: Position) -> Node {
    Node::new(position, Value::Str(text.into()))
}

/// An integer that stands at `position`.
pub fn int_node(number: impl Into<i64>, position: Position) -> Node {
    Node::new(position, Value::Int(number.into()))
}

/// Sets `key` of a map; what is no map becomes one.
pub fn set(map: &mut Node, key: &str, value: Node) {
    let position = value.position;
    *slot(map, key, position) = value;
}

/// Removes `key` from a map.
pub fn remove(map: &mut Node, key: &str) {
    if let Value::Map(entries) = &mut map.value {
        entries.retain(|(k, _)| &*k.name != key);
    }
}

/// The value of `key` in a map, made an empty map if it is not there or no map.
pub fn child<'a>(map: &'a mut Node, key: &str, position: Position) -> &'a mut Node {
    let child = slot(map, key, position);
    if child.as_map().is_none() {
        *child = Node::empty_map(position);
    }
    child
}

/// The items of the list at `key` of a map, made an empty list if it is not there or no list.
pub fn list<'a>(map: &'a mut Node, key: &str, position: Position) -> &'a mut Vec<Node> {
    items(slot(map, key, position), position)
}

fn items(node: &mut Node, position: Position) -> &mut Vec<Node> {
    let Value::Seq(ref mut items) = node.value else {
        *node = Node::new(position, Value::Seq(Vec::new()));
        return self::items(node, position);
    };
    items
}

/// The place of `key` in a map, made with a null if it is not there; what is no map becomes one.
fn slot<'a>(map: &'a mut Node, key: &str, position: Position) -> &'a mut Node {
    let Value::Map(ref mut entries) = map.value else {
        *map = Node::empty_map(position);
        return slot(map, key, position);
    };
    let index = entries.iter().position(|(k, _)| &*k.name == key).unwrap_or_else(|| {
        // In the order of the names, if they have one.
        let before = entries.iter().rposition(|(k, _)| &*k.name < key);
        let index = before.map_or(0, |before| before + 1);
        entries.insert(index, (Key { name: key.into(), position }, Node::null()));
        index
    });
    &mut entries[index].1
}

/// Applies a merge patch (RFC 7396): maps merge, `null` removes, everything else replaces.
pub fn merge_patch(base: &mut Node, patch: &Node) {
    let Some(changes) = patch.as_map() else {
        *base = patch.clone();
        return;
    };
    for (key, change) in changes {
        if change.is_null() {
            remove(base, &key.name);
        } else if change.as_map().is_some() {
            merge_patch(child(base, &key.name, key.position), change);
        } else {
            set(base, &key.name, change.clone());
        }
    }
}

/// A JSON value as a tree in which everything stands at `position`.
pub fn from_json(json: &Json, position: Position) -> Node {
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(integer), _) => Value::Int(integer),
            (None, Some(integer)) => Value::UInt(integer),
            (None, None) => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::Str(text.as_str().into()),
        Json::Array(items) => Value::Seq(items.iter().map(|item| from_json(item, position)).collect()),
        Json::Object(entries) => {
            let entry = |(name, value): (&Text, &Json)| {
                (Key { name: name.as_str().into(), position }, from_json(value, position))
            };
            Value::Map(entries.iter().map(entry).collect())
        }
    };
    Node::new(position, value)
}

/// Puts the entries of every map into the order of [`into_sorted_json`], which then has little to do.
pub fn sort(node: &mut Node, first: &[&str]) {
    match &mut node.value {
        Value::Map(entries) => {
            sort_entries(entries, first);
            entries.iter_mut().for_each(|(_, value)| sort(value, &[]));
        }
        Value::Seq(items) => items.iter_mut().for_each(|item| sort(item, &[])),
        _ => {}
    }
}

fn sort_entries(entries: &mut Vec<(Key, Node)>, first: &[&str]) {
    let rank = |name: &str| first.iter().position(|key| *key == name).unwrap_or(first.len());
    sort_by(entries, |(a, _), (b, _)| rank(&a.name).cmp(&rank(&b.name)).then_with(|| a.name.cmp(&b.name)));
}

/// The value without positions, `first` keys first and all others in the order of their names, at
/// every depth. Lists keep their order.
pub fn into_sorted_json(node: Node, first: &[&str]) -> Json {
    match node.value {
        Value::Map(mut entries) => {
            sort_entries(&mut entries, first);
            // Collecting would keep the room of the tree, which is larger.
            let mut sorted = Vec::with_capacity(entries.len());
            sorted.extend(entries.into_iter().map(|(key, value)| (key.name, into_sorted_json(value, &[]))));
            Json::Object(JsonMap::of_distinct(sorted))
        }
        Value::Seq(items) => items.into_iter().map(|item| into_sorted_json(item, &[])).collect(),
        Value::Str(text) => Json::String(text),
        _ => node.to_json(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(entries: Vec<(&str, Node)>) -> Node {
        let entries = entries
            .into_iter()
            .map(|(name, node)| (Key { name: name.into(), position: Position::default() }, node));
        Node::new(Position::default(), Value::Map(entries.collect()))
    }

    #[test]
    fn a_merge_patch_merges_maps_and_removes_with_null() {
        let here = Position::default();
        let mut base = map(vec![("a", map(vec![("x", int_node(1, here)), ("y", int_node(2, here))]))]);
        merge_patch(
            &mut base,
            &map(vec![("a", map(vec![("x", Node::null()), ("z", int_node(3, here))])), ("b", Node::null())]),
        );
        assert_eq!(base.to_json(), crate::json::json!({"a": {"y": 2, "z": 3}}));
    }

    #[test]
    fn json_becomes_a_tree_and_json_again() {
        let json = crate::json::json!({"a": [1, -2, u64::MAX, 0.5, true, null], "b": {"c": "1"}});
        assert_eq!(from_json(&json, Position::default()).to_json(), json);
    }

    #[test]
    fn the_named_keys_come_first_and_only_at_the_top() {
        let here = Position::default();
        let inner = map(vec![("kind", int_node(1, here)), ("apiVersion", int_node(2, here))]);
        let node = map(vec![("b", inner), ("a", Node::null()), ("kind", Node::null())]);
        let text = into_sorted_json(node, &["apiVersion", "kind"]).to_string();
        assert_eq!(text, r#"{"kind":null,"a":null,"b":{"apiVersion":2,"kind":1}}"#);
    }
}
