//! Lists, item by item.

use super::super::Node;
use super::error::{DecodeError, Decoded};
use super::part::Part;
use super::path::Path;
use super::place::Place;
use super::stand_in::StandIn;
use serde::de::{DeserializeSeed, SeqAccess};

/// The items of a list.
pub(super) struct ItemAccess<'de, 'c> {
    source: Source<'de, 'c>,
    current: Option<Part<'de, 'c>>,
}

enum Source<'de, 'c> {
    Written { list: &'c Place<'de, 'c>, items: std::iter::Enumerate<std::slice::Iter<'de, Node>> },
    Made { item: StandIn, left: usize },
}

impl<'de, 'c> ItemAccess<'de, 'c> {
    pub(super) fn written(items: &'de [Node], list: &'c Place<'de, 'c>) -> Self {
        let items = items.iter().enumerate();
        ItemAccess { source: Source::Written { list, items }, current: None }
    }

    pub(super) fn made(length: usize, list: StandIn) -> Decoded<Self> {
        let source = Source::Made { item: list.item()?, left: length };
        Ok(ItemAccess { source, current: None })
    }

    #[inline(never)]
    fn advance(&mut self) -> Decoded<Option<&Part<'de, 'c>>> {
        self.current = match &mut self.source {
            Source::Written { list, items } => next_written(list, items)?,
            Source::Made { item, left } => {
                let is_left = *left > 0;
                *left = left.saturating_sub(1);
                is_left.then_some(Part::Made(*item))
            }
        };
        Ok(self.current.as_ref())
    }
}

fn next_written<'de, 'c>(
    list: &'c Place<'de, 'c>,
    items: &mut std::iter::Enumerate<std::slice::Iter<'de, Node>>,
) -> Decoded<Option<Part<'de, 'c>>> {
    let state = list.state;
    for (index, node) in items {
        if state.is_exhausted() {
            return Err(DecodeError::again());
        }
        if state.is_skipped(node) {
            state.touch();
            continue;
        }
        let path = Path::Index(&list.path, index);
        return Ok(Some(Part::value(Place { node, path, key: None, bare: None, state })));
    }
    Ok(None)
}

impl<'de> SeqAccess<'de> for ItemAccess<'de, '_> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Decoded<Option<T::Value>> {
        match self.advance()? {
            Some(item) => item.decode(seed).map(Some),
            None => Ok(None),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        match &self.source {
            Source::Written { items, .. } => Some(items.len()),
            Source::Made { left, .. } => Some(*left),
        }
    }
}
