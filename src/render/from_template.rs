//! The built-in tree templates: valid YAML files whose quoted scalars may hold an expression.
//!
//! A scalar that is one expression keeps the expression's type, so that no value can break the
//! structure; `null` removes the entry; a name that is undefined is an error.

use crate::diag::{Finding, Findings};
use crate::rule;
use crate::template::{self, Budget, Context};
use crate::yaml::{self, FileId, Limits};
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
    let variables = serde_json::to_value(variables).map_err(|error| error.to_string())?;
    let mut faults = Findings::new();
    let tree = yaml::parse_one(template.text, FileId::default(), &Limits::default(), &mut faults);
    let rendered = tree.and_then(|tree| {
        let context = Context::new(&variables);
        template::render(&tree, template.text, &context, &mut Budget::default(), &mut faults).ok().flatten()
    });
    rendered.ok_or_else(|| {
        let reasons: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
        reasons.join("; ")
    })
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
