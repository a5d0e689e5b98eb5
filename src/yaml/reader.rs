//! Parser events to [`Node`]s: a tree with positions, every fault reported on the way.
//!
//! Anchors and merge keys are resolved here, against a budget, so that no later step knows of them.

mod keys;

use super::ambiguity::ambiguity;
use super::entries::Entries;
use super::places::{block_scalar_position, span_position};
use super::rules::{MISUSED_ALIAS, OVER_LIMIT, UNSUPPORTED_TAG};
use super::scalar::{is_text, resolve, shortened};
use super::syntax::syntax_finding;
use super::{FileId, Key, Limits, Node, Position, Value};
use crate::diag::{Finding, Findings};
use crate::json::Text;
use granit_parser::{Event, Options, Parser, ScalarStyle, Span, StrInput, Tag};
use std::borrow::Cow;
use std::collections::HashMap;

/// How many findings a file gives before the rest is no longer told.
const MAX_FINDINGS: usize = 200;

/// Why reading stopped; the finding is already made.
enum Halt {
    /// The document is broken; the next one may be whole.
    Document,
    /// The file is refused.
    File,
}

type Read<T> = Result<T, Halt>;

/// A finished anchored node.
struct Anchored {
    node: Node,
    size: usize,
    height: usize,
}

/// A file that is being read.
pub(super) struct Reader<'i, 'f> {
    parser: Parser<'i, StrInput<'i>>,
    text: &'i str,
    file: FileId,
    limits: &'f Limits,
    findings: &'f mut Findings,
    reported: usize,
    /// Inside a key that is refused as a whole.
    muted: bool,
    nodes_left: usize,
    anchors: HashMap<usize, Anchored>,
    /// Line and byte where the last event ended.
    previous_end: (usize, usize),
}

impl<'i, 'f> Reader<'i, 'f> {
    pub(super) fn new(text: &'i str, file: FileId, limits: &'f Limits, findings: &'f mut Findings) -> Self {
        let mut options = Options::default();
        options.emit_comments = false;
        options.block_nesting_limit = limits.depth.saturating_add(1);
        options.flow_nesting_limit = limits.depth.saturating_add(1);
        Reader {
            parser: Parser::new_from_str_with_options(text, options),
            text,
            file,
            limits,
            findings,
            reported: 0,
            muted: false,
            nodes_left: limits.nodes,
            anchors: HashMap::new(),
            previous_end: (1, 0),
        }
    }

    /// All documents that hold something.
    pub(super) fn documents(&mut self) -> Option<Vec<Node>> {
        let mut documents = Vec::new();
        let mut broken = false;
        let mut seen = 0usize;
        loop {
            match self.document() {
                Ok(Some(node)) => {
                    if !is_nothing(&node) {
                        documents.push(node);
                    }
                }
                Ok(None) => return (!broken).then_some(documents),
                Err(Halt::File) => return None,
                Err(Halt::Document) => {
                    broken = true;
                    if !matches!(self.parser.proceed_next_document(), Ok(true)) {
                        return None;
                    }
                }
            }
            self.anchors.clear();
            seen += 1;
            if seen > self.limits.documents {
                let message = format!("the file has more than {} documents", self.limits.documents);
                self.report(Finding::new(&OVER_LIMIT, message).at(Position::whole_file(self.file)));
                return None;
            }
        }
    }

