//! Faults from public reports, each as a small project that would have had it.
//!
//! A test carries the number of its case; `every_case_has_a_test` holds the list against the tests of all
//! files.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

#[path = "../support/crds.rs"]
mod crds;
#[path = "../support/mod.rs"]
mod support;

mod argo_cd;
mod autoscaling;
mod every_case;
mod machine_sets;
mod operators;
mod plugin;
mod values;
mod writing;

/// A pool of two machines.
const FIXED: &str = "\
pools:
  general:
    providerSpecFrom: worker
    instanceType: m6i.xlarge
    zones: [us-east-2a]
    size: {fixed: 2}
";
