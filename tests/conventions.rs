//! What a reviewer would have to watch for otherwise.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use std::path::{Path, PathBuf};

/// The Rust files below `src`, with their paths from there and their code.
fn sources() -> Vec<(String, String)> {
    let root = support::repository().join("src");
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![root.clone()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                let text = std::fs::read_to_string(&path).unwrap();
                // What stands in tests is not what runs.
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                found.push((name, code.to_owned()));
            }
        }
    }
    found.sort();
    found
}

/// The files that hold one of `words` outside of the place where it belongs.
fn strays(words: &[&str], home: &[&str]) -> Vec<String> {
    sources()
        .into_iter()
        .filter(|(name, _)| !home.iter().any(|home| name.starts_with(home)))
        .filter(|(_, text)| words.iter().any(|word| text.contains(word)))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn only_the_yaml_folder_names_a_yaml_crate() {
    assert_eq!(strays(&["serde_yaml", "granit_parser"], &["yaml/"]), [""; 0]);
}

#[test]
fn only_the_template_folder_names_the_template_engine() {
    assert_eq!(strays(&["minijinja::"], &["template/"]), [""; 0]);
}

#[test]
fn the_outside_world_comes_in_through_few_doors() {
    assert_eq!(strays(&["SystemTime", "std::net", "std::process::Command"], &[]), [""; 0]);
    assert_eq!(strays(&["env::var"], &["main.rs"]), [""; 0]);
    assert_eq!(strays(&["std::fs", "File::open"], &["load/", "write/", "cli/", "main.rs"]), [""; 0]);
}

#[test]
fn a_step_never_reaches_backwards() {
    // Each step with what stands right of it.
    let later: [(&str, &[&str]); 6] = [
        ("yaml/", &["load", "spec", "plan", "platform", "render", "guard", "write", "cli", "pipeline"]),
        ("load/", &["spec", "plan", "platform", "render", "guard", "write", "cli", "pipeline"]),
        ("spec/", &["plan", "render", "guard", "write", "cli", "pipeline"]),
        ("plan/", &["render", "guard", "write", "cli", "pipeline"]),
        ("render/", &["guard", "write", "cli", "pipeline"]),
        ("write/", &["guard", "cli", "pipeline"]),
    ];
    let mut faults = Vec::new();
    for (name, text) in sources() {
        for (step, forbidden) in later {
            for later in forbidden.iter().filter(|_| name.starts_with(step)) {
                if text.contains(&format!("crate::{later}::")) || text.contains(&format!("crate::{later};")) {
                    faults.push(format!("{name} uses {later}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn files_stay_short() {
    let long: Vec<String> = sources()
        .into_iter()
        .filter(|(_, text)| text.lines().count() > 440)
        .map(|(name, text)| format!("{name}: {} lines", text.lines().count()))
        .collect();
    assert!(long.is_empty(), "split {}", long.join(", "));
}

#[test]
fn the_published_pages_name_no_place_of_one_machine() {
    fn walk(path: &Path, faults: &mut Vec<String>) {
        if path.is_dir() {
            std::fs::read_dir(path).unwrap().for_each(|entry| walk(&entry.unwrap().path(), faults));
        } else if let Ok(text) = std::fs::read_to_string(path)
            && ["/root/", "/work/"].iter().any(|place| text.contains(place))
        {
            faults.push(path.display().to_string());
        }
    }
    let mut faults = Vec::new();
    for place in ["docs", "README.md", "CHANGELOG.md", "deploy", "templates", "values"] {
        walk(&support::repository().join(place), &mut faults);
    }
    assert_eq!(faults, [""; 0]);
}
