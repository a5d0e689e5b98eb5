//! Disks that are full, read-only, mounted or layered.

use crate::process::{in_own_mounts, with_task};
use crate::project::{Project, files_below, state, texts, tree_times};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

#[test]
fn a_full_disk_changes_nothing() {
    // The number of free pages decides which write is the first to fail: the one that hides the
    // working directory, one of the files, or the journal.
    for (force_journal, pages) in
        [(false, 0), (false, 2), (false, 6), (true, 0), (true, 2), (true, 6), (true, 12)]
    {
        let project = Project::with_foreign();
        // Not by `exec`, so that the shell can look at what is left.
        let setup = format!(
            "cp -a golden keep; mount -t tmpfs -o size=256k tmpfs golden; cp -a keep/prod golden/
            head -c 1000000 /dev/zero >golden/fill 2>/dev/null || true
            truncate -s -{}K golden/fill
            \"$0\" \"$@\"
            diff -r --no-dereference keep/prod golden/prod && echo unchanged
            ls -A golden; exit 0",
            pages * 4
        );
        let Some(text) = in_own_mounts_checked(project.root(), &setup, force_journal) else { return };
        assert!(text.contains("error OUT007") && text.contains("the disk is full"), "{pages}: {text}");
        assert!(
            text.contains("unchanged") && text.lines().all(|line| line != ".prod.poolsmith"),
            "{pages}: {text}"
        );
    }
}

/// As [`in_own_mounts`], for a set-up that runs the child itself.
fn in_own_mounts_checked(root: &Path, setup: &str, force_journal: bool) -> Option<String> {
    let text = in_own_mounts(root, &format!("echo mounted; {setup}"), force_journal)?;
    if text.contains("running 1 test") {
        return Some(text);
    }
    println!("skipped, no mounts here");
    None
}

#[test]
fn read_only_places_are_errors_with_a_cure() {
    let project = Project::with_foreign();
    let before = tree_times(&project.dir());
    let setup = "mount --bind golden golden; mount -o remount,ro,bind golden";
    let Some(text) = in_own_mounts(project.root(), setup, false) else { return };
    assert!(text.contains("error OUT007") && text.contains("the file system is read-only"), "{text}");
    let setup = "mount --bind golden/prod golden/prod; mount -o remount,ro,bind golden/prod";
    let text = in_own_mounts(project.root(), setup, false).unwrap();
    assert!(text.contains("error OUT007") && text.contains("the file system is read-only"), "{text}");
    assert_eq!(tree_times(&project.dir()), before);
    project.assert_tidy();
}

#[test]
fn a_folder_that_is_a_mount_is_refused_beforehand() {
    let project = Project::with_foreign();
    let before = project.own();
    let setup = "mount -t tmpfs tmpfs golden/prod/capacity";
    let Some(text) = in_own_mounts(project.root(), setup, false) else { return };
    assert!(text.contains("error OUT007") && text.contains("a mount point of its own"), "{text}");
    assert_eq!(project.own(), before);
    project.assert_tidy();
}

#[test]
fn mounts_and_overlays_take_the_journal_way() {
    let setups = [
        // The output directory is a mount point.
        "mount --bind golden/prod golden/prod",
        // Nothing but the output directory can be written, as in a container.
        "mount --bind golden/prod /mnt; mount --bind golden golden; mount -o remount,ro,bind golden; \
            mount --bind /mnt golden/prod",
        // The output directory stands in the lower layer of an overlay.
        "mkdir up work; mount -t overlay -o lowerdir=golden,upperdir=up,workdir=work overlay golden",
    ];
    for setup in setups {
        let project = Project::with_foreign();
        let Some(text) = in_own_mounts(project.root(), setup, false) else { continue };
        assert!(text.contains("way Journal kept []"), "{setup}: {text}");
        if setup.contains("overlay") {
            let upper = files_below(&project.root().join("up"));
            assert!(
                upper.contains_key("prod/capacity/only-b.yaml")
                    && !upper.keys().any(|p| p.contains("poolsmith"))
            );
            continue;
        }
        assert_eq!(project.own(), texts(&state('b')));
        project.assert_foreign();
        project.assert_tidy();
    }
}

#[test]
fn a_directory_without_permission_is_an_error_with_a_cure() {
    let project = Project::with_foreign();
    let everyone = fs::Permissions::from_mode(0o755);
    fs::set_permissions(project.root(), everyone.clone()).unwrap();
    // Permission bits do not bind root: give the rights up first.
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let mut command = Command::new("setpriv");
    if root {
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        // The executable may stand where only root can read.
        let copy = project.root().join("executable");
        fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
        command.arg(copy);
    } else {
        fs::set_permissions(project.dir(), fs::Permissions::from_mode(0o555)).unwrap();
        fs::set_permissions(project.root().join("golden"), fs::Permissions::from_mode(0o555)).unwrap();
        command = Command::new(std::env::current_exe().unwrap());
    }
    let output = match with_task(command, "once", project.root(), false).output() {
        Ok(output) if !output.stdout.is_empty() => output,
        other => {
            println!("skipped, no setpriv here: {other:?}");
            return;
        }
    };
    fs::set_permissions(project.root().join("golden"), everyone.clone()).unwrap();
    fs::set_permissions(project.dir(), everyone).unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("error OUT007") && text.contains("permission denied"), "{text}");
    assert_eq!(project.own(), texts(&state('a')));
    project.assert_tidy();
}
