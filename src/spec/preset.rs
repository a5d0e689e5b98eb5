//! Classes laid beneath pools, on the tree, so that every value keeps its place.

use super::class::{Class, PoolClasses, PoolPreset};
use super::rules;
use crate::diag::{Finding, Findings, Sources};
use crate::load::{LAYERS, refuse_silent_loss};
use crate::yaml::{self, Key, Limits, MergeEvent, MergeOptions, Node, Position, Value};
use std::collections::BTreeSet;

const BUILT_IN: &str = include_str!("classes.yaml");

/// The classes of a project: their tree and what it means.
#[derive(Debug, Clone)]
pub struct Classes {
    tree: Node,
    /// The classes, decoded.
    pub typed: PoolClasses,
}

impl Classes {
    /// The built-in classes with the repository's `own` laid over them.
    pub fn load(own: Option<Node>, sources: &mut Sources, findings: &mut Findings) -> Option<Classes> {
        let file = sources.add("<built-in>/classes.yaml", BUILT_IN);
        let mut tree = yaml::parse_one(BUILT_IN, file, &Limits::default(), findings)?;
        if let Some(own) = own {
            // Decoded by itself first: a class of the repository must be whole without the built-in one.
            yaml::decode::<PoolClasses>(&own, findings, &rules::DECODE)?;
            yaml::merge(
                &mut tree,
                own,
                &MergeOptions { atomic: &is_preset_sum_type, patch: &|_| false },
                &mut |_| {},
            );
        }
        let typed = yaml::decode::<PoolClasses>(&tree, findings, &rules::DECODE)?;
        let classes = Classes { tree, typed };
        classes.check_extends(findings).then_some(classes)
    }

    fn check_extends(&self, findings: &mut Findings) -> bool {
        let mut sound = true;
        for (name, class) in &self.typed.classes {
            let Some(base) = &class.extends else { continue };
            let place = self.tree.locate(&["classes", name, "extends"]);
            if !self.typed.classes.contains_key(base) {
                findings.push(self.unknown(base, place));
                sound = false;
            } else if self.ancestry(name).is_none() {
                let message = format!("class `{name}` extends itself by way of `{base}`");
                findings.push(
                    Finding::new(&rules::CLASS_CYCLE, message)
                        .at(place)
                        .help("break the circle of `extends`"),
                );
                sound = false;
            }
        }
        sound
    }

    /// What a pool of the class has unless it says otherwise, with what the class has from those that it
    /// extends.
    pub fn preset(&self, name: &str) -> Option<PoolPreset> {
        let mut merged = Node::empty_map(self.tree.position);
        for ancestor in self.ancestry(name)?.into_iter().rev() {
            if let Some(layer) = self.tree.find(&["classes", ancestor, "pool"]) {
                yaml::merge(&mut merged, layer.clone(), &LAYERS, &mut |_| {});
            }
        }
        yaml::settle(&mut merged, &LAYERS, &mut |_, _| {});
        yaml::decode(&merged, &mut Findings::new(), &rules::DECODE)
    }

    /// The nearest answer that the class or one that it extends has.
    pub fn inherited<T>(&self, name: &str, get: impl Fn(&Class) -> Option<T>) -> Option<T> {
        self.ancestry(name)?.into_iter().find_map(|name| get(self.typed.classes.get(name)?))
    }

    /// The class and those it extends, nearest first; nothing when they form a circle.
    pub fn ancestry<'a>(&'a self, name: &'a str) -> Option<Vec<&'a str>> {
        let mut line = vec![name];
        let mut class = self.typed.classes.get(name)?;
        while let Some(base) = &class.extends {
            if line.contains(&base.as_str()) {
                return None;
            }
            line.push(base);
            class = self.typed.classes.get(base)?;
        }
        Some(line)
    }

    fn unknown(&self, name: &str, place: Position) -> Finding {
        let known: Vec<&str> = self.typed.classes.keys().map(String::as_str).collect();
        let mut help = format!("choose one of {}", known.join(", "));
        if let Some(near) = crate::diag::nearest(name, known.iter().copied()) {
            help = format!("write `{near}`, or {help}");
        }
        Finding::new(&rules::UNKNOWN_CLASS, format!("there is no class `{name}`")).at(place).help(help)
    }

    /// Lays each pool of `values` over the presets of its class.
    ///
    /// `removals` learns which nulls removed something.
    pub fn lay_beneath(&self, values: &mut Node, removals: &mut BTreeSet<Position>, findings: &mut Findings) {
        let Value::Map(entries) = &mut values.value else { return };
        let Some((_, pools)) = entries.iter_mut().find(|(key, _)| &*key.name == "pools") else { return };
        let Value::Map(pools) = &mut pools.value else { return };
        for (key, pool) in pools {
            if pool.as_map().is_none() {
                continue;
            }
            let (class, place) = match pool.get("class") {
                Some(node) => match node.as_str() {
                    Some(class) => (class.to_owned(), node.position),
                    None => continue,
                },
                None => ("default".to_owned(), key.position),
            };
            if !self.typed.classes.contains_key(&class) {
                findings.push(self.unknown(&class, place).pool(&*key.name));
                continue;
            }
            self.lay_class(&class, key, pool, removals, findings);
        }
    }

    fn lay_class(
        &self,
        class: &str,
        key: &Key,
        pool: &mut Node,
        removals: &mut BTreeSet<Position>,
        findings: &mut Findings,
    ) {
        let mut preset = in_pools(key, Node::empty_map(pool.position));
        for ancestor in self.ancestry(class).unwrap_or_default().into_iter().rev() {
            if let Some(layer) = self.tree.find(&["classes", ancestor, "pool"]) {
                yaml::merge(&mut preset, in_pools(key, layer.clone()), &LAYERS, &mut |_| {});
            }
        }
        let own = std::mem::replace(pool, Node::null());
        yaml::merge(&mut preset, in_pools(key, own), &LAYERS, &mut |event| {
            if let MergeEvent::Removed { by, .. } = event {
                removals.insert(by);
            }
            refuse_silent_loss(&event, findings);
        });
        *pool = out_of_pools(preset);
    }
}

/// Puts a pool where it stands in a value file, so that layers of pools merge as layers of files do.
fn in_pools(key: &Key, pool: Node) -> Node {
    let position = pool.position;
    let wrap =
        |key: Key, node: Node| Node { value: Value::Map(vec![(key, node)]), ..Node::empty_map(position) };
    wrap(Key { name: "pools".into(), position }, wrap(key.clone(), pool))
}

fn out_of_pools(node: Node) -> Node {
    let inner = |node: Node| match node.value {
        Value::Map(entries) => entries.into_iter().next().map_or_else(Node::null, |(_, node)| node),
        _ => Node::null(),
    };
    inner(inner(node))
}

/// A class's preset is laid on the built-in one's as a pool on its preset.
fn is_preset_sum_type(path: &[String]) -> bool {
    match path.split_at_checked(3) {
        Some(([classes, _, pool], [last])) => {
            classes == "classes" && pool == "pool" && matches!(last.as_str(), "size" | "market")
        }
        _ => false,
    }
}
