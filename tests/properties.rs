//! What holds for any input: trees, strings, mutations of the sample, and rendering again what was rendered.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

#[path = "support/seat_belts.rs"]
mod seat_belts;
mod support;

use poolsmith::diag::{Findings, Severity};
use poolsmith::load::Overlay;
use poolsmith::pipeline::{Workspace, render_all};
use poolsmith::yaml::{FileId, Limits, emit_document, parse_one, verify, verify_in_parts};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json, json};
use std::cell::Cell;
use std::collections::BTreeMap;
use support::Sample;

/// Any JSON value that a manifest can hold: integers of 64 bits, finite decimals, any text as key and value.
fn any_tree() -> impl Strategy<Value = Json> {
    let decimal = any::<f64>().prop_filter("finite", |number| number.is_finite());
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        decimal.prop_map(Json::from),
        any_text().prop_map(Json::from),
    ];
    leaf.prop_recursive(6, 120, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Json::from),
            prop::collection::vec((any_text(), inner), 0..8)
                .prop_map(|entries| Json::Object(entries.into_iter().collect::<Map<String, Json>>())),
        ]
    })
}

/// Text of every plane, and what readers take for something else.
fn any_text() -> impl Strategy<Value = String> {
    let awkward = select(vec![
        "", " ", "yes", "0x1F", "1_000", "1e3", "~", "null", "- a", "a: b", "#", "a #b", "<<", "=", "---",
        "\n", "\r\n", "\u{85}", "\u{2028}", "\u{feff}", "\0", "\t", "!!str", "&a", "*a", "{{ x }}", "'",
        "\"", "\\", "|", "10:00",
    ]);
    let pieces = prop::collection::vec(prop_oneof![awkward.clone().prop_map(str::to_owned), ".{0,3}"], 0..5);
    prop_oneof![any::<String>(), awkward.prop_map(str::to_owned), pieces.prop_map(|all| all.concat())]
}

/// As the renderer writes it.
fn emitted(tree: &Json) -> String {
    emit_document(&tree.clone().into()).unwrap()
}

fn parsed(text: &str) -> Json {
    let mut findings = Findings::new();
    let node = parse_one(text, FileId(0), &Limits::default(), &mut findings);
    assert!(findings.is_empty(), "{findings:?} in {text}");
    node.unwrap().to_json().into()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn a_tree_is_the_same_once_written_and_read(tree in any_tree()) {
        let written = emitted(&tree);
        let ours = tree.clone().into();
        verify(&written, &ours).unwrap();
        assert_eq!(verify_in_parts(&[(&written, &ours)]), [Ok(())]);
        let read = parsed(&written);
        prop_assert_eq!(&read, &tree);
        prop_assert_eq!(emitted(&read), written);
    }

    /// As key and as value, on every level, to our reader and to the second one; `tests/readers.rs` asks
    /// kubectl and PyYAML.
    #[test]
    fn a_text_stays_what_it_is_in_every_place(text in any_text()) {
        let tree = json!({text.clone(): text, "list": [text, [text], {text.clone(): [text]}], "map": {"k": {text.clone(): null}}});
        let written = emitted(&tree);
        prop_assert_eq!(parsed(&written), tree.clone());
        let second: Json = serde_yaml::from_str(&written).unwrap();
        prop_assert_eq!(second, tree);
    }
}

/// How a line of a file is changed.
#[derive(Clone, Debug)]
enum Change {
    Remove,
    Repeat,
    Indent,
    Outdent,
    MoveTo(prop::sample::Index),
    Value(String),
    Key(String),
    Insert(prop::sample::Index, String),
}

fn any_change() -> impl Strategy<Value = Change> {
    let value = select(vec![
        "null",
        "{}",
        "[]",
        "\"\"",
        "-1",
        "0",
        "9999999999999999999999",
        "yes",
        "0123",
        "*a",
        "&a x",
        "\"{{ x }}\"",
        "{min: 0, max: 4, per: total}",
        "{fixed: 0}",
        "{fixed: 1}",
        "us-west-2b",
        "eu-central-1a",
        "spot",
        "onDemand",
        "p5.48xlarge",
        "retiring",
        "gpu",
        "prod-7kx2p",
        "true",
        "1.5",
        "[us-west-2a, us-west-2a]",
        "\"4.12\"",
    ]);
    let key = select(vec![
        "size",
        "zones",
        "taints",
        "nodeLabels",
        "healthCheck",
        "market",
        "adopt",
        "overrides",
        "class",
        "state",
        "argocd.argoproj.io/hook",
        "machineSetAnnotations",
        "sync",
        "output",
        "replicas",
        "managed",
        "version",
    ]);
    prop_oneof![
        Just(Change::Remove),
        Just(Change::Repeat),
        Just(Change::Indent),
        Just(Change::Outdent),
        any::<prop::sample::Index>().prop_map(Change::MoveTo),
        value.clone().prop_map(|value| Change::Value(value.to_owned())),
        key.prop_map(|key| Change::Key(key.to_owned())),
        (any::<prop::sample::Index>(), any_text()).prop_map(|(at, text)| Change::Insert(at, text)),
    ]
}

