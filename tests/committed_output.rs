//! What `check` says of committed manifests and what `render --out --refresh` does with them, through the
//! binary.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use support::{Sample, repository, stderr};

const MANIFEST: &str = "golden/prod/capacity/clusterautoscaler-default.yaml";
const REFRESH: [&str; 6] = ["render", "--all", "--out", "--refresh", "--message-format", "concise"];
const CHECK: [&str; 3] = ["check", "--format", "concise"];

#[test]
fn line_endings_alone_are_told_with_the_attribute_that_keeps_them() {
    let sample = Sample::new();
    sample.write(MANIFEST, &sample.read(MANIFEST).replace('\n', "\r\n"));
    let output = sample.run(&CHECK);
    let told = stderr(&output);
    let lines: Vec<&str> = told.lines().filter(|line| line.contains("OUT")).collect();
    let [line] = lines.as_slice() else { panic!("{told}") };
    assert!(line.contains("warning[OUT006]") && line.contains(MANIFEST), "{line}");
    assert!(line.contains("in its line endings alone"), "{line}");
    assert!(line.contains("`golden/prod/** text eol=lf` to `.gitattributes`"), "{line}");
    assert_eq!(output.status.code(), Some(0), "a warning by itself fails nothing");
    assert_eq!(sample.run(&["check", "--deny", "warnings"]).status.code(), Some(1));

    // With a difference besides, it is a stale file like any other.
    sample.write(MANIFEST, &sample.read(MANIFEST).replacen("spec:", "spec: # by hand", 1));
    let told = stderr(&sample.run(&CHECK));
    assert!(told.contains("error[OUT001]") && !told.contains("OUT006"), "{told}");
}

#[test]
fn a_checkout_from_windows_renders_the_same_bytes() {
    let sample = Sample::new();
    for path in ["poolsmith.yaml", "values/common.yaml", "values/prod.yaml", "values/dev.yaml"] {
        sample.write(path, &format!("\u{feff}{}", sample.read(path).replace('\n', "\r\n")));
    }
    let output = sample.run(&["check", "--deny", "warnings"]);
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn the_sample_keeps_its_line_endings() {
    let attributes = std::fs::read_to_string(repository().join(".gitattributes")).unwrap();
    assert!(attributes.lines().any(|line| line == "golden/** text eol=lf"), "{attributes}");
}

#[test]
fn a_refresh_fails_for_what_it_changed_and_passes_then() {
    let sample = Sample::new();
    assert_eq!(sample.run(&REFRESH).status.code(), Some(0));
    let rendered = sample.read(MANIFEST);
    sample.write(MANIFEST, &rendered.replacen("spec:", "spec: # by hand", 1));
    std::fs::remove_file(sample.root().join("golden/dev/capacity/clusterautoscaler-default.yaml")).unwrap();
    sample.write("golden/prod/capacity/old.yaml", &rendered);
    let output = sample.run(&REFRESH);
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    for (path, what) in [
        (MANIFEST, "is written anew; look at what changed, run `git add golden/prod`"),
        ("golden/prod/capacity/old.yaml", "is removed"),
        ("golden/dev/capacity/clusterautoscaler-default.yaml", "is written anew"),
    ] {
        let line = told.lines().find(|line| line.contains(&format!("`{path}`"))).unwrap_or_default();
        assert!(line.contains("error[OUT050]") && line.contains(what), "{told}");
    }
    assert_eq!(told.matches("OUT050").count(), 3, "{told}");
    assert_eq!(sample.read(MANIFEST), rendered);
    assert_eq!(sample.run(&REFRESH).status.code(), Some(0));
    // Without --refresh a rendering that writes is what was asked for.
    sample.write(MANIFEST, "# Rendered by poolsmith; edits are overwritten.\n");
    assert_eq!(sample.run(&["render", "--all", "--out"]).status.code(), Some(0));
    assert_eq!(sample.read(MANIFEST), rendered);
}

#[test]
fn a_refresh_makes_no_directory_where_argo_cd_renders() {
    let sample = Sample::new();
    // dev is rendered by the plugin, prod is committed.
    std::fs::remove_dir_all(sample.root().join("golden")).unwrap();
    let output = sample.run(&REFRESH);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(sample.root().join("golden/prod").is_dir() && !sample.root().join("golden/dev").exists());
    assert_eq!(sample.run(&CHECK).status.code(), Some(0));
}

#[test]
fn a_refresh_of_a_faulty_project_writes_nothing() {
    let sample = Sample::new();
    sample.replace("values/prod.yaml", "size: {fixed: 2}", "size: {fixed: 4}");
    sample.replace("values/dev.yaml", "pools:", "poolz:");
    let output = sample.run(&REFRESH);
    assert_eq!(output.status.code(), Some(1));
    assert!(!stderr(&output).contains("OUT050"), "{}", stderr(&output));
    let untouched = std::fs::read_to_string(repository().join(MANIFEST)).unwrap();
    assert_eq!(sample.read(MANIFEST), untouched);
}

#[test]
fn a_refresh_belongs_to_a_directory() {
    let output = Sample::new().run(&["render", "--env", "prod", "--refresh"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--out"), "{}", stderr(&output));
}
