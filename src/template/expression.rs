//! The expression language: minijinja's, cut down to what is deterministic and cannot hide a mistake.
//!
//! The only place that names the engine's environment.

use super::convert::number_text;
use super::lexical::Shape;
use crate::json::Number;
use minijinja::value::ValueKind;
use minijinja::{Environment, Error, ErrorKind, Expression, State, UndefinedBehavior, Value};
use std::sync::OnceLock;

/// The filters of expressions, as in minijinja but for two: `string` and `join` write booleans as YAML
/// does, and refuse lists, maps and nulls.
///
/// Not `default`: what may be missing is null in the context, and a misspelt name must not pass.
pub const FILTERS: [&str; 23] = [
    "first",
    "int",
    "items",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "replace",
    "round",
    "select",
    "selectattr",
    "sort",
    "split",
    "string",
    "sum",
    "trim",
    "unique",
];

/// The tests of expressions (`x is none`, `select("eq", 1)`), as in minijinja.
pub const TESTS: [&str; 20] = [
    "boolean",
    "divisibleby",
    "endingwith",
    "eq",
    "ge",
    "gt",
    "in",
    "integer",
    "iterable",
    "le",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "sequence",
    "startingwith",
    "string",
    "upper",
];

/// minijinja's further filters; taken away since there is no way to build its own set from nothing.
const REMOVED_FILTERS: [&str; 27] = [
    "abs",
    "attr",
    "batch",
    "bool",
    "capitalize",
    "chain",
    "count",
    "d",
    "default",
    "dictsort",
    "e",
    "escape",
    "float",
    "format",
    "groupby",
    "indent",
    "lines",
    "pprint",
    "reverse",
    "safe",
    "slice",
    "title",
    "tojson",
    "upper",
    "urlencode",
    "urlize",
    "zip",
];

/// minijinja's further tests.
const REMOVED_TESTS: [&str; 22] = [
    "!=",
    "<",
    "<=",
    "==",
    ">",
    ">=",
    "defined",
    "equalto",
    "escaped",
    "even",
    "false",
    "filter",
    "float",
    "greaterthan",
    "int",
    "lessthan",
    "odd",
    "safe",
    "sameas",
    "test",
    "true",
    "undefined",
];

/// How much one expression may cost; `Budget` bounds the sum.
const EXPRESSION_FUEL: u64 = 10_000;

/// What an expression that fails is charged with, as its true cost is not known.
const FAILURE_FUEL: u64 = 1_000;

/// What stands before and behind an expression so that its value comes with its cost.
const METER: (&str, &str) = ("[(", "), __fuel()]");

/// An expression that can be evaluated any number of times.
#[derive(Debug)]
pub(super) struct Compiled(Expression<'static, 'static>);

/// A fault of an expression, with its place in the expression's text.
pub(super) struct Fault {
    pub error: Error,
    pub range: std::ops::Range<usize>,
}

/// Compiles an expression whose shape was looked over.
pub(super) fn compile(expression: &str, shape: &Shape) -> Result<Compiled, Fault> {
    let alone = || environment().compile_expression_owned(expression.to_owned());
    let fault = |error| fault(error, expression, 0);
    if !shape.closed {
        alone().map_err(fault)?;
        // It is valid, but not one value: a list without brackets.
        let error = Error::new(ErrorKind::SyntaxError, "unexpected `,`, expected one value");
        return Err(fault(error));
    }
    let (before, after) = METER;
    match environment().compile_expression_owned(format!("{before}{expression}{after}")) {
        Ok(compiled) => Ok(Compiled(compiled)),
        // Said once more of the expression alone, in its own words and places.
        Err(error) => Err(fault(alone().err().unwrap_or(error))),
    }
}

