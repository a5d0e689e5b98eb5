//! Runs at the same time as others, and as people who work in the directory.

use crate::project::{Project, files_below, state, texts};
use std::fs;
use std::time::{Duration, Instant};

#[test]
fn concurrent_runs_take_turns() {
    for force_journal in [false, true] {
        let project = Project::with_foreign();
        std::thread::scope(|scope| {
            for which in ['a', 'b', 'a', 'b'] {
                let project = &project;
                scope.spawn(move || {
                    for _ in 0..6 {
                        project.replace(which, force_journal).unwrap();
                    }
                });
            }
        });
        let own = project.own();
        assert!(own == texts(&state('a')) || own == texts(&state('b')), "{:?}", own.keys());
        project.assert_foreign();
        project.assert_tidy();
    }
}

#[test]
fn files_that_appear_while_directories_are_swapped_are_not_lost() {
    for force_journal in [false, true] {
        let project = Project::with_foreign();
        let end = Instant::now() + Duration::from_millis(700);
        let kept = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut names = Vec::new();
                while Instant::now() < end {
                    let folder = if names.len() % 2 == 0 { "" } else { "capacity/" };
                    let name = format!("{folder}appears-{}.txt", names.len());
                    fs::write(project.dir().join(&name), &name).unwrap();
                    names.push(name);
                    std::thread::sleep(Duration::from_micros(300));
                }
                names
            });
            let mut kept = Vec::new();
            for which in ['b', 'a'].into_iter().cycle() {
                kept.extend(project.replace(which, force_journal).unwrap().kept);
                if Instant::now() > end {
                    break;
                }
            }
            let names = writer.join().unwrap();
            let found = files_below(&project.dir());
            for name in &names {
                assert_eq!(found.get(name), Some(name));
            }
            kept
        });
        assert_eq!(kept, []);
        project.assert_foreign();
        project.assert_tidy();
    }
}
