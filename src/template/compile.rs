//! A template taken apart once, so that rendering it again costs no parsing.

use super::expression::{self, Compiled, FILTERS};
use super::lexical::{Fault, Piece, Shape, shape, split, trimmed};
use super::place::place;
use super::render::Refused;
use super::rules::{
    TEMPLATE_BUDGET, TEMPLATE_CONDITION, TEMPLATE_EXPRESSION, TEMPLATE_STATEMENT, TEMPLATE_UNDEFINED,
};
use crate::diag::{Finding, Findings, Rule};
use crate::json::{Map, Value as Json};
use crate::yaml::{Key, Node, Value, quoted};
use std::ops::Range;

/// How deeply a template may be nested.
const MAX_DEPTH: usize = 100;

/// The longest expression in bytes. The engine walks an expression's tree recursively, and a chain of
/// operators is as deep as it is long.
const LONGEST_EXPRESSION: usize = 1024;

/// How many brackets may stand within each other, since each takes the engine's parser several calls.
const DEEPEST_BRACKETS: usize = 16;

/// The one key that a template's maps reserve.
const CONDITION: &str = "$if";

/// A template that was read without a fault.
#[derive(Debug)]
pub struct Template<'t> {
    pub(super) root: Part<'t>,
    pub(super) source: &'t str,
}

/// A node of a template by what rendering does with it.
#[derive(Debug)]
pub(super) enum Part<'t> {
    /// Nothing: a null.
    Removed,
    /// The same every time.
    Constant { value: Json, size: Size },
    /// A scalar that is one expression.
    Expression(Slot<'t>),
    /// A scalar with expressions in its text.
    Text(Vec<Segment<'t>>),
    /// A list in which something is rendered.
    List(Vec<Part<'t>>),
    /// A map in which something is rendered, or that may be dropped.
    Map { condition: Option<Slot<'t>>, entries: Vec<(&'t str, Part<'t>)> },
}

/// What a constant costs of the budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub values: usize,
    pub bytes: usize,
}

/// A part of a scalar's text.
#[derive(Debug)]
pub(super) enum Segment<'t> {
    Literal(&'t str),
    Expression(Slot<'t>),
}

/// An expression and where it stands.
#[derive(Debug)]
pub(super) struct Slot<'t> {
    pub node: &'t Node,
    pub range: Range<usize>,
    pub compiled: Compiled,
}

impl<'t> Template<'t> {
    /// Reads the template `node`, whose file holds `source`.
    ///
    /// # Errors
    /// When anything is wrong; `findings` then has every fault that shows without a context.
    pub fn compile(
        node: &'t Node,
        source: &'t str,
        findings: &mut Findings,
    ) -> Result<Template<'t>, Refused> {
        let mut compiler = Compiler { source, findings, refused: false };
        let root = compiler.part(node, MAX_DEPTH);
        if compiler.refused { Err(Refused) } else { Ok(Template { root, source }) }
    }
}

impl<'t> Slot<'t> {
    /// The expression's text.
    pub(super) fn text(&self) -> &'t str {
        self.node.as_str().and_then(|text| text.get(self.range.clone())).unwrap_or_default()
    }
}

struct Compiler<'t, 'f> {
    source: &'t str,
    findings: &'f mut Findings,
    refused: bool,
}

