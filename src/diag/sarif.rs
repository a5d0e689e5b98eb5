//! x
use super::report::Report;
pub(super) fn render(_report: &Report<'_>, _out: &mut String) {}
