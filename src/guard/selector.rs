//! Label selectors, evaluated as Kubernetes does (apimachinery `pkg/apis/meta/v1/helpers.go`).

use crate::json::{Map as JsonMap, Value as Json};

/// Whether `selector` (`matchLabels` and `matchExpressions`) picks an object with `labels`.
///
/// An absent selector picks nothing, an empty one everything, and one that Kubernetes would refuse
/// nothing.
pub(super) fn matches(selector: &Json, labels: &Json) -> bool {
    let Some(selector) = selector.as_object() else { return false };
    let value_of = |key: &str| labels[key].as_str();
    let labels_match = match_labels(selector)
        .is_none_or(|wanted| wanted.iter().all(|(key, value)| value_of(key) == value.as_str()));
    labels_match && expressions(selector).iter().all(|expression| holds(expression, labels))
}

/// Whether `selector` would pick every object.
pub(super) fn is_empty(selector: &Json) -> bool {
    selector.as_object().is_some_and(|selector| {
        match_labels(selector).is_none_or(JsonMap::is_empty) && expressions(selector).is_empty()
    })
}

fn match_labels(selector: &JsonMap) -> Option<&JsonMap> {
    selector.get("matchLabels")?.as_object()
}

fn expressions(selector: &JsonMap) -> &[Json] {
    selector.get("matchExpressions").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn holds(expression: &Json, labels: &Json) -> bool {
    let Some(key) = expression["key"].as_str() else { return false };
    let value = labels[key].as_str();
    let listed = || {
        let values = expression["values"].as_array().map(Vec::as_slice).unwrap_or_default();
        value.is_some_and(|value| values.iter().any(|listed| listed == value))
    };
    match expression["operator"].as_str() {
        Some("In") => listed(),
        Some("NotIn") => !listed(),
        Some("Exists") => value.is_some(),
        Some("DoesNotExist") => value.is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn every_operator_is_evaluated() {
        let labels = json!({"a": "1", "b": ""});
        let expression = |operator: &str, key: &str, values: &[&str]| json!({"matchExpressions": [{"key": key, "operator": operator, "values": values}]});
        for (selector, expected) in [
            (json!({}), true),
            (Json::Null, false),
            (json!({"matchLabels": {"a": "1", "b": ""}}), true),
            (json!({"matchLabels": {"a": "1", "c": ""}}), false),
            (json!({"matchLabels": {"a": "2"}}), false),
            (expression("In", "a", &["0", "1"]), true),
            (expression("In", "c", &["1"]), false),
            (expression("NotIn", "a", &["0"]), true),
            (expression("NotIn", "a", &["1"]), false),
            (expression("NotIn", "c", &["1"]), true),
            (expression("Exists", "b", &[]), true),
            (expression("DoesNotExist", "b", &[]), false),
            (expression("in", "a", &["1"]), false),
        ] {
            assert_eq!(matches(&selector, &labels), expected, "{selector}");
        }
    }

    #[test]
    fn only_an_empty_map_is_an_empty_selector() {
        assert!(is_empty(&json!({})));
        assert!(is_empty(&json!({"matchLabels": {}, "matchExpressions": []})));
        assert!(!is_empty(&json!({"matchLabels": {"a": ""}})));
        assert!(!is_empty(&Json::Null));
    }
}
