//! The catalogue of EC2 instance types: a sorted text that is searched where it lies, so that a run
//! that needs one type reads a dozen lines of it.

use super::accelerators;
use crate::diag::nearest;
use crate::platform::{Architecture, Instance};
use foldhash::fast::FixedState;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;

const CATALOGUE: &str = include_str!("instance_types.tsv");

/// Where its lines begin that are no comment, and where the last one ends.
static LINES: [u32; count_lines() + 1] = {
    let text = CATALOGUE.as_bytes();
    let mut lines = [0; count_lines() + 1];
    let (mut line, mut at) = (0, 0);
    while line < lines.len() {
        if line + 1 == lines.len() || text[at] != b'#' {
            lines[line] = at as u32;
            line += 1;
        }
        at = next_line(text, at);
    }
    lines
};

const fn count_lines() -> usize {
    let text = CATALOGUE.as_bytes();
    let (mut count, mut at) = (0, 0);
    while at < text.len() {
        if text[at] != b'#' {
            count += 1;
        }
        at = next_line(text, at);
    }
    count
}

const fn next_line(text: &[u8], mut at: usize) -> usize {
    while at < text.len() && text[at] != b'\n' {
        at += 1;
    }
    at + 1
}

thread_local! {
    /// What was found before in this thread: a fleet has a few types in thousands of MachineSets.
    static FOUND: RefCell<HashMap<&'static str, Instance, FixedState>> = RefCell::default();
}

/// The facts of an instance type.
pub fn find(instance_type: &str) -> Option<Instance> {
    let found = FOUND.with_borrow(|found| found.get(instance_type).cloned());
    found.or_else(|| {
        let instance = search(instance_type)?;
        FOUND.with_borrow_mut(|found| found.insert(instance.name, instance.clone()));
        Some(instance)
    })
}

fn search(instance_type: &str) -> Option<Instance> {
    let (mut low, mut high) = (0, LINES.len() - 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let line = line(middle)?;
        let begin = &line.as_bytes()[..instance_type.len().min(line.len())];
        // The tab behind a shorter name comes before every sign of a name.
        match begin.cmp(instance_type.as_bytes()) {
            Ordering::Equal if name(line) == instance_type => return read(line),
            Ordering::Less => low = middle + 1,
            Ordering::Equal | Ordering::Greater => high = middle,
        }
    }
    None
}

fn line(index: usize) -> Option<&'static str> {
    let place = |index: usize| usize::try_from(*LINES.get(index)?).ok();
    CATALOGUE.get(place(index)?..place(index + 1)?.checked_sub(1)?)
}

/// The known type nearest to an unknown one, preferably of the same family.
pub fn suggest(instance_type: &str) -> Option<&'static str> {
    let wanted = instance_type.trim();
    let same_family = names().filter(|name| family(name).eq_ignore_ascii_case(family(wanted)));
    nearest(wanted, same_family).or_else(|| nearest(wanted, names()))
}

/// Every name, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    (0..LINES.len()).map_while(line).map(name)
}

/// The part of a name before the dot.
pub fn family(instance_type: &str) -> &str {
    instance_type.split_once('.').map_or(instance_type, |(family, _)| family)
}

fn name(line: &str) -> &str {
    let end = line.bytes().position(|byte| byte == b'\t');
    end.map_or(line, |end| &line[..end])
}

fn read(line: &'static str) -> Option<Instance> {
    let mut columns = line.split('\t');
    let name = columns.next()?;
    let vcpu = columns.next()?.parse().ok()?;
    let memory_mib = columns.next()?.parse().ok()?;
    let gpus = columns.next()?.parse().ok()?;
    let architecture = match columns.next()? {
        "arm64" => Architecture::Arm64,
        _ => Architecture::Amd64,
    };
    let (family, size) = name.split_once('.')?;
    Some(Instance {
        name,
        family,
        vcpu,
        memory_mib,
        gpus,
        architecture,
        accelerator: accelerators::of_family(family, gpus),
        metal: size.starts_with("metal"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_read() {
        let mut count = 0;
        for name in names() {
            let found = search(name);
            assert_eq!(found.as_ref().map(|instance| instance.name), Some(name));
            assert_eq!((find(name), find(name)), (found.clone(), found));
            count += 1;
        }
        assert_eq!(count, 1108);
    }

    #[test]
    fn the_catalogue_is_sorted() {
        assert!(names().is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn what_is_not_in_the_catalogue_is_not_found() {
        for name in ["", "a", "m5", "m5.", "m5.xlargee", "zzz", "é", "\n", "test.instance1", "m5.large\t2"] {
            assert_eq!(find(name), None, "{name:?}");
        }
    }

    #[test]
    fn known_types_have_their_facts() {
        let metal = find("m5.metal").unwrap();
        assert_eq!((metal.vcpu, metal.memory_mib, metal.gpus, metal.metal), (96, 393_216, 0, true));
        assert!(find("c7g.metal").unwrap().metal);
        assert_eq!(find("m6g.xlarge").unwrap().architecture, Architecture::Arm64);
        let gpu = find("g6e.xlarge").unwrap();
        assert_eq!(gpu.accelerator.map(|a| (a.model, a.count)), Some(("nvidia-l40s", 1)));
    }

    #[test]
    fn a_misspelt_type_is_corrected_within_its_family() {
        assert_eq!(suggest("g6e.xlrage"), Some("g6e.xlarge"));
        assert_eq!(suggest("M5.2XLARGE"), Some("m5.2xlarge"));
        assert_eq!(suggest("g5.3xlarge").map(family), Some("g5"));
        assert_eq!(suggest("Standard_NC4as_T4_v3"), None);
    }
}
