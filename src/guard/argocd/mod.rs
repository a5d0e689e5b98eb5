//! The rules that hold Applications, AppProjects and rights against the objects beside them: one file
//! each, with its page under `rules/`.

pub mod application_points_elsewhere;
pub mod ignore_expression;
pub mod ignored_nothing;
pub mod kind_not_granted;
pub mod kind_not_permitted;
pub mod object_in_another_namespace;
pub mod project_allows_all;

use super::Subject;
use crate::json::Value as Json;
use crate::render::{Bundle, Object};
use crate::sorted::sort_by_key;
use std::collections::BTreeMap;

/// The rendered Applications, each with the bundle that it syncs.
fn applications<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = (Bundle, &'a Object)> {
    Bundle::ALL.into_iter().filter_map(|bundle| Some((bundle, subject.application_of(bundle)?)))
}

/// The entries of what an Application ignores.
fn ignored_entries(application: &Object) -> impl Iterator<Item = &Json> {
    application.value["spec"]["ignoreDifferences"].as_array().into_iter().flatten()
}

/// The objects of a bundle by their names: with many pools nearly every object has another name.
struct ByName<'a>(Vec<(&'a str, &'a Object)>);

impl<'a> ByName<'a> {
    fn of(subject: &Subject<'a>, bundle: Bundle) -> ByName<'a> {
        let own = subject.identified().filter(|(object, _)| object.bundle == bundle);
        let mut objects: Vec<_> = own.map(|(object, identity)| (identity.name, object)).collect();
        sort_by_key(&mut objects, |(name, _)| *name);
        ByName(objects)
    }

    /// All of them, in the order of their names.
    fn all(&self) -> impl Iterator<Item = &'a Object> {
        self.0.iter().map(|(_, object)| *object)
    }

    /// Those of a name.
    fn named(&self, name: &str) -> impl Iterator<Item = &'a Object> {
        let first = self.0.partition_point(|(other, _)| *other < name);
        let rest = self.0.iter().skip(first);
        rest.take_while(move |(other, _)| *other == name).map(|(_, object)| *object)
    }
}

/// JSON pointers, each taken apart once: the same few stand in nearly every entry.
#[derive(Default)]
struct Pointers<'a>(BTreeMap<&'a str, Pointer<'a>>);

/// A pointer that was taken apart.
struct Pointer<'a> {
    text: &'a str,
    /// Whether it leads through a list.
    through_list: bool,
    /// Its steps, where they stand in it as they are.
    steps: Option<Vec<&'a str>>,
}

impl<'a> Pointers<'a> {
    fn get(&mut self, text: &'a str) -> &Pointer<'a> {
        self.0.entry(text).or_insert_with(|| Pointer::of(text))
    }
}

impl<'a> Pointer<'a> {
    fn of(text: &'a str) -> Pointer<'a> {
        let is_place =
            |step: &str| step == "-" || (!step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()));
        let steps = text.strip_prefix('/').filter(|_| !text.contains('~'));
        Pointer {
            text,
            through_list: text.split('/').any(is_place),
            steps: steps.map(|steps| steps.split('/').collect()),
        }
    }

    /// What it names in an object.
    fn value<'v>(&self, object: &'v Json) -> Option<&'v Json> {
        match &self.steps {
            Some(steps) if !self.through_list => steps.iter().try_fold(object, |value, step| value.get(step)),
            _ => object.pointer(self.text),
        }
    }
}

/// The texts of a list.
fn texts(list: &Json) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Json::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn a_pointer_names_what_it_names_in_json() {
        let object = json!({"a": {"b/c": 1, "0": 2, "": 3, "d": [4, {"e": 5}]}});
        for text in [
            "", "/", "/a", "/a/b~1c", "/a/0", "/a/", "/a/d", "/a/d/0", "/a/d/1/e", "/a/d/e", "/a/d/-", "a",
            "/x",
        ] {
            assert_eq!(Pointer::of(text).value(&object), object.pointer(text), "{text}");
        }
    }
}