impl<'t> Compiler<'t, '_> {
    fn part(&mut self, node: &'t Node, depth: usize) -> Part<'t> {
        let Some(depth) = depth.checked_sub(1) else {
            let message = format!("the template is nested more than {MAX_DEPTH} deep");
            self.refuse(Finding::new(&TEMPLATE_BUDGET, message).at(node.position));
            return Part::Removed;
        };
        match &node.value {
            Value::Null => Part::Removed,
            Value::Str(text) => self.scalar(node, text),
            Value::Seq(items) => fold_list(items.iter().map(|item| self.part(item, depth)).collect()),
            Value::Map(entries) => self.map(entries, depth),
            _ => Part::Constant { value: node.to_json(), size: Size { values: 1, bytes: 8 } },
        }
    }

    fn map(&mut self, entries: &'t [(Key, Node)], depth: usize) -> Part<'t> {
        let mut condition = None;
        let mut parts = Vec::with_capacity(entries.len());
        for (key, node) in entries {
            if &*key.name == CONDITION {
                condition = self.condition(node);
            } else if key.name.starts_with('$') {
                let message = format!("`{}` is not a key of templates", key.name);
                self.refuse(
                    Finding::new(&TEMPLATE_CONDITION, message)
                        .at(key.position)
                        .help(format!("write `{CONDITION}`, the only key that begins with `$`")),
                );
            } else {
                if ["{{", "{%", "{#"].iter().any(|sign| key.name.contains(sign)) {
                    let message = format!("the key `{}` holds an expression", key.name);
                    self.refuse(
                        Finding::new(&TEMPLATE_EXPRESSION, message)
                            .at(key.position)
                            .help("write the map as one expression, such as `labels: \"{{ labels }}\"`"),
                    );
                }
                parts.push((&*key.name, self.part(node, depth)));
            }
        }
        fold_map(condition, parts)
    }

    /// The expression of a `$if`, in braces or not.
    fn condition(&mut self, node: &'t Node) -> Option<Slot<'t>> {
        let Some(text) = node.as_str() else {
            self.refuse(
                Finding::new(&TEMPLATE_CONDITION, format!("`{CONDITION}` takes an expression"))
                    .at(node.position)
                    .help(format!("write it in quotes, such as `{CONDITION}: \"{{{{ enabled }}}}\"`")),
            );
            return None;
        };
        if !text.contains("{{") && !text.contains("{%") && !text.contains("{#") {
            return self.slot(node, trimmed(text, 0..text.len()));
        }
        match split(text).map(<[Piece; 1]>::try_from) {
            Ok(Ok([Piece::Expression(range)])) => self.slot(node, range),
            Ok(_) => {
                let message = format!("`{CONDITION}` takes one expression and no text around it");
                self.refuse(Finding::new(&TEMPLATE_CONDITION, message).at(node.position));
                None
            }
            Err(fault) => {
                self.malformed(node, fault);
                None
            }
        }
    }

    fn scalar(&mut self, node: &'t Node, text: &'t str) -> Part<'t> {
        let pieces = match split(text) {
            Ok(pieces) => pieces,
            Err(fault) => {
                self.malformed(node, fault);
                return Part::Removed;
            }
        };
        if !pieces.iter().any(|piece| matches!(piece, Piece::Expression(_))) {
            return Part::Constant { value: Json::from(text), size: Size { values: 1, bytes: text.len() } };
        }
        if node.plain {
            self.refuse(
                Finding::new(&TEMPLATE_EXPRESSION, "an expression stands in a scalar without quotes")
                    .at(node.position)
                    .help("put the whole scalar into double quotes")
                    .rewrite(node.position, quoted(text)),
            );
            return Part::Removed;
        }
        let alone = pieces.len() == 1;
        let mut segments = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Literal(range) => segments.push(Segment::Literal(&text[range])),
                Piece::Expression(range) => segments.extend(self.slot(node, range).map(Segment::Expression)),
            }
        }
        match segments.pop() {
            Some(Segment::Expression(slot)) if alone => Part::Expression(slot),
            last => {
                segments.extend(last);
                Part::Text(segments)
            }
        }
    }

    fn slot(&mut self, node: &'t Node, range: Range<usize>) -> Option<Slot<'t>> {
        let text = node.as_str()?.get(range.clone())?;
        // Here, so that no way to write an expression goes past it.
        let shape = shape(text);
        let limit = if text.len() > LONGEST_EXPRESSION {
            Some(format!("the expression is longer than {LONGEST_EXPRESSION} bytes"))
        } else if shape.depth > DEEPEST_BRACKETS {
            Some(format!("the expression has more than {DEEPEST_BRACKETS} brackets within each other"))
        } else {
            None
        };
        if let Some(message) = limit {
            self.refuse(
                Finding::new(&TEMPLATE_BUDGET, message)
                    .at(place(node, self.source, range))
                    .help("split it, or let the value files hold what it computes"),
            );
            return None;
        }
        if !self.shapely(node, &range, text, &shape) {
            return None;
        }
        match expression::compile(text, &shape) {
            Ok(compiled) => Some(Slot { node, range, compiled }),
            Err(fault) => {
                let (rule, message) = said(&fault.error, text);
                let place = place(node, self.source, shifted(&fault.range, range.start));
                self.refuse(Finding::new(rule, message).at(place));
                None
            }
        }
    }

    /// Refuses what the engine would take and people would not expect.
    fn shapely(&mut self, node: &'t Node, range: &Range<usize>, text: &str, shape: &Shape) -> bool {
        let at = |part: &Range<usize>| place(node, self.source, shifted(part, range.start));
        let mut found = Vec::new();
        for filter in &shape.filters {
            let name = &text[filter.clone()];
            if !FILTERS.contains(&name) {
                found.push(
                    Finding::new(&TEMPLATE_EXPRESSION, format!("`{name}` is not a filter of templates"))
                        .at(at(filter))
                        .help(format!("use one of {}", FILTERS.join(", "))),
                );
            }
        }
        if let Some(lonely) = &shape.lonely_if {
            found.push(
                Finding::new(&TEMPLATE_UNDEFINED, "an `if` without `else` has no value when it is false")
                    .at(at(lonely))
                    .help("add `else none` to remove the place in that case"),
            );
        }
        if let Some(operator) = shape.operator {
            let sign = &text[operator..operator + 1];
            let help = match sign {
                "~" => "write the text around two expressions, such as `\"{{ a }}-{{ b }}\"`",
                _ => "write the product, or add",
            };
            found.push(
                Finding::new(&TEMPLATE_EXPRESSION, format!("`{sign}` is not an operator of templates"))
                    .at(at(&(operator..operator + 1)))
                    .help(help),
            );
        }
        let shapely = found.is_empty();
        found.into_iter().for_each(|finding| self.refuse(finding));
        shapely
    }

    fn malformed(&mut self, node: &'t Node, fault: Fault) {
        let (rule, range, message, help) = match fault {
            Fault::Unclosed(range) => (
                &TEMPLATE_EXPRESSION,
                range,
                "`{{` has no `}}`",
                "write `{{ '{{' }}` for the braces themselves",
            ),
            Fault::Trim(range) => (
                &TEMPLATE_EXPRESSION,
                range,
                "a sign directly behind `{{` is ambiguous",
                "put a space behind `{{`",
            ),
            Fault::Empty(range) => (
                &TEMPLATE_EXPRESSION,
                range,
                "`{{ }}` holds no expression",
                "write an expression between the braces",
            ),
            Fault::Statement(range) => (
                &TEMPLATE_STATEMENT,
                range,
                "a template has neither statements nor comments in its scalars",
                "use `$if` in a map, an expression in `{{ }}`, or a comment of YAML",
            ),
        };
        self.refuse(Finding::new(rule, message).at(place(node, self.source, range)).help(help));
    }

    fn refuse(&mut self, finding: Finding) {
        self.refused = true;
        self.findings.push(finding);
    }
}

