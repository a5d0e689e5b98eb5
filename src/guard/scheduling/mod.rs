//! The rules about workloads and priorities that the repository's own templates bring: one file each, with
//! its page under `rules/`.

pub mod ordinary_pods_expendable;
pub mod priority_class_expendable;
pub mod selector_unseen_at_zero;
mod selectors;

use super::Subject;
use crate::render::Object;

/// The threshold of the autoscaler where nothing is stated.
const BUILT_IN_THRESHOLD: i64 = -10;

/// Below which priority pods are expendable to the autoscaler.
fn threshold(subject: &Subject<'_>) -> i64 {
    if let Some(object) = subject.of_kind("ClusterAutoscaler").next() {
        return object.value["spec"]["podPriorityThreshold"].as_i64().unwrap_or(BUILT_IN_THRESHOLD);
    }
    let settings = subject.plan.autoscaler.settings.as_ref();
    settings.and_then(|settings| settings.pod_priority_threshold).map_or(BUILT_IN_THRESHOLD, i64::from)
}

/// The rendered PriorityClasses with their values.
fn priority_classes<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = (&'a Object, i64)> {
    subject
        .of_kind("PriorityClass")
        .filter(|object| object.group() == "scheduling.k8s.io")
        .map(|object| (object, object.value["value"].as_i64().unwrap_or(0)))
}
