//! A rendered ClusterPolicy beside the table of fields: what its release asks for, and what its API would
//! add by itself.

use super::{Subject, nvidia};
use crate::json::Value as Json;
use crate::render::Object;
use crate::spec::cluster_policy_fields::{Field, Kind, Preset, SPEC};
use crate::spec::gpu_operator::Release;

/// What is wrong with a key.
#[derive(Debug, PartialEq, Eq)]
pub enum What {
    /// Every ClusterPolicy has it, and this one has not.
    Missing,
    /// No release has it, or only a newer one.
    Unknown,
    /// It should hold a map.
    NoMap,
    /// It holds a word that is none of these.
    NoWord(&'static [&'static str]),
    /// It is absent, and the API would write this.
    Added(Preset),
}

/// A ClusterPolicy, the path to what is wrong in it, and what that is.
pub type Fault<'a> = (&'a Object, String, What);

/// The faults of every rendered ClusterPolicy, by path.
pub fn faults<'s, 'a>(subject: &'s Subject<'a>) -> &'s [Fault<'a>] {
    subject.shared().cluster_policy_faults.get_or_init(|| find(subject))
}

fn find<'a>(subject: &Subject<'a>) -> Vec<Fault<'a>> {
    let Some((_, plan)) = nvidia(subject) else { return Vec::new() };
    let mut faults = Vec::new();
    for object in subject.of_kind("ClusterPolicy").filter(|object| object.group() == "nvidia.com") {
        let mut found = Vec::new();
        map(&object.value["spec"], SPEC, "spec", plan.release, &mut found);
        faults.extend(found.into_iter().map(|(path, what)| (object, path, what)));
    }
    faults
}

fn map(
    value: &Json,
    groups: &'static [&'static [Field]],
    path: &str,
    release: Release,
    found: &mut Vec<(String, What)>,
) {
    let Some(entries) = value.as_object() else {
        found.push((path.to_owned(), What::NoMap));
        return;
    };
    let fields = || groups.iter().copied().flatten().filter(|field| field.since <= release);
    for key in entries.keys().filter(|key| !fields().any(|field| field.name == **key)) {
        found.push((format!("{path}.{key}"), What::Unknown));
    }
    for field in fields() {
        let below = || format!("{path}.{}", field.name);
        match entries.get(field.name).filter(|value| !value.is_null()) {
            None if field.required => found.push((below(), What::Missing)),
            None => match field.preset(release) {
                Preset::Nothing => {}
                preset => found.push((below(), What::Added(preset))),
            },
            Some(value) if fits(value, &field.kind) => {}
            Some(value) => inside(value, &field.kind, &below(), release, found),
        }
    }
}

/// Whether a value is one word or less, and as it should be.
fn fits(value: &Json, kind: &Kind) -> bool {
    match kind {
        Kind::Map(_) | Kind::List(_) => false,
        Kind::Word(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        _ => true,
    }
}

fn inside(value: &Json, kind: &'static Kind, path: &str, release: Release, found: &mut Vec<(String, What)>) {
    match (kind, value) {
        (Kind::Map(groups), value) => map(value, groups, path, release, found),
        (Kind::Word(words), value) if !value.as_str().is_some_and(|word| words.contains(&word)) => {
            found.push((path.to_owned(), What::NoWord(words)));
        }
        (Kind::List(kind), Json::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                inside(item, kind, &format!("{path}.{index}"), release, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn required_maps_and_presets_follow_the_release() {
        let mut found = Vec::new();
        map(
            &json!({"operator": {"x": 1}, "cdi": {"enabled": true}, "driver": 3}),
            SPEC,
            "spec",
            Release::V25_3,
            &mut found,
        );
        let has = |path: &str, what: What| found.contains(&(path.to_owned(), what));
        assert!(has("spec.daemonsets", What::Missing));
        assert!(has("spec.operator.x", What::Unknown));
        assert!(has("spec.cdi.default", What::Added(Preset::Bool(false))));
        assert!(has("spec.driver", What::NoMap));
        assert!(!found.iter().any(|(path, _)| path == "spec.cdi.enabled"));
    }
}
