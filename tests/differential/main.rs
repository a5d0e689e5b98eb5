//! Two verdicts on thousands of changed projects: poolsmith's, and that of the operators' own code.
//!
//! What the operators refuse or warn about, poolsmith refuses. What poolsmith refuses and they accept is
//! explained, line by line, in `conformance/differential/explained.tsv`.
//!
//! `conformance/differential/run` builds the judge and runs what is ignored here; the other tests need no judge.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

#[path = "../support/mod.rs"]
mod support;

mod base;
mod case;
mod cases;
mod compare;
mod edit;
mod explained;
mod harness;
mod judge;
mod mutate;
mod numbers;
mod plain;
mod platforms;

use base::Base;
use cases::Source;
use compare::{Report, Verdicts};
use explained::Explained;
use judge::{Process, Remembering};
use platforms::Platform;
use std::path::{Path, PathBuf};

/// The cases of a run where `POOLSMITH_CASES` does not say otherwise, the fixed ones included.
const CASES: u64 = 7000;
/// The seed where `POOLSMITH_SEED` does not say otherwise.
const SEED: u64 = 20;

fn table() -> Explained {
    Explained::read(&support::repository().join("conformance/differential/explained.tsv"))
}

fn number(variable: &str, otherwise: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")),
        Err(_) => otherwise,
    }
}

/// All verdicts on `count` cases, by as many judges as there are workers.
fn verdicts(
    bases: &[Base],
    platform: &'static Platform,
    seed: u64,
    count: usize,
    judge: &Path,
) -> Vec<Verdicts> {
    let source = Source::new(platform, bases);
    let mut cases = source.fixed();
    if count < cases.len() {
        // Too few to say that a line is stale; enough to see that the comparison works.
        cases = cases.into_iter().step_by(source.fixed().len().div_ceil(count.max(1))).collect();
    }
    let fixed = cases.len();
    cases.extend((fixed..count).map(|number| source.drawn(seed, number as u64)));
    let (with_one, with_all) = source.sound();
    println!(
        "differential: {}: {} real providerSpecs, of which {with_one} render with a plain pool and {with_all} with pools of every kind; {fixed} fixed cases, {} drawn",
        platform.name,
        bases.len(),
        cases.len() - fixed
    );
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let shares: Vec<Vec<(usize, &case::Case<'_>)>> =
        (0..workers).map(|worker| cases.iter().enumerate().skip(worker).step_by(workers).collect()).collect();
    let mut verdicts: Vec<(usize, Verdicts)> = std::thread::scope(|scope| {
        let running: Vec<_> = shares
            .iter()
            .map(|share| {
                scope.spawn(|| {
                    let mut judge = Remembering::new(Process::start(judge));
                    share
                        .iter()
                        .map(|(index, case)| (*index, Verdicts::of(case, &mut judge)))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        running.into_iter().flat_map(|worker| worker.join().expect("a worker ends")).collect()
    });
    verdicts.sort_by_key(|(index, _)| *index);
    verdicts.into_iter().map(|(_, verdicts)| verdicts).collect()
}

#[test]
#[ignore = "needs the judge: run conformance/differential/run"]
fn the_operators_and_poolsmith_agree() {
    let judge = PathBuf::from(std::env::var_os("POOLSMITH_JUDGE").expect("POOLSMITH_JUDGE names the judge"));
    let (seed, count) = (number("POOLSMITH_SEED", SEED), number("POOLSMITH_CASES", CASES));
    let explained = table();
    let (mut all, mut whole) = (Vec::new(), true);
    for platform in platforms::ALL {
        let bases = base::all(platform);
        whole &= Source::new(platform, &bases).fixed().len() as u64 <= count;
        all.extend(verdicts(&bases, platform, seed, usize::try_from(count).unwrap(), &judge));
    }
    let report = Report::of(&all, &explained, whole);
    if std::env::var_os("POOLSMITH_COMPLAINTS").is_some() {
        for (complaint, count) in report.complaints() {
            println!("differential: complaint {count}: {complaint}");
        }
    }
    print!("{}", report.text(seed));
    assert!(report.passes(), "{} disagreements are not explained", report.unexplained().len());
}
