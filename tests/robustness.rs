//! Whatever is done to the sample: no panic, no output that a guard would refuse, and nothing lost when
//! the process is killed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use poolsmith::diag::{Findings, Fingerprints};
use poolsmith::pipeline::{Workspace, render_all};
use poolsmith::waive::baseline::Known;
use poolsmith::yaml::{Limits, parse_one};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use support::Sample;

/// A small generator with a seed, so that a failure can be seen again.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap()
    }
}

const PIECES: [&str; 24] = [
    "null",
    "{}",
    "[]",
    "yes",
    "0123",
    "~",
    "-1",
    "9999999999999999999999",
    "&a",
    "*a",
    "<<: *a",
    "!!str x",
    "\"",
    "'",
    "{{ x }}",
    "${X}",
    "é\u{2028}",
    "\t",
    "- ",
    ": ",
    "#",
    "|",
    "us-west-2a",
    "a: {b: {c: [d]}}",
];

/// Changes a text at one place: a line goes, comes twice, moves in, or something lands in its middle.
fn mutated(text: &str, numbers: &mut Numbers) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = numbers.below(lines.len());
    match numbers.below(6) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at].clone()),
        2 => lines[at].insert_str(0, "  "),
        3 => lines[at] = lines[at].trim_start().to_owned(),
        4 => {
            let places: Vec<usize> = lines[at].char_indices().map(|(place, _)| place).collect();
            let place = places.get(numbers.below(places.len())).copied().unwrap_or(0);
            lines[at].insert_str(place, PIECES[numbers.below(PIECES.len())]);
        }
        _ => {
            if let Some((key, _)) = lines[at].split_once(':') {
                lines[at] = format!("{key}: {}", PIECES[numbers.below(PIECES.len())]);
            }
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn no_mutation_of_the_sample_panics_or_renders_what_is_unsafe() {
    let sample = Sample::new();
    let files = [
        "poolsmith.yaml",
        "values/common.yaml",
        "values/prod.yaml",
        "provider-specs/worker-us-west-2a.yaml",
        "quotas/us-west-2.json",
    ];
    let originals: Vec<String> = files.iter().map(|file| sample.read(file)).collect();
    let names = vec!["prod".to_owned()];
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let (mut rendered, mut refused) = (0, 0);
    for _ in 0..600 {
        let at = numbers.below(files.len());
        let mut text = originals[at].clone();
        for _ in 0..=numbers.below(3) {
            text = mutated(&text, &mut numbers);
        }
        sample.write(files[at], &text);
        let mut findings = Findings::new();
        let (_, workspace) = Workspace::open(sample.root(), &mut findings);
        let sound = workspace.is_some_and(|workspace| {
            let renderings = render_all(&workspace, &names, 1, &|rendering| rendering).0;
            let sound = renderings.iter().all(|rendering| !rendering.findings.has_errors());
            // What leaves was read back by the second reader; its selectors hold all the same.
            for object in renderings.iter().flat_map(|rendering| &rendering.objects).filter(|_| sound) {
                if object.kind() == "MachineSet" {
                    let labels = &object.value["spec"]["template"]["metadata"]["labels"];
                    let selector = object.value["spec"]["selector"]["matchLabels"].as_object().unwrap();
                    assert!(
                        !selector.is_empty() && selector.iter().all(|(key, value)| labels[key] == *value)
                    );
                    assert!(object.value["spec"]["replicas"].is_u64());
                }
            }
            sound
        });
        if sound {
            rendered += 1
        } else {
            refused += 1
        }
        sample.write(files[at], &originals[at]);
    }
    println!("{rendered} mutations rendered, {refused} refused");
    assert!(rendered > 20 && refused > 200, "{rendered} rendered, {refused} refused");
}

/// A seat belt is broken in this project; whatever its waivers and its baseline say, nothing lifts it.
#[test]
fn no_mutation_of_what_is_accepted_panics_or_lifts_a_seat_belt() {
    let directory = tempfile::tempdir().unwrap();
    support::copy(&support::repository().join("tests/rule-pages/base"), directory.path());
    let write = |path: &str, text: &str| std::fs::write(directory.path().join(path), text).unwrap();
    write(
        "templates/case.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: case\n  namespace: default\n  annotations: {argocd.argoproj.io/hook: PreSync}\n",
    );
    write(
        "values/case.yaml",
        "apiVersion: poolsmith.dev/v1alpha1\nkind: ClusterPools\npools: {general: {machineRole: worker}}\n",
    );
    let fingerprint = {
        let (mut findings, mut fingerprints) = (Findings::new(), Fingerprints::default());
        let (_, workspace) = Workspace::open(directory.path(), &mut findings);
        let rendering = render_all(&workspace.unwrap(), &["test".to_owned()], 1, &|one| one).0.remove(0);
        let sorted = rendering.findings.into_sorted(&rendering.sources);
        let prints = sorted.iter().map(|finding| (finding, fingerprints.of(finding, &rendering.sources)));
        prints.filter(|(finding, _)| finding.rule.code == "ARG004").map(|(_, print)| print).next().unwrap()
    };
    let waiver = |code: &str, scope: &str| {
        format!("- code: {code}\n  scope: {{{scope}}}\n  reason: r\n  owner: o\n  expires: \"2027-01-01\"\n")
    };
    let texts = [
        format!(
            "apiVersion: poolsmith.dev/v1alpha1\nkind: Waivers\nwaivers:\n{}{}{}",
            waiver("SPC022", "pool: general"),
            waiver("ARG004", "object: ConfigMap default/case"),
            waiver("ARG004", "path: templates/case.yaml#metadata.annotations"),
        ),
        format!(
            "apiVersion: poolsmith.dev/v1alpha1\nkind: Baseline\nfindings:\n- code: SPC022\n  fingerprint: \"{fingerprint}\"\n  message: m\n"
        ),
    ];
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let (mut lifted, mut sound_baselines) = (0, 0);
    for round in 0..600 {
        let mut changed = texts.clone();
        for _ in 0..=numbers.below(3) {
            changed[round % 2] = mutated(&changed[round % 2], &mut numbers);
        }
        write("waivers.yaml", &changed[0]);
        let mut findings = Findings::new();
        let (mut sources, workspace) = Workspace::open(directory.path(), &mut findings);
        let mut workspace = workspace.unwrap();
        workspace.acceptance.judge_days("2026-06-01".parse().unwrap(), &mut findings);
        let file = sources.add("baseline.yaml", changed[1].as_str());
        let known = parse_one(&changed[1], file, &Limits::default(), &mut findings)
            .and_then(|tree| Known::read(&tree, &mut findings));
        sound_baselines += usize::from(known.is_some());
        known.into_iter().for_each(|known| workspace.acceptance.know(known));
        let rendering = render_all(&workspace, &["test".to_owned()], 1, &|one| one).0.remove(0);
        let found: Vec<_> = rendering.findings.iter().collect();
        assert!(found.iter().any(|finding| finding.rule.code == "ARG004"), "{changed:?}");
        assert!(found.iter().all(|finding| finding.lifted.is_none() || finding.rule.waivable), "{changed:?}");
        lifted += usize::from(found.iter().any(|finding| finding.lifted.is_some()));
    }
    println!("in {lifted} rounds a finding was lifted, {sound_baselines} baselines were sound");
    assert!(lifted > 100 && sound_baselines > 250, "{lifted} lifted, {sound_baselines} sound");
}

fn texts(directory: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for bundle in std::fs::read_dir(directory).unwrap().flatten().filter(|entry| entry.path().is_dir()) {
        for file in std::fs::read_dir(bundle.path()).unwrap().flatten() {
            let name = format!("{}/{}", bundle.file_name().display(), file.file_name().display());
            if let Ok(text) = std::fs::read_to_string(file.path()) {
                found.insert(name, text);
            }
        }
    }
    found
}

#[test]
fn a_killed_render_loses_nothing() {
    let sample = Sample::new();
    let output = sample.root().join("golden/prod");
    let states = ["size: {fixed: 2}", "size: {fixed: 3}"]
        .map(|size| sample.read("values/prod.yaml").replace("size: {fixed: 2}", size));
    let whole: Vec<BTreeMap<String, String>> = states
        .iter()
        .map(|state| {
            sample.write("values/prod.yaml", state);
            assert!(sample.run(&["render", "--env", "prod", "--out"]).status.success());
            texts(&output)
        })
        .collect();
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    let stated = std::env::var("POOLSMITH_KILLS").ok();
    let kills: usize = stated.map_or(60, |text| text.parse().unwrap());
    for round in 0..kills {
        sample.write("values/prod.yaml", &states[round % 2]);
        let mut child = Command::new(env!("CARGO_BIN_EXE_poolsmith"))
            .args(["render", "--env", "prod", "--out"])
            .current_dir(sample.root())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(numbers.below(60_000) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        for (name, text) in texts(&output) {
            let known = whole.iter().any(|state| state.get(&name) == Some(&text));
            assert!(known, "{name} is neither the old nor the new file after kill {round}");
        }
        assert_eq!(texts(&output).len(), whole[0].len(), "a file is lost after kill {round}");
    }
    println!("{kills} kills");
    assert!(sample.run(&["render", "--env", "prod", "--out"]).status.success());
    let check = sample.run(&["check", "--env", "prod"]);
    assert!(check.status.success(), "{}", support::stderr(&check));
}