    /// The next document, `None` at the end of the file.
    fn document(&mut self) -> Read<Option<Node>> {
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(None),
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                event => return self.node(event, &span, 0).map(Some),
            }
        }
    }

    fn next(&mut self) -> Read<(Event<'i>, Span)> {
        match self.parser.next_event() {
            Some(Ok(next)) => Ok(next),
            None => Ok((Event::StreamEnd, Span::default())),
            Some(Err(error)) => {
                self.muted = false;
                self.report(syntax_finding(&error, self.text, self.file));
                Err(Halt::Document)
            }
        }
    }

    fn node(&mut self, event: Event<'i>, span: &Span, depth: usize) -> Read<Node> {
        let position = self.position(span);
        self.spend(1, position)?;
        self.check_depth(depth, position)?;
        let (anchor, node) = match event {
            Event::Alias(anchor) => return self.alias(anchor, position, depth),
            Event::Scalar(text, style, anchor, tag) => (anchor, self.scalar(&text, style, tag, span)),
            Event::SequenceStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", span);
                (anchor, self.list(position, depth)?)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", span);
                (anchor, self.map(position, depth)?)
            }
            // The parser gives a node wherever one is asked for.
            _ => return Err(Halt::Document),
        };
        if anchor != 0 {
            let (size, height) = (node.size(), height(&node));
            self.spend(size, position)?;
            self.anchors.insert(anchor, Anchored { node: node.clone(), size, height });
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, position: Position, depth: usize) -> Read<Node> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            let finding =
                Finding::new(&MISUSED_ALIAS, "an alias stands inside the anchor that it names").at(position);
            self.report(finding.help("write the value out"));
            return Ok(Node { position, plain: true, ..Node::null() });
        };
        let (size, height) = (anchored.size, anchored.height);
        self.spend(size, position)?;
        self.check_depth(depth.saturating_add(height), position)?;
        Ok(self.anchors.get(&anchor).map_or_else(Node::null, |anchored| anchored.node.clone()))
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<Cow<'i, Tag>>, span: &Span) -> Node {
        let position = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                block_scalar_position(self.text, self.position(span), self.previous_end)
            }
            _ => self.position(span),
        };
        self.previous_end = (span.end.line(), span.end.byte_offset().unwrap_or(0));
        let text_node = Node::new(position, Value::Str(text.into()));
        if tag.is_some() {
            self.check_tag(tag.as_deref(), "str", span);
            return text_node;
        }
        if style != ScalarStyle::Plain {
            return text_node;
        }
        // A value that is not there arrives as `~` without a place.
        if position.start == position.end {
            return Node { plain: true, ..Node::new(position, Value::Null) };
        }
        if let Some(finding) = ambiguity(text, position) {
            self.report(finding);
            return Node { plain: true, ..text_node };
        }
        if is_text(text) {
            return Node { plain: true, ..text_node };
        }
        let value = resolve(text);
        let respelled = match value {
            Value::Float(_) => true,
            Value::Bool(_) => text.starts_with(['T', 'F']),
            _ => false,
        };
        let raw = respelled.then(|| text.into());
        Node { position, plain: true, raw, value }
    }

    fn list(&mut self, mut position: Position, depth: usize) -> Read<Node> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                self.close(&mut position, &span, items.last().map(|node: &Node| node.position.end));
                return Ok(Node::new(position, Value::Seq(items)));
            }
            items.push(self.node(event, &span, depth + 1)?);
        }
    }

    fn map(&mut self, mut position: Position, depth: usize) -> Read<Node> {
        let mut entries = Entries::default();
        let mut merges: Vec<Node> = Vec::new();
        let mut merge_key: Option<Position> = None;
        let mut last_end = None;
        let mut placeholder = false;
        loop {
            let (event, span) = self.next()?;
            let key_position = self.position(&span);
            let (name, is_merge) = match event {
                Event::MappingEnd => {
                    self.close(&mut position, &span, last_end);
                    break;
                }
                Event::Scalar(text, style, _, tag) => {
                    let is_merge = style == ScalarStyle::Plain && tag.is_none() && text == "<<";
                    let key_text = self.key(&text, style, tag, &span).then(|| Text::from(&*text));
                    (key_text, is_merge)
                }
                event => {
                    placeholder |= self.complex_key(event, &span, position, depth)?;
                    (None, false)
                }
            };
            let (event, span) = self.next()?;
            let value = self.node(event, &span, depth + 1)?;
            last_end = Some(value.position.end);
            let Some(name) = name else { continue };
            let earlier = if is_merge { merge_key.replace(key_position) } else { entries.position_of(&name) };
            if let Some(first) = earlier {
                let written = |at: Position| self.text.get(at.start as usize..at.end as usize);
                let same = entries.entry(&name).filter(|(_, first)| {
                    !is_merge
                        && written(first.position).is_some_and(|text| Some(text) == written(value.position))
                });
                let same = same.map(|_| value.position);
                self.duplicate(&name, key_position, first, same);
            } else if is_merge {
                match value.value {
                    Value::Seq(maps) => merges.extend(maps),
                    _ => merges.push(value),
                }
            } else {
                entries.push(Key { name, position: key_position }, value);
            }
        }
        for merged in merges {
            match merged.value {
                Value::Map(map) => entries.absorb(map),
                _ => self.report(
                    Finding::new(&MISUSED_ALIAS, "`<<` merges something that is no map")
                        .at(merged.position)
                        .help("give `<<` a map or a list of maps, or write the key in quotes"),
                ),
            }
        }
        if placeholder && !self.muted {
            // What was meant is text, so later steps shall not complain about a map.
            let text = self.placeholder(position);
            return Ok(Node::new(position, Value::Str(text.into())));
        }
        Ok(Node::new(position, Value::Map(entries.into_vec())))
    }

    fn check_tag(&mut self, tag: Option<&Tag>, allowed: &str, span: &Span) {
        let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema_tag(allowed)) else { return };
        let position = span.tag_span().map_or_else(|| self.position(span), |span| self.position(&span));
        let finding = Finding::new(
            &UNSUPPORTED_TAG,
            format!("the tag `{}` is not supported", shortened(&tag.original())),
        );
        self.report(finding.at(position).help("remove the tag, and put the value in quotes if it is text"));
    }

    fn check_depth(&mut self, depth: usize, position: Position) -> Read<()> {
        if depth <= self.limits.depth {
            return Ok(());
        }
        let message = format!("maps and lists are nested more than {} deep", self.limits.depth);
        self.refuse(Finding::new(&OVER_LIMIT, message).at(position))
    }

    fn spend(&mut self, nodes: usize, position: Position) -> Read<()> {
        match self.nodes_left.checked_sub(nodes) {
            Some(left) => {
                self.nodes_left = left;
                Ok(())
            }
            None => {
                let message = format!("the file has more than {} nodes, aliases expanded", self.limits.nodes);
                self.refuse(
                    Finding::new(&OVER_LIMIT, message)
                        .at(position)
                        .help("split the file, or use fewer aliases"),
                )
            }
        }
    }

    fn refuse(&mut self, finding: Finding) -> Read<()> {
        self.findings.push(finding);
        Err(Halt::File)
    }

    fn report(&mut self, finding: Finding) {
        if !self.muted && self.reported < MAX_FINDINGS {
            self.reported += 1;
            self.findings.push(finding);
        }
    }

    fn position(&self, span: &Span) -> Position {
        span_position(self.file, span)
    }

    /// Ends the range of a map or list: at its bracket, or in block style with its last value.
    fn close(&mut self, position: &mut Position, span: &Span, last: Option<u32>) {
        let end = self.position(span);
        position.end = if end.start < end.end { end.end } else { last.unwrap_or(end.end) };
        position.end = position.end.max(position.start);
        self.previous_end = (span.end.line(), span.end.byte_offset().unwrap_or(0));
    }
}

fn is_nothing(node: &Node) -> bool {
    node.is_null() && node.position.start == node.position.end
}

/// How many maps and lists stand inside each other.
fn height(node: &Node) -> usize {
    match &node.value {
        Value::Seq(items) => 1 + items.iter().map(height).max().unwrap_or(0),
        Value::Map(entries) => 1 + entries.iter().map(|(_, node)| height(node)).max().unwrap_or(0),
        _ => 0,
    }
}
