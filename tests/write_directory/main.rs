//! Output directories under stress: kills, concurrent runs, foreign files, full and read-only disks.
//!
//! Where a case needs another process, the test executable starts itself, told by environment
//! variables what to do ([`process`]). `POOLSMITH_KILLS` sets the number of kills;
//! without it, a few seconds of them are done.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests")]

mod disks;
mod interrupted;
mod kills;
mod plain;
mod process;
mod project;
mod races;
mod together;
