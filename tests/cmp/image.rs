//! `deploy/cmp/Containerfile`, as far as it can be judged without building an image; the build itself is
//! `tests/image/run`.

use crate::support::repository;
use std::path::{Path, PathBuf};

fn text(name: &str) -> String {
    std::fs::read_to_string(repository().join("deploy/cmp").join(name)).unwrap()
}

/// The stages: their base, their name and their other instructions, with continued lines joined.
fn stages() -> Vec<(String, String, Vec<String>)> {
    let joined = text("Containerfile").replace("\\\n", " ");
    let mut stages: Vec<(String, String, Vec<String>)> = Vec::new();
    for line in joined.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["FROM", base, "AS", name] => stages.push(((*base).to_owned(), (*name).to_owned(), Vec::new())),
            _ => stages.last_mut().unwrap().2.push(line.to_owned()),
        }
    }
    stages
}

#[test]
fn the_bases_are_pinned() {
    let stages = stages();
    assert_eq!(stages.iter().map(|stage| stage.1.as_str()).collect::<Vec<_>>(), ["build", "ubi", "plain"]);
    for (base, _, _) in &stages[..2] {
        let tag = base.rsplit_once(':').expect("a tag").1;
        assert!(tag.starts_with(|c: char| c.is_ascii_digit()), "{base} moves");
    }
    assert_eq!(stages[2].0, "scratch");
    // The compiler is not older than what the package asks for.
    let number = |text: &str| text.split('.').map(|part| part.parse().unwrap()).collect::<Vec<u32>>();
    let rust = stages[0].0.rsplit_once(':').unwrap().1.split('-').next().unwrap();
    assert!(number(rust) >= number(env!("CARGO_PKG_RUST_VERSION")), "{rust}");
}

#[test]
fn an_image_holds_the_program_and_its_plugin_and_runs_as_999() {
    let stages = stages();
    let build = stages[0].2.join("\n");
    for part in ["--locked", "--release", "target-feature=+crt-static", "/image/usr/local/bin/poolsmith"] {
        assert!(build.contains(part), "the build lacks {part}");
    }
    // The plugin.yaml of the very program that is built, where argocd-cmp-server reads it.
    assert!(build.contains("cmp plugin >/image/home/argocd/cmp-server/config/plugin.yaml"));
    let program = "/usr/local/bin/poolsmith";
    assert!(text("plugin.yaml").contains(&format!("command: [{program}, cmp, generate]")));
    for (_, name, instructions) in &stages[1..] {
        let entry = format!("ENTRYPOINT [\"{program}\"]");
        // No RUN: `scratch` has no shell, and nothing is installed.
        assert_eq!(instructions, &["COPY --from=build /image/ /", "USER 999", entry.as_str()], "{name}");
    }
}

/// What the build takes along, after the file that leaves everything else out.
fn context() -> Vec<PathBuf> {
    let ignored = text("Containerfile.dockerignore");
    let mut lines = ignored.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(lines.next(), Some("*"), "everything is left out first");
    lines.map(|line| PathBuf::from(line.strip_prefix('!').expect("a way back in"))).collect()
}

#[test]
fn the_build_gets_what_it_needs() {
    fn sources(directory: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                into.push(path);
            }
        }
    }
    let context = context();
    assert!(context.iter().all(|path| repository().join(path).exists()), "{context:?}");
    let holds = |path: &Path| context.iter().any(|kept| path.starts_with(kept));
    let mut needed = vec![PathBuf::from("Cargo.toml"), PathBuf::from("Cargo.lock")];
    // Cargo wants to see every target that the manifest names.
    let manifest = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    for (number, _) in manifest.match_indices("[[bench]]") {
        let name = manifest[number..].split('"').nth(1).unwrap();
        needed.push(PathBuf::from(format!("benches/{name}.rs")));
    }
    for template in std::fs::read_dir(repository().join("templates")).unwrap() {
        needed.push(Path::new("templates").join(template.unwrap().file_name()));
    }
    let mut found = Vec::new();
    sources(&repository().join("src"), &mut found);
    for source in &found {
        let code = std::fs::read_to_string(source).unwrap();
        for (at, marker) in code.match_indices("include_str!(\"") {
            let name = code[at + marker.len()..].split('"').next().unwrap();
            let file = source.parent().unwrap().join(name).canonicalize().unwrap();
            needed.push(file.strip_prefix(repository().canonicalize().unwrap()).unwrap().to_path_buf());
        }
        needed.push(source.strip_prefix(repository()).unwrap().to_path_buf());
    }
    assert!(needed.len() > 100, "{}", needed.len());
    let lacking: Vec<&PathBuf> = needed.iter().filter(|path| !holds(path)).collect();
    assert!(lacking.is_empty(), "the build lacks {lacking:?}");
    assert!(!holds(Path::new("target")) && !holds(Path::new(".git")) && !holds(Path::new("tests")));
}
