//! `check --fix`: what is certain is written into the files, and nothing else in them changes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

#[path = "forty_faults/edits.rs"]
#[allow(dead_code, reason = "the places are another test's")]
mod edits;
mod support;

use edits::{COMMON, PROD, PROJECT, WORKER};
use std::path::Path;
use std::process::Output;
use support::{Sample, stderr, stdout};

/// A line of the pool `gpu-spot-a10g` behind which a case puts what it needs.
const SPOT: &str = "    rootVolume: {sizeGiB: 200}\n";

/// The last line of the pool `batch`, whose class has no taints.
const BATCH: &str = "    size: {fixed: 3}\n";

/// What is wrong, the file, what the sample has there, what a hurried person writes, and what the fix makes
/// of it.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static str);

const CASES: [Case; 34] = [
    (
        "misspelt key",
        PROD,
        "instanceType: g6e.xlarge",
        "instancetype: g6e.xlarge",
        "instanceType: g6e.xlarge",
    ),
    ("key with underscore", PROD, "instanceType: m6a", "instance_type: m6a", "instanceType: m6a"),
    ("quoted misspelt key", COMMON, "unneededTime: 10m", "\"uneededTime\": 10m", "unneededTime: 10m"),
    ("misspelt section", PROD, "\nautoscaler:\n", "\nautoscaller:\n", "\nautoscaler:\n"),
    ("account id", COMMON, "\"123456789012\" # a", "123456789012 # a", "\"123456789012\" # a"),
    ("version as a number", COMMON, "version: \"4.20\"", "version: 4.20", "version: \"4.20\""),
    (
        "range of numbers",
        COMMON,
        "version: \"4.20\"",
        "version: {min: \"4.20\", max: 4.20}",
        "version: {min: \"4.20\", max: \"4.20\"}",
    ),
    ("version in the project", PROJECT, "version: \"3.1\"", "version: 3.1", "version: \"3.1\""),
    ("word in capitals", PROJECT, "sync: automated", "sync: Automated", "sync: automated"),
    ("word with a slip", PROD, "bootImages: managed #", "bootImages: mananged #", "bootImages: managed #"),
    ("yes for true", COMMON, "enabled: true", "enabled: yes", "enabled: true"),
    ("quoted boolean", COMMON, "enabled: true", "enabled: 'true'", "enabled: true"),
    ("quoted number", PROD, "otherNodes: 3", "otherNodes: \"3\"", "otherNodes: 3"),
    ("class", PROD, "class: gpu-spot", "class: gpu_spot", "class: gpu-spot"),
    ("key of a class", PROD, "    class: burst\n", "    Class: burst\n", "    class: burst\n"),
    (
        "providerSpec",
        PROD,
        "providerSpecFrom: worker",
        "providerSpecFrom: wroker",
        "providerSpecFrom: worker",
    ),
    ("same key again", PROD, "    class: gpu\n", "    class: gpu\n    class: gpu\n", "    class: gpu\n"),
    (
        "same zone again",
        PROD,
        "zones: [us-west-2a, us-west-2b]",
        "zones: [us-west-2a, us-west-2b, us-west-2a]",
        "zones: [us-west-2a, us-west-2b]",
    ),
    (
        "same taint again",
        PROD,
        BATCH,
        "    size: {fixed: 3}\n    taints:\n      - {key: a, effect: NoSchedule} # kept\n      - {key: a, effect: NoSchedule}\n",
        "    size: {fixed: 3}\n    taints:\n      - {key: a, effect: NoSchedule} # kept\n",
    ),
    (
        "effect of a taint",
        PROD,
        BATCH,
        "    size: {fixed: 3}\n    taints: [{key: a, effect: noschedule}]\n",
        "    size: {fixed: 3}\n    taints: [{key: a, effect: NoSchedule}]\n",
    ),
    (
        "unquoted label",
        PROD,
        SPOT,
        "    nodeLabels: {a: true, b: 1e3, c: on}\n",
        "    nodeLabels: {a: \"true\", b: \"1e3\", c: \"on\"}\n",
    ),
    ("unquoted label key", PROD, SPOT, "    nodeLabels: {yes: x}\n", "    nodeLabels: {\"yes\": x}\n"),
    (
        "hook beside others",
        PROD,
        SPOT,
        "    machineSetAnnotations:\n      a/b: c # kept\n      argocd.argoproj.io/hook: Sync\n",
        "    machineSetAnnotations:\n      a/b: c # kept\n",
    ),
    ("hook alone", PROD, SPOT, "    machineSetAnnotations:\n      helm.sh/hook: x\n", ""),
    (
        "hook in braces",
        PROD,
        SPOT,
        "    machineLabels: {helm.sh/hook: x, a: b}\n",
        "    machineLabels: {a: b}\n",
    ),
    (
        "operator's label",
        PROD,
        SPOT,
        "    nodeLabels: {nvidia.com/gpu.deploy.driver: \"true\", a: b}\n",
        "    nodeLabels: {a: b}\n",
    ),
    (
        "model of a GPU limit",
        PROD,
        "      nvidia-a10g: {min",
        "      nvidia_a10g: {min",
        "      nvidia-a10g: {min",
    ),
    (
        "expander twice",
        PROD,
        "  balanceSimilarNodeGroups: true\n",
        "  expanders: [Priority, Priority]\n",
        "  expanders: [Priority]\n",
    ),
    (
        "key of the ClusterPolicy",
        PROD,
        "    channel: v25.10\n",
        "    channel: v25.10\n    clusterPolicyOverrides: {dcgmExporter: {enabld: true}}\n",
        "    channel: v25.10\n    clusterPolicyOverrides: {dcgmExporter: {enabled: true}}\n",
    ),
    ("key of the providerSpec", WORKER, "volumeType: gp3", "volumetype: gp3", "volumeType: gp3"),
    ("number of the providerSpec", WORKER, "volumeSize: 120", "volumeSize: \"120\"", "volumeSize: 120"),
    ("boolean of the providerSpec", WORKER, "encrypted: true", "encrypted: \"true\"", "encrypted: true"),
    ("text of the providerSpec", WORKER, "value: owned", "value: yes", "value: \"yes\""),
    (
        "reference without effect",
        WORKER,
        "            id: ami-0123456789abcdef0\n",
        "            id: ami-0123456789abcdef0\n            arn: arn:aws:ec2:us-west-2::image/ami-0123456789abcdef0\n",
        "            id: ami-0123456789abcdef0\n",
    ),
];

