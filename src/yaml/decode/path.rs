//! The dotted path of a place, as messages name it.

use std::fmt;

/// A place in the tree, linked up to the root.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    /// The whole tree.
    Root,
    /// The value under a key.
    Key(&'p Path<'p>, &'p str),
    /// An item of a list.
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    /// The keys and, in decimal, the indices that lead here, as [`super::super::Node::find`] takes them.
    pub(super) fn steps(&self) -> Vec<String> {
        match self {
            Path::Root => Vec::new(),
            Path::Key(parent, key) => step(parent, (*key).to_owned()),
            Path::Index(parent, index) => step(parent, index.to_string()),
        }
    }
}

fn step(parent: &Path<'_>, last: String) -> Vec<String> {
    let mut steps = parent.steps();
    steps.push(last);
    steps
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Index(parent, index) => write!(f, "{parent}[{index}]"),
            Path::Key(parent, key) if !is_plain(key) => write!(f, "{parent}[\"{key}\"]"),
            Path::Key(Path::Root, key) => f.write_str(key),
            Path::Key(parent, key) => write!(f, "{parent}.{key}"),
        }
    }
}

/// A key that needs no quotes between dots.
fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_like_the_file() {
        let pools = Path::Key(&Path::Root, "pools");
        let pool = Path::Key(&pools, "gpu-l40s");
        let taints = Path::Key(&pool, "taints");
        let labels = Path::Key(&pool, "nodeLabels");
        assert_eq!(Path::Root.to_string(), "");
        assert_eq!(Path::Index(&taints, 0).steps(), ["pools", "gpu-l40s", "taints", "0"]);
        assert_eq!(Path::Index(&taints, 0).to_string(), "pools.gpu-l40s.taints[0]");
        assert_eq!(
            Path::Key(&labels, "example.com/x").to_string(),
            "pools.gpu-l40s.nodeLabels[\"example.com/x\"]"
        );
    }
}
