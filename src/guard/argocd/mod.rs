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
        objects.sort_by_key(|(name, _)| *name);
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

/// The texts of a list.
fn texts(list: &Json) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Json::as_str)
}