/// The codes of the findings that are left, without notes and without what is only stale.
fn left(sample: &Sample) -> Vec<String> {
    told(sample).into_iter().map(|(finding, _)| finding).collect()
}

/// The same, each with whether it can be fixed.
fn told(sample: &Sample) -> Vec<(String, bool)> {
    let output = sample.run(&["check", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = document["findings"].as_array().unwrap();
    findings
        .iter()
        .filter(|finding| finding["severity"] != "note")
        .map(|finding| {
            let told = format!("{} {}", finding["code"].as_str().unwrap(), finding["message"]);
            (told, finding["fixes"].is_array())
        })
        .filter(|(finding, _)| !finding.starts_with("OUT00"))
        .collect()
}

fn fix(sample: &Sample) -> Output {
    sample.run(&["check", "--fix", "--format", "concise"])
}

#[test]
fn a_fixable_fault_is_mended_and_nothing_else_changes() {
    for (name, file, sound, faulty, fixed) in CASES {
        let sample = Sample::new();
        let expected = sample.read(file).replacen(sound, fixed, 1);
        sample.replace(file, sound, faulty);
        let output = fix(&sample);
        assert_eq!(sample.read(file), expected, "{name}\n{}", stderr(&output));
        assert_eq!(left(&sample), [""; 0], "{name}");
        assert!(stderr(&output).contains(" fixed in 1 file\n"), "{name}\n{}", stderr(&output));
    }
}

#[test]
fn line_endings_and_the_byte_order_mark_stay() {
    for (name, file, sound, faulty, fixed) in CASES {
        let sample = Sample::new();
        let crlf = |text: String| format!("\u{feff}{}", text.replace('\n', "\r\n"));
        let expected = crlf(sample.read(file).replacen(sound, fixed, 1));
        sample.write(file, &crlf(sample.read(file).replacen(sound, faulty, 1)));
        let output = fix(&sample);
        assert_eq!(sample.read(file), expected, "{name}\n{}", stderr(&output));
    }
}

#[test]
fn many_faults_are_mended_in_one_run() {
    let sample = Sample::new();
    let (project, common, prod, worker) =
        (sample.read(PROJECT), sample.read(COMMON), sample.read(PROD), sample.read(WORKER));
    let mut count = 0;
    // Those that the fix turns into the sample again, and that do not meddle with each other.
    for (name, file, sound, faulty, fixed) in CASES {
        let apart = !matches!(name, "range of numbers" | "quoted boolean" | "key of a class");
        if sound == fixed && apart {
            sample.replace(file, sound, faulty);
            count += 1;
        }
    }
    let output = fix(&sample);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains(&format!("{count} fixed in 4 files\n")), "{count}: {}", stderr(&output));
    assert_eq!(sample.read(PROJECT), project);
    assert_eq!(sample.read(COMMON), common);
    assert_eq!(sample.read(PROD), prod);
    assert_eq!(sample.read(WORKER), worker);
    assert!(!stderr(&fix(&sample)).contains("fixed in"), "there is nothing left to fix");
}

#[test]
fn what_only_a_person_can_decide_is_left_alone() {
    let uncertain = [
        (PROD, "size: {min: 0, max: 8, per: total}", "size: {min: 0, max: 8}"),
        (PROD, "size: {min: 0, max: 8, per: total}", "size: {min: 9, max: 8, per: total}"),
        (PROD, "instanceType: m6a.2xlarge", "instanceType: m6a.3xlarge"),
        (PROD, "maxUnhealthy: 40%", "maxUnhealthy: 100%"),
        (PROD, SPOT, "    nodeLabels: {a: \"<zone>\"}\n"),
        (
            PROD,
            "    size: {fixed: 3}\n",
            "    size: {fixed: 3}\n    taints: [{key: a, value: b, effect: NoSchedule}, {key: a, effect: NoSchedule}]\n",
        ),
        (PROD, "    class: gpu\n", "    class: gpu\n    class: burst\n"),
        (PROD, "    class: gpu\n", "    class: gpu # ours\n    class: gpu # theirs\n"),
        (WORKER, "machine.openshift.io/vCPU: \"4\"", "machine.openshift.io/vCPU: \"8\""),
        (WORKER, "region: us-west-2", "region: us-east-1"),
    ];
    for (file, sound, faulty) in uncertain {
        let sample = Sample::new();
        sample.replace(file, sound, faulty);
        let before = sample.read(file);
        let output = fix(&sample);
        assert_eq!(output.status.code(), Some(1), "{faulty}\n{}", stderr(&output));
        assert_eq!(sample.read(file), before, "{faulty}");
    }
}

#[test]
fn a_dropped_taint_is_repeated_in_the_style_of_the_list() {
    for (written, expected) in [
        ("taints: []", "taints: [{key: workload-type, value: burst, effect: NoSchedule}]"),
        (
            "taints: [{key: a, effect: NoExecute}]",
            "taints: [{key: a, effect: NoExecute}, {key: workload-type, value: burst, effect: NoSchedule}]",
        ),
        (
            "taints:\n      - {key: a, effect: NoExecute} # ours",
            "taints:\n      - {key: a, effect: NoExecute} # ours\n      - {key: workload-type, value: burst, effect: NoSchedule}",
        ),
    ] {
        let sample = Sample::new();
        sample.replace(PROD, "    class: burst\n", &format!("    class: burst\n    {written}\n"));
        let expected = sample.read(PROD).replacen(written, expected, 1);
        fix(&sample);
        assert_eq!(sample.read(PROD), expected);
        assert_eq!(left(&sample), [""; 0]);
    }
}

#[test]
fn a_template_gets_its_quotes() {
    let sample = edits::sound_sample();
    let sound = sample.read("templates/facts.yaml");
    sample.replace("templates/facts.yaml", "\"{{ cluster.region }}\"", "in-{{ cluster.region }} # where");
    fix(&sample);
    let expected = sound.replace("\"{{ cluster.region }}\"", "\"in-{{ cluster.region }}\" # where");
    assert_eq!(sample.read("templates/facts.yaml"), expected);
    sample.replace(
        "templates/facts.yaml",
        "  namespace: default\n",
        "  namespace: default\n  annotations:\n    a: b\n    argocd.argoproj.io/hook: Sync\n",
    );
    let expected = sample.read("templates/facts.yaml").replace("    argocd.argoproj.io/hook: Sync\n", "");
    fix(&sample);
    assert_eq!(sample.read("templates/facts.yaml"), expected);
}

/// The lines of `after` that are not those of `before` at the same place.
fn changed_lines(before: &str, after: &str) -> Vec<usize> {
    assert_eq!(before.lines().count(), after.lines().count());
    let lines = before.lines().zip(after.lines()).enumerate();
    lines.filter(|(_, (before, after))| before != after).map(|(index, _)| index + 1).collect()
}

#[test]
fn of_forty_faults_the_certain_ones_are_mended_on_their_lines() {
    let sample = edits::broken_sample();
    let before: Vec<(&str, String)> = [PROJECT, COMMON, WORKER].map(|file| (file, sample.read(file))).into();
    let told = told(&sample);
    let output = fix(&sample);
    assert_eq!(output.status.code(), Some(2), "a template is no YAML\n{}", stderr(&output));
    for (file, text) in before {
        let faulty: Vec<usize> = edits::FAULTS
            .iter()
            .filter(|fault| fault.file == file)
            .map(|fault| fault.at.0 as usize)
            .collect();
        let changed = changed_lines(&text, &sample.read(file));
        assert!(
            !changed.is_empty() && changed.iter().all(|line| faulty.contains(line)),
            "{file}: {changed:?}"
        );
    }
    let left = left(&sample);
    let still = |finding: &(String, bool)| left.contains(&finding.0);
    let (fixable, others): (Vec<_>, Vec<_>) = told.into_iter().partition(|(_, fixable)| *fixable);
    assert!(fixable.len() >= 9, "{fixable:#?}");
    assert!(!fixable.iter().any(still) && others.iter().all(still), "{left:#?}");
}

#[test]
fn a_diff_shows_what_a_fix_writes_and_writes_nothing() {
    for arguments in
        [&["check", "--diff"][..], &["check", "--fix", "--diff"], &["check", "--diff", "--env", "prod"]]
    {
        let sample = Sample::new();
        sample.replace(COMMON, "\"123456789012\"", "123456789012");
        sample.replace(PROD, "instanceType: g6e.xlarge", "instancetype: g6e.xlarge");
        let (common, prod) = (sample.read(COMMON), sample.read(PROD));
        let output = sample.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert_eq!((sample.read(COMMON), sample.read(PROD)), (common, prod));
        let diff = stdout(&output);
        for line in [
            "--- a/values/common.yaml",
            "+++ b/values/common.yaml",
            "-  accountID: 123456789012 # a guard: the copied providerSpec must come from this account",
            "+  accountID: \"123456789012\" # a guard: the copied providerSpec must come from this account",
            "-    instancetype: g6e.xlarge",
            "+    instanceType: g6e.xlarge",
        ] {
            assert!(diff.lines().any(|found| found == line), "{line} is not in\n{diff}");
        }
        assert_eq!(diff.matches("+++ ").count(), 2, "a file of both environments is shown once\n{diff}");
    }
    let sample = Sample::new();
    let output = sample.run(&["check", "--diff"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), ""));
    let output = sample.run(&["check", "--diff", "--format", "json"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""));
    assert!(stderr(&output).contains("--diff takes stdout"));
}

