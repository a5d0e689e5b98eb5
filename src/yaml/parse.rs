//! Text to [`Node`]s: parser events in, a tree with positions out, every fault reported on the way.
//!
//! Anchors and merge keys are resolved here, against a budget, so that no later step knows of them.

use super::characters::{narrow, odd_characters};
use super::entries::Entries;
use super::rules::{
    AMBIGUOUS_SCALAR, DOCUMENT_COUNT, DUPLICATE_KEY, MISUSED_ALIAS, NON_STRING_KEY, OVER_LIMIT,
    UNSUPPORTED_TAG,
};
use super::scalar::{ambiguous, quoted, resolve};
use super::syntax::syntax_finding;
use super::{FileId, Key, Node, Position, Value};
use crate::diag::{Finding, Findings};
use granit_parser::{Event, Options, Parser, ScalarStyle, Span, StrInput, Tag};
use std::borrow::Cow;
use std::collections::HashMap;

/// How many findings a file gives before the rest is no longer told.
const MAX_FINDINGS: usize = 200;

/// How much of a file is read before it is refused: the plugin reads what others wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of text.
    pub bytes: usize,
    /// Nodes, with aliases expanded and each anchored node counted once more.
    pub nodes: usize,
    /// Maps and lists inside each other, with aliases expanded.
    pub depth: usize,
    /// Documents in a file.
    pub documents: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 2 << 20, nodes: 200_000, depth: 64, documents: 1000 }
    }
}

/// All documents of `text`; documents that hold nothing are left out, so an empty file gives none.
///
/// Every fault becomes a finding. The answer is `None` when the file cannot be gone on with; otherwise
/// the trees are whole enough for the next step to look for further faults, even if there were some.
pub fn parse(text: &str, file: FileId, limits: &Limits, findings: &mut Findings) -> Option<Vec<Node>> {
    if text.len() > limits.bytes {
        let message =
            format!("the file has {} bytes, more than the {} that are read", text.len(), limits.bytes);
        findings
            .push(Finding::new(&OVER_LIMIT, message).at(Position::whole_file(file)).help("split the file"));
        return None;
    }
    findings.extend(odd_characters(text, file));
    let mut options = Options::default();
    options.emit_comments = false;
    // A last line without a line break gets none, as for kubectl and PyYAML.
    options.block_scalar_eof_without_line_feed = true;
    options.block_nesting_limit = limits.depth.saturating_add(1);
    options.flow_nesting_limit = limits.depth.saturating_add(1);
    let mut reader = Reader {
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
    };
    reader.documents()
}

/// The one document of `text`; none or several are a finding.
pub fn parse_one(text: &str, file: FileId, limits: &Limits, findings: &mut Findings) -> Option<Node> {
    let mut documents = parse(text, file, limits, findings)?.into_iter();
    let Some(first) = documents.next() else {
        let finding =
            Finding::new(&DOCUMENT_COUNT, "the file holds no document").at(Position::whole_file(file));
        findings.push(finding.help("write the document, or remove the file"));
        return None;
    };
    if let Some(second) = documents.next() {
        let finding = Finding::new(&DOCUMENT_COUNT, "a second document starts here, where one is expected")
            .at(second.position)
            .related(first.position, "the first document");
        findings.push(finding.help("move the second document to a file of its own"));
        return None;
    }
    Some(first)
}

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

struct Reader<'i, 'f> {
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

impl<'i> Reader<'i, '_> {
    fn documents(&mut self) -> Option<Vec<Node>> {
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
            ScalarStyle::Literal | ScalarStyle::Folded => self.block_scalar_position(span),
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
        if let Some(reason) = ambiguous(text) {
            let finding = Finding::new(&AMBIGUOUS_SCALAR, format!("`{}` {reason}", shown(text))).at(position);
            self.report(finding.help(unambiguous(text)));
            return Node { plain: true, ..text_node };
        }
        let value = resolve(text);
        let raw = matches!(value, Value::Float(_)).then(|| text.into());
        Node { position, plain: true, raw, value }
    }

