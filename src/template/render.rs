//! A compiled template and a context to a value, within a budget.

use super::compile::{Part, Segment, Size, Slot, Template, said};
use super::context::Context;
use super::convert::{self, convert, number_text};
use super::place::place;
use super::rules::{TEMPLATE_BUDGET, TEMPLATE_CONDITION, TEMPLATE_EXPRESSION, TEMPLATE_UNDEFINED};
use crate::diag::{Finding, Findings};
use crate::json::{Map, Value as Json};
use crate::yaml::Position;

/// Something is wrong, and the findings say what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// What rendering may still cost; given to one template or shared by many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Steps of expressions, in sum.
    pub fuel: u64,
    /// Values made: scalars, lists and maps.
    pub values: usize,
    /// Bytes of text made, keys included.
    pub bytes: usize,
}

impl Default for Budget {
    /// Enough for a hundred objects like the largest that operators take, and less than 100 ms.
    fn default() -> Budget {
        Budget { fuel: 200_000, values: 100_000, bytes: 4 << 20 }
    }
}

impl Budget {
    pub(super) fn spend_value(&mut self, bytes: usize) -> Result<(), Spent> {
        self.spend(Size { values: 1, bytes })
    }

    pub(super) fn spend_bytes(&mut self, bytes: usize) -> Result<(), Spent> {
        self.spend(Size { values: 0, bytes })
    }

    fn spend(&mut self, size: Size) -> Result<(), Spent> {
        match (self.values.checked_sub(size.values), self.bytes.checked_sub(size.bytes)) {
            (Some(values), Some(bytes)) => {
                self.values = values;
                self.bytes = bytes;
                Ok(())
            }
            _ => {
                // Nothing more is worth trying.
                *self = Budget { fuel: 0, values: 0, bytes: 0 };
                Err(Spent)
            }
        }
    }
}

/// The budget does not reach.
#[derive(Debug)]
pub(super) struct Spent;

impl Template<'_> {
    /// Renders the template; the value is none when the template's own `$if` drops it.
    ///
    /// # Errors
    /// When anything is wrong; `findings` then has every fault with its place.
    pub fn render(
        &self,
        context: &Context,
        budget: &mut Budget,
        findings: &mut Findings,
    ) -> Result<Option<Json>, Refused> {
        let mut renderer = Renderer { source: self.source, context, budget, findings, refused: false };
        let value = renderer.part(&self.root);
        match (value, renderer.refused) {
            (Ok(value), false) => Ok(value),
            _ => Err(Refused),
        }
    }
}

/// What became of an expression.
enum Outcome {
    /// It has a value.
    Value(Json),
    /// It is null, which removes its place.
    Removed,
    /// It is at fault, and the findings say why.
    Faulty,
}

struct Renderer<'r> {
    source: &'r str,
    context: &'r Context,
    budget: &'r mut Budget,
    findings: &'r mut Findings,
    refused: bool,
}