#[test]
fn a_diff_can_be_applied() {
    if !support::has_program("patch", &["--version"]) {
        return;
    }
    let fault = |sample: &Sample| {
        for (name, file, sound, faulty, _) in CASES {
            if matches!(name, "account id" | "misspelt key" | "hook alone" | "same taint again" | "class") {
                if !sample.read(file).contains(sound) {
                    continue;
                }
                sample.replace(file, sound, faulty);
            }
        }
    };
    let (shown, written) = (Sample::new(), Sample::new());
    fault(&shown);
    fault(&written);
    let diff = stdout(&shown.run(&["check", "--diff"]));
    std::fs::write(shown.root().join("fix.diff"), diff).unwrap();
    let patched = std::process::Command::new("patch")
        .args(["-p1", "-i", "fix.diff"])
        .current_dir(shown.root())
        .output()
        .unwrap();
    assert!(patched.status.success(), "{}", stdout(&patched));
    fix(&written);
    for file in [COMMON, PROD] {
        assert_eq!(shown.read(file), written.read(file));
    }
}

#[cfg(unix)]
#[test]
fn only_files_of_the_project_that_may_be_written_are() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let fault = |sample: &Sample| sample.replace(COMMON, "\"123456789012\"", "123456789012");
    // A link inside the project: its target is mended, and the link stays one.
    let sample = Sample::new();
    let sound = sample.read(COMMON);
    fault(&sample);
    let (link, target) = (sample.root().join(COMMON), sample.root().join("values/real.yaml"));
    std::fs::rename(&link, &target).unwrap();
    symlink("real.yaml", &link).unwrap();
    std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o640)).unwrap();
    fix(&sample);
    assert!(link.is_symlink() && sample.read("values/real.yaml") == sound);
    assert_eq!(target.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    // A link out of the project is not followed at all.
    let (sample, outside) = (Sample::new(), tempfile::tempdir().unwrap());
    fault(&sample);
    let (link, target) = (sample.root().join(COMMON), outside.path().join("common.yaml"));
    std::fs::rename(&link, &target).unwrap();
    symlink(&target, &link).unwrap();
    let before = std::fs::read_to_string(&target).unwrap();
    let output = fix(&sample);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("SRC021"), "{}", stderr(&output));
    assert_eq!(std::fs::read_to_string(&target).unwrap(), before);
    // A read-only file is somebody's word.
    let sample = Sample::new();
    fault(&sample);
    let before = sample.read(COMMON);
    std::fs::set_permissions(sample.root().join(COMMON), std::fs::Permissions::from_mode(0o444)).unwrap();
    let output = fix(&sample);
    assert_eq!(sample.read(COMMON), before);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("`values/common.yaml` is not fixed: it is read-only"));
    assert!(stderr(&output).contains("SPC003"), "what is left is told of the files as they are");
}

