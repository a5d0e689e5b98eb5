//! Where a waiver holds: whether a finding lies within a scope, and the scope that a finding needs.

use crate::diag::{Finding, Findings, Sources};
use crate::spec::check::normal_path;
use crate::spec::waivers::Scope;
use crate::yaml::{self, FileId, Limits, Node, Position, Value};
use std::collections::BTreeMap;

/// The trees of the files that findings point into, each of them read at most once.
pub struct Trees<'a> {
    sources: &'a Sources,
    parsed: BTreeMap<FileId, Option<Node>>,
}

impl<'a> Trees<'a> {
    /// For the files of `sources`.
    pub fn new(sources: &'a Sources) -> Trees<'a> {
        Trees { sources, parsed: BTreeMap::new() }
    }

    /// The tree of a file; nothing where it is none.
    fn get(&mut self, file: FileId) -> Option<&Node> {
        let sources = self.sources;
        let read = || {
            let text = &sources.get(file)?.text;
            // What is wrong with it was said when it was read first.
            yaml::parse_one(text, file, &Limits::default(), &mut Findings::new())
        };
        self.parsed.entry(file).or_insert_with(read).as_ref()
    }

    /// Whether a finding lies within a scope.
    pub fn holds(&mut self, scope: &Scope, finding: &Finding) -> bool {
        match scope {
            Scope::Pool(pool) => match &finding.pool {
                Some(own) => own == pool,
                None => self.pool_of(finding).as_ref() == Some(pool),
            },
            Scope::Object(object) => finding.object.as_ref().is_some_and(|own| own.to_string() == *object),
            Scope::Path(path) => {
                let Some((file, keys)) = path.split_once('#') else { return false };
                let Some(place) = finding.primary.as_ref().map(|label| label.position) else { return false };
                // A file may be named `./values/a.yaml` in one place and `values/a.yaml` in another.
                normal_path(self.sources.path(place.file)) == normal_path(file)
                    && self.get(place.file).is_some_and(|tree| is_below(tree, keys, place))
            }
        }
    }

    /// The narrowest scope that holds for a finding; nothing where it has no place at all.
    pub fn scope_of(&mut self, finding: &Finding) -> Option<Scope> {
        if let Some(object) = &finding.object {
            return Some(Scope::Object(object.to_string()));
        }
        let place = finding.primary.as_ref().map(|label| label.position);
        let keys = place.and_then(|place| self.keys_at(place)).filter(|keys| !keys.is_empty());
        match (place, keys) {
            (Some(place), Some(keys)) => {
                Some(Scope::Path(format!("{}#{}", self.sources.path(place.file), keys.join("."))))
            }
            _ => finding.pool.clone().map(Scope::Pool),
        }
    }

    /// The pool whose values a finding points at, where it names none itself.
    fn pool_of(&mut self, finding: &Finding) -> Option<String> {
        let place = finding.primary.as_ref()?.position;
        let is_value_file = self.get(place.file)?.get("kind").and_then(Node::as_str) == Some("ClusterPools");
        match self.keys_at(place)?.as_slice() {
            [section, pool, ..] if is_value_file && section == "pools" => Some(pool.clone()),
            _ => None,
        }
    }

    /// The keys that lead to a place.
    fn keys_at(&mut self, place: Position) -> Option<Vec<String>> {
        let mut node = self.get(place.file)?;
        let mut keys = Vec::new();
        while let Some((key, next)) = children(node).into_iter().find(|(_, child)| child.holds(place)) {
            keys.push(key);
            node = next.node;
        }
        Some(keys)
    }
}

/// A value with the place of its key, where it has one.
#[derive(Clone, Copy)]
struct Child<'a> {
    start: u32,
    node: &'a Node,
}

impl Child<'_> {
    fn holds(&self, place: Position) -> bool {
        let end = self.node.position.end.max(self.start.saturating_add(1));
        place.file == self.node.position.file && (self.start..end).contains(&place.start)
    }
}

