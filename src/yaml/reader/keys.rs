//! Keys: what can be one, and what people write instead.

use super::super::rules::{AMBIGUOUS_SCALAR, DUPLICATE_KEY, NON_STRING_KEY};
use super::super::scalar::{ambiguous, quoted, resolve, shortened};
use super::super::{Position, Value};
use super::{Read, Reader};
use crate::diag::{Edit, Finding, Wish};
use granit_parser::{Event, ScalarStyle, Span, Tag};
use std::borrow::Cow;

impl<'i> Reader<'i, '_> {
    /// Whether a scalar can be the key that it seems to be; says why not.
    pub(super) fn key(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<Cow<'i, Tag>>,
        span: &Span,
    ) -> bool {
        let position = self.position(span);
        self.previous_end = (span.end.line(), span.end.byte_offset().unwrap_or(0));
        if tag.is_some() {
            self.check_tag(tag.as_deref(), "str", span);
            return true;
        }
        if style != ScalarStyle::Plain || text == "<<" {
            return true;
        }
        let quoted = quoted(text);
        if position.start == position.end {
            self.report(Finding::new(&NON_STRING_KEY, "a key is missing before the `:`").at(position));
            return false;
        }
        if let Some(reason) = ambiguous(text) {
            let finding = Finding::new(&AMBIGUOUS_SCALAR, format!("the key `{}` {reason}", shortened(text)));
            let fix = vec![Edit { position, replacement: quoted.clone() }];
            self.report(
                finding
                    .at(position)
                    .help(format!("write {quoted}, in quotes"))
                    .fix("put the key in quotes", fix),
            );
        } else if !matches!(resolve(text), Value::Str(_)) {
            let finding = Finding::new(&NON_STRING_KEY, format!("the key `{}` is not text", shortened(text)));
            let fix = vec![Edit { position, replacement: quoted.clone() }];
            self.report(
                finding
                    .at(position)
                    .help(format!("write {quoted}, in quotes"))
                    .fix("put the key in quotes", fix),
            );
        }
        true
    }

    /// Reads past a key that is a map, a list or an alias; true when it is a bare `{{ … }}`.
    pub(super) fn complex_key(
        &mut self,
        event: Event<'i>,
        span: &Span,
        map: Position,
        depth: usize,
    ) -> Read<bool> {
        let position = self.position(span);
        let is_placeholder = matches!(event, Event::MappingStart(..))
            && position.start == map.start.saturating_add(1)
            && self.text.get(map.start as usize..).is_some_and(|rest| rest.starts_with("{{"));
        if is_placeholder {
            let text = self.placeholder(map);
            let message = format!("`{}` without quotes is a map to YAML, not text", shortened(text));
            let finding = Finding::new(&NON_STRING_KEY, message).at(map);
            self.report(finding.help(format!("write {}, in quotes", quoted(text))));
        } else {
            let what = match event {
                Event::Alias(_) => "an alias",
                Event::SequenceStart(..) => "a list",
                _ => "a map",
            };
            let finding = Finding::new(&NON_STRING_KEY, format!("a key is {what}, not text")).at(position);
            self.report(finding.help("write the key as text"));
        }
        let muted = std::mem::replace(&mut self.muted, true);
        self.node(event, span, depth + 1)?;
        self.muted = muted;
        Ok(is_placeholder)
    }

    /// The text of the bare `{{ … }}` that starts at `position`, with what is glued to it, within its line.
    pub(super) fn placeholder(&self, position: Position) -> &'i str {
        let rest = self.text.get(position.start as usize..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let Some(closed) = line.find("}}").map(|at| at + 2) else { return line };
        let glued = line.get(closed..).and_then(|tail| tail.find([' ', '\t', ',', ']', '}']));
        line.get(..glued.map_or(line.len(), |length| closed + length)).unwrap_or(line)
    }

    /// Reports a key that is given twice; `same` is the place of the second value if it says the same as
    /// the first one.
    pub(super) fn duplicate(
        &mut self,
        name: &str,
        second: Position,
        first: Position,
        same: Option<Position>,
    ) {
        let name = shortened(name);
        let message =
            format!("the key `{name}` is given in line {} and again in line {}", first.line, second.line);
        let finding = Finding::new(&DUPLICATE_KEY, message).labelled(second, "given again");
        let finding = finding.related(first, "first given here").help(format!("keep one `{name}`"));
        self.report(match same {
            Some(value) => {
                finding.wish(Wish::remove_entry(format!("remove the second `{name}`"), second, value))
            }
            None => finding,
        });
    }
}
