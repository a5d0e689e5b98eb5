//! Tree templates: valid YAML files whose quoted scalars may hold expressions.
//!
//! The file is parsed first and expressions are evaluated inside its scalars, so no value can break
//! the structure, and a value keeps its type. The whole language:
//!
//! - `key: "{{ expression }}"` has the type of the expression: text, number, boolean, list or map.
//! - `key: "text {{ expression }} text"` is text; the expressions in it give text or numbers.
//! - `null` removes its key or its item, wherever it comes from; no result holds a null.
//! - `$if: "{{ expression }}"` in a map, braces optional, keeps the map when true, drops it when false.
//! - What the context lacks is an error, and so is an `if` without `else`.
//!
//! An expression is one of minijinja: literals, names of the context, `.` and `[…]`, `+ - / // %`,
//! comparison, `and`, `or`, `not`, `in`, `a if b else c`, the filters in [`FILTERS`] and the tests in
//! [`TESTS`]. There are no statements, functions, loops or files, and keys are not templated.
//!
//! Not here: text templates, and which objects are built from templates (`crate::render`).

mod compile;
mod context;
mod convert;
mod expression;
mod lexical;
mod place;
mod render;
pub mod rules;

pub use compile::Template;
pub use context::Context;
pub use expression::{FILTERS, TESTS};
pub use render::{Budget, Refused};

use crate::diag::Findings;
use crate::yaml::Node;

/// Compiles and renders the template `node`, whose file holds `source`, once.
///
/// The value is none when the template's own `$if` drops it.
///
/// # Errors
/// When anything is wrong; `findings` then has every fault with its place.
pub fn render(
    node: &Node,
    source: &str,
    context: &Context,
    budget: &mut Budget,
    findings: &mut Findings,
) -> Result<Option<crate::json::Value>, Refused> {
    Template::compile(node, source, findings)?.render(context, budget, findings)
}

#[cfg(test)]
mod tests;
