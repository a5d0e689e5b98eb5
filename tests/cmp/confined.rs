//! The plugin as a sidecar holds it: a read-only root, user 999, an empty environment and no network.
//!
//! Namespaces of the test's own make that; where they are refused, CI fails and others are told.

use crate::argo_cd::{Variables, application, for_generate, parameters};
use crate::support::{self, copy};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Argo CD's user.
const ARGO_CD: u32 = 999;

/// Makes everything read-only, for root too; temporary files may lie in a file system of their own.
const READ_ONLY: &str = "mount --make-rprivate /; mount --bind \"$PLACE\" \"$PLACE\"
    mount -o remount,bind,ro \"$PLACE\"; mount -o remount,bind,ro /";

/// A folder that user 999 may read, with the program and a project inside.
struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let directory = tempfile::tempdir().unwrap();
        std::fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let place = Place { directory };
        std::fs::copy(env!("CARGO_BIN_EXE_poolsmith"), place.path("poolsmith")).unwrap();
        std::fs::create_dir(place.path("project")).unwrap();
        for part in ["poolsmith.yaml", "values", "provider-specs", "quotas", "golden"] {
            copy(&support::repository().join(part), &place.path("project").join(part));
        }
        place
    }

    fn root(&self) -> &Path {
        self.directory.path()
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// `poolsmith cmp generate` by `user` with these variables alone, for [`in_namespaces`].
    fn generate(&self, user: u32, variables: &Variables) -> Vec<String> {
        let mut call = as_user(user);
        call.extend(["env".to_owned(), "-i".to_owned()]);
        call.extend(variables.iter().map(|(name, value)| format!("{name}={value}")));
        call.push(self.path("poolsmith").display().to_string());
        call.extend(["cmp".to_owned(), "generate".to_owned()]);
        call
    }
}

/// Drops to a user without any right.
fn as_user(user: u32) -> Vec<String> {
    let user = user.to_string();
    let words = ["setpriv", "--reuid", &user, "--regid", &user, "--clear-groups", "--no-new-privs"];
    words.iter().chain(&["--inh-caps=-all", "--bounding-set=-all"]).map(|word| (*word).to_owned()).collect()
}

/// Runs `setup` in a network and a mount namespace of its own, with `$PLACE` set, and then `call`; `None`
/// where the system has no namespaces to give.
fn in_namespaces(place: &Place, setup: &str, call: &[String]) -> Option<Output> {
    let run = |setup: &str, call: &[String]| {
        let mut command = Command::new("unshare");
        command.args(["--net", "--mount", "--", "sh", "-euc", &format!("{setup}\nexec \"$@\""), "sh"]);
        command.args(call).env("PLACE", place.root()).output()
    };
    let probe = [as_user(ARGO_CD), vec!["true".to_owned()]].concat();
    let refused = match run(READ_ONLY, &probe) {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(error) => Some(error.to_string()),
    };
    if let Some(reason) = refused {
        assert!(std::env::var_os("CI").is_none(), "CI gives no namespaces, mounts or users: {reason}");
        println!("skipped: no namespaces, mounts or users here: {reason}");
        return None;
    }
    Some(run(setup, call).unwrap())
}

fn of(env: &str, bundle: &str) -> Variables {
    for_generate(&application(&parameters(env, bundle)))
}

#[track_caller]
fn gives(output: &Output, env: &str, bundle: &str) {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    let rendered = support::poolsmith(support::repository(), &["render", "--env", env, "--bundle", bundle]);
    assert!(rendered.status.success() && output.stdout == rendered.stdout, "other bytes than `render`");
}

#[track_caller]
fn refuses(output: &Output, exit: i32, told: &[&str]) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(exit), &b""[..]), "{stderr}");
    assert!(told.iter().all(|part| stderr.contains(part)), "{told:?} is not said:\n{stderr}");
}

#[test]
fn it_renders_with_a_read_only_root_as_another_user_without_network() {
    let place = Place::new();
    let setup = format!("{READ_ONLY}; cd \"$PLACE/project\"");
    // Argo CD's user, and one of the range that OpenShift chooses from.
    for user in [ARGO_CD, 1_000_730_000] {
        for (env, bundle) in [("prod", "capacity"), ("prod", "argocd"), ("dev", "rbac")] {
            let call = place.generate(user, &of(env, bundle));
            let Some(output) = in_namespaces(&place, &setup, &call) else { return };
            gives(&output, env, bundle);
        }
    }
    let call = place.generate(ARGO_CD, &of("prd", "capacity"));
    let Some(output) = in_namespaces(&place, &setup, &call) else { return };
    refuses(&output, 2, &["there is no environment `prd`", "choose among dev, prod"]);
}

