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
fn objects_by_name<'a>(subject: &'a Subject<'_>, bundle: Bundle) -> BTreeMap<&'a str, Vec<&'a Object>> {
    let mut by_name: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
    for object in subject.objects.iter().filter(|object| object.bundle == bundle) {
        by_name.entry(object.name()).or_default().push(object);
    }
    by_name
}

/// The texts of a list.
fn texts(list: &Json) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Json::as_str)
}
