//! What the expressions of a template can name.

use crate::diag::nearest;
use minijinja::Value;
use minijinja::value::{Serde, ValueKind};
use serde::Serialize;
use std::fmt;

/// The facts that templates are rendered with; made once, used for many.
#[derive(Clone)]
pub struct Context(Value);

impl Context {
    /// The entries of the map `facts` become the names that expressions know.
    pub fn new(facts: &impl Serialize) -> Context {
        Context(Value::from(Serde(facts)))
    }

    pub(super) fn value(&self) -> Value {
        self.0.clone()
    }

    /// The known name next to the first unknown one in a path like `driver.versoin`.
    ///
    /// None for anything that is not such a path, or when no name is near.
    pub(super) fn suggestion(&self, path: &str) -> Option<String> {
        let mut here = self.0.clone();
        for step in path.split('.') {
            if here.kind() != ValueKind::Map {
                return None;
            }
            let next = here.get_attr(step).ok()?;
            if !next.is_undefined() {
                here = next;
                continue;
            }
            let known: Vec<Value> = here.try_iter().ok()?.collect();
            return nearest(step, known.iter().filter_map(Value::as_str)).map(str::to_owned);
        }
        None
    }
}

impl fmt::Debug for Context {
    /// Without the facts: they may be long.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Context")
    }
}
