//! How a size is shared among zones.

use crate::spec::size::{Per, Size};

/// Shares `total` among `zones`: as evenly as can be, the remainder to the first ones. The shares sum
/// up to exactly `total`.
pub fn share(total: u32, zones: usize) -> Vec<u32> {
    let zones = u32::try_from(zones).unwrap_or(u32::MAX);
    let Some(even) = total.checked_div(zones) else { return Vec::new() };
    let remainder = total % zones;
    (0..zones).map(|zone| even + u32::from(zone < remainder)).collect()
}

/// One zone's part of a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Git rules.
    Fixed {
        /// How many.
        replicas: u32,
    },
    /// The autoscaler rules.
    Autoscaled {
        /// The least.
        min: u32,
        /// The most.
        max: u32,
        /// How many at first.
        initial: u32,
    },
}

/// The parts of a size, one for each of `zones` zones. A size that does not say what it counts is that
/// of a single zone.
pub fn split(size: Size, zones: usize) -> Vec<Part> {
    let shares = |count: u32| match size.per() {
        Some(Per::Zone) => vec![count; zones],
        Some(Per::Total) | None => share(count, zones),
    };
    match size {
        Size::Fixed { fixed, .. } => shares(fixed).into_iter().map(|replicas| Part::Fixed { replicas }).collect(),
        Size::Autoscaled { min, max, initial, .. } => {
            let initial = shares(initial.unwrap_or(min));
            let bounds = shares(min).into_iter().zip(shares(max));
            bounds.zip(initial).map(|((min, max), initial)| Part::Autoscaled { min, max, initial }).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_even_with_the_remainder_in_front() {
        assert_eq!(share(5, 3), [2, 2, 1]);
        assert_eq!(share(10, 3), [4, 3, 3]);
        assert_eq!(share(0, 2), [0, 0]);
        assert_eq!(share(3, 0), [0; 0]);
    }

    #[test]
    fn shares_sum_up_to_the_total() {
        for total in 0..50 {
            for zones in 1..7 {
                assert_eq!(share(total, zones).iter().sum::<u32>(), total);
            }
        }
    }

    #[test]
    fn a_minimum_never_exceeds_its_maximum() {
        for min in 0..20 {
            for max in min.max(1)..25 {
                for zones in 1..6 {
                    let size = Size::Autoscaled { min, max, initial: None, per: Some(Per::Total) };
                    for part in split(size, zones) {
                        let Part::Autoscaled { min, max, initial } = part else { unreachable!() };
                        assert!(min <= max && initial == min);
                    }
                }
            }
        }
    }

    #[test]
    fn a_size_per_zone_is_not_shared() {
        let size = Size::Fixed { fixed: 2, per: Some(Per::Zone) };
        assert_eq!(split(size, 3), [Part::Fixed { replicas: 2 }; 3]);
    }
}