#[test]
fn nothing_is_left_beside_the_files_and_the_output_stays() {
    let names = |root: &Path| -> Vec<String> {
        let mut names: Vec<String> = ["", "values", "provider-specs", "golden/prod/capacity"]
            .into_iter()
            .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let sample = Sample::new();
    let golden = "golden/prod/capacity/clusterautoscaler-default.yaml";
    sample.replace(golden, "enabled: true", "enabled: yes");
    sample.replace(PROD, "instanceType: g6e.xlarge", "instancetype: g6e.xlarge");
    let (before, output) = (names(sample.root()), sample.read(golden));
    assert_eq!(fix(&sample).status.code(), Some(1), "the output is stale");
    assert_eq!((names(sample.root()), sample.read(golden)), (before, output));
}

#[test]
fn people_are_told_how_many_can_be_fixed() {
    let sample = Sample::new();
    sample.replace(COMMON, "\"123456789012\"", "123456789012");
    sample.replace(PROD, "instanceType: g6e.xlarge", "instancetype: g6e.xlarge");
    sample.replace(PROD, "class: burst", "class: nonsense");
    let concise = stderr(&sample.run(&["check", "--format", "concise"]));
    assert_eq!(concise.lines().last(), Some("2 can be fixed with --fix"), "{concise}");
    let human = stderr(&sample.run(&["check"]));
    assert!(human.ends_with("; 2 can be fixed with --fix\n"), "{human}");
    let json = stdout(&sample.run(&["check", "--format", "json"]));
    assert_eq!(
        json.matches("\"title\": \"put `123456789012` in quotes\"").count(),
        2,
        "one for each environment"
    );
    let sarif = stdout(&sample.run(&["check", "--format", "sarif"]));
    assert_eq!(sarif.matches("put `123456789012` in quotes").count(), 1);
}