fn children(node: &Node) -> Vec<(String, Child<'_>)> {
    match &node.value {
        Value::Map(entries) => entries
            .iter()
            .map(|(key, node)| (key.name.to_string(), Child { start: key.position.start, node }))
            .collect(),
        Value::Seq(items) => items
            .iter()
            .enumerate()
            .map(|(index, node)| (index.to_string(), Child { start: node.position.start, node }))
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether `place` is the value at the dotted path `keys`, its key, or something below it.
///
/// A key may hold dots itself, so at every level each key that the rest of the path begins with is tried.
fn is_below(node: &Node, keys: &str, place: Position) -> bool {
    children(node).into_iter().any(|(key, child)| match keys.strip_prefix(&key) {
        Some("") => child.holds(place),
        Some(rest) => rest.strip_prefix('.').is_some_and(|rest| is_below(child.node, rest, place)),
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::ObjectRef;
    use crate::guard::environments::DESTINATION_SHARED as RULE;

    const TEXT: &str = "kind: ClusterPools\npools:\n  gpu:\n    nodeLabels: {nvidia.com/gpu.deploy: \"no\", a.b: c}\n    zones: [x, y]\n  gpu-2: {size: 1}\n";

    fn finding_at(sources: &Sources, file: FileId, part: &str) -> Finding {
        let text = &sources.get(file).unwrap().text;
        let start = u32::try_from(text.find(part).unwrap()).unwrap();
        let end = start + u32::try_from(part.len()).unwrap();
        Finding::new(&RULE, "m").at(Position { file, line: 1, column: 1, start, end })
    }

    #[test]
    fn a_path_holds_for_the_value_its_key_and_what_is_below() {
        let mut sources = Sources::default();
        let file = sources.add("values/a.yaml", TEXT);
        let other = sources.add("values/b.yaml", TEXT);
        let mut trees = Trees::new(&sources);
        let path = |text: &str| Scope::Path(text.to_owned());
        for (part, scope, holds) in [
            ("nodeLabels", "values/a.yaml#pools.gpu.nodeLabels", true),
            ("\"no\"", "values/a.yaml#pools.gpu.nodeLabels", true),
            ("\"no\"", "values/a.yaml#pools.gpu.nodeLabels.nvidia.com/gpu.deploy", true),
            ("c}", "values/a.yaml#pools.gpu.nodeLabels.a.b", true),
            ("c}", "values/a.yaml#pools.gpu.nodeLabels.nvidia.com/gpu.deploy", false),
            ("y]", "values/a.yaml#pools.gpu.zones.1", true),
            ("y]", "values/a.yaml#pools.gpu.zones.0", false),
            ("y]", "values/a.yaml#pools.gpu.zones.1.z", false),
            ("size", "values/a.yaml#pools.gpu-2.size", true),
            ("size", "./values//a.yaml#pools.gpu-2.size", true),
            ("size", "/values/a.yaml#pools.gpu-2.size", false),
            ("size", "values/a.yaml#pools.gpu", false),
            ("size", "values/b.yaml#pools.gpu-2.size", false),
            ("size", "values/a.yaml", false),
        ] {
            let finding = finding_at(&sources, file, part);
            assert_eq!(trees.holds(&path(scope), &finding), holds, "{part} {scope}");
        }
        assert!(trees.holds(&path("values/b.yaml#pools.gpu-2.size"), &finding_at(&sources, other, "size")));
        assert!(!trees.holds(&path("values/a.yaml#pools.gpu"), &Finding::new(&RULE, "m")));
    }

    #[test]
    fn a_pool_is_named_or_pointed_at() {
        let mut sources = Sources::default();
        let file = sources.add("values/a.yaml", TEXT);
        let template = sources.add("templates/a.yaml", TEXT.replace("ClusterPools", "ConfigMap"));
        let mut trees = Trees::new(&sources);
        let gpu = Scope::Pool("gpu".to_owned());
        assert!(trees.holds(&gpu, &Finding::new(&RULE, "m").pool("gpu")));
        assert!(trees.holds(&gpu, &finding_at(&sources, file, "y]")));
        assert!(!trees.holds(&gpu, &finding_at(&sources, file, "size")));
        assert!(!trees.holds(&gpu, &finding_at(&sources, file, "y]").pool("other")));
        assert!(!trees.holds(&gpu, &finding_at(&sources, template, "y]")));
        assert!(!trees.holds(&gpu, &Finding::new(&RULE, "m")));
    }

    #[test]
    fn the_scope_of_a_finding_holds_for_it() {
        let mut sources = Sources::default();
        let file = sources.add("values/a.yaml", TEXT);
        let broken = sources.add("values/broken.yaml", "a: [");
        let object = ObjectRef { kind: "MachineSet".to_owned(), namespace: None, name: "n".to_owned() };
        let mut trees = Trees::new(&sources);
        for (finding, written) in [
            (
                finding_at(&sources, file, "\"no\""),
                "{path: values/a.yaml#pools.gpu.nodeLabels.nvidia.com/gpu.deploy}",
            ),
            (finding_at(&sources, file, "y]").pool("p"), "{path: values/a.yaml#pools.gpu.zones.1}"),
            (finding_at(&sources, file, "y]").object(object), "{object: MachineSet n}"),
            (Finding::new(&RULE, "m").pool("p"), "{pool: p}"),
        ] {
            let scope = trees.scope_of(&finding).unwrap();
            assert_eq!(scope.written(), written);
            assert!(trees.holds(&scope, &finding), "{written}");
        }
        assert_eq!(trees.scope_of(&Finding::new(&RULE, "m")), None);
        assert_eq!(trees.scope_of(&finding_at(&sources, broken, "[")), None);
    }
}
