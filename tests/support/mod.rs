//! What several tests need.

pub mod accelerators;
