//! Layers: one tree laid over another.
//!
//! Maps merge deeply, lists and scalars replace, `null` removes. Every value keeps the place it was
//! written at; a key that both layers have keeps the place of the later one. The caller is told of
//! every value that is lost, so that it can refuse to lose a taint or a health check without a word.

use super::{Key, Node, Position, Value};
use std::collections::HashMap;

/// What the layers' schema says about merging.
pub struct MergeOptions<'a> {
    /// Whether the map at a path is one value, replaced whole: a sum type such as a size or a market.
    pub atomic: &'a (dyn Fn(&[String]) -> bool + Sync),
    /// Whether the value at a path is itself a merge patch: replaced whole, with its nulls, which mean
    /// something to whoever applies it.
    pub patch: &'a (dyn Fn(&[String]) -> bool + Sync),
}

/// A value of the lower layer that is gone.
#[derive(Debug)]
pub enum MergeEvent<'a> {
    /// Something else, that is no map merged into a map, stands in its place.
    Replaced {
        /// The keys that lead to it.
        path: &'a [String],
        /// The value of the lower layer.
        old: &'a Node,
        /// The value of the upper layer, nulls in its maps included.
        new: &'a Node,
    },
    /// A `null` of the upper layer removed it.
    Removed {
        /// The keys that lead to it.
        path: &'a [String],
        /// The value of the lower layer.
        old: &'a Node,
        /// Where the upper layer removes it: the key that has the `null`.
        by: Position,
    },
}

/// Lays `over` on `base`.
///
/// A `null` in a map of `over` removes the key, and does nothing where `base` has none; that holds inside
/// new maps and lists as well, so the result has no `null` that came from a map of `over`. A `null` in the
/// place of the whole tree leaves `base` as it is: an empty file changes nothing.
pub fn merge(
    base: &mut Node,
    over: Node,
    options: &MergeOptions<'_>,
    on_event: &mut dyn FnMut(MergeEvent<'_>),
) {
    if over.is_null() {
        return;
    }
    let mut path = Vec::new();
    Merge { options, on_event, path: &mut path }.node(base, over);
}

struct Merge<'a, 'o, 'e> {
    options: &'a MergeOptions<'o>,
    on_event: &'a mut dyn FnMut(MergeEvent<'_>),
    path: &'e mut Vec<String>,
}

