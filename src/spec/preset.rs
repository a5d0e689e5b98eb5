//! Classes laid beneath pools, on the tree, so that every value keeps its place.

use super::class::{Class, PoolClasses, PoolPreset};
use super::{Holes, rules};
use crate::diag::{Finding, Findings, Sources, certain};
use crate::json::Text;
use crate::load::{LAYERS, refuse_silent_loss};
use crate::sorted::IntoSorted;
use crate::yaml::{self, Key, Limits, MergeEvent, MergeOptions, Node, Position, Value};
use std::collections::{BTreeMap, BTreeSet};

const BUILT_IN: &str = include_str!("classes.yaml");

/// The classes of a project: their tree and what it means.
#[derive(Debug, Clone)]
pub struct Classes {
    tree: Node,
    /// The classes, decoded.
    pub typed: PoolClasses,
    /// What a pool has from its class and from those that it extends, by class.
    presets: BTreeMap<String, Node>,
    /// Classes of the repository that were refused.
    broken: BTreeSet<String>,
    /// Whether the repository's own classes are not all known.
    unread: bool,
    /// Whether something was refused: then nothing may be rendered with them.
    pub refused: bool,
}

impl Classes {
    /// The built-in classes with the repository's `own` laid over them.
    pub fn load(own: Option<Node>, sources: &mut Sources, findings: &mut Findings) -> Option<Classes> {
        let classes = Classes::load_in_part(own, false, sources, findings)?;
        if classes.refused { None } else { Some(classes) }
    }

    /// Loads as [`Classes::load`] does, and gives back the classes that are sound. `unread` tells that the
    /// repository's own are named but could not be read.
    pub fn load_in_part(
        own: Option<Node>,
        unread: bool,
        sources: &mut Sources,
        findings: &mut Findings,
    ) -> Option<Classes> {
        let file = sources.add("<built-in>/classes.yaml", BUILT_IN);
        let mut tree = yaml::parse_one(BUILT_IN, file, &Limits::default(), findings)?;
        let (mut broken, mut unread) = (BTreeSet::new(), unread);
        let mut refused = unread;
        if let Some(mut own) = own {
            // Decoded by itself first: a class of the repository must be whole without the built-in one.
            let decoded = yaml::decode_in_part::<PoolClasses>(&mut own, findings, &rules::DECODE);
            refused |= !decoded.flawless;
            let holes = Holes::new(decoded.holes);
            let names: Vec<String> = own
                .get("classes")
                .and_then(Node::as_map)
                .unwrap_or_default()
                .iter()
                .map(|(key, _)| key.name.to_string())
                .collect();
            broken.extend(names.into_iter().filter(|name| holes.touch(&["classes", name])));
            unread |= decoded.value.is_none();
            remove_broken(&mut own, &broken);
            yaml::merge(
                &mut tree,
                own,
                &MergeOptions { atomic: &is_preset_sum_type, patch: &|_| false },
                &mut |_| {},
            );
        }
        // Unknown keys were told when the repository's were decoded by themselves.
        let mut told = Findings::new();
        let decoded = yaml::decode_in_part::<PoolClasses>(&mut tree, &mut told, &rules::DECODE);
        if !refused {
            findings.extend(told);
        }
        let typed = decoded.value.filter(|_| refused || decoded.flawless)?;
        let mut classes = Classes { tree, typed, presets: BTreeMap::new(), broken, unread, refused };
        let circular = classes.check_extends(findings);
        classes.refused |= !circular.is_empty();
        classes.broken.extend(circular);
        let presets = classes.typed.classes.keys().map(|name| (name.clone(), classes.layered(name)));
        classes.presets = presets.into_map();
        Some(classes)
    }

    /// What a pool has from the class and from those that it extends; where it is a map it has no place.
    fn layered(&self, name: &str) -> Node {
        let key = Key { name: Text::default(), position: Position::default() };
        let mut layered = in_pools(&key, Node::empty_map(Position::default()));
        for ancestor in self.ancestry(name).unwrap_or_default().into_iter().rev() {
            if let Some(layer) = self.tree.find(&["classes", ancestor, "pool"]) {
                yaml::merge(&mut layered, in_pools(&key, layer.clone()), &LAYERS, &mut |_| {});
            }
        }
        out_of_pools(layered)
    }

    /// The classes that extend themselves, or one that there is not.
    fn check_extends(&self, findings: &mut Findings) -> Vec<String> {
        let mut unsound = Vec::new();
        for (name, class) in &self.typed.classes {
            let Some(base) = &class.extends else { continue };
            let place = self.tree.locate(&["classes", name, "extends"]);
            if !self.typed.classes.contains_key(base) {
                unsound.push(name.clone());
                findings.extend((!self.may_be(base)).then(|| self.unknown(base, place)));
            } else if self.ancestry(name).is_none() {
                let message = format!("class `{name}` extends itself by way of `{base}`");
                findings.push(
                    Finding::new(&rules::CLASS_CYCLE, message)
                        .at(place)
                        .help("break the circle of `extends`"),
                );
                unsound.push(name.clone());
            }
        }
        unsound
    }

