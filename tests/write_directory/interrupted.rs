//! What killed runs leave behind, step by step.

use crate::project::{DIR, Project, state, texts};
use poolsmith::write::{Difference, MARKER, Pending, State, Way};
use std::fs;
use std::process::Command;

#[test]
fn an_interrupted_journal_is_reported_and_completed() {
    let project = Project::with_foreign();
    let within = project.dir().join(".poolsmith");
    fs::create_dir_all(within.join("staged")).unwrap();
    fs::write(within.join("staged/0.yaml"), "").unwrap();
    let journal = r#"{"replace": {"capacity/changes-0.yaml": "0.yaml", "capacity/changes-1.yaml": "1.yaml"},
        "remove": ["capacity/only-a.yaml", "gone.yaml", "../../../../etc/passwd"]}"#;
    fs::write(within.join("journal"), journal).unwrap();
    let unfinished: Vec<_> = project
        .compare('a')
        .into_iter()
        .filter_map(|d| match d.state {
            State::Unfinished(pending) => Some((d.path, pending)),
            _ => None,
        })
        .collect();
    let expected = [("capacity/changes-0.yaml", Pending::Replace), ("capacity/only-a.yaml", Pending::Remove)];
    assert_eq!(unfinished, expected.map(|(path, pending)| (path.to_owned(), pending)));
    assert_eq!(project.replace('a', false).unwrap().way, Way::Unchanged);
    assert_eq!(project.own(), texts(&state('a')));
    project.assert_tidy();
}

#[test]
fn foreign_files_left_in_an_old_directory_are_moved_back() {
    let project = Project::with_foreign();
    let old = project.root().join("golden/.prod.poolsmith/new-0");
    fs::create_dir_all(old.join("capacity")).unwrap();
    fs::write(old.join("capacity/same.yaml"), format!("{MARKER}\nolder\n")).unwrap();
    fs::write(old.join("capacity/appeared.txt"), "appeared").unwrap();
    fs::write(old.join("capacity/kustomization.yaml"), "resources: [other]\n").unwrap();
    fs::hard_link(project.dir().join("notes.txt"), old.join("notes.txt")).unwrap();
    let pending: Vec<_> = project.compare('a').into_iter().filter(|d| d.state != State::Foreign).collect();
    let expected = ["capacity/appeared.txt", "capacity/kustomization.yaml"]
        .map(|path| Difference { path: path.to_owned(), state: State::Unfinished(Pending::MoveBack) });
    assert_eq!(pending, expected);
    let replaced = project.replace('a', false).unwrap();
    assert_eq!(replaced.kept.len(), 1);
    assert_eq!(replaced.kept[0].at, "capacity-kustomization.yaml.poolsmith-kept");
    assert_eq!(fs::read_to_string(project.dir().join("capacity/appeared.txt")).unwrap(), "appeared");
    assert_eq!(fs::read_to_string(project.dir().join(&replaced.kept[0].at)).unwrap(), "resources: [other]\n");
    assert_eq!(replaced.to_findings("prod", DIR)[0].rule.code, "OUT012");
    project.assert_foreign();
    project.assert_tidy();
}

#[test]
fn git_status_stays_clean_after_a_kill() {
    let project = Project::with_foreign();
    let git = |arguments: &[&str]| {
        Command::new("git")
            .arg("-C")
            .arg(project.root())
            .args(arguments)
            .output()
            .ok()
            .filter(|o| o.status.success())
    };
    if git(&["init", "-q"]).is_none() {
        println!("skipped, no git here");
        return;
    }
    git(&["add", "."]).unwrap();
    for working in ["golden/.prod.poolsmith", "golden/prod/.poolsmith"] {
        let working = project.root().join(working);
        fs::create_dir_all(working.join("new-1/capacity")).unwrap();
        fs::write(working.join("new-1/capacity/a.yaml"), "").unwrap();
        fs::write(working.join(".gitignore"), "*\n").unwrap();
    }
    let status = git(&["status", "--porcelain"]).unwrap();
    assert!(!String::from_utf8_lossy(&status.stdout).contains("poolsmith"));
}