fn shifted(range: &Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

/// The rule and the words for an error of the engine.
pub(super) fn said(error: &minijinja::Error, text: &str) -> (&'static Rule, String) {
    let rule = match error.kind() {
        minijinja::ErrorKind::UndefinedError => &TEMPLATE_UNDEFINED,
        minijinja::ErrorKind::OutOfFuel => {
            return (&TEMPLATE_BUDGET, format!("`{text:.60}` takes more steps than an expression may"));
        }
        _ => &TEMPLATE_EXPRESSION,
    };
    match error.detail() {
        Some(detail) => (rule, detail.to_owned()),
        None => (rule, error.kind().to_string()),
    }
}

/// A list; a constant one when all its items are.
fn fold_list(parts: Vec<Part<'_>>) -> Part<'_> {
    let Some(size) = constant_size(parts.iter()) else { return Part::List(parts) };
    let values = parts.into_iter().filter_map(constant).collect();
    Part::Constant { value: Json::Array(values), size }
}

/// A map; a constant one when all its values are and no condition can drop it.
fn fold_map<'t>(condition: Option<Slot<'t>>, mut parts: Vec<(&'t str, Part<'t>)>) -> Part<'t> {
    parts.retain(|(_, part)| !matches!(part, Part::Removed));
    let (None, Some(size)) = (&condition, constant_size(parts.iter().map(|(_, part)| part))) else {
        return Part::Map { condition, entries: parts };
    };
    let bytes = size.bytes + parts.iter().map(|(name, _)| name.len()).sum::<usize>();
    let entries = parts.into_iter().filter_map(|(name, part)| Some((name.to_owned(), constant(part)?)));
    let value = Json::Object(entries.collect::<Map>());
    Part::Constant { value, size: Size { values: size.values, bytes } }
}

fn constant(part: Part<'_>) -> Option<Json> {
    match part {
        Part::Constant { value, .. } => Some(value),
        _ => None,
    }
}

/// The size of a collection of `parts`, if they are all constant.
fn constant_size<'p, 't: 'p>(mut parts: impl Iterator<Item = &'p Part<'t>>) -> Option<Size> {
    parts.try_fold(Size { values: 1, bytes: 0 }, |sum, part| match part {
        Part::Removed => Some(sum),
        Part::Constant { size, .. } => {
            Some(Size { values: sum.values + size.values, bytes: sum.bytes + size.bytes })
        }
        _ => None,
    })
}
