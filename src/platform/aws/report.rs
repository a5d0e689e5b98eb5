//! A shorthand for findings about a value of the providerSpec.

use crate::diag::{Finding, Findings, Rule, Wish};
use crate::platform::{rules, tree};
use crate::yaml::{Node, Position};

/// A providerSpec under examination.
pub struct Examined<'a> {
    /// The value, without noise.
    pub spec: &'a Node,
    /// What was found.
    pub findings: &'a mut Findings,
}

impl<'a> Examined<'a> {
    /// The value at `path`, unless it is absent.
    pub fn at(&self, path: &[&str]) -> Option<&'a Node> {
        self.spec.find(path).filter(|node| !node.is_null())
    }

    /// The text at `path`, unless it is absent or empty.
    pub fn text(&self, path: &[&str]) -> Option<&'a str> {
        tree::text(self.spec, path)
    }

    /// The items of the list at `path`.
    pub fn items(&self, path: &[&str]) -> &'a [Node] {
        self.spec.find(path).and_then(Node::as_seq).unwrap_or_default()
    }

    /// Reports the value at `path`.
    pub fn report(&mut self, rule: &'static Rule, path: &[&str], message: String, help: impl Into<String>) {
        self.report_at(rule, self.spec.locate(path), message, help);
    }

    /// Reports that the entry at `path` has no effect. Where `is_spare`, something beside it has the effect
    /// that was meant, so it can go.
    pub fn without_effect(
        &mut self,
        path: &[&str],
        is_spare: bool,
        message: String,
        help: impl Into<String>,
    ) {
        let finding =
            Finding::new(&rules::REFERENCE_WITHOUT_EFFECT, message).at(self.spec.locate(path)).help(help);
        let entry = path.split_last().and_then(|(last, parents)| self.spec.find(parents)?.entry(last));
        self.findings.push(match entry.filter(|_| is_spare) {
            Some((key, value)) => finding.wish(Wish::remove_entry(
                format!("remove `{}`", key.name),
                key.position,
                value.position,
            )),
            None => finding,
        });
    }

    /// Reports that something required is missing at `path`. Where the field has the wrong type that was
    /// reported already, and what it lacks says nothing.
    pub fn missing(&mut self, path: &[&str], message: String, help: impl Into<String>) {
        let shaped = |node: &Node| {
            node.is_null() || node.as_map().is_some() || node.as_seq().is_some_and(<[_]>::is_empty)
        };
        if path.first().and_then(|top| self.spec.get(top)).is_none_or(shaped) {
            self.report(&rules::REQUIRED_FIELD_MISSING, path, message, help);
        }
    }

    /// Reports a place.
    pub fn report_at(
        &mut self,
        rule: &'static Rule,
        position: Position,
        message: String,
        help: impl Into<String>,
    ) {
        self.findings.push(Finding::new(rule, message).at(position).help(help));
    }
}
