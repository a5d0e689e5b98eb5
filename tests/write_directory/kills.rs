//! Runs that are killed at random moments.

use crate::process::child_command;
use crate::project::{Project, state, texts};
use poolsmith::write::State;
use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// A small generator of numbers; the seed is printed so that a failure can be looked at.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn kills(force_journal: bool) {
    // Without a number, as many as a few seconds allow: how long a write takes is up to the disk.
    let stated: Option<usize> = std::env::var("POOLSMITH_KILLS").ok().map(|text| text.parse().unwrap());
    let number = stated.unwrap_or(80);
    let began = Instant::now();
    let seed = u64::from(std::process::id());
    println!("seed {seed}, {number} kills");
    let mut random = Random(seed);
    let project = Project::with_foreign();
    let (a, b) = (texts(&state('a')), texts(&state('b')));
    let start = Instant::now();
    for which in ['b', 'a', 'b', 'a'] {
        project.replace(which, force_journal).unwrap();
    }
    // Three replacements, give or take, so that kills fall everywhere within one.
    let window = u64::try_from(start.elapsed().as_micros()).unwrap() * 3 / 4;
    let (mut old, mut new, mut mixed, mut interrupted) = (0, 0, 0, 0);
    for round in 0..number {
        if stated.is_none() && began.elapsed() > Duration::from_secs(5) {
            println!("stopped after {round} kills");
            break;
        }
        let mut child =
            child_command("alternate", project.root(), force_journal).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let mut seen = Vec::new();
        while !seen.ends_with(b"ready\n") {
            let mut byte = [0];
            stdout.read_exact(&mut byte).unwrap();
            seen.push(byte[0]);
        }
        std::thread::sleep(Duration::from_micros(random.below(window)));
        assert!(child.try_wait().unwrap().is_none(), "the child has failed");
        child.kill().unwrap();
        child.wait().unwrap();

        let found = project.own();
        if found == a {
            old += 1;
        } else if found == b {
            new += 1;
        } else {
            assert!(force_journal, "round {round}: neither state: {:?}", found.keys());
            mixed += 1;
            for (path, text) in &found {
                assert!(
                    a.get(path) == Some(text) || b.get(path) == Some(text),
                    "round {round}: {path} is torn"
                );
            }
            for path in a.keys().filter(|path| b.contains_key(*path)) {
                assert!(found.contains_key(path), "round {round}: {path} is gone");
            }
        }
        project.assert_foreign();
        let differences = project.compare('a');
        interrupted += usize::from(differences.iter().any(|d| matches!(d.state, State::Unfinished(_))));
        if found != a && found != b {
            assert!(
                differences.iter().any(|d| matches!(d.state, State::Unfinished(_))),
                "round {round}: {differences:?}"
            );
        }
        assert_eq!(project.replace('a', force_journal).unwrap().kept, []);
        assert_eq!(project.own(), a);
        project.assert_foreign();
        project.assert_tidy();
    }
    println!("old {old}, new {new}, mixed {mixed}, reported as unfinished {interrupted}");
}

#[test]
fn killed_runs_leave_one_state_by_exchange() {
    kills(false);
}

#[test]
fn killed_runs_leave_whole_files_by_journal() {
    kills(true);
}
