//! Where a spec holds something else than its files say, because what they say was refused.
//!
//! Faults are looked for in all that is sound; what rests on a hole is not judged, so that no fault is
//! told twice in other words.

use crate::diag::Finding;
use crate::yaml::{Hole, Position};

/// The holes of a decoded file.
#[derive(Clone, Debug, Default)]
pub struct Holes {
    places: Vec<Hole>,
}

impl Holes {
    /// Those that decoding left.
    pub fn new(places: Vec<Hole>) -> Holes {
        Holes { places }
    }

    /// Adds one.
    pub fn add(&mut self, path: &[&str], position: Position) {
        self.places.push(Hole { path: path.iter().map(|step| (*step).to_owned()).collect(), position });
    }

    /// Adds those of another step.
    pub fn extend(&mut self, others: Holes) {
        self.places.extend(others.places);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether all of the file is in doubt.
    pub fn are_everywhere(&self) -> bool {
        self.places.iter().any(|hole| hole.path.is_empty())
    }

    /// Whether the value at `path` is in doubt: it has a hole, or is part of one.
    pub fn touch(&self, path: &[&str]) -> bool {
        self.places.iter().any(|hole| hole.path.iter().zip(path).all(|(step, wanted)| step == wanted))
    }

    /// Whether a finding of a later step points at a hole, so that it only says again what was said.
    pub fn conceal(&self, finding: &Finding) -> bool {
        let Some(label) = &finding.primary else { return false };
        self.places.iter().any(|hole| overlap(hole.position, label.position))
    }
}

fn overlap(hole: Position, place: Position) -> bool {
    let is_place = hole.line > 0 && place.line > 0 && hole.file == place.file;
    is_place && (hole.start == place.start || hole.start < place.end && place.start < hole.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::FileId;

    #[test]
    fn a_value_is_in_doubt_with_what_stands_above_and_below_it() {
        let mut holes = Holes::default();
        assert!(!holes.touch(&["pools"]));
        holes.add(&["pools", "gpu", "size"], Position::default());
        assert!(holes.touch(&["pools", "gpu"]) && holes.touch(&["pools", "gpu", "size", "min"]));
        assert!(!holes.touch(&["pools", "gpu", "zones"]) && !holes.touch(&["pools", "cpu"]));
        assert!(!holes.are_everywhere());
        holes.add(&[], Position::default());
        assert!(holes.are_everywhere() && holes.touch(&["cluster"]));
    }

    #[test]
    fn what_points_at_a_hole_is_concealed() {
        let at = |start, end| Position { file: FileId(1), line: 3, column: 1, start, end };
        let holes = Holes::new(vec![Hole { path: vec!["a".to_owned()], position: at(10, 14) }]);
        let finding = |position| Finding::new(&crate::spec::rules::INVALID_VALUE, "x").at(position);
        assert!(holes.conceal(&finding(at(12, 13))) && holes.conceal(&finding(at(10, 10))));
        assert!(!holes.conceal(&finding(at(14, 20))));
        assert!(!holes.conceal(&finding(Position { file: FileId(2), ..at(10, 14) })));
        assert!(!holes.conceal(&Finding::new(&crate::spec::rules::INVALID_VALUE, "x")));
    }
}