impl Merge<'_, '_, '_> {
    fn node(&mut self, base: &mut Node, over: Node) {
        let is_patch = (self.options.patch)(self.path);
        let both_maps = matches!((&base.value, &over.value), (Value::Map(_), Value::Map(_)));
        if both_maps && !is_patch && !(self.options.atomic)(self.path) {
            if let (Value::Map(base), Value::Map(over)) = (&mut base.value, over.value) {
                self.map(base, over);
            }
            return;
        }
        if !base.is_null() {
            (self.on_event)(MergeEvent::Replaced { path: self.path, old: base, new: &over });
        }
        *base = self.without_nulls(over);
    }

    fn map(&mut self, base: &mut Vec<(Key, Node)>, over: Vec<(Key, Node)>) {
        let index: HashMap<Box<str>, usize> =
            base.iter().enumerate().map(|(at, (key, _))| (key.name.clone(), at)).collect();
        let mut removed = vec![false; base.len()];
        for (key, value) in over {
            let Some(&at) = index.get(&key.name) else {
                if !value.is_null() {
                    self.path.push(key.name.to_string());
                    let value = self.without_nulls(value);
                    self.path.pop();
                    base.push((key, value));
                }
                continue;
            };
            self.path.push(key.name.to_string());
            let (base_key, base_value) = &mut base[at];
            if value.is_null() {
                removed[at] = true;
                let event = MergeEvent::Removed { path: self.path, old: base_value, by: key.position };
                (self.on_event)(event);
            } else {
                base_key.position = key.position;
                self.node(base_value, value);
            }
            self.path.pop();
        }
        if removed.contains(&true) {
            let mut at = 0;
            base.retain(|_| {
                at += 1;
                !removed.get(at - 1).copied().unwrap_or(false)
            });
        }
    }

    /// The same value without the map entries that are null, but for patches.
    fn without_nulls(&mut self, node: Node) -> Node {
        if (self.options.patch)(self.path) {
            return node;
        }
        let value = match node.value {
            Value::Map(entries) => {
                let mut kept = Vec::with_capacity(entries.len());
                for (key, value) in entries.into_iter().filter(|(_, value)| !value.is_null()) {
                    self.path.push(key.name.to_string());
                    let value = self.without_nulls(value);
                    self.path.pop();
                    kept.push((key, value));
                }
                Value::Map(kept)
            }
            Value::Seq(items) => Value::Seq(items.into_iter().map(|item| self.without_nulls(item)).collect()),
            value => value,
        };
        Node { value, ..node }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FileId, Limits, parse_one};
    use super::*;
    use crate::diag::Findings;

    fn tree(text: &str, file: u32) -> Node {
        let mut findings = Findings::new();
        let node = parse_one(text, FileId(file), &Limits::default(), &mut findings);
        assert!(findings.is_empty(), "{findings:?}");
        node.unwrap()
    }

    fn merged(base: &str, over: &str) -> (String, Vec<String>) {
        let mut base = tree(base, 0);
        let mut events = Vec::new();
        let atomic = |path: &[String]| path.last().is_some_and(|key| key == "size");
        merge(&mut base, tree(over, 1), &MergeOptions { atomic: &atomic, patch: &|path| path == ["patch"] }, &mut |event| {
            events.push(match event {
                MergeEvent::Replaced { path, old, new } => {
                    format!("{}: {} -> {}", path.join("."), old.to_json(), new.to_json())
                }
                MergeEvent::Removed { path, old, by } => {
                    format!(
                        "{}: {} removed in file {} line {}",
                        path.join("."),
                        old.to_json(),
                        by.file.0,
                        by.line
                    )
                }
            });
        });
        (base.to_json().to_string(), events)
    }

    #[test]
    fn maps_merge_and_lists_replace() {
        let (json, events) = merged("a: {b: 1, c: [1, 2]}\nd: x", "a: {c: [3], e: 2}\nf: y");
        assert_eq!(json, r#"{"a":{"b":1,"c":[3],"e":2},"d":"x","f":"y"}"#);
        assert_eq!(events, ["a.c: [1,2] -> [3]"]);
    }

    #[test]
    fn null_removes_and_is_never_left_over() {
        let (json, events) =
            merged("a: {b: 1, c: {d: 2}}", "a: {b: null, c: ~, x: ~}\ny: {z: ~, w: [{v: ~, u: 1}, ~]}");
        assert_eq!(json, r#"{"a":{},"y":{"w":[{"u":1},null]}}"#);
        assert_eq!(events, ["a.b: 1 removed in file 1 line 1", "a.c: {\"d\":2} removed in file 1 line 1"]);
    }

    #[test]
    fn a_patch_replaces_and_keeps_its_nulls() {
        let (json, _) = merged("patch: {a: 1}", "patch: {b: ~}");
        assert_eq!(json, r#"{"patch":{"b":null}}"#);
        let (json, _) = merged("x: 1", "patch: {b: {c: ~}}");
        assert_eq!(json, r#"{"x":1,"patch":{"b":{"c":null}}}"#);
    }

    #[test]
    fn sum_types_replace_and_never_merge() {
        let (json, events) = merged("size: {min: 1, max: 2}", "size: {fixed: 3, min: ~}");
        assert_eq!(json, r#"{"size":{"fixed":3}}"#);
        assert_eq!(events.len(), 1);
    }

    #[test]
    fn a_change_of_shape_is_told() {
        let (json, events) = merged("a: {b: 1}\nc: [1]\nd: ~", "a: 1\nc: {x: 1}\nd: {e: 1}");
        assert_eq!(json, r#"{"a":1,"c":{"x":1},"d":{"e":1}}"#);
        assert_eq!(events, ["a: {\"b\":1} -> 1", "c: [1] -> {\"x\":1}"]);
    }

    #[test]
    fn values_keep_their_place_and_keys_take_the_later_one() {
        let mut base = tree("a:\n  b: 1\n  c: 2\n", 0);
        merge(
            &mut base,
            tree("\na:\n  c: 3\n  d: 4\n", 1),
            &MergeOptions { atomic: &|_| false, patch: &|_| false },
            &mut |_| {},
        );
        let place = |position: Position| (position.file.0, position.line);
        assert_eq!(place(base.locate_key(&["a"])), (1, 2));
        assert_eq!(place(base.locate(&["a", "b"])), (0, 2));
        assert_eq!(place(base.locate_key(&["a", "b"])), (0, 2));
        assert_eq!(place(base.locate(&["a", "c"])), (1, 3));
        assert_eq!(place(base.locate(&["a", "d"])), (1, 4));
    }

    #[test]
    fn an_empty_layer_changes_nothing_and_an_empty_base_takes_all() {
        let mut base = tree("a: 1", 0);
        merge(&mut base, Node::null(), &MergeOptions { atomic: &|_| false, patch: &|_| false }, &mut |_| {});
        assert_eq!(base.to_json().to_string(), r#"{"a":1}"#);
        let mut base = Node::null();
        merge(&mut base, tree("a: {b: ~, c: 1}", 0), &MergeOptions { atomic: &|_| true, ..panic!() }, &mut |_| {});
        assert_eq!(base.to_json().to_string(), r#"{"a":{"c":1}}"#);
    }
}