fn changed(text: &str, changes: &[(prop::sample::Index, Change)]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (at, change) in changes.iter().filter(|_| !text.is_empty()) {
        let at = at.index(lines.len());
        match change {
            Change::Remove if lines.len() > 1 => drop(lines.remove(at)),
            Change::Repeat | Change::Remove => lines.insert(at, lines[at].clone()),
            Change::Indent => lines[at].insert_str(0, "  "),
            Change::Outdent => lines[at] = lines[at].replacen("  ", "", 1),
            Change::MoveTo(to) => {
                let line = lines.remove(at);
                lines.insert(to.index(lines.len() + 1), line);
            }
            Change::Value(value) => {
                if let Some((key, _)) = lines[at].split_once(':') {
                    lines[at] = format!("{key}: {value}");
                }
            }
            Change::Key(name) => {
                let blanks = lines[at].len() - lines[at].trim_start().len();
                if let Some((_, value)) = lines[at].split_once(':') {
                    lines[at] = format!("{}{name}:{value}", " ".repeat(blanks));
                }
            }
            Change::Insert(place, text) => {
                let places: Vec<usize> =
                    lines[at].char_indices().map(|(place, _)| place).chain([lines[at].len()]).collect();
                lines[at].insert_str(places[place.index(places.len())], text);
            }
        }
    }
    lines.join("\n") + "\n"
}

