//! How long it takes to tell forty faults: in this process, step by step, and as a command. Run with
//! `cargo bench --bench forty_faults`.
#![allow(clippy::panic, clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints, and may stop")]
#![allow(dead_code, reason = "the parts of the tests that are shared")]

#[path = "../tests/forty_faults/edits.rs"]
mod edits;
#[path = "../tests/support/mod.rs"]
mod support;

use poolsmith::diag::{Findings, Format, Report, Severity, render};
use poolsmith::pipeline::{self, Workspace};
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: usize = 50;

fn main() {
    let sample = edits::broken_sample();
    let mut checks = Vec::new();
    let mut renderings: Vec<Vec<Duration>> = vec![Vec::new(); Format::ALL.len()];
    let mut commands = Vec::new();
    let mut faults = 0;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let (sources, findings) = check(sample.root());
        checks.push(started.elapsed());
        faults = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        for (times, format) in renderings.iter_mut().zip(Format::ALL) {
            let started = Instant::now();
            let mut text = String::new();
            render(format, &Report::new(&findings, &sources), &mut text);
            times.push(started.elapsed());
        }
        let started = Instant::now();
        sample.run(&["check", "--env", "prod"]);
        commands.push(started.elapsed());
    }
    println!("{faults} faults, {ROUNDS} rounds, medians, one thread");
    println!("check {:.2} ms", ms(median(checks)));
    for (times, format) in renderings.into_iter().zip(Format::ALL) {
        println!("{} {:.2} ms", format.name(), ms(median(times)));
    }
    println!("`poolsmith check --env prod`, process and all: {:.2} ms", ms(median(commands)));
}

fn check(root: &Path) -> (poolsmith::diag::Sources, Vec<poolsmith::diag::Finding>) {
    let mut findings = Findings::new();
    let (mut sources, workspace) = Workspace::open(root, &mut findings);
    let workspace = workspace.unwrap();
    let names = ["prod".to_owned()];
    for rendering in pipeline::render_all(&workspace, &names, 1, &|rendering| rendering).0 {
        findings.extend(sources.absorb(&rendering.sources, rendering.findings));
    }
    let findings = findings.into_sorted(&sources);
    (sources, findings)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
