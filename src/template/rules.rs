//! The rules of tree templates.

use crate::rule;

rule! {
    /// An expression that cannot be read or evaluated, or stands where none can.
    pub TEMPLATE_EXPRESSION = "SRC040", "template-expression", Error,
    "every expression of a template is valid and fits its place"
}
rule! {
    /// An expression that names what the context does not have.
    pub TEMPLATE_UNDEFINED = "SRC041", "template-undefined", Error,
    "a template names only what exists"
}
rule! {
    /// A statement or a comment of a text template.
    pub TEMPLATE_STATEMENT = "SRC042", "template-statement", Error,
    "a template has expressions, and neither statements nor comments"
}
rule! {
    /// A template that costs too much or makes too much.
    pub TEMPLATE_BUDGET = "SRC043", "template-budget", Error,
    "a template stays within its budget of steps, values and bytes"
}
rule! {
    /// A `$if` that is not a condition, or another key with `$`.
    pub TEMPLATE_CONDITION = "SRC044", "template-condition", Error,
    "`$if` is the only reserved key, and its expression is true or false"
}

/// The rules of this step.
pub static ALL: &[&crate::diag::Rule] =
    &[&TEMPLATE_EXPRESSION, &TEMPLATE_UNDEFINED, &TEMPLATE_STATEMENT, &TEMPLATE_BUDGET, &TEMPLATE_CONDITION];
