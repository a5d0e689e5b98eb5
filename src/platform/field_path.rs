//! The way to a field of a providerSpec: as cheap as a pointer until somebody has to read it.

use std::fmt;

/// The way to a field, spelt out only for a finding.
#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    /// The whole.
    Root,
    /// A field of a map.
    Field(&'a Path<'a>, &'a str),
    /// An item of a list, by its place.
    Item(&'a Path<'a>, usize),
    /// Every item of a list.
    Items(&'a Path<'a>),
}

impl Path<'_> {
    /// Whether it is the way to no field, but to the whole.
    pub(super) fn is_root(&self) -> bool {
        matches!(self, Path::Root)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Field(Path::Root, name) => f.write_str(name),
            Path::Field(parent, name) => write!(f, "{parent}.{name}"),
            Path::Item(list, place) => write!(f, "{list}[{place}]"),
            Path::Items(list) => write!(f, "{list}[]"),
        }
    }
}
