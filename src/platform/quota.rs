//! What a cloud's quotas are, whichever cloud it is: buckets that one limit each counts.

use crate::yaml::Position;

/// What one limit of a cloud counts: the machines of a family of instance types in one market, in one
/// region and account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct QuotaBucket {
    /// The family, as the spec names it.
    pub family: &'static str,
    /// Whether it counts Spot capacity; what is on demand has a limit of its own.
    pub spot: bool,
    /// The cloud's own id of the quota.
    pub code: &'static str,
    /// The cloud's own name of the quota.
    pub name: &'static str,
}

impl QuotaBucket {
    /// The market in words.
    pub fn market(&self) -> &'static str {
        if self.spot { "Spot" } else { "on demand" }
    }
}

/// A limit that a quota file states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatedLimit {
    /// What it limits.
    pub bucket: &'static QuotaBucket,
    /// The limit, in the platform's unit.
    pub amount: u32,
    /// Where it stands.
    pub place: Position,
}
