//! What an Application ignores of a MachineSet.
//!
//! Group and kind of an entry are patterns, name and namespace exact and optional (argo-cd
//! `util/argo/normalizers/diff_normalizer.go`). Alone an entry only hides the difference; with
//! `RespectIgnoreDifferences=true` the live value is also kept when something else is synced
//! (`controller/sync.go`).

use super::{Subject, sync_options};
use crate::json::Value as Json;
use crate::render::machine_set::{API_VERSION, KIND};
use crate::render::{Bundle, Object};
use std::collections::BTreeMap;

/// The pointer to the number of machines.
pub(super) const REPLICAS: &str = "/spec/replicas";

/// What one Application ignores, by the name of the object: with many pools nearly every entry is about
/// another MachineSet, and every MachineSet asks.
pub(super) struct Ignored<'a> {
    /// The Application.
    pub(super) application: &'a Object,
    /// Whether the Application keeps the live values of what it ignores.
    pub(super) is_respected: bool,
    named: BTreeMap<&'a str, Vec<&'a Json>>,
    nameless: Vec<&'a Json>,
}

impl<'a> Ignored<'a> {
    /// What each bundle's Application ignores.
    pub(super) fn by_bundle<'s>(subject: &'s Subject<'a>) -> &'s BTreeMap<Bundle, Ignored<'a>> {
        let of = |bundle| Some((bundle, Ignored::of(subject.application_of(bundle)?)));
        subject.shared().ignored.get_or_init(|| Bundle::ALL.into_iter().filter_map(of).collect())
    }

    fn of(application: &'a Object) -> Ignored<'a> {
        let mut named: BTreeMap<&str, Vec<&Json>> = BTreeMap::new();
        let mut nameless = Vec::new();
        let entries = application.value["spec"]["ignoreDifferences"].as_array();
        for entry in entries.into_iter().flatten() {
            match entry["name"].as_str() {
                Some(name) if !name.is_empty() => named.entry(name).or_default().push(entry),
                _ => nameless.push(entry),
            }
        }
        let mut options = sync_options::of_application(&application.value);
        let is_respected = options.any(|option| option == "RespectIgnoreDifferences=true");
        Ignored { application, is_respected, named, nameless }
    }

    /// Whether the Application ignores exactly `pointer` of this one MachineSet.
    pub(super) fn by_name(&self, machine_set: &Object, pointer: &str) -> bool {
        self.named.get(machine_set.name()).into_iter().flatten().any(|entry| {
            entry["group"] == group()
                && entry["kind"] == KIND
                && entry["namespace"].as_str() == machine_set.namespace()
                && pointers(entry).any(|ignored| ignored == pointer)
        })
    }

    /// How the Application ignores `pointer` of this MachineSet in any way: alone, with all around it, or
    /// by an expression that nobody can foresee.
    pub(super) fn in_any_way(&self, machine_set: &Object, pointer: &str) -> Option<&'a str> {
        let covers = |ignored: &str| {
            pointer.strip_prefix(ignored).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.concerning(machine_set).find_map(|entry| {
            let expressions = entry["jqPathExpressions"].as_array().into_iter().flatten();
            pointers(entry)
                .find(|ignored| covers(ignored))
                .or_else(|| expressions.filter_map(Json::as_str).find(|text| may_reach(text, pointer)))
        })
    }

    /// The expressions by which the Application ignores parts of this MachineSet.
    pub(super) fn expressions(&self, machine_set: &Object) -> impl Iterator<Item = &'a str> {
        self.concerning(machine_set)
            .flat_map(|entry| entry["jqPathExpressions"].as_array().into_iter().flatten())
            .filter_map(Json::as_str)
    }

    fn concerning(&self, machine_set: &Object) -> impl Iterator<Item = &'a Json> {
        let named = self.named.get(machine_set.name()).into_iter().flatten();
        named.chain(&self.nameless).copied().filter(|entry| concerns(entry, machine_set))
    }
}

fn pointers(entry: &Json) -> impl Iterator<Item = &str> {
    entry["jsonPointers"].as_array().into_iter().flatten().filter_map(Json::as_str)
}