    /// Whether there may be a class of that name, although it is not known.
    fn may_be(&self, name: &str) -> bool {
        self.unread || self.broken.contains(name)
    }

    /// What a pool of the class has unless it says otherwise, with what the class has from those that it
    /// extends.
    pub fn preset(&self, name: &str) -> Option<PoolPreset> {
        self.ancestry(name)?;
        let mut merged = self.presets.get(name)?.clone();
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
        let finding =
            Finding::new(&rules::UNKNOWN_CLASS, format!("there is no class `{name}`")).at(place).help(help);
        match self.meant(name) {
            Some(class) => finding.rewrite(place, class),
            None => finding,
        }
    }

    /// The class that was certainly meant.
    fn meant(&self, name: &str) -> Option<&str> {
        certain(name, self.typed.classes.keys().map(String::as_str))
    }

    /// Lays each pool of `values` over the presets of its class.
    ///
    /// `removals` learns which nulls removed something, `holes` which pools have a class that is not known.
    /// The answer is the class that was laid beneath each pool.
    pub fn lay_beneath(
        &self,
        values: &mut Node,
        removals: &mut BTreeSet<Position>,
        holes: &mut Holes,
        findings: &mut Findings,
    ) -> BTreeMap<String, String> {
        let mut laid = BTreeMap::new();
        let Value::Map(entries) = &mut values.value else { return laid };
        let Some((_, pools)) = entries.iter_mut().find(|(key, _)| &*key.name == "pools") else { return laid };
        let Value::Map(pools) = &mut pools.value else { return laid };
        for (key, pool) in pools {
            if pool.as_map().is_none() {
                continue;
            }
            let (mut class, place) = match pool.get("class") {
                Some(node) => match node.as_str() {
                    Some(class) => (class.to_owned(), node.position),
                    None => continue,
                },
                None => ("default".to_owned(), key.position),
            };
            if !self.typed.classes.contains_key(&class) {
                if !self.may_be(&class) {
                    findings.push(self.unknown(&class, place).pool(&*key.name));
                }
                let Some(meant) = self.meant(&class).filter(|_| !self.may_be(&class)) else {
                    holes.add(&["pools", &key.name, "class"], place);
                    continue;
                };
                class = meant.to_owned();
                set_class(pool, &class);
            } else if self.broken.contains(&class) {
                holes.add(&["pools", &key.name, "class"], place);
            }
            self.lay_class(&class, key, pool, removals, findings);
            laid.insert(key.name.to_string(), class);
        }
        laid
    }

    fn lay_class(
        &self,
        class: &str,
        key: &Key,
        pool: &mut Node,
        removals: &mut BTreeSet<Position>,
        findings: &mut Findings,
    ) {
        let Some(mut preset) = self.presets.get(class).cloned() else { return };
        if preset.position == Position::default() {
            preset.position = pool.position;
        }
        let mut preset = in_pools(key, preset);
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

/// Takes out the classes that were refused.
fn remove_broken(own: &mut Node, broken: &BTreeSet<String>) {
    let Value::Map(entries) = &mut own.value else { return };
    for (key, classes) in entries {
        if let ("classes", Value::Map(classes)) = (&*key.name, &mut classes.value) {
            classes.retain(|(name, _)| !broken.contains(&*name.name));
        }
    }
}

/// Puts the class of a pool right.
fn set_class(pool: &mut Node, class: &str) {
    let Value::Map(entries) = &mut pool.value else { return };
    if let Some((_, node)) = entries.iter_mut().find(|(key, _)| &*key.name == "class") {
        node.value = Value::Str(class.into());
    }
}

/// A class's preset is laid on the built-in one's as a pool on its preset.
fn is_preset_sum_type(path: &[Text]) -> bool {
    yaml::is_one_of(path, &[&["classes", "*", "pool", "size"], &["classes", "*", "pool", "market"]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::size::{Market, Size};

    #[test]
    fn a_nearer_class_replaces_a_size_and_a_market_whole() {
        let own =
            "classes: {mine: {summary: ours, extends: burst, pool: {size: {fixed: 3}, market: {spot: {}}}}}";
        let own = format!("apiVersion: poolsmith.dev/v1alpha1\nkind: PoolClasses\n{own}\n");
        let (mut sources, mut findings) = (Sources::default(), Findings::new());
        let file = sources.add("classes.yaml", own.as_str());
        let own = yaml::parse_one(&own, file, &Limits::default(), &mut findings);
        let classes = Classes::load(own, &mut sources, &mut findings).unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        let preset = classes.preset("mine").unwrap();
        assert!(matches!(preset.size, Some(Size::Fixed { fixed: 3, .. })), "{:?}", preset.size);
        assert!(matches!(preset.market, Some(Market::Spot(_))), "{:?}", preset.market);
        assert_eq!(preset.machine_role.as_deref(), Some("burst"));
        assert!(classes.preset("nothing").is_none());
    }
}
