//! The model of a finding and of the rule behind it.

use super::{Lifted, Sources, Wish};
use crate::sorted::sort_by;
use crate::yaml::Position;
use serde::Serialize;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Said for information; never fails a run.
    Note,
    /// Probably wrong; fails a run only when warnings are denied.
    Warning,
    /// Wrong; nothing is rendered.
    Error,
}

/// What a rule is, apart from the code that finds it broken.
///
/// Every step of the pipeline states the rules it enforces as constants of this type;
/// `crate::rules` lists them all.
#[derive(Debug)]
pub struct Rule {
    /// Three letters and three digits; never reused.
    pub code: &'static str,
    /// Names what is wrong, in kebab case.
    pub slug: &'static str,
    /// How grave a breach is.
    pub severity: Severity,
    /// The number of the seat belt that this rule enforces; such a rule cannot be waived.
    pub seat_belt: Option<u8>,
    /// Whether a waiver can lift it.
    pub waivable: bool,
    /// One line: what the rule forbids.
    pub summary: &'static str,
    /// The rule's page in Markdown: rationale, cure, a bad and a good case.
    pub page: &'static str,
}

impl Severity {
    /// The lower-case word for it.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.code == other.code
    }
}
impl Eq for Rule {}

/// A place with what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub position: Position,
    /// What stands there, or why it matters; empty for the bare place.
    pub text: String,
}

/// The rendered object that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ObjectRef {
    /// The kind, e.g. `MachineSet`.
    pub kind: String,
    /// The namespace, absent for cluster-scoped objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

impl std::fmt::Display for ObjectRef {
    /// `MachineSet openshift-machine-api/name`, without the namespace where there is none.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

/// A cure that can be carried out by a machine; its edits belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What carrying it out does; starts with a verb.
    pub title: String,
    /// The edits, in any order, that do not overlap; in several files if need be.
    pub edits: Vec<Edit>,
}

/// A stretch of text and what to write in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced: the byte range counts, and an empty one inserts.
    pub position: Position,
    /// The new text; empty to delete.
    pub replacement: String,
}

/// Something wrong, or worth saying, with its place and its cure.
///
/// A fleet has tens of thousands of them, so what few have stands apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that was broken.
    pub rule: &'static Rule,
    /// The rule's severity unless the run changed it.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop, names the value and the limit.
    pub message: String,
    /// The place to look at first; absent where no input is to blame.
    pub primary: Option<Label>,
    /// Further places that belong to it, in other files too.
    pub related: Vec<Label>,
    /// What to write instead; starts with a verb.
    pub help: Option<String>,
    /// Further facts that help to judge it, one line each.
    pub notes: Vec<String>,
    /// A cure that can be carried out by a machine.
    pub fix: Option<Box<Fix>>,
    /// One whose edits depend on the layout of the file; [`Findings::into_sorted`] makes a fix of it.
    pub wish: Option<Box<Wish>>,
    /// The environment it was found in; absent when it concerns the project.
    pub environment: Option<String>,
    /// The pool it concerns.
    pub pool: Option<String>,
    /// The rendered object it was found on.
    pub object: Option<ObjectRef>,
    /// What took its weight off: then it fails no run and keeps nothing from being rendered.
    pub lifted: Option<Box<Lifted>>,
}

impl Finding {
    /// A finding of `rule` with nothing but its message.
    pub fn new(rule: &'static Rule, message: impl Into<String>) -> Finding {
        Finding {
            rule,
            severity: rule.severity,
            message: message.into(),
            primary: None,
            related: Vec::new(),
            help: None,
            notes: Vec::new(),
            fix: None,
            wish: None,
            environment: None,
            pool: None,
            object: None,
            lifted: None,
        }
    }

    /// Sets the place to look at first.
    #[must_use]
    pub fn at(self, position: Position) -> Finding {
        self.labelled(position, "")
    }

    /// Sets the place to look at first, with a text beside it.
    #[must_use]
    pub fn labelled(mut self, position: Position, text: impl Into<String>) -> Finding {
        self.primary = Some(Label { position, text: text.into() });
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn related(mut self, position: Position, text: impl Into<String>) -> Finding {
        self.related.push(Label { position, text: text.into() });
        self
    }

    /// Sets what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }

    /// Adds a further fact, one line.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Finding {
        self.notes.push(note.into());
        self
    }

