//! The plugin's own description.

use super::super::output::data;
use super::super::{Exit, Surroundings};

/// The plugin.yaml that belongs to this version. It has no discovery rule: a plugin that is always named
/// needs none, and a marker at the repository's root would claim every unnamed Application whose path
/// holds it.
const PLUGIN: &str = include_str!("../../../deploy/cmp/plugin.yaml");

/// Prints it.
pub(super) fn print(surroundings: &mut Surroundings<'_>) -> Exit {
    data(PLUGIN, surroundings)
}
