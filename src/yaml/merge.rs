//! Layers: one tree laid over another.
//!
//! Maps merge deeply, lists and scalars replace, `null` removes. Every value keeps the place it was
//! written at; a key that both layers have keeps the place of the later one. The caller is told of
//! every value that is lost, so that it can refuse to lose a taint or a health check without a word.

use super::{Key, Node, Position, Value};
use crate::json::Text;
use std::collections::HashMap;

/// What the layers' schema says about merging.
pub struct MergeOptions<'a> {
    /// Whether the map at a path is one value, replaced whole: a sum type such as a size or a market.
    pub atomic: &'a (dyn Fn(&[Text]) -> bool + Sync),
    /// Whether the value at a path is itself a merge patch: replaced whole, with its nulls, which mean
    /// something to whoever applies it.
    pub patch: &'a (dyn Fn(&[Text]) -> bool + Sync),
}

/// Whether `path` is one of `patterns`, in which `*` stands for any key.
pub fn is_one_of(path: &[Text], patterns: &[&[&str]]) -> bool {
    patterns.iter().any(|pattern| {
        pattern.len() == path.len()
            && pattern.iter().zip(path).all(|(step, key)| *step == "*" || *step == key.as_str())
    })
}

/// Up to so many keys on either side are compared one by one.
const FEW: usize = 16;

/// A value of the lower layer that is gone.
#[derive(Debug)]
pub enum MergeEvent<'a> {
    /// Something else, that is no map merged into a map, stands in its place.
    Replaced {
        /// The keys that lead to it.
        path: &'a [Text],
        /// The value of the lower layer.
        old: &'a Node,
        /// The value of the upper layer.
        new: &'a Node,
    },
    /// A `null` of the upper layer removed it.
    Removed {
        /// The keys that lead to it.
        path: &'a [Text],
        /// The value of the lower layer.
        old: &'a Node,
        /// Where the upper layer removes it: the key that has the `null`.
        by: Position,
    },
}

/// Lays `over` on `base`.
///
/// A `null` in a map of `over` removes what `base` has under that key. It stays in the result, so that it
/// can remove something from a layer that is laid beneath later; [`settle`] takes the nulls out in the
/// end. A `null` in the place of the whole tree leaves `base` as it is: an empty file changes nothing.
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
    path: &'e mut Vec<Text>,
}

impl Merge<'_, '_, '_> {
    fn node(&mut self, base: &mut Node, over: Node) {
        let whole = (self.options.patch)(self.path) || (self.options.atomic)(self.path);
        let both_maps = matches!((&base.value, &over.value), (Value::Map(_), Value::Map(_)));
        if both_maps && !whole {
            if let (Value::Map(base), Value::Map(over)) = (&mut base.value, over.value) {
                self.map(base, over);
            }
            return;
        }
        if !base.is_null() {
            (self.on_event)(MergeEvent::Replaced { path: self.path, old: base, new: &over });
        }
        *base = over;
    }

    fn map(&mut self, base: &mut Vec<(Key, Node)>, over: Vec<(Key, Node)>) {
        // Few keys are sooner walked through than hashed; many would be walked through many times.
        let before = base.len();
        let index: Option<HashMap<Text, usize>> = (before.min(over.len()) > FEW)
            .then(|| base.iter().enumerate().map(|(at, (key, _))| (key.name.clone(), at)).collect());
        for (key, value) in over {
            let found = match &index {
                Some(index) => index.get(&key.name).copied(),
                None => base[..before].iter().position(|(known, _)| known.name == key.name),
            };
            let Some(at) = found else {
                base.push((key, value));
                continue;
            };
            let (base_key, base_value) = &mut base[at];
            base_key.position = key.position;
            self.path.push(key.name.clone());
            if !value.is_null() {
                self.node(base_value, value);
            } else if !base_value.is_null() {
                let event = MergeEvent::Removed { path: self.path, old: base_value, by: key.position };
                (self.on_event)(event);
                *base_value = value;
            }
            self.path.pop();
        }
    }
}

