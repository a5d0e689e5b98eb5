//! The guards, in the order in which they run.

use super::Guard;

/// Every guard.
pub static GUARDS: &[Guard] = &[];
