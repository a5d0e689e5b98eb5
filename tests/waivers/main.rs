//! Waivers, the baseline and the choice of rules, as they are used: through the command line.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

#[path = "../support/mod.rs"]
mod support;

mod baseline;
mod choice;
mod lifting;
mod project;
mod refused;
