//! Argo CD ends a plugin that takes too long with SIGTERM, and five seconds later with SIGKILL.

use crate::argo_cd::{application, for_generate, parameters};
use crate::support::small::Small;
use crate::support::snapshot;
use std::fmt::Write as _;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const SIGTERM: i32 = 15;

/// A project that takes a while.
fn large() -> Small {
    let mut pools = String::from("pools:\n");
    for i in 0..60 {
        let _ = writeln!(
            pools,
            "  batch-{i:03}: {{class: default, providerSpecFrom: worker, instanceType: m6i.xlarge, zones: [us-east-2a, us-east-2b, us-east-2c], size: {{fixed: 3, per: zone}}}}"
        );
    }
    Small::new(&pools)
}

fn start(project: &Small, bundle: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_poolsmith"));
    command.args(["cmp", "generate"]).current_dir(project.root()).env_clear();
    command.envs(for_generate(&application(&parameters("prod", bundle))));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn terminate(child: &Child) {
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(sent.success(), "the process had ended and was waited for");
}

/// The whole answer, and how long it takes.
fn whole(project: &Small, bundle: &str) -> (Output, Duration) {
    let began = Instant::now();
    let output = start(project, bundle).wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (output, began.elapsed())
}

#[test]
fn a_run_that_is_ended_has_said_nothing_or_everything() {
    let project = large();
    let before = snapshot(project.root());
    let (whole, took) = whole(&project, "rbac");
    let mut ended = 0;
    for step in 0..16 {
        let child = start(&project, "rbac");
        std::thread::sleep(took * step / 18);
        terminate(&child);
        let output = child.wait_with_output().unwrap();
        match output.status.signal() {
            Some(signal) => {
                assert_eq!(signal, SIGTERM);
                ended += 1;
                assert!(output.stdout.is_empty() || output.stdout == whole.stdout, "a part was written");
            }
            // It was quicker than last time.
            None => assert_eq!((output.status.code(), output.stdout), (Some(0), whole.stdout.clone())),
        }
        assert_eq!(output.stderr, b"");
    }
    assert!(ended >= 4, "of 16 runs {ended} were ended: too few to tell anything");
    assert!(snapshot(project.root()) == before, "something was written");
}

/// Nobody reads, the pipe is full, the process waits in the middle of its output: its end is no success, and
/// Argo CD drops what it has read.
#[test]
fn a_run_that_is_ended_while_it_writes_does_not_succeed() {
    let project = large();
    let (whole, took) = whole(&project, "capacity");
    assert!(whole.stdout.len() > 1 << 17, "{} bytes fit into a pipe", whole.stdout.len());
    let mut child = start(&project, "capacity");
    std::thread::sleep(took * 2);
    assert!(child.try_wait().unwrap().is_none(), "it cannot have written everything");
    terminate(&child);
    assert_eq!(child.wait().unwrap().signal(), Some(SIGTERM));
}
