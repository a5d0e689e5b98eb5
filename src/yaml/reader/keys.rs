//! Keys: what can be one, and what people write instead.

use super::super::Position;
use super::super::rules::{AMBIGUOUS_SCALAR, DUPLICATE_KEY, NON_STRING_KEY};
use super::super::scalar::{ambiguous, is_text, quoted, shortened};
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
        if position.start == position.end {
            self.report(Finding::new(&NON_STRING_KEY, "a key is missing before the `:`").at(position));
            return false;
        }
        let (rule, what) = match ambiguous(text) {
            Some(reason) => (&AMBIGUOUS_SCALAR, reason),
            None if is_text(text) => return true,
            None => (&NON_STRING_KEY, "is not text"),
        };
        let quoted = quoted(text);
        let finding = Finding::new(rule, format!("the key `{}` {what}", shortened(text))).at(position);
        let finding = finding.help(format!("write {quoted}, in quotes"));
        let fix = vec![Edit { position, replacement: quoted }];
        self.report(finding.fix("put the key in quotes", fix));
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
