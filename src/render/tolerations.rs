//! Tolerations as Kubernetes writes them.

use crate::json::{Value as Json, json};
use crate::spec::accelerators::Toleration;

/// A list of tolerations. What is absent is left out: an empty value would not be stored.
pub fn render(tolerations: &[Toleration]) -> Json {
    tolerations.iter().map(one).collect()
}

fn one(toleration: &Toleration) -> Json {
    let mut entry = crate::json::Map::new();
    let mut put = |key: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            entry.insert(key.to_owned(), json!(value));
        }
    };
    put("key", toleration.key.as_deref());
    put("operator", Some(toleration.operator.as_str()));
    put("value", toleration.value.as_deref());
    put("effect", toleration.effect.map(|effect| effect.as_str()));
    Json::Object(entry)
}
