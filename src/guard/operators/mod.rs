//! The rules about what OLM and Argo CD make of operators and of what they bring: one file each, with its
//! page under `rules/`.

pub mod crd_before_operator;
pub mod install_mode_unsupported;
pub mod operator_group_count;
pub mod operator_object_unmarked;
pub mod operator_objects_out_of_order;
pub mod subscription_differs;

use super::Subject;
use crate::render::Object;

/// The Subscriptions, with the packages that they install.
fn subscriptions<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = (&'a Object, &'a str)> {
    subject
        .of_kind("Subscription")
        .filter(|object| object.group() == "operators.coreos.com")
        .map(|object| (object, object.value["spec"]["name"].as_str().unwrap_or_default()))
}

/// The OperatorGroups of a namespace.
fn operator_groups<'a>(subject: &'a Subject<'_>, namespace: &'a str) -> impl Iterator<Item = &'a Object> {
    subject.of_kind("OperatorGroup").filter(move |object| object.namespace() == Some(namespace))
}
