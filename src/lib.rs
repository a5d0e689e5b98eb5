//! `poolsmith` turns a typed spec of node pools, plus the providerSpec copied from a live MachineSet,
//! into the YAML that Argo CD applies. It works offline and gives the same bytes everywhere.
//!
//! Data flows one way, and the folders are named for the steps; start reading at [`pipeline`].

pub mod diag;
pub mod template;
pub mod yaml;
