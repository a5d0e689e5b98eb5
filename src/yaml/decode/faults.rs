//! The faults of a value, in words: what stands there, what should, and what to write.

use super::super::ambiguity::{ambiguity, truth};
use super::super::scalar::{ambiguous, quoted, resolve, shortened};
use super::super::{Key, Node, Position, Value};
use super::error::Class;
use super::path::Path;
use super::place::Place;
use super::repair::Cure;
use super::words::{as_text, certain, found, listed, nearest, source};

impl<'de> Place<'de, '_> {
    pub(super) fn name(&self) -> String {
        match self.path {
            Path::Root => "the document".to_owned(),
            path => format!("`{path}`"),
        }
    }

    /// Records a fault of the value, which holds nothing to be used unless the cure is certain.
    pub(super) fn record(&self, class: Class, message: String, help: Option<String>, cure: Option<Cure>) {
        self.hole();
        self.state.record(class, self.position(), message, help, cure);
    }

    /// Notes that the value is not what the file says.
    pub(super) fn hole(&self) {
        self.state.hole(self.path, self.position());
    }

    /// The value was reported when the file was read; here it is known what it should be.
    pub(super) fn reported(&self, cure: Option<Cure>) {
        self.state.touch();
        self.hole();
        if let (Some(cure), Some(text)) = (cure, self.node.as_str())
            && let Some(finding) = ambiguity(text, self.node.position)
        {
            self.state.tell(finding, Some(cure));
        }
    }

    /// Text without quotes that is text here, whatever other readers take it for.
    pub(super) fn certainly_text(&self, text: &str) {
        if self.node.plain
            && let Some(finding) = ambiguity(text, self.node.position)
        {
            let cure = Cure::quotes(self.node.position, text);
            self.state.supplement(finding.fix(cure.title.clone(), vec![cure.edit()]));
        }
    }

    /// Records that the value is not what it should be.
    pub(super) fn wrong_type(&self, expected: &str) {
        if let Some(word) = self.bare {
            let help = format!("write `{{{word}: …}}`");
            let message = format!("{}: `{word}` needs {expected}", self.name());
            self.record(Class::WrongType, message, Some(help), None);
            return;
        }
        if is_reported(self.node) {
            return self.reported(None);
        }
        let message = format!("{} must be {expected}, found {}", self.name(), found(self.node));
        self.record(Class::WrongType, message, None, None);
    }

    pub(super) fn wrong_text(&self) {
        match as_text(self.node) {
            Some(help) if self.bare.is_none() => {
                let message = format!("{} must be text, found {}", self.name(), found(self.node));
                let cure = Cure::quotes(self.node.position, &source(self.node));
                self.record(Class::WrongType, message, Some(help), Some(cure));
            }
            _ => self.wrong_type("text"),
        }
    }

    /// Records what is no number or no boolean; `fits` tells which values would be right.
    pub(super) fn wrong_number(&self, expected: &str, fits: impl Fn(&Value) -> bool) {
        if is_reported(self.node)
            && self.bare.is_none()
            && let Some(value) = self.node.as_str().and_then(truth).map(Value::Bool).filter(&fits)
        {
            let text = if matches!(value, Value::Bool(true)) { "true" } else { "false" };
            return self.reported(Some(Cure::bare(self.node.position, text, value)));
        }
        let unquoted = match &self.node.value {
            Value::Str(text) if self.bare.is_none() && !self.node.plain => Some(text),
            _ => None,
        };
        match unquoted {
            Some(text)
                if matches!(
                    resolve(text),
                    Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Bool(_)
                ) =>
            {
                let message = format!("{} must be {expected}, found the text {}", self.name(), quoted(text));
                let help = format!("write `{text}`, without quotes");
                let value = Some(resolve(text)).filter(fits);
                let cure = value.map(|value| Cure::bare(self.node.position, text, value));
                self.record(Class::WrongType, message, Some(help), cure);
            }
            _ => self.wrong_type(expected),
        }
    }

    /// Records a word that is none of those there are.
    pub(super) fn wrong_word(&self, word: &str, position: Position, words: &[&str]) {
        let message = format!("{} is `{}`, which is none of {}", self.name(), shortened(word), listed(words));
        let help = match (nearest(word, words), words) {
            (Some(near), _) => format!("write `{near}`"),
            (None, [only]) => format!("write `{only}`"),
            (None, words) => format!("write one of {}", listed(words)),
        };
        let cure = certain(word, words).map(|word| Cure::word(position, word));
        self.state.hole(self.path, self.position());
        self.state.record(Class::WrongWord, position, message, Some(help), cure);
    }

    /// Records that a key is missing.
    pub(super) fn missing(&self, field: &'static str) {
        let path = Path::Key(&self.path, field);
        let message = format!("`{path}` is missing");
        self.state.hole(path, self.owner());
        self.state.record(Class::MissingKey, self.owner(), message, Some(format!("add `{field}`")), None);
    }

    /// Records a key that the struct does not have.
    pub(super) fn unknown(&self, name: &str, position: Position, fields: &[&str]) {
        let path = Path::Key(&self.path, name);
        let help = match (nearest(name, fields), fields) {
            (Some(field), _) => format!("write `{field}`"),
            (None, []) => "remove it".to_owned(),
            (None, fields) => format!("remove it, or write one of {}", listed(fields)),
        };
        let message = format!("`{}` is not a known key", shortened(&path.to_string()));
        let entries = self.node.as_map().unwrap_or_default();
        let mut cure = None;
        if let Some(field) = self.meant(name, position, fields) {
            let mut key = Cure::key(position, name, field);
            if entries.iter().any(|(key, _)| &*key.name == field) {
                // Another layer has the key too; only laying the mended file on it gives the value.
                self.state.hole(Path::Key(&self.path, field), position);
                key.repair = None;
            }
            cure = Some(key);
        }
        self.state.record(Class::UnknownKey, position, message, Some(help), cure);
    }

    /// The field that an unknown key was certainly meant to be, unless the same file has it there too.
    fn meant<'w>(&self, name: &str, position: Position, fields: &[&'w str]) -> Option<&'w str> {
        let field = certain(name, fields)?;
        let is_rival = |(key, _): &(super::super::Key, Node)| {
            key.position.file == position.file
                && &*key.name != name
                && (&*key.name == field
                    || !fields.contains(&&*key.name) && certain(&key.name, fields) == Some(field))
        };
        (!self.node.as_map().unwrap_or_default().iter().any(is_rival)).then_some(field)
    }

    /// The one entry that is a word of a sum type, where other keys stand beside it; these are recorded.
    pub(super) fn only_word(
        &self,
        entries: &'de [(Key, Node)],
        words: &[&str],
    ) -> Option<(&'de Key, &'de Node)> {
        let is_word = |(key, _): &&(Key, Node)| words.contains(&&*key.name);
        let mut known = entries.iter().filter(is_word);
        let (Some((word, settings)), None) = (known.next(), known.next()) else { return None };
        for (key, node) in entries.iter().filter(|entry| !is_word(entry)) {
            self.beside_word(&word.name, key, node, words);
        }
        Some((word, settings))
    }

    /// Records a key beside a word. Settings of the word stand beneath it; a map of them that goes by
    /// another name is what other tools' formats have.
    fn beside_word(&self, word: &str, key: &Key, node: &Node, words: &[&str]) {
        let path = Path::Key(&self.path, &key.name);
        let settings: Vec<&str> = match node.as_map() {
            Some(inner) if !inner.is_empty() => inner.iter().map(|(key, _)| &*key.name).collect(),
            _ => vec![&key.name],
        };
        let help = match nearest(&key.name, words) {
            Some(near) => format!("keep one of `{word}` and `{near}`"),
            None => {
                let beneath: Vec<String> =
                    settings.iter().map(|name| format!("{word}.{}", shortened(name))).collect();
                let beneath: Vec<&str> = beneath.iter().map(String::as_str).collect();
                format!("remove it; what belongs to `{word}` stands beneath it: {}", listed(&beneath))
            }
        };
        let message = format!("`{}` is not a known key", shortened(&path.to_string()));
        self.state.record(Class::UnknownKey, key.position, message, Some(help), None);
    }

    /// Records settings of a word that takes none.
    pub(super) fn no_settings(&self, word: &str) {
        let message = format!("{}: `{word}` takes no settings, found {}", self.name(), found(self.node));
        self.record(Class::WrongType, message, Some(format!("write `{word}` alone")), None);
    }
}

/// Whether reading the file has reported this scalar as ambiguous already.
pub(super) fn is_reported(node: &Node) -> bool {
    matches!(&node.value, Value::Str(text) if node.plain && ambiguous(text).is_some())
}
