//! What the priority expander reads, and the groups that it orders.
//!
//! Source: kubernetes-autoscaler `cluster-autoscaler/expander/priority/priority.go`: ConfigMap
//! `cluster-autoscaler-priority-expander` in the autoscaler's namespace, key `priorities`, a map from an
//! integer to expressions that are searched for in `MachineSet/<namespace>/<name>`. One that cannot be
//! compiled makes it refuse all of them; of a group's priorities the highest counts.

use super::go_pattern::Pattern;
use crate::guard::{Subject, machine_sets};
use crate::render::Object;
use crate::render::object::MACHINE_API_NAMESPACE;
use crate::yaml::{self, FileId, Limits, Node, Position};
use std::collections::BTreeSet;

/// The only name that the autoscaler reads.
pub(super) const CONFIG_MAP: &str = "cluster-autoscaler-priority-expander";
/// The only key that it reads.
pub(super) const KEY: &str = "priorities";

/// An expression with its priority.
pub(in crate::guard) struct Entry<'a> {
    /// The ConfigMap that it stands in.
    pub object: &'a Object,
    /// The priority.
    pub priority: i64,
    /// The expression as it is written.
    pub text: String,
    /// What came of it, or why it cannot be compiled.
    pub pattern: Result<Pattern, String>,
}

impl Entry<'_> {
    /// The place where a user wrote it; nothing when it was derived.
    pub(super) fn place(&self, subject: &Subject<'_>) -> Option<Position> {
        let stated = subject.spec.autoscaler.as_ref()?.priorities.iter().enumerate();
        let mut found = stated.filter(|(_, stated)| i64::from(stated.priority) == self.priority).filter_map(
            |(index, stated)| {
                let pattern = stated.patterns.iter().position(|pattern| *pattern == self.text)?;
                Some((index.to_string(), pattern.to_string()))
            },
        );
        let (index, pattern) = found.next()?;
        Some(subject.values.locate(&["autoscaler", KEY, &index, "patterns", &pattern]))
    }
}

/// Everything that looks like the expander's ConfigMap.
pub(super) fn config_maps<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Object> {
    subject.of_kind("ConfigMap").filter(|object| {
        let data = &object.value["data"];
        object.name() == CONFIG_MAP
            || (object.namespace() == Some(MACHINE_API_NAMESPACE)
                && data
                    .as_object()
                    .is_some_and(|data| ["priorities", "priority"].iter().any(|key| data.contains_key(key))))
    })
}

/// The expressions of every readable ConfigMap, and the faults of the others.
pub(in crate::guard) type Read<'a> = (Vec<Entry<'a>>, Vec<(&'a Object, String)>);

/// What the rendered ConfigMaps say.
pub(super) fn read<'s, 'a>(subject: &'s Subject<'a>) -> &'s Read<'a> {
    subject.shared().priorities.get_or_init(|| read_all(subject))
}

fn read_all<'a>(subject: &Subject<'a>) -> Read<'a> {
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    for object in config_maps(subject) {
        match priorities(object) {
            Ok(read) => entries.extend(read.into_iter().map(|(priority, text)| {
                let pattern = Pattern::compile(&text);
                Entry { object, priority, text, pattern }
            })),
            Err(fault) => faults.push((object, fault)),
        }
    }
    (entries, faults)
}

fn priorities(object: &Object) -> Result<Vec<(i64, String)>, String> {
    let text = match object.value["data"][KEY].as_str() {
        Some(text) => text,
        None => return Err(format!("has no text under `data.{KEY}`")),
    };
    let mut faults = crate::diag::Findings::new();
    let tree = yaml::parse_one(text, FileId::default(), &Limits::default(), &mut faults);
    // That the keys are numbers is as it must be.
    let sound = faults.iter().all(|fault| *fault.rule == yaml::rules::NON_STRING_KEY);
    let tree = tree.filter(|_| sound).ok_or("is no YAML")?;
    let entries = tree.as_map().ok_or("holds no map")?;
    let mut read = Vec::new();
    for (key, value) in entries {
        let written = text.get(key.position.start as usize..key.position.end as usize).unwrap_or_default();
        let priority = key.name.parse::<i64>().ok().filter(|_| !written.starts_with(['"', '\'']));
        let priority = priority
            .ok_or_else(|| format!("has the priority `{}`, which is no bare whole number", key.name))?;
        let patterns = value.as_seq().ok_or_else(|| format!("has no list under the priority {priority}"))?;
        for pattern in patterns.iter().map(Node::as_str) {
            let pattern = pattern
                .ok_or_else(|| format!("has something other than text under the priority {priority}"))?;
            read.push((priority, pattern.to_owned()));
        }
    }
    if read.is_empty() { Err("holds no expression".to_owned()) } else { Ok(read) }
}

/// The names of the MachineSets that the autoscaler chooses among: the rendered ones, and those that the
/// spec says to be elsewhere.
pub(super) fn groups<'a>(subject: &'a Subject<'_>) -> BTreeSet<&'a str> {
    let mut names: BTreeSet<&str> = machine_sets::autoscaled_now(subject).clone();
    let settings = subject.spec.autoscaler.as_ref();
    names.extend(settings.iter().flat_map(|settings| &settings.other_machine_sets).map(String::as_str));
    names
}

/// The name that the autoscaler knows a MachineSet by.
pub(super) fn group_id(name: &str) -> String {
    format!("MachineSet/{MACHINE_API_NAMESPACE}/{name}")
}
