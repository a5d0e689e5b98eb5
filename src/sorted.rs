//! Sorting, and collecting into sorted maps and sets, in little code.
//!
//! std's stable sort becomes six kilobytes of machine code for every type that is sorted, and collecting
//! into a sorted map or set sorts first: some fifty types made a twentieth of the binary. What is sorted
//! here is short and mostly in order, so one sort of places serves all types, and maps and sets are
//! filled one by one.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Sorts; equal items keep their order.
pub(crate) fn sort<T: Ord>(items: &mut Vec<T>) {
    sort_by(items, T::cmp);
}

/// Sorts by a key; items of equal keys keep their order.
pub(crate) fn sort_by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

/// Sorts as `compare` says; equal items keep their order.
pub(crate) fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    if items.is_sorted_by(|one, other| compare(one, other).is_le()) {
        return;
    }
    let order = order(items.len(), &|one, other| compare(&items[one], &items[other]));
    let mut taken: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|place| taken.get_mut(place)?.take()));
}

/// The places of `count` items in the order that `compare` says.
fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

/// Collecting into sorted maps and sets.
pub(crate) trait IntoSorted: Iterator + Sized {
    /// The items as a set.
    fn into_set(self) -> BTreeSet<Self::Item>
    where
        Self::Item: Ord,
    {
        let mut set = BTreeSet::new();
        self.for_each(|item| _ = set.insert(item));
        set
    }

    /// The pairs as a map; of equal keys the last one's value counts.
    fn into_map<K: Ord, V>(self) -> BTreeMap<K, V>
    where
        Self: Iterator<Item = (K, V)>,
    {
        let mut map = BTreeMap::new();
        self.for_each(|(key, value)| _ = map.insert(key, value));
        map
    }
}

impl<I: Iterator> IntoSorted for I {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_items_keep_their_order() {
        let mut pairs = vec![(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd'), (0, 'e')];
        sort_by_key(&mut pairs, |(number, _)| *number);
        assert_eq!(pairs, [(0, 'e'), (1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]);
        let mut texts = vec!["b".to_owned(), "a".to_owned(), "b".to_owned()];
        sort(&mut texts);
        assert_eq!(texts, ["a", "b", "b"]);
    }

    #[test]
    fn the_last_of_equal_keys_counts() {
        let map = [("b", 1), ("a", 2), ("b", 3)].into_iter().into_map();
        assert_eq!(map.into_iter().collect::<Vec<_>>(), [("a", 2), ("b", 3)]);
        assert!([3, 1, 3, 2].into_iter().into_set().into_iter().eq([1, 2, 3]));
    }
}