/// Each mutation of the sample renders safely, with every seat belt holding in the bytes that leave, or is
/// refused with a finding that has a place.
#[test]
fn a_mutation_of_the_sample_renders_safely_or_is_refused_with_a_place() {
    let root = support::repository().canonicalize().unwrap();
    let files = [
        "poolsmith.yaml",
        "values/common.yaml",
        "values/prod.yaml",
        "provider-specs/worker-us-west-2a.yaml",
        "quotas/us-west-2.json",
    ];
    let texts = files.map(|file| std::fs::read_to_string(root.join(file)).unwrap());
    let (rendered, refused) = (Cell::new(0), Cell::new(0));
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any_change()), 1..4);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(250) };
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let outcome = runner.run(&(0..files.len(), changes), |(file, changes)| {
        let text = changed(&texts[file], &changes);
        let overlay = Overlay::from([(root.join(files[file]), text.as_str().into())]);
        let mut findings = Findings::new();
        let (_, workspace) = Workspace::open_over(&root, &overlay, &mut findings);
        let mut sound = workspace.is_some() && !findings.has_errors();
        let mut told: Vec<_> = findings.iter().cloned().collect();
        if let Some(workspace) = &workspace {
            let names: Vec<String> = workspace.project.environments.keys().take(3).cloned().collect();
            let (renderings, _, shared) = render_all(workspace, &names, 1, &|one| one);
            sound &= !shared.has_errors();
            told.extend(shared);
            for one in renderings {
                let wrong = one.findings.has_errors();
                sound &= !wrong;
                told.extend(one.findings);
                if !wrong && !one.files.is_empty() {
                    let objects = seat_belts::read(one.files.iter().map(|file| file.text.as_str())).unwrap();
                    prop_assert_eq!(seat_belts::broken(&objects), Vec::<String>::new());
                }
            }
        }
        if sound {
            rendered.set(rendered.get() + 1);
        } else {
            refused.set(refused.get() + 1);
            let placed = |severity| severity == Severity::Error;
            let place = told.iter().any(|finding| placed(finding.severity) && finding.primary.is_some());
            prop_assert!(place, "refused without a place: {:?}", told);
        }
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    println!("{} mutations rendered, {} refused", rendered.get(), refused.get());
    assert!(rendered.get() > 20 && refused.get() > 100);
}

#[test]
fn the_judge_of_the_seat_belts_sees_what_is_broken() {
    let sample = Sample::new();
    let golden = support::snapshot(&sample.root().join("golden/prod"));
    let texts: Vec<&str> = golden.values().map(|text| std::str::from_utf8(text).unwrap()).collect();
    let objects = seat_belts::read(texts).unwrap();
    assert_eq!(seat_belts::broken(&objects), [""; 0]);
    let kind = |kind: &str| objects.iter().position(|object| object["kind"] == kind).unwrap();
    let breaks: [(u8, &str, &str, Json); 10] = [
        (1, "Application", "/spec/syncPolicy/automated/prune", json!(true)),
        (1, "Application", "/spec/syncPolicy/syncOptions/0", json!("Replace=true")),
        (2, "MachineSet", "/metadata/annotations/argocd.argoproj.io~1sync-options", json!("Prune=false")),
        (3, "MachineSet", "/metadata/labels", json!({"argocd.argoproj.io/instance": "x"})),
        (4, "MachineSet", "/spec/replicas", json!(null)),
        (4, "Application", "/spec/syncPolicy/syncOptions", json!([])),
        (
            6,
            "MachineSet",
            "/spec/selector/matchLabels",
            json!({"machine.openshift.io/cluster-api-cluster": "prod-7kx2p"}),
        ),
        (7, "MachineAutoscaler", "/spec/scaleTargetRef/name", json!("other")),
        (8, "MachineHealthCheck", "/spec/maxUnhealthy", json!("100%")),
        (9, "MachineSet", "/metadata/name", json!("")),
    ];
    for (belt, of, pointer, value) in breaks {
        let mut broken = objects.clone();
        // Every Application: not each has options, and the replicas are ignored by one of them.
        let every = of == "Application";
        for (at, object) in broken.iter_mut().enumerate() {
            if (every && object["kind"] == of) || at == kind(of) {
                object.pointer_mut(pointer).into_iter().for_each(|place| *place = value.clone());
            }
        }
        let said = seat_belts::broken(&broken);
        assert!(
            said.iter().any(|one| one.starts_with(&format!("seat belt {belt}"))),
            "{of}{pointer}: {said:?}"
        );
    }
    let twice = [objects.as_slice(), &objects[..1]].concat();
    assert!(seat_belts::broken(&twice).iter().any(|one| one.starts_with("seat belt 9")));
}

fn written(sample: &Sample) -> BTreeMap<std::path::PathBuf, Vec<u8>> {
    assert!(sample.run(&["render", "--all", "--out"]).status.success());
    support::snapshot(&sample.root().join("golden"))
}

#[test]
fn writing_again_writes_nothing() {
    use std::time::SystemTime;
    let sample = Sample::new();
    sample.replace("values/prod.yaml", "{fixed: 2}", "{fixed: 3}");
    let first = written(&sample);
    let times = || -> Vec<SystemTime> {
        first.keys().map(|path| path.metadata().unwrap().modified().unwrap()).collect()
    };
    let before = times();
    assert!(written(&sample) == first && times() == before, "the second run wrote something");
}

/// Each rendered MachineSet in the place of the copied one, as a whole or its providerSpec alone: it stays
/// what it is. So does everything else where its pool patched in nothing that other pools leave open.
#[test]
fn a_rendered_machine_set_as_the_copied_one_renders_the_same() {
    let sample = Sample::new();
    let first = written(&sample);
    let is_set = |path: &std::path::Path| path.to_string_lossy().contains("/prod/capacity/machineset-");
    let (mut sets, mut all_the_same) = (0, 0);
    for (path, text) in first.iter().filter(|(path, _)| is_set(path)) {
        let set: Json = serde_yaml::from_slice(text).unwrap();
        let value = &set["spec"]["template"]["spec"]["providerSpec"]["value"];
        for copied in [String::from_utf8(text.clone()).unwrap(), emitted(value)] {
            sample.write("provider-specs/worker-us-west-2a.yaml", &copied);
            let output = sample.run(&["render", "--env", "prod", "--out"]);
            assert!(output.status.success(), "{}: {}", path.display(), support::stderr(&output));
            let again = support::snapshot(&sample.root().join("golden"));
            assert!(again.get(path) == Some(text), "{} as the copy changes itself", path.display());
            all_the_same += usize::from(again == first);
        }
        sets += 1;
    }
    println!("{sets} MachineSets, {all_the_same} of {} copies change nothing at all", 2 * sets);
    assert!(sets > 4 && all_the_same > 4, "{sets} MachineSets, {all_the_same}");
}
