//! The built-in tree templates: valid YAML files whose quoted scalars may hold an expression.
//!
//! A scalar that is one expression keeps the expression's type, so that no value can break the
//! structure; `null` removes the entry; a name that is undefined is an error.

use crate::diag::{Finding, Findings};
use crate::rule;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value as Variables};
use serde::Serialize;
use serde_json::Value as Json;

rule! {
    /// A built-in template that cannot be rendered.
    pub BUILT_IN_TEMPLATE = "OUT030", "built-in-template", Error,
    "the built-in templates can be rendered"
}

/// A built-in template.
#[derive(Debug)]
pub struct Template {
    /// The file's name under `templates/`.
    pub name: &'static str,
    /// What stands in it.
    pub text: &'static str,
}

/// A built-in template by the name of its file.
macro_rules! built_in {
    ($name:literal) => {
        $crate::render::from_template::Template {
            name: $name,
            text: include_str!(concat!("../../templates/", $name)),
        }
    };
}
pub(crate) use built_in;

/// Renders a template. What can go wrong is a mistake in the template, never in what the user wrote.
pub fn object(template: &Template, variables: &impl Serialize, findings: &mut Findings) -> Option<Json> {
    match render(template, variables) {
        Ok(object) => Some(object),
        Err(reason) => {
            let message = format!("the built-in template `{}` cannot be rendered: {reason}", template.name);
            findings
                .push(Finding::new(&BUILT_IN_TEMPLATE, message).help("report this as a fault of poolsmith"));
            None
        }
    }
}

fn render(template: &Template, variables: &impl Serialize) -> Result<Json, String> {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    let tree: Json = serde_yaml::from_str(template.text).map_err(|error| error.to_string())?;
    Ok(fill(tree, &engine, &Variables::from(Serde(variables)))?.unwrap_or_default())
}

/// The node with its expressions evaluated; nothing for an expression that is null.
fn fill(node: Json, engine: &Environment<'_>, variables: &Variables) -> Result<Option<Json>, String> {
    Ok(match node {
        Json::String(text) => {
            let expression = text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
            match expression {
                Some(expression) => {
                    Some(evaluate(expression.trim(), engine, variables)?).filter(|v| !v.is_null())
                }
                None => Some(Json::String(text)),
            }
        }
        Json::Array(items) => {
            let mut filled = Vec::with_capacity(items.len());
            for item in items {
                filled.extend(fill(item, engine, variables)?);
            }
            Some(Json::Array(filled))
        }
        Json::Object(entries) => {
            let mut filled = serde_json::Map::new();
            for (key, value) in entries {
                if let Some(value) = fill(value, engine, variables)? {
                    filled.insert(key, value);
                }
            }
            Some(Json::Object(filled))
        }
        other => Some(other),
    })
}

fn evaluate(expression: &str, engine: &Environment<'_>, variables: &Variables) -> Result<Json, String> {
    let value = engine
        .compile_expression(expression)
        .and_then(|compiled| compiled.eval(variables.clone()))
        .map_err(|error| error.to_string())?;
    if value.is_undefined() {
        return Err(format!("`{expression}` is undefined"));
    }
    serde_json::to_value(&value).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rendered(text: &'static str) -> Result<Json, String> {
        let variables = json!({"count": 2, "list": [{"a": "1"}], "nothing": null, "word": "yes"});
        render(&Template { name: "test.yaml", text }, &variables)
    }

    #[test]
    fn an_expression_keeps_its_type_and_null_removes() {
        assert_eq!(
            rendered("a: '{{ count }}'\nb: '{{ nothing }}'\nc: '{{ list }}'\nd: ['{{ nothing }}', x]\n"),
            Ok(json!({"a": 2, "c": [{"a": "1"}], "d": ["x"]}))
        );
    }

    #[test]
    fn an_undefined_name_is_an_error() {
        assert!(rendered("a: '{{ missing }}'").is_err());
        assert!(rendered("a: '{{ list.missing }}'").is_err());
    }
}
