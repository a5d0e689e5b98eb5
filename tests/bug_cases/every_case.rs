//! That no case of the shared list lacks its test.

use crate::support::{repository, shared};
use std::collections::BTreeSet;
use std::path::Path;

/// The names of the tests below `tests`, as far as they are named by a case: `bc01_01`.
fn tested(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tested(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            for (attribute, function) in lines.iter().zip(lines.iter().skip(1)) {
                if *attribute == "#[test]"
                    && let Some(name) = function.strip_prefix("fn bc")
                {
                    let id: String = name.chars().take(5).collect();
                    found.insert(format!("bc{id}"));
                }
            }
        }
    }
}

#[test]
fn every_case_has_a_test() {
    let Some(list) = shared("cases/bug-cases.tsv") else { return };
    let list = std::fs::read_to_string(list).unwrap();
    let ids: BTreeSet<String> = list
        .lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.split('\t').next().unwrap().to_lowercase().replace('-', "_"))
        .collect();
    assert!(ids.len() >= 48, "the list holds only {} cases", ids.len());
    let mut found = BTreeSet::new();
    tested(&repository().join("tests"), &mut found);
    let missing: Vec<&String> = ids.difference(&found).collect();
    assert!(missing.is_empty(), "no test is named by {missing:?}");
    let unknown: Vec<&String> = found.difference(&ids).collect();
    assert!(unknown.is_empty(), "{unknown:?} are no cases of the list");
}