impl Renderer<'_> {
    /// The value of a part, none if it is removed. After a fault rendering goes on to find the next
    /// one, and the value does not matter any more; with the budget spent it ends.
    fn part(&mut self, part: &Part<'_>) -> Result<Option<Json>, Refused> {
        match part {
            Part::Removed => Ok(None),
            Part::Constant { value, size } => match self.budget.spend(*size) {
                Ok(()) => Ok(Some(value.clone())),
                Err(Spent) => Err(self.spent(None)),
            },
            Part::Expression(slot) => Ok(match self.expression(slot)? {
                Outcome::Value(value) => Some(value),
                Outcome::Removed | Outcome::Faulty => None,
            }),
            Part::Text(segments) => self.text(segments).map(Some),
            Part::List(parts) => {
                self.budget.spend_value(0).map_err(|Spent| self.spent(None))?;
                let mut items = Vec::with_capacity(parts.len());
                for part in parts {
                    items.extend(self.part(part)?);
                }
                Ok(Some(Json::Array(items)))
            }
            Part::Map { condition, entries } => {
                if let Some(condition) = condition
                    && !self.condition(condition)?
                {
                    return Ok(None);
                }
                self.budget.spend_value(0).map_err(|Spent| self.spent(None))?;
                let mut map = Map::with_capacity(entries.len());
                for (name, part) in entries {
                    if let Some(value) = self.part(part)? {
                        self.budget.spend_bytes(name.len()).map_err(|Spent| self.spent(None))?;
                        map.insert((*name).to_owned(), value);
                    }
                }
                Ok(Some(Json::Object(map)))
            }
        }
    }

    /// Whether a map is kept. A faulty condition keeps it, so that faults inside are found too.
    fn condition(&mut self, slot: &Slot<'_>) -> Result<bool, Refused> {
        let kind = match self.expression(slot)? {
            Outcome::Value(Json::Bool(kept)) => return Ok(kept),
            Outcome::Faulty => return Ok(true),
            Outcome::Value(other) => kind(&other),
            Outcome::Removed => "null",
        };
        let message = format!("`{}` is {kind}, but `$if` needs true or false", slot.text());
        self.refuse(
            Finding::new(&TEMPLATE_CONDITION, message)
                .at(self.place(slot))
                .help("compare it, such as `x is not none` or `x | length > 0`"),
        );
        Ok(true)
    }

    fn text(&mut self, segments: &[Segment<'_>]) -> Result<Json, Refused> {
        let mut text = String::new();
        for segment in segments {
            let slot = match segment {
                Segment::Literal(literal) => {
                    text.push_str(literal);
                    continue;
                }
                Segment::Expression(slot) => slot,
            };
            let kind = match self.expression(slot)? {
                Outcome::Value(Json::String(part)) => {
                    text.push_str(&part);
                    continue;
                }
                Outcome::Value(Json::Number(number)) => {
                    text.push_str(&number_text(&number));
                    continue;
                }
                Outcome::Faulty => continue,
                Outcome::Value(other) => kind(&other),
                Outcome::Removed => "null",
            };
            let message = format!("`{}` is {kind} and cannot stand inside text", slot.text());
            self.refuse(
                Finding::new(&TEMPLATE_EXPRESSION, message)
                    .at(self.place(slot))
                    .help("give text or a number, such as `x | string` or `xs | join(',')`"),
            );
        }
        self.budget.spend_value(text.len()).map_err(|Spent| self.spent(None))?;
        Ok(Json::from(text))
    }

    fn expression(&mut self, slot: &Slot<'_>) -> Result<Outcome, Refused> {
        if self.budget.fuel == 0 {
            return Err(self.spent(Some(self.place(slot))));
        }
        let (result, fuel) = slot.compiled.evaluate(slot.text(), self.context.value());
        self.budget.fuel = self.budget.fuel.saturating_sub(fuel);
        let value = match result {
            Ok(value) => value,
            Err(fault) => {
                let (rule, message) = said(&fault.error, slot.text());
                // Where it ran out of steps is chance.
                let range = match *rule == TEMPLATE_BUDGET {
                    true => slot.range.clone(),
                    false => fault.range.start + slot.range.start..fault.range.end + slot.range.start,
                };
                let mut finding = Finding::new(rule, message).at(place(slot.node, self.source, range));
                if *rule == TEMPLATE_UNDEFINED {
                    let path = finding.message.split('`').nth(1).unwrap_or_default();
                    finding.help = self.suggestion(path);
                }
                self.refuse(finding);
                return Ok(Outcome::Faulty);
            }
        };
        match convert(&value, self.budget) {
            Ok(value) => Ok(value.map_or(Outcome::Removed, Outcome::Value)),
            Err(convert::Fault::Undefined) => {
                let mut finding =
                    Finding::new(&TEMPLATE_UNDEFINED, format!("`{}` is undefined", slot.text()));
                finding.help = self.suggestion(slot.text());
                self.refuse(finding.at(self.place(slot)));
                Ok(Outcome::Faulty)
            }
            Err(convert::Fault::Unfit(what)) => {
                let message = format!("`{}` is {what}", slot.text());
                self.refuse(Finding::new(&TEMPLATE_EXPRESSION, message).at(self.place(slot)));
                Ok(Outcome::Faulty)
            }
            Err(convert::Fault::Budget) => Err(self.spent(Some(self.place(slot)))),
        }
    }

    fn suggestion(&self, path: &str) -> Option<String> {
        self.context.suggestion(path).map(|name| format!("write `{name}`"))
    }

    fn place(&self, slot: &Slot<'_>) -> Position {
        place(slot.node, self.source, slot.range.clone())
    }

    fn spent(&mut self, position: Option<Position>) -> Refused {
        let mut finding =
            Finding::new(&TEMPLATE_BUDGET, "the template takes more steps or makes more than it may")
                .help("make it smaller, or split it");
        if let Some(position) = position {
            finding = finding.at(position);
        }
        self.refuse(finding);
        Refused
    }

    fn refuse(&mut self, finding: Finding) {
        self.refused = true;
        self.findings.push(finding);
    }
}

fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "text",
        Json::Array(_) => "a list",
        Json::Object(_) => "a map",
    }
}
