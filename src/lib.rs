//! `poolsmith` turns a typed spec of node pools, plus the providerSpec copied from a live MachineSet,
//! into the YAML that Argo CD applies. It works offline and gives the same bytes everywhere.
//!
//! Data flows one way, and the folders are named for the steps; start reading at [`pipeline`].

#[cfg(target_os = "linux")]
mod beneath;
pub mod cli;
mod consequences;
pub mod diag;
pub mod guard;
pub mod json;
pub mod load;
pub mod pipeline;
pub mod plan;
pub mod platform;
pub mod render;
pub mod rules;
mod side_by_side;
mod sorted;
pub mod spec;
pub mod template;
pub mod waive;
pub mod write;
pub mod yaml;
