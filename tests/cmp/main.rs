//! The config-management plugin, as Argo CD runs it and as Argo CD is given it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]
#![cfg(unix)]

#[path = "../support/crds.rs"]
mod crds;
#[path = "../support/mod.rs"]
mod support;

mod argo_cd;
mod bad_input;
#[cfg(target_os = "linux")]
mod confined;
mod deploy;
mod docs;
mod image;
mod interrupted;
mod replay;
mod stderr;