/// Takes the map entries that are null out of a tree whose layers all lie on each other; a patch keeps
/// its own. `on_null` is told of each with the keys that lead to it and the place of its key.
pub fn settle(node: &mut Node, options: &MergeOptions<'_>, on_null: &mut dyn FnMut(&[Text], Position)) {
    settle_at(node, options, &mut Vec::new(), on_null);
}

fn settle_at(
    node: &mut Node,
    options: &MergeOptions<'_>,
    path: &mut Vec<Text>,
    on_null: &mut dyn FnMut(&[Text], Position),
) {
    if (options.patch)(path) {
        return;
    }
    match &mut node.value {
        Value::Map(entries) => entries.retain_mut(|(key, value)| {
            path.push(key.name.clone());
            let kept = !value.is_null();
            if kept {
                settle_at(value, options, path, on_null);
            } else {
                on_null(path, key.position);
            }
            path.pop();
            kept
        }),
        Value::Seq(items) => items.iter_mut().for_each(|item| settle_at(item, options, path, on_null)),
        _ => {}
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
        let atomic = |path: &[Text]| path.last().is_some_and(|key| key == "size");
        let options = MergeOptions { atomic: &atomic, patch: &|path| path == ["patch"] };
        merge(&mut base, tree(over, 1), &options, &mut |event| {
            events.push(match event {
                MergeEvent::Replaced { path, old, new } => {
                    format!("{}: {} -> {}", path.join("."), old.to_json(), new.to_json())
                }
                MergeEvent::Removed { path, old, by } => {
                    let (path, old) = (path.join("."), old.to_json());
                    format!("{path}: {old} removed in file {} line {}", by.file.0, by.line)
                }
            });
        });
        settle(&mut base, &options, &mut |_, _| {});
        (base.to_json().to_string(), events)
    }

    #[test]
    fn maps_merge_and_lists_replace() {
        let (json, events) = merged("a: {b: 1, c: [1, 2]}\nd: x", "a: {c: [3], e: 2}\nf: z");
        assert_eq!(json, r#"{"a":{"b":1,"c":[3],"e":2},"d":"x","f":"z"}"#);
        assert_eq!(events, ["a.c: [1,2] -> [3]"]);
    }

    #[test]
    fn null_removes_and_is_never_left_over() {
        let (json, events) =
            merged("a: {b: 1, c: {d: 2}}", "a: {b: null, c: ~, x: ~}\nv: {z: ~, w: [{v: ~, u: 1}, ~]}");
        assert_eq!(json, r#"{"a":{},"v":{"w":[{"u":1},null]}}"#);
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
        let options = MergeOptions { atomic: &|_| true, patch: &|_| false };
        merge(&mut base, tree("a: {b: ~, c: 1}", 0), &options, &mut |_| {});
        assert_eq!(base.to_json().to_string(), r#"{"a":{"b":null,"c":1}}"#);
    }

    #[test]
    fn a_null_reaches_a_layer_that_is_laid_beneath_later() {
        let options = MergeOptions { atomic: &|_| false, patch: &|_| false };
        let mut layers = tree("a: {b: ~}", 1);
        merge(&mut layers, tree("c: {d: ~}", 2), &options, &mut |_| {});
        let mut preset = tree("a: {b: 1, e: 2}", 0);
        let mut removed = Vec::new();
        merge(&mut preset, layers, &options, &mut |event| {
            if let MergeEvent::Removed { by, .. } = event {
                removed.push(by);
            }
        });
        let mut useless = Vec::new();
        settle(&mut preset, &options, &mut |path, place| {
            if !removed.contains(&place) {
                useless.push(path.join("."));
            }
        });
        assert_eq!(preset.to_json().to_string(), r#"{"a":{"e":2},"c":{}}"#);
        assert_eq!(useless, ["c.d"]);
    }
}
