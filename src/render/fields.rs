//! A JSON object under construction: keys in the order of writing, and no key for what is absent.

use super::object::{Bundle, Metadata, Object, Origin};
use crate::json::{Map as JsonMap, Text, Value as Json};

/// A JSON object under construction.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(JsonMap);

impl Fields {
    /// No fields yet.
    pub(super) fn new() -> Fields {
        Fields::default()
    }

    /// Adds a field.
    #[must_use]
    pub(super) fn with(mut self, key: &'static str, value: impl Into<Json>) -> Fields {
        self.0.insert(Text::new_static(key), value);
        self
    }

    /// Adds a field if it has a value.
    #[must_use]
    pub(super) fn with_some(self, key: &'static str, value: Option<impl Into<Json>>) -> Fields {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds a map or a list unless it is empty.
    #[must_use]
    pub(super) fn with_filled(self, key: &'static str, value: impl Into<Json>) -> Fields {
        match value.into() {
            Json::Object(map) if map.is_empty() => self,
            Json::Array(items) if items.is_empty() => self,
            value => self.with(key, value),
        }
    }

    /// The object of that apiVersion and kind, with these fields beside its metadata.
    pub(super) fn into_object(
        self,
        bundle: Bundle,
        (api_version, kind): (&str, &str),
        metadata: Metadata,
        origin: Origin,
    ) -> Object {
        let mut object = Fields::new()
            .with("apiVersion", api_version)
            .with("kind", kind)
            .with("metadata", metadata.build());
        object.0.extend(self.0);
        Object { bundle, value: object.into(), origin }
    }
}

impl From<Fields> for Json {
    fn from(fields: Fields) -> Json {
        Json::Object(fields.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn what_is_absent_or_empty_gets_no_key() {
        let fields = Fields::new()
            .with("b", 1)
            .with_some("c", None::<u32>)
            .with_some("a", Some("x"))
            .with_filled("d", json!([]))
            .with_filled("e", json!({}))
            .with_filled("f", json!([0]));
        assert_eq!(Json::from(fields).to_string(), r#"{"b":1,"a":"x","f":[0]}"#);
    }
}
