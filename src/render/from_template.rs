//! The built-in tree templates: valid YAML files whose quoted scalars may hold an expression.
//!
//! A scalar that is one expression keeps the expression's type, so that no value can break the
//! structure; `null` removes the entry; a name that is undefined is an error.

use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::rule;
use crate::template::{Budget, Context, Template};
use crate::yaml::{self, FileId, Limits};
use std::sync::{OnceLock, PoisonError, RwLock};

rule! {
    /// A built-in template that cannot be rendered.
    pub BUILT_IN_TEMPLATE = "OUT030", "built-in-template", Error,
    "the built-in templates can be rendered"
}

/// A built-in template, compiled when it is first used.
#[derive(Debug)]
pub struct BuiltIn {
    name: &'static str,
    text: &'static str,
    compiled: OnceLock<Result<Template<'static>, String>>,
    /// Variables and what came of them: the clusters of a fleet have the same operators.
    rendered: RwLock<Vec<(Json, Json)>>,
}

/// As many renderings of one template are kept: some operators, each in the ways that a fleet has it.
const KEPT: usize = 16;

impl BuiltIn {
    /// The template `text` in the file `name` under `templates/`.
    pub const fn new(name: &'static str, text: &'static str) -> BuiltIn {
        BuiltIn { name, text, compiled: OnceLock::new(), rendered: RwLock::new(Vec::new()) }
    }

    fn compiled(&self) -> Result<&Template<'static>, String> {
        self.compiled.get_or_init(|| compile(self.text)).as_ref().map_err(Clone::clone)
    }

    fn rendered_before(&self, variables: &Json) -> Option<Json> {
        let kept = self.rendered.read().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known.is_identical(variables)).map(|(_, object)| object.clone())
    }

    fn keep(&self, variables: &Json, object: &Json) {
        let mut kept = self.rendered.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.push((variables.clone(), object.clone()));
        }
    }
}

/// A built-in template by the name of its file.
macro_rules! built_in {
    ($name:literal) => {{
        static TEMPLATE: $crate::render::from_template::BuiltIn = $crate::render::from_template::BuiltIn::new(
            $name,
            include_str!(concat!("../../templates/", $name)),
        );
        &TEMPLATE
    }};
}
pub(crate) use built_in;

/// Renders a template. What can go wrong is a mistake in the template, never in what the user wrote.
pub fn object(template: &BuiltIn, variables: &Json, findings: &mut Findings) -> Option<Json> {
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

fn render(template: &BuiltIn, variables: &Json) -> Result<Json, String> {
    if let Some(object) = template.rendered_before(variables) {
        return Ok(object);
    }
    let mut faults = Findings::new();
    let rendered = template.compiled()?.render(&Context::new(variables), &mut Budget::default(), &mut faults);
    let object = rendered.ok().flatten().ok_or_else(|| reasons(&faults))?;
    template.keep(variables, &object);
    Ok(object)
}

/// The tree is kept for the whole run, as the text is: there are a handful of them.
fn compile(text: &'static str) -> Result<Template<'static>, String> {
    let mut faults = Findings::new();
    let tree = yaml::parse_one(text, FileId::default(), &Limits::default(), &mut faults);
    let compiled = tree.and_then(|tree| Template::compile(Box::leak(Box::new(tree)), text, &mut faults).ok());
    compiled.ok_or_else(|| reasons(&faults))
}

fn reasons(faults: &Findings) -> String {
    let reasons: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    reasons.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn rendered(text: &'static str) -> Result<Json, String> {
        let variables = json!({"count": 2, "list": [{"a": "1"}], "nothing": null, "word": "yes"});
        render(&BuiltIn::new("test.yaml", text), &variables)
    }

    #[test]
    fn an_expression_keeps_its_type_and_null_removes() {
        assert_eq!(
            rendered("a: '{{ count }}'\nb: '{{ nothing }}'\nc: '{{ list }}'\nd: ['{{ nothing }}', x]\n"),
            Ok(json!({"a": 2, "c": [{"a": "1"}], "d": ["x"]}))
        );
    }

    #[test]
    fn what_was_rendered_before_is_the_same_for_the_same_variables_only() {
        let template = BuiltIn::new("test.yaml", "a: '{{ map }}'\n");
        for map in [json!({"x": 1, "y": 2}), json!({"y": 2, "x": 1}), json!({"x": 1.0, "y": 2}), json!([])] {
            for _ in 0..2 {
                let object = render(&template, &json!({"map": map})).unwrap();
                assert_eq!(object.to_string(), json!({"a": map}).to_string());
            }
        }
        for count in 0..2 * KEPT {
            assert_eq!(render(&template, &json!({"map": count})), Ok(json!({"a": count})));
        }
    }

    #[test]
    fn an_undefined_name_is_an_error() {
        assert!(rendered("a: '{{ missing }}'").is_err());
        assert!(rendered("a: '{{ list.missing }}'").is_err());
    }
}