impl Compiled {
    /// The value, with the fuel that it took; a failure comes with what it is charged.
    pub(super) fn evaluate(&self, expression: &str, context: Value) -> (Result<Value, Fault>, u64) {
        let metered = self.0.eval(context).and_then(|pair| {
            let fuel = pair.get_item_by_index(1)?;
            Ok((pair.get_item_by_index(0)?, fuel.as_i64().and_then(|fuel| u64::try_from(fuel).ok())))
        });
        match metered {
            Ok((value, fuel)) => (Ok(value), fuel.unwrap_or(EXPRESSION_FUEL)),
            Err(error) => {
                let fuel = if error.kind() == ErrorKind::OutOfFuel { EXPRESSION_FUEL } else { FAILURE_FUEL };
                (Err(fault(error, expression, METER.0.len())), fuel)
            }
        }
    }
}

/// Names the place of an error in the expression; it was compiled with `shift` bytes before it.
fn fault(error: Error, expression: &str, shift: usize) -> Fault {
    let clamp = |at: usize| at.saturating_sub(shift).min(expression.len());
    let range = error.range().map(|range| clamp(range.start)..clamp(range.end));
    let range = range.filter(|range| range.start < range.end && expression.get(range.clone()).is_some());
    Fault { error, range: range.unwrap_or(0..expression.len()) }
}

fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // For the places of errors.
        environment.set_debug(true);
        environment.set_fuel(Some(EXPRESSION_FUEL));
        for name in ["range", "dict", "debug", "namespace"] {
            environment.remove_global(name);
        }
        REMOVED_FILTERS.iter().for_each(|name| environment.remove_filter(name));
        REMOVED_TESTS.iter().for_each(|name| environment.remove_test(name));
        environment.add_filter("string", |value: &Value| text(value));
        environment.add_filter("join", join);
        environment.add_function("__fuel", |state: &State| state.fuel_levels().map_or(0, |(spent, _)| spent));
        environment
    })
}

fn join(state: &State, list: &Value, separator: Option<&str>) -> Result<String, Error> {
    let mut joined = String::new();
    for (index, item) in list.try_iter()?.enumerate() {
        if index > 0 {
            joined.push_str(separator.unwrap_or_default());
        }
        let item = text(&item)?;
        // The list may be a lazy one without end; charged as minijinja charges items and text.
        state.consume_fuel(1 + (item.len() + separator.map_or(0, str::len)) as u64 / 64)?;
        joined.push_str(&item);
    }
    Ok(joined)
}

/// The text of text, a number or a boolean.
fn text(value: &Value) -> Result<String, Error> {
    let unfit = || Error::new(ErrorKind::InvalidOperation, format!("a {} has no text", value.kind()));
    match value.kind() {
        ValueKind::String => value.as_str().map(str::to_owned).ok_or_else(unfit),
        ValueKind::Bool => Ok(value.is_true().to_string()),
        ValueKind::Number if value.is_integer() => Ok(value.to_string()),
        ValueKind::Number => {
            let float = f64::try_from(value.clone()).ok();
            float.and_then(Number::from_f64).map(|number| number_text(&number)).ok_or_else(unfit)
        }
        _ => Err(unfit()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::lexical::shape;

    fn fails(expression: &str) -> bool {
        match compile(expression, &shape(expression)) {
            Ok(compiled) => compiled.evaluate(expression, minijinja::context!(xs => vec![1])).0.is_err(),
            Err(_) => true,
        }
    }

    #[test]
    fn what_is_not_in_the_language_is_not_there() {
        for name in REMOVED_FILTERS {
            assert!(fails(&format!("xs | {name}")), "{name}");
            // A name in a string is looked up when it runs.
            assert!(fails(&format!("xs | map('{name}') | list")), "{name}");
        }
        for name in REMOVED_TESTS {
            assert!(fails(&format!("xs | select('{name}') | list")), "{name}");
        }
        for call in ["range(3)", "dict(a=1)", "debug()", "namespace()", "super()", "xs.items()"] {
            assert!(fails(call), "{call}");
        }
    }

    #[test]
    fn names_are_sorted() {
        assert!(FILTERS.is_sorted() && TESTS.is_sorted());
        assert!(REMOVED_FILTERS.is_sorted() && REMOVED_TESTS.is_sorted());
    }
}