/// The test above would prove nothing if its walls had holes.
#[test]
fn the_walls_of_the_test_hold() {
    let place = Place::new();
    let setup = format!(
        "{READ_ONLY}
        if touch /written || touch \"$PLACE/written\"; then echo a file was written; exit 1; fi 2>/dev/null
        test \"$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ')\" = lo
        test -z \"$(tail -n +2 /proc/net/route)\""
    );
    let seen = "set -eu
        if mount -o remount,bind,rw / 2>/dev/null; then echo the root was opened; exit 1; fi
        if test -n \"${HOME-}\"; then echo there is a home; exit 1; fi
        echo user $(id -u)";
    let mut call = as_user(ARGO_CD);
    call.extend(["env", "-i", "/bin/sh", "-c", seen].map(str::to_owned));
    let Some(output) = in_namespaces(&place, &setup, &call) else { return };
    let told = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!((output.status.code(), &*told.0), (Some(0), "user 999\n"), "{}", told.1);
}

#[test]
fn a_full_disk_is_no_matter() {
    let place = Place::new();
    std::fs::create_dir(place.path("full")).unwrap();
    let setup = "mount -t tmpfs -o size=8m,mode=755 tmpfs \"$PLACE/full\"
        cp -r \"$PLACE/project/.\" \"$PLACE/full/\"
        dd if=/dev/zero of=\"$PLACE/full/fill\" bs=4k 2>/dev/null || true
        if (echo more >\"$PLACE/full/more\") 2>/dev/null; then echo the disk is not full; exit 9; fi
        cd \"$PLACE/full\"";
    let mut variables = of("prod", "capacity");
    variables.push(("TMPDIR".to_owned(), ".".to_owned()));
    let call = place.generate(ARGO_CD, &variables);
    let Some(output) = in_namespaces(&place, setup, &call) else { return };
    gives(&output, "prod", "capacity");
    let call = place.generate(ARGO_CD, &of("prod", "capacities"));
    let Some(output) = in_namespaces(&place, setup, &call) else { return };
    refuses(&output, 2, &["there is no bundle `capacities`"]);
}

/// An image from `scratch` has no /etc, /proc, /dev, /tmp and no shell: what the program needs beside itself
/// are the libraries that it is linked with, and a static one needs none.
#[test]
fn it_needs_nothing_of_an_image() {
    let place = Place::new();
    let Ok(linked) = Command::new("ldd").arg(place.path("poolsmith")).output() else {
        assert!(std::env::var_os("CI").is_none(), "CI has no ldd");
        return println!("skipped: there is no ldd");
    };
    let linked = String::from_utf8(linked.stdout).unwrap();
    for library in linked.split_whitespace().filter(|word| word.starts_with('/')) {
        let inside = place.path(&library[1..]);
        std::fs::create_dir_all(inside.parent().unwrap()).unwrap();
        std::fs::copy(library, inside).unwrap();
    }
    let setup = "mount --bind \"$PLACE\" \"$PLACE\"; mount -o remount,bind,ro \"$PLACE\"";
    let mut call = vec!["env".to_owned(), "-i".to_owned()];
    call.extend(of("prod", "capacity").iter().map(|(name, value)| format!("{name}={value}")));
    let root = place.root().display().to_string();
    let inside = ["/usr/sbin/chroot", "--userspec=999:999", "--groups=", &root, "/poolsmith"];
    call.extend(
        inside.iter().chain(&["--project", "/project", "cmp", "generate"]).map(|word| (*word).to_owned()),
    );
    let Some(output) = in_namespaces(&place, setup, &call) else { return };
    gives(&output, "prod", "capacity");
}

#[test]
fn a_file_that_the_user_may_not_read_is_named() {
    let place = Place::new();
    let hidden = place.path("project/values/prod.yaml");
    std::fs::set_permissions(hidden, PermissionsExt::from_mode(0o600)).unwrap();
    let call = place.generate(ARGO_CD, &of("prod", "capacity"));
    let Some(output) = in_namespaces(&place, "cd \"$PLACE/project\"", &call) else { return };
    refuses(&output, 2, &["SRC024", "`values/prod.yaml` cannot be read"]);
}
