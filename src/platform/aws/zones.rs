//! Zone names: standard (`us-east-1a`), Local Zones (`us-east-1-nyc-1a`) and Wavelength Zones
//! (`us-east-1-wl1-bos-wlz-1`), alone and inside longer names.

use std::ops::Range;

/// Whether `zone` is shaped like a zone of `region`.
pub fn check(zone: &str, region: &str) -> Result<(), String> {
    if zone == region {
        return Err(format!("`{zone}` is the region itself: a zone has a letter more, such as `{region}a`"));
    }
    let Some(rest) = zone.strip_prefix(region) else {
        return Err(format!("`{zone}` is no zone of region `{region}`"));
    };
    let parts: Vec<&str> = rest.split('-').collect();
    let known = match parts[..] {
        [letter] => is_letter(letter),
        ["", site, last] => is_site(site) && is_number_and_letter(last),
        ["", carrier, site, "wlz", number] => is_carrier(carrier) && is_site(site) && is_number(number),
        _ => false,
    };
    if known {
        Ok(())
    } else {
        Err(format!(
            "`{zone}` is not shaped like a zone of `{region}`: write one such as `{region}a`, `{region}-nyc-1a` or `{region}-wl1-bos-wlz-1`"
        ))
    }
}

/// The zones named inside a longer name, such as that of a subnet.
pub fn find_in(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let word = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
        let end = at + word;
        while at < end {
            let rest = text.get(at..end).unwrap_or_default();
            let length = zone_length(rest);
            found.extend(length.map(|length| at..at + length));
            let rest = rest.get(length.unwrap_or(0)..).unwrap_or_default();
            let to_hyphen = rest.bytes().position(|byte| byte == b'-').unwrap_or(rest.len());
            at += length.unwrap_or(0) + to_hyphen + 1;
        }
        // Behind what ends the word.
        let other = text.get(end..).and_then(|rest| rest.chars().next());
        at = end + other.map_or(0, char::len_utf8);
    }
    found
}

/// As many parts has the longest zone, such as `us-gov-west-1-wl1-bos-wlz-1`.
const LONGEST: usize = 8;

/// How long the zone's name is that a word begins with, if it does.
fn zone_length(word: &str) -> Option<usize> {
    let mut parts = [""; LONGEST];
    let mut all = word.split('-');
    let first = all.next().filter(|first| is_country(first))?;
    parts[0] = first;
    parts.iter_mut().skip(1).zip(all).for_each(|(part, its)| *part = its);
    let count = zone_at(&parts)?;
    let zone = parts.get(..count)?;
    Some(zone.iter().map(|part| part.len()).sum::<usize>() + count - 1)
}

/// How many of the parts are a zone's name, if they begin with one. Behind the last they are empty.
fn zone_at(parts: &[&str; LONGEST]) -> Option<usize> {
    let [country, second, third, ..] = parts;
    if !is_country(country) {
        return None;
    }
    let (direction, rest) = match *second {
        "gov" | "iso" | "isob" | "isof" => (third, &parts[3..]),
        _ => (second, &parts[2..]),
    };
    let before = parts.len() - rest.len();
    if !is_direction(direction) {
        return None;
    }
    match *rest {
        [last, ..] if is_number_and_letter(last) => Some(before + 1),
        [number, site, last, ..] if is_number(number) && is_site(site) && is_number_and_letter(last) => {
            Some(before + 3)
        }
        [region, carrier, site, "wlz", number, ..]
            if is_number(region) && is_carrier(carrier) && is_site(site) && is_number(number) =>
        {
            Some(before + 5)
        }
        _ => None,
    }
}

/// The first part of a region's name, e.g. `us`.
fn is_country(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|b| b.is_ascii_lowercase())
}

fn is_direction(word: &str) -> bool {
    matches!(
        word,
        "north"
            | "south"
            | "east"
            | "west"
            | "central"
            | "northeast"
            | "northwest"
            | "southeast"
            | "southwest"
    )
}

/// A place's short name, e.g. `nyc`.
fn is_site(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|b| b.is_ascii_lowercase())
}

/// A carrier's short name, e.g. `wl1` or `foe`.
fn is_carrier(word: &str) -> bool {
    (2..=4).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

fn is_letter(word: &str) -> bool {
    word.len() == 1 && word.bytes().all(|b| b.is_ascii_lowercase())
}

fn is_number(word: &str) -> bool {
    (1..=2).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit())
}

fn is_number_and_letter(word: &str) -> bool {
    match word.as_bytes() {
        [number, letter] => number.is_ascii_digit() && letter.is_ascii_lowercase(),
        _ => false,
    }
}

/// The parts of a standard zone's end that a name can carry alone: `1a` and `a` of `us-east-1a`.
pub fn short_names(zone: &str) -> [&str; 2] {
    let last = zone.rsplit('-').next().unwrap_or_default();
    let letter = if last.is_empty() || !last.is_ascii() { "" } else { &last[last.len() - 1..] };
    [last, letter]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_of_every_kind_are_taken() {
        for (zone, region) in [
            ("us-east-1a", "us-east-1"),
            ("us-east-1-nyc-1a", "us-east-1"),
            ("us-east-1-wl1-bos-wlz-1", "us-east-1"),
            ("us-gov-west-1b", "us-gov-west-1"),
            ("ap-southeast-2c", "ap-southeast-2"),
        ] {
            assert_eq!(check(zone, region), Ok(()), "{zone}");
        }
    }

    #[test]
    fn regions_other_regions_and_nonsense_are_refused() {
        for (zone, region) in [
            ("us-east-1", "us-east-1"),
            ("us-east-2a", "us-east-1"),
            ("us-east-11", "us-east-1"),
            ("us-east-1aa", "us-east-1"),
            ("us-east-1A", "us-east-1"),
            ("availabilityZone", "us-east-1"),
            ("", "us-east-1"),
            ("us-east-1é", "us-east-1"),
        ] {
            assert!(check(zone, region).is_err(), "{zone}");
        }
        assert!(check("us-east-1", "us-east-1").unwrap_err().contains("`us-east-1a`"));
    }

    #[test]
    fn zones_are_found_inside_names() {
        for (text, zones) in [
            ("prod-x7k2p-private-us-east-2c", vec!["us-east-2c"]),
            ("prod-public-us-east-1-nyc-1a", vec!["us-east-1-nyc-1a"]),
            ("a/us-gov-west-1b/b", vec!["us-gov-west-1b"]),
            ("x-us-east-1-wl1-bos-wlz-1", vec!["us-east-1-wl1-bos-wlz-1"]),
            ("x-us-gov-west-1-wl1-bos-wlz-1-y", vec!["us-gov-west-1-wl1-bos-wlz-1"]),
            ("us-us-east-1a", vec!["us-east-1a"]),
            ("us-east-1-nyc-1a-us-east-1b", vec!["us-east-1-nyc-1a", "us-east-1b"]),
            ("--us-east-1a-", vec!["us-east-1a"]),
            ("us-east-1a-or-us-east-1b", vec!["us-east-1a", "us-east-1b"]),
            ("private-us-east-1", vec![]),
            ("é-us-east-1a", vec!["us-east-1a"]),
            ("", vec![]),
        ] {
            let found: Vec<&str> = find_in(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, zones, "{text}");
        }
    }

    #[test]
    fn short_names_are_the_ends_of_a_zone() {
        assert_eq!(short_names("us-east-1a"), ["1a", "a"]);
        assert_eq!(short_names(""), ["", ""]);
        assert_eq!(short_names("é"), ["é", ""]);
    }
}