    /// Sets the cure that a machine can carry out.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, edits: Vec<Edit>) -> Finding {
        self.fix = Some(Box::new(Fix { title: title.into(), edits }));
        self
    }

    /// Whether it is as grave as `severity` and nothing took its weight off.
    pub fn weighs(&self, severity: Severity) -> bool {
        self.severity >= severity && self.lifted.is_none()
    }

    /// Sets a cure that a machine can carry out if the layout of the file allows it.
    #[must_use]
    pub fn wish(mut self, wish: Wish) -> Finding {
        self.wish = Some(Box::new(wish));
        self
    }

    /// Sets the cure of writing `replacement` at `position`.
    #[must_use]
    pub fn rewrite(self, position: Position, replacement: impl Into<String>) -> Finding {
        let replacement = replacement.into();
        self.fix(format!("write `{replacement}`"), vec![Edit { position, replacement }])
    }

    /// Sets the cure of writing the candidate that `word`, which stands at `position`, was certainly meant
    /// to be, if there is one.
    #[must_use]
    pub fn rewrite_to<'a>(
        self,
        position: Position,
        word: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Finding {
        match super::certain(word, candidates) {
            Some(candidate) => self.rewrite(position, candidate),
            None => self,
        }
    }

    /// Names the environment it was found in.
    #[must_use]
    pub fn environment(mut self, environment: impl Into<String>) -> Finding {
        self.environment = Some(environment.into());
        self
    }

    /// Names the pool it concerns.
    #[must_use]
    pub fn pool(mut self, pool: impl Into<String>) -> Finding {
        self.pool = Some(pool.into());
        self
    }

    /// Names the rendered object it was found on.
    #[must_use]
    pub fn object(mut self, object: ObjectRef) -> Finding {
        self.object = Some(object);
        self
    }
}

/// The findings of a run: collected in any order, read sorted.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    items: Vec<Finding>,
}

impl Findings {
    /// None yet.
    pub fn new() -> Findings {
        Findings::default()
    }

    /// Adds one.
    pub fn push(&mut self, finding: Finding) {
        self.items.push(finding);
    }

    /// Adds all of `others`.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Finding>) {
        self.items.extend(others);
    }

    /// Gives back the room that was taken for more of them.
    pub fn shrink_to_fit(&mut self) {
        self.items.shrink_to_fit();
    }

    /// Whether there is an error among them that nothing lifted.
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(|finding| finding.weighs(Severity::Error))
    }

    /// Whether there is an error among them that no waiver can lift.
    pub fn has_unwaivable_errors(&self) -> bool {
        self.items.iter().any(|finding| finding.severity == Severity::Error && !finding.rule.waivable)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The findings as they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.items.iter()
    }

    /// Sets the environment on every finding that names none.
    pub fn set_environment(&mut self, environment: &str) {
        for finding in &mut self.items {
            finding.environment.get_or_insert_with(|| environment.to_owned());
        }
    }

    /// Puts the findings in the order of [`Findings::into_sorted`], which then has little to do.
    pub fn sort(&mut self, sources: &Sources) {
        sort_by(&mut self.items, |a, b| sort_key(a, sources).cmp(&sort_key(b, sources)));
    }

    /// The findings sorted by file, place, code and message, each of them once, with the fixes that the
    /// layout of the files allows.
    ///
    /// A finding that a later step told again with a fix is the same finding.
    pub fn into_sorted(mut self, sources: &Sources) -> Vec<Finding> {
        for finding in &mut self.items {
            let settled = finding.wish.take().and_then(|wish| wish.settle(sources));
            finding.fix =
                finding.fix.take().or(settled.map(Box::new)).filter(|fix| is_within_reach(fix, sources));
        }
        self.sort(sources);
        self.items.dedup_by(|later, earlier| {
            let same = same_but_for_fix(earlier, later)
                && (earlier.fix == later.fix || earlier.fix.is_none() || later.fix.is_none());
            if same && earlier.fix.is_none() {
                earlier.fix = later.fix.take();
            }
            same
        });
        self.items
    }
}

impl FromIterator<Finding> for Findings {
    fn from_iter<I: IntoIterator<Item = Finding>>(findings: I) -> Findings {
        Findings { items: findings.into_iter().collect() }
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

fn same_but_for_fix(a: &Finding, b: &Finding) -> bool {
    a.rule == b.rule
        && a.primary == b.primary
        && a.message == b.message
        && a.environment == b.environment
        && a.object == b.object
        && a.severity == b.severity
        && a.related == b.related
        && a.help == b.help
        && a.notes == b.notes
        && a.pool == b.pool
        && a.lifted == b.lifted
}

/// Whether the files of a fix are the user's: what is built in is not to be mended.
fn is_within_reach(fix: &Fix, sources: &Sources) -> bool {
    fix.edits
        .iter()
        .all(|edit| sources.get(edit.position.file).is_some_and(|file| !file.path.starts_with('<')))
}

type SortKey<'a> = (Option<(&'a str, u32, u32)>, &'a str, &'a str, Option<&'a str>, Option<&'a ObjectRef>);

fn sort_key<'a>(finding: &'a Finding, sources: &'a Sources) -> SortKey<'a> {
    let place = finding
        .primary
        .as_ref()
        .map(|label| (sources.path(label.position.file), label.position.line, label.position.column));
    (place, finding.rule.code, &finding.message, finding.environment.as_deref(), finding.object.as_ref())
}
