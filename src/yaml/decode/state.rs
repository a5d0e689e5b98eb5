//! What is known across passes: the faults so far, and what to leave out or to fill in.

use super::super::{Node, Position};
use super::error::Class;
use super::path::Path;
use super::repair::{Cure, Repair};
use super::{DecodeRules, Hole};
use crate::diag::{Finding, Rule};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// How many faults are told before decoding stops.
const MAX_FAULTS: usize = 200;
/// How many values are visited, all passes together, before decoding stops.
const MAX_VISITS: usize = 4_000_000;
/// How many stand-ins are tried for a field.
pub(super) const MAX_ATTEMPTS: u8 = 16;

/// A field that its struct demands: the struct's visitor type and the field's name.
pub(super) type FieldId = (&'static str, &'static str);

/// What is wrong, and how the tree is put right if that is certain.
pub(super) struct Fault {
    pub(super) finding: Finding,
    pub(super) repair: Option<(Position, Repair)>,
}

/// What a run found.
pub(super) struct Found {
    /// The faults, in the order they were found.
    pub(super) faults: Vec<Fault>,
    /// The places that hold a stand-in.
    pub(super) holes: Vec<Hole>,
    /// Findings of an earlier step, told again with a cure.
    pub(super) supplements: Vec<Finding>,
}

/// Everything that the passes of one run share.
pub(super) struct State {
    rules: DecodeRules,
    faults: RefCell<Vec<Fault>>,
    holes: RefCell<Vec<Hole>>,
    supplements: RefCell<Vec<Finding>>,
    told: RefCell<BTreeSet<(Position, String)>>,
    /// Values, by address, that cannot be built and are passed over.
    skipped: RefCell<BTreeSet<usize>>,
    /// Fields known to be demanded, with the number of the stand-in to give.
    fills: RefCell<BTreeMap<FieldId, u8>>,
    /// Counts what was passed over, filled in or faulty in this pass.
    touched: Cell<usize>,
    ever_touched: Cell<bool>,
    visits: Cell<usize>,
    progress: Cell<usize>,
}

impl State {
    pub(super) fn new(rules: DecodeRules) -> State {
        State {
            rules,
            faults: RefCell::default(),
            holes: RefCell::default(),
            supplements: RefCell::default(),
            told: RefCell::default(),
            skipped: RefCell::default(),
            fills: RefCell::default(),
            touched: Cell::new(0),
            ever_touched: Cell::new(false),
            visits: Cell::new(0),
            progress: Cell::new(0),
        }
    }

    /// Starts a pass; the answer is for [`State::made_progress`].
    pub(super) fn begin_pass(&self) -> usize {
        self.touched.set(0);
        self.progress.get()
    }

    /// Whether the next pass will do something else than the last one, and may.
    pub(super) fn made_progress(&self, before: usize) -> bool {
        self.progress.get() != before && !self.is_exhausted()
    }

    /// Whether enough was found, or enough tried.
    pub(super) fn is_exhausted(&self) -> bool {
        self.visits.get() > MAX_VISITS || self.faults.borrow().len() >= MAX_FAULTS
    }

    /// Counts a value that is looked at.
    pub(super) fn visit(&self) {
        self.visits.set(self.visits.get().saturating_add(1));
    }

    /// Notes that the value around this point is not what the file says.
    pub(super) fn touch(&self) {
        self.touched.set(self.touched.get().saturating_add(1));
        self.ever_touched.set(true);
    }

    /// How often [`State::touch`] was called in this pass.
    pub(super) fn touched(&self) -> usize {
        self.touched.get()
    }

    /// Whether a value of any pass was touched, so that the result must not be used.
    pub(super) fn is_touched_ever(&self) -> bool {
        self.ever_touched.get()
    }

    /// Records a fault, once.
    pub(super) fn record(
        &self,
        class: Class,
        position: Position,
        message: String,
        help: Option<String>,
        cure: Option<Cure>,
    ) {
        let finding = Finding::new(self.rule(class), message).at(position);
        self.tell(
            match help {
                Some(help) => finding.help(help),
                None => finding,
            },
            cure,
        );
    }

    /// Records a fault, once, that is found already or broke another rule than those of decoding.
    pub(super) fn tell(&self, finding: Finding, cure: Option<Cure>) {
        self.touch();
        let place = finding.primary.as_ref().map(|label| label.position).unwrap_or_default();
        if self.faults.borrow().len() >= MAX_FAULTS
            || !self.told.borrow_mut().insert((place, finding.message.clone()))
        {
            return;
        }
        self.faults.borrow_mut().push(match cure {
            Some(cure) => {
                let finding = finding.fix(cure.title.clone(), vec![cure.edit()]);
                Fault { finding, repair: cure.repair.map(|repair| (cure.position, repair)) }
            }
            None => Fault { finding, repair: None },
        });
    }

    /// Records a finding that was made when the file was read, with its cure: no fault of its own.
    pub(super) fn supplement(&self, finding: Finding) {
        let place = finding.primary.as_ref().map(|label| label.position).unwrap_or_default();
        if self.told.borrow_mut().insert((place, finding.message.clone())) {
            self.supplements.borrow_mut().push(finding);
        }
    }

    /// Notes that the value at `path` is not what the file says.
    pub(super) fn hole(&self, path: Path<'_>, position: Position) {
        let hole = Hole { path: path.steps(), position };
        let mut holes = self.holes.borrow_mut();
        if !holes.contains(&hole) {
            holes.push(hole);
        }
    }

    fn rule(&self, class: Class) -> &'static Rule {
        match class {
            Class::UnknownKey => self.rules.unknown_key,
            Class::MissingKey => self.rules.missing_key,
            Class::WrongType => self.rules.wrong_type,
            Class::WrongWord => self.rules.wrong_word,
            Class::InvalidValue => self.rules.invalid_value,
        }
    }

    /// Passes over a value from the next pass on.
    pub(super) fn skip(&self, node: &Node) {
        self.touch();
        if self.skipped.borrow_mut().insert(address(node)) {
            self.progress.set(self.progress.get() + 1);
        }
    }

    /// Whether a value is passed over.
    pub(super) fn is_skipped(&self, node: &Node) -> bool {
        self.skipped.borrow().contains(&address(node))
    }

    /// The number of the stand-in for a field that is known to be demanded; [`MAX_ATTEMPTS`] if none fits.
    pub(super) fn fill(&self, field: FieldId) -> Option<u8> {
        self.fills.borrow().get(&field).copied()
    }

    /// Notes that a field is demanded, or that its last stand-in did not do.
    ///
    /// The answer tells whether there is another stand-in to try.
    pub(super) fn next_fill(&self, field: FieldId) -> bool {
        let mut fills = self.fills.borrow_mut();
        let next = fills.get(&field).map_or(0, |attempt| attempt.saturating_add(1));
        if next > MAX_ATTEMPTS {
            return false;
        }
        fills.insert(field, next);
        self.progress.set(self.progress.get() + 1);
        next < MAX_ATTEMPTS
    }

    /// What was found.
    pub(super) fn into_found(self) -> Found {
        let (faults, holes) = (self.faults.into_inner(), self.holes.into_inner());
        Found { faults, holes, supplements: self.supplements.into_inner() }
    }
}

/// What tells two values of a tree apart.
fn address(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}