fn group() -> &'static str {
    API_VERSION.split_once('/').map_or("", |(group, _)| group)
}

/// Whether an entry of the MachineSet's name, or of none, is about it.
fn concerns(entry: &Json, machine_set: &Object) -> bool {
    let text = |key: &str| entry[key].as_str().unwrap_or_default();
    let namespace = text("namespace");
    (namespace.is_empty() || Some(namespace) == machine_set.namespace())
        && is_like(text("group"), group())
        && is_like(text("kind"), KIND)
}

/// Whether `text` is like `pattern`, in which `*` is any text and `?` any character.
fn is_like(pattern: &str, text: &str) -> bool {
    if !pattern.contains(['*', '?']) {
        return pattern == text;
    }
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last star stands, and how much of the text it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, taken)) = star else { return false };
                star = Some((at, taken + 1));
                p = at + 1;
                t = taken + 1;
            }
        }
    }
    pattern[p..].iter().all(|rest| *rest == '*')
}

/// Whether a jq expression may reach `pointer`: it names the last step, or walks over everything.
fn may_reach(expression: &str, pointer: &str) -> bool {
    let last = pointer.rsplit('/').next().unwrap_or_default();
    expression.contains(last)
        || [".", ".spec", ".."].contains(&expression.trim())
        || expression.contains("[]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;
    use crate::render::{Bundle, Origin};

    fn object(value: Json) -> Object {
        Object { bundle: Bundle::Capacity, value, origin: Origin::Project }
    }

    fn machine_set() -> Object {
        object(json!({"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": "a", "namespace": "n"}}))
    }

    fn ignoring(entry: Json) -> Object {
        object(json!({"spec": {"ignoreDifferences": [entry]}}))
    }

    #[test]
    fn only_an_entry_with_every_name_counts_as_by_name() {
        let whole = json!({"group": "machine.openshift.io", "kind": "MachineSet", "name": "a", "namespace": "n", "jsonPointers": [REPLICAS]});
        assert!(Ignored::of(&ignoring(whole.clone())).by_name(&machine_set(), REPLICAS));
        for key in ["group", "kind", "name", "namespace", "jsonPointers"] {
            let mut part = whole.clone();
            part.as_object_mut().unwrap().remove(key);
            assert!(!Ignored::of(&ignoring(part)).by_name(&machine_set(), REPLICAS), "{key}");
        }
    }

    #[test]
    fn patterns_and_wider_pointers_are_seen() {
        let entry = |rest: Json| {
            let mut entry = json!({"group": "machine.*", "kind": "Machine*"});
            entry.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
            ignoring(entry)
        };
        for ignored in [
            json!({"jsonPointers": ["/spec"]}),
            json!({"jsonPointers": [""]}),
            json!({"jsonPointers": [REPLICAS], "name": "a"}),
            json!({"jqPathExpressions": [".spec.replicas"]}),
            json!({"jqPathExpressions": [".spec | .. | .x?", ".."]}),
        ] {
            assert!(
                Ignored::of(&entry(ignored.clone())).in_any_way(&machine_set(), REPLICAS).is_some(),
                "{ignored}"
            );
        }
        for ignored in [
            json!({"jsonPointers": ["/spec/replica"]}),
            json!({"jsonPointers": [REPLICAS], "name": "b"}),
            json!({"jsonPointers": [REPLICAS], "namespace": "m"}),
            json!({"jqPathExpressions": [".metadata.annotations.x"]}),
        ] {
            assert!(
                Ignored::of(&entry(ignored.clone())).in_any_way(&machine_set(), REPLICAS).is_none(),
                "{ignored}"
            );
        }
    }

    #[test]
    fn stars_and_question_marks_are_wild() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("*", "abc", true),
            ("a*c", "abbc", true),
            ("a*c", "abcd", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*.io", "machine.openshift.io", true),
            ("**b*", "ab", true),
            ("", "a", false),
        ] {
            assert_eq!(is_like(pattern, text), expected, "{pattern} {text}");
        }
    }
}
