//! From what an expression gives to what is emitted.

use super::render::Budget;
use crate::json::{Map, Number, Value as Json};
use minijinja::Value;
use minijinja::value::ValueKind;

/// How deeply an expression's value may be nested.
const MAX_DEPTH: usize = 64;

/// Why a value cannot become part of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is undefined, or has something undefined in it.
    Undefined,
    /// It is of a kind, or in a range, that objects do not have.
    Unfit(String),
    /// It is larger than the budget allows.
    Budget,
}

/// The value as it is emitted; none for null, which removes its place. Nulls inside are removed too.
pub(super) fn convert(value: &Value, budget: &mut Budget) -> Result<Option<Json>, Fault> {
    at_depth(value, MAX_DEPTH, budget)
}

fn at_depth(value: &Value, depth: usize, budget: &mut Budget) -> Result<Option<Json>, Fault> {
    budget.spend_value(value.as_str().map_or(0, str::len)).map_err(|_| Fault::Budget)?;
    let deeper = || depth.checked_sub(1).ok_or_else(|| unfit("nested too deeply"));
    Ok(Some(match value.kind() {
        ValueKind::None => return Ok(None),
        ValueKind::Undefined => return Err(Fault::Undefined),
        ValueKind::Bool => Json::Bool(value.is_true()),
        ValueKind::Number => Json::Number(number(value)?),
        ValueKind::String => Json::from(value.as_str().unwrap_or_default()),
        ValueKind::Seq | ValueKind::Iterable => Json::Array(items(value, deeper()?, budget)?),
        ValueKind::Map => Json::Object(entries(value, deeper()?, budget)?),
        kind => return Err(unfit(format!("a {kind}"))),
    }))
}

fn items(list: &Value, depth: usize, budget: &mut Budget) -> Result<Vec<Json>, Fault> {
    let mut items = Vec::new();
    for item in list.try_iter().map_err(|error| unfit(error.to_string()))? {
        items.extend(at_depth(&item, depth, budget)?);
    }
    Ok(items)
}

fn entries(map: &Value, depth: usize, budget: &mut Budget) -> Result<Map, Fault> {
    let mut entries = Map::new();
    for key in map.try_iter().map_err(|error| unfit(error.to_string()))? {
        let name =
            key.as_str().ok_or_else(|| unfit(format!("a map with the key `{key}`, which is not text")))?;
        budget.spend_bytes(name.len()).map_err(|_| Fault::Budget)?;
        let value = map.get_item(&key).map_err(|error| unfit(error.to_string()))?;
        if let Some(value) = at_depth(&value, depth, budget)? {
            entries.insert(name.to_owned(), value);
        }
    }
    Ok(entries)
}

fn number(value: &Value) -> Result<Number, Fault> {
    if value.is_integer() {
        return value
            .as_i64()
            .map(Number::from)
            .ok_or_else(|| unfit(format!("`{value}`, beyond 64 bits, signed")));
    }
    let float = f64::try_from(value.clone()).ok();
    float.and_then(Number::from_f64).ok_or_else(|| unfit(format!("`{value}`, not a finite number")))
}

fn unfit(what: impl Into<String>) -> Fault {
    Fault::Unfit(what.into())
}

/// A number as it stands inside text: without an exponent.
pub(super) fn number_text(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() != 0.0 => format!("{float}"),
        Some(float) if number.is_f64() => format!("{float:.1}"),
        _ => number.to_string(),
    }
}
