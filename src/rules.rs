//! Every rule there is, whichever step enforces it.

pub mod faults;

use crate::diag::Rule;
use crate::sorted::sort_by_key;
use crate::{guard, load, plan, platform, render, spec, template, waive, write, yaml};

/// All rules, sorted by code.
pub fn all() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = Vec::new();
    rules.extend_from_slice(yaml::rules::ALL);
    rules.extend_from_slice(template::rules::ALL);
    rules.extend_from_slice(load::rules::ALL);
    rules.extend_from_slice(spec::rules::ALL);
    rules.extend_from_slice(platform::rules::ALL);
    rules.extend_from_slice(plan::rules::ALL);
    rules.extend_from_slice(render::RULES);
    rules.extend_from_slice(&write::rules::ALL);
    rules.extend(guard::registry::GUARDS.iter().map(|guard| guard.rule));
    rules.extend_from_slice(guard::environments::RULES);
    rules.push(&guard::quotas::exceeded_together::RULE);
    rules.extend_from_slice(waive::rules::ALL);
    sort_by_key(&mut rules, |rule| rule.code);
    rules
}

/// The rule of a code.
pub fn find(code: &str) -> Option<&'static Rule> {
    all().into_iter().find(|rule| rule.code.eq_ignore_ascii_case(code) || rule.slug == code)
}

/// The groups of rules: the three letters that their codes begin with, sorted.
pub fn groups() -> Vec<&'static str> {
    let mut groups: Vec<&'static str> = all().iter().filter_map(|rule| rule.code.get(..3)).collect();
    groups.dedup();
    groups
}