    fn list(&mut self, mut position: Position, depth: usize) -> Read<Node> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                self.close(&mut position, &span, items.last());
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
                    self.close(&mut position, &span, last_end.as_ref());
                    break;
                }
                Event::Scalar(text, style, _, tag) => {
                    let is_merge = style == ScalarStyle::Plain && tag.is_none() && text == "<<";
                    let key_text = self.key(&text, style, tag, &span).then(|| Box::from(&*text));
                    (key_text, is_merge)
                }
                event => {
                    placeholder |= self.complex_key(event, &span, position, depth)?;
                    (None, false)
                }
            };
            let (event, span) = self.next()?;
            let value = self.node(event, &span, depth + 1)?;
            last_end = Some(Node::new(value.position, Value::Null));
            let Some(name) = name else { continue };
            let earlier = if is_merge { merge_key.replace(key_position) } else { entries.position_of(&name) };
            if let Some(first) = earlier {
                self.duplicate(&name, key_position, first);
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

    /// Whether a scalar can be the key that it seems to be; says why not.
    fn key(&mut self, text: &str, style: ScalarStyle, tag: Option<Cow<'i, Tag>>, span: &Span) -> bool {
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
            let finding = Finding::new(&AMBIGUOUS_SCALAR, format!("the key `{}` {reason}", shown(text)));
            self.report(finding.at(position).help(format!("write {quoted}, in quotes")));
        } else if !matches!(resolve(text), Value::Str(_)) {
            let finding = Finding::new(&NON_STRING_KEY, format!("the key `{}` is not text", shown(text)));
            self.report(finding.at(position).help(format!("write {quoted}, in quotes")));
        }
        true
    }

    /// Reads past a key that is a map, a list or an alias; true when it is a bare `{{ … }}`.
    fn complex_key(&mut self, event: Event<'i>, span: &Span, map: Position, depth: usize) -> Read<bool> {
        let position = self.position(span);
        let is_placeholder = matches!(event, Event::MappingStart(..))
            && position.start == map.start.saturating_add(1)
            && self.text.get(map.start as usize..).is_some_and(|rest| rest.starts_with("{{"));
        if is_placeholder {
            let text = self.placeholder(map);
            let message = format!("`{}` without quotes is a map to YAML, not text", shown(text));
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

    /// The text of the bare `{{ … }}` that starts at `position`, which stays within its line.
    fn placeholder(&self, position: Position) -> &'i str {
        let rest = self.text.get(position.start as usize..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        line.find("}}").and_then(|end| line.get(..end + 2)).unwrap_or(line)
    }

    fn duplicate(&mut self, name: &str, second: Position, first: Position) {
        let name = shown(name);
        let message =
            format!("the key `{name}` is given in line {} and again in line {}", first.line, second.line);
        let finding = Finding::new(&DUPLICATE_KEY, message).labelled(second, "given again");
        self.report(finding.related(first, "first given here").help(format!("keep one `{name}`")));
    }

    fn check_tag(&mut self, tag: Option<&Tag>, allowed: &str, span: &Span) {
        let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema_tag(allowed)) else { return };
        let position = span.tag_span().map_or_else(|| self.position(span), |span| self.position(&span));
        let finding =
            Finding::new(&UNSUPPORTED_TAG, format!("the tag `{}` is not supported", shown(&tag.original())));
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
        let bytes = span.byte_range().unwrap_or(0..0);
        Position {
            file: self.file,
            line: narrow(span.start.line()),
            column: narrow(span.start.col()).saturating_add(1),
            start: narrow(bytes.start),
            end: narrow(bytes.end.max(bytes.start)),
        }
    }

    /// Ends the range of a map or list: at its bracket, or in block style with its last value.
    fn close(&mut self, position: &mut Position, span: &Span, last: Option<&Node>) {
        let end = self.position(span);
        position.end =
            if end.start < end.end { end.end } else { last.map_or(end.end, |node| node.position.end) };
        position.end = position.end.max(position.start);
        self.previous_end = (span.end.line(), span.end.byte_offset().unwrap_or(0));
    }

    /// The place of a block scalar from its `|` or `>` on; the parser tells that of the text alone.
    fn block_scalar_position(&self, span: &Span) -> Position {
        let content = self.position(span);
        let (line, from) = self.previous_end;
        let Some(between) = self.text.get(from..content.start as usize) else { return content };
        let Some(offset) = block_header(between) else { return content };
        let start = from + offset;
        let lines = line_breaks(&between[..offset]);
        let before = self.text.get(..start).unwrap_or_default();
        let line_start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let column =
            before.get(line_start..).unwrap_or_default().trim_start_matches('\u{feff}').chars().count();
        let body = self.text.get(start..content.end as usize).unwrap_or_default();
        Position {
            line: narrow(line + lines),
            column: narrow(column).saturating_add(1),
            start: narrow(start),
            end: narrow(start + body.trim_end_matches(['\n', '\r', ' ']).len()),
            ..content
        }
    }
}

/// Where the first word that starts with `|` or `>` stands, comments left aside.
fn block_header(between: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(c) = between.get(at..)?.chars().next() {
        let rest = &between[at..];
        match c {
            '|' | '>' => return Some(at),
            '#' => at += rest.find(['\n', '\r']).unwrap_or(rest.len()),
            ':' | '-' | '?' | ',' | '[' | '{' => at += 1,
            c if c.is_whitespace() => at += c.len_utf8(),
            _ => at += rest.find(char::is_whitespace).unwrap_or(rest.len()),
        }
    }
    None
}

fn line_breaks(text: &str) -> usize {
    text.matches('\n').count() + text.replace("\r\n", "").matches('\r').count()
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

/// What to write instead of an ambiguous scalar.
fn unambiguous(text: &str) -> String {
    let quoted = quoted(text);
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["yes", "y", "on", "true"]) {
        format!("write `true` if that is meant, or {quoted}, in quotes, if it is text")
    } else if is(&["no", "n", "off", "false"]) {
        format!("write `false` if that is meant, or {quoted}, in quotes, if it is text")
    } else if text.bytes().any(|c| c.is_ascii_digit()) {
        format!("write {quoted}, in quotes, if it is text, or a number in plain decimal digits")
    } else {
        format!("write {quoted}, in quotes, if it is text")
    }
}

/// Text of a user as a message shows it: not longer than a line.
fn shown(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}
