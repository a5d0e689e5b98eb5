//! Where the time of a rendering goes, step by step, and how far the whole is from its floor: emitting
//! and second reading alone, for the same bytes. Run with `cargo bench --bench stages`; pass a number of
//! pools to take the sample's pools that often.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints, and may stop")]

use poolsmith::diag::Findings;
use poolsmith::guard;
use poolsmith::pipeline::Workspace;
use poolsmith::yaml::{self, Node, Value};
use poolsmith::{load, plan, render, spec, write};
use std::path::Path;
use std::time::{Duration, Instant};

const STEPS: [&str; 7] = ["open", "load", "spec", "plan", "render", "emit and verify", "guard"];

fn main() {
    let copies: usize = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1);
    let rounds = (400 / copies).clamp(5, 200);
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); STEPS.len()];
    let mut floors = Vec::new();
    let mut bytes = 0;
    for _ in 0..rounds {
        let (round, floor, size) = once(copies);
        times.iter_mut().zip(round).for_each(|(all, one)| all.push(one));
        floors.push(floor);
        bytes = size;
    }
    let medians: Vec<Duration> = times.into_iter().map(median).collect();
    let total: Duration = medians.iter().sum();
    let floor = median(floors);
    let shares: Vec<String> = STEPS
        .iter()
        .zip(&medians)
        .map(|(step, time)| format!("{step} {:.2} ms ({:.0} %)", ms(*time), 100.0 * ms(*time) / ms(total)))
        .collect();
    println!("{} pools, {bytes} bytes, {rounds} rounds, medians, one thread", 4 * copies);
    println!("where the time goes: {}", shares.join(", "));
    println!("total {:.2} ms, floor {:.2} ms, ratio {:.2}", ms(total), ms(floor), ms(total) / ms(floor));
}

fn once(copies: usize) -> ([Duration; 7], Duration, usize) {
    let mut findings = Findings::new();
    let mut clock = Instant::now();
    let mut lap = || std::mem::replace(&mut clock, Instant::now()).elapsed();
    let (_, workspace) = Workspace::open(Path::new(env!("CARGO_MANIFEST_DIR")), &mut findings);
    let workspace = workspace.unwrap();
    let open = lap();
    let environment = &workspace.project.environments["prod"];
    let mut sources = workspace.files.sources.clone();
    let files =
        load::environment_files(&workspace.files, "prod", &environment.values, &mut sources, &mut findings);
    let mut files = files.unwrap();
    let load = lap();
    multiply(&mut files.values, copies);
    lap();
    let (decoded, values) =
        spec::decode_values(files.values, files.removals, &workspace.classes, &mut findings).unwrap();
    let spec = lap();
    let inputs = plan::Inputs {
        environment: "prod",
        settings: environment,
        project: &workspace.project,
        classes: &workspace.classes.typed,
        spec: &decoded,
        values: &values,
        provider_specs: &files.provider_specs,
        quota_file: None,
    };
    let mut resolved = plan::resolve(&inputs, &mut findings).unwrap();
    let planned = lap();
    let objects = render::objects(&mut resolved, Vec::new(), &mut findings);
    let rendered = lap();
    let written = write::files(&objects, 1, &mut findings).unwrap();
    let emitted = lap();
    let inputs = guard::Inputs {
        environment: "prod",
        spec: &decoded,
        values: &values,
        project: &workspace.files.tree,
        templates: &files.templates,
        plan: &resolved,
        objects: &objects,
        committed: None,
    };
    guard::run(&inputs, &mut findings);
    let guarded = lap();
    let started = Instant::now();
    for object in &objects {
        let text = yaml::emit_document(&object.value).unwrap();
        yaml::verify(&text, &object.value).unwrap();
    }
    let floor = started.elapsed();
    let size = written.iter().map(|file| file.text.len()).sum();
    ([open, load, spec, planned, rendered, emitted, guarded], floor, size)
}

/// Takes the pools so many times, under names of their own.
fn multiply(values: &mut Node, copies: usize) {
    let Value::Map(entries) = &mut values.value else { return };
    let Some((_, pools)) = entries.iter_mut().find(|(key, _)| &*key.name == "pools") else { return };
    let Value::Map(pools) = &mut pools.value else { return };
    let originals = pools.clone();
    for copy in 1..copies {
        for (key, pool) in &originals {
            let mut key = key.clone();
            key.name = format!("{}-{copy}", key.name).into();
            pools.push((key, pool.clone()));
        }
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
