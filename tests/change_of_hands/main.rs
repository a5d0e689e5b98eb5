//! Changes against the committed output, end to end: `render --out`, an edit, and what `check` and the
//! next `render --out` make of it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

#[path = "../support/mod.rs"]
mod support;

mod committed;
mod leaving;
mod names;
mod sizes;
mod templates;

use std::collections::BTreeMap;
use support::small::{Report, Small};

/// The committed files of the environment, by their path below its output.
fn files(small: &Small) -> BTreeMap<String, Vec<u8>> {
    let output = small.root().join("golden/prod");
    let mut found = BTreeMap::new();
    let mut open = vec![output.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(&output).unwrap().to_string_lossy().into_owned();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Expects that every command refuses the project for these errors alone, and that nothing is written.
#[track_caller]
fn refused(small: &Small, errors: &[&str]) -> Report {
    let before = files(small);
    let written = small.render_out();
    assert_eq!((written.exit, written.errors()), (1, errors.to_vec()), "{}", written.list());
    assert!(files(small) == before, "the committed output has changed");
    let streamed = small.refused(1);
    assert_eq!(streamed.errors(), errors, "{}", streamed.list());
    let variables = [("PARAM_ENV", "prod"), ("PARAM_BUNDLE", "capacity")];
    let plugin = small.run_with(&["cmp", "generate"], &variables);
    assert_eq!((plugin.status.code(), plugin.stdout.len()), (Some(1), 0), "the plugin goes on");
    let report = small.check();
    assert_eq!((report.exit, report.errors()), (1, errors.to_vec()), "{}", report.list());
    assert_eq!(report.of_code("TRN010").len(), 0, "what is refused does not happen: {}", report.list());
    report
}

/// Writes the committed output and expects that afterwards everything is in order.
#[track_caller]
fn committed(small: &Small) -> Report {
    let report = small.commit();
    let after = small.check();
    let left: Vec<&str> = after.findings.iter().map(|found| found.code.as_str()).collect();
    assert!(!left.iter().any(|code| code.starts_with("TRN") || code.starts_with("OUT")), "{}", after.list());
    assert_eq!(after.exit, 0);
    report
}

/// A pool `batch` with these zones, this size and these further lines.
fn pool(zones: &str, size: &str, rest: &str) -> String {
    format!(
        "pools:\n  batch:\n    providerSpecFrom: worker\n    instanceType: m6i.xlarge\n    zones: [{zones}]\n    size: {size}\n{rest}"
    )
}

/// The name of the pool's MachineSet in a zone of us-east-2.
fn set(zone: char) -> String {
    format!("prod-x7k2p-batch-us-east-2{zone}")
}
