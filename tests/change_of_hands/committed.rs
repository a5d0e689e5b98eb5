//! Committed output that is not what the last run wrote.

use super::{committed, files, pool, refused, set};
use crate::support::small::{CLUSTER, POOLS, PROJECT, Small, WORKER};

fn set_file() -> String {
    format!("golden/prod/capacity/machineset-{}.yaml", set('a'))
}

fn scaler_file() -> String {
    format!("golden/prod/capacity/machineautoscaler-{}.yaml", set('a'))
}

fn autoscaled() -> Small {
    let small = Small::new(&pool("us-east-2a", "{min: 0, max: 4}", ""));
    committed(&small);
    small
}

#[test]
fn the_first_rendering_changes_no_hands() {
    for output in ["", "golden", "golden/prod"] {
        let small = Small::new(&pool("us-east-2a", "{fixed: 3}", ""));
        if !output.is_empty() {
            // There may be a folder already, with files of somebody else.
            small.write(&format!("{output}/notes.txt"), "by hand");
        }
        let report = small.check();
        assert!(report.errors().iter().all(|code| *code == "OUT002"), "{}", report.list());
        assert!(!report.errors().is_empty());
        let report = committed(&small);
        assert!(!report.findings.iter().any(|found| found.code.starts_with("TRN")), "{}", report.list());
    }
}

#[test]
fn without_the_output_directory_there_is_nothing_to_compare_with() {
    let small = autoscaled();
    small.remove("golden");
    small.pools(&pool("us-east-2a", "{fixed: 1}", ""));
    let report = small.check();
    assert!(report.errors().iter().all(|code| *code == "OUT002"), "{}", report.list());
    committed(&small);
}

#[test]
fn a_size_that_was_edited_by_hand_is_the_one_that_runs() {
    let small = Small::new(&pool("us-east-2a", "{fixed: 2}", ""));
    committed(&small);
    small.replace(&set_file(), "replicas: 2", "replicas: 5");
    let report = small.check();
    assert_eq!((report.exit, report.errors()), (1, vec!["OUT001"]), "{}", report.list());
    report.only("TRN017").is(&small.at(POOLS, "size"), &["from 5 machines to 2", "deletes 3 machines"], &[]);
    // To hand it to the autoscaler the edited number counts.
    small.pools(&pool("us-east-2a", "{min: 0, max: 6, initial: 2}", ""));
    refused(&small, &["TRN001"]).only("TRN001").is(
        &small.at(POOLS, "size"),
        &["5 machines", "with 2"],
        &["`initial: 5`"],
    );
    small.pools(&pool("us-east-2a", "{min: 0, max: 6, initial: 5}", ""));
    committed(&small);
}

#[test]
fn a_size_that_was_taken_out_by_hand_counts_as_one_machine() {
    let small = Small::new(&pool("us-east-2a", "{fixed: 3}", ""));
    committed(&small);
    small.replace(&set_file(), "  replicas: 3\n", "");
    small.pools(&pool("us-east-2a", "{min: 0, max: 6}", ""));
    refused(&small, &["TRN001"]).only("TRN001").is(
        &small.at(POOLS, "size"),
        &["1 machine "],
        &["`initial: 1`"],
    );
    small.pools(&pool("us-east-2a", "{fixed: 3}", ""));
    committed(&small);
    assert!(small.read(&set_file()).contains("\n  replicas: 3\n"), "the field is back");
}

#[test]
fn a_selector_or_a_name_that_was_edited_by_hand_is_not_written_over() {
    let small = Small::new(&pool("us-east-2a", "{fixed: 3}", ""));
    committed(&small);
    let before = small.read(&set_file());
    small.write(&set_file(), &before.replace("    matchLabels:\n", "    matchLabels:\n      role: batch\n"));
    refused(&small, &["TRN005"]).only("TRN005").is(
        &small.at(POOLS, "us-east-2a"),
        &[r#""role":"batch""#, "the API server refuses"],
        &[],
    );
    small.write(&set_file(), &before.replacen(&format!("name: {}", set('a')), "name: prod-x7k2p-mine", 1));
    refused(&small, &["TRN002"]).only("TRN002").is(
        &small.at(POOLS, "batch"),
        &[&format!("`prod-x7k2p-mine` is renamed to `{}`", set('a'))],
        &["`adopt: {us-east-2a: {name: prod-x7k2p-mine}}`"],
    );
    small.write(&set_file(), &before);
    committed(&small);
}

#[test]
fn a_committed_file_that_is_missing_comes_back() {
    let small = autoscaled();
    small.remove(&set_file());
    let report = small.check();
    assert_eq!((report.exit, report.errors()), (1, vec!["OUT002"]), "{}", report.list());
    assert!(report.only("OUT002").message.contains(&set_file()));
    committed(&small);
    assert!(small.read(&set_file()).contains("\n  replicas: 0\n"));
}

#[test]
fn a_machine_autoscaler_that_was_taken_out_by_hand_is_still_in_the_cluster() {
    let small = autoscaled();
    small.remove(&scaler_file());
    let report = small.check();
    assert_eq!(report.errors(), ["OUT002"], "{}", report.list());
    // Its Application ignores the size, which shows in whose hands it is.
    small.pools(&pool("us-east-2a", "{fixed: 1}", ""));
    refused(&small, &["TRN003"]).only("TRN003").is(
        &small.at(POOLS, "size"),
        &[&set('a'), "was autoscaled"],
        &[],
    );
    small.pools(&pool("us-east-2a", "{min: 0, max: 4}", ""));
    committed(&small);
    assert!(small.read(&scaler_file()).contains("maxReplicas: 4"));
}

#[test]
fn an_unfinished_merge_in_what_is_about_machines_is_not_rendered_over() {
    let marks = "<<<<<<< ours\n  replicas: 0\n=======\n  replicas: 4\n>>>>>>> theirs\n";
    let application = "golden/prod/argocd/application-cluster-capacity-prod.yaml".to_owned();
    for file in [set_file(), scaler_file(), application] {
        let small = autoscaled();
        let whole = small.read(&file);
        small.write(&file, &whole.replacen("\nspec:\n", &format!("\nspec:\n{marks}"), 1));
        let report = refused(&small, &["TRN014"]);
        let line = small.at(&file, "<<<<<<< ours").split(':').nth(1).unwrap().to_owned();
        report.only("TRN014").is(
            "",
            &[&file, &format!("(line {line}: ")],
            &[&format!("git checkout COMMIT -- {file}")],
        );
        // Whatever else changes, it is not judged by half.
        small.pools(&pool("us-east-2a", "{fixed: 1}", ""));
        let report = small.check();
        assert!(report.errors().contains(&"TRN014"), "{}", report.list());
        assert_eq!(report.exit, 1);
        small.pools(&pool("us-east-2a", "{min: 0, max: 4}", ""));
        small.write(&file, &whole);
        committed(&small);
    }
}

#[test]
fn what_says_nothing_about_machines_is_only_stale() {
    let small = autoscaled();
    let file = "golden/prod/rbac/clusterrole-cluster-argocd-capacity.yaml";
    let whole = small.read(file);
    small.write(file, &format!("{whole}<<<<<<< ours\n"));
    let report = small.check();
    assert_eq!(report.errors(), ["OUT001"], "{}", report.list());
    committed(&small);
    assert_eq!(small.read(file), whole);
}

#[test]
fn an_empty_or_a_listless_file_holds_no_object() {
    for text in [
        "# Rendered by poolsmith; edits are overwritten.\n",
        "# Rendered by poolsmith; edits are overwritten.\n- a\n",
    ] {
        let small = autoscaled();
        small.write(&set_file(), text);
        refused(&small, &["TRN014"]);
    }
}

#[test]
fn what_cannot_be_read_at_all_stops_everything() {
    let small = autoscaled();
    let path = small.root().join(set_file());
    std::fs::write(&path, b"# Rendered by poolsmith; edits are overwritten.\n\xff\xfe").unwrap();
    let before = files(&small);
    for report in [small.check(), small.render_out()] {
        assert_eq!(report.exit, 2, "{}", report.list());
        assert!(report.only("SRC027").message.contains(&set_file()), "{}", report.list());
    }
    // A link that leads out of the project is not followed.
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", &path).unwrap();
    assert_eq!(small.check().exit, 2);
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, before.values().next().unwrap()).unwrap();
}

#[test]
fn a_file_without_the_marker_is_somebody_elses_and_stays() {
    let small = autoscaled();
    let whole = small.read(&set_file());
    let (_, without) = whole.split_once('\n').unwrap();
    small.write(&set_file(), without);
    let report = small.check();
    assert_eq!(report.errors(), ["OUT004"], "{}", report.list());
    let before = files(&small);
    let report = small.render_out();
    assert_eq!((report.exit, report.errors()), (1, vec!["OUT004"]), "{}", report.list());
    assert!(files(&small) == before);
}

#[test]
fn the_output_of_another_cluster_is_no_measure() {
    let small = Small::new(&pool("us-east-2a, us-east-2b", "{min: 0, max: 4, per: zone}", ""));
    committed(&small);
    // Somebody begins a new environment with a copy of everything.
    for path in [CLUSTER, WORKER] {
        let text = small.read(path).replace("prod-x7k2p", "stage-m4q8w");
        small.write(path, &text);
    }
    small.pools(&pool("us-east-2a", "{fixed: 1}", ""));
    let report = refused(&small, &["TRN015"]);
    report.only("TRN015").is(
        &small.at(CLUSTER, "stage-m4q8w"),
        &["`golden/prod`", "2 MachineSets of cluster `prod-x7k2p`", "cluster `stage-m4q8w`"],
        &["an output directory of its own", "remove the directory first"],
    );
    // In a directory of its own it is a first rendering.
    small.replace(PROJECT, "golden/prod", "golden/stage");
    let report = committed(&small);
    assert!(!report.findings.iter().any(|found| found.code.starts_with("TRN")), "{}", report.list());
}

#[test]
fn two_environments_that_swap_their_outputs_are_both_refused() {
    let small = Small::new(&pool("us-east-2a", "{fixed: 1}", ""));
    let other = |text: &str| text.replace("prod-x7k2p", "stage-m4q8w").replace("name: prod", "name: stage");
    small.write("values/stage.yaml", &other(&small.read(CLUSTER)).replace("worker.yaml", "stage.yaml"));
    small.write("provider-specs/stage.yaml", &other(&small.read(WORKER)));
    small.replace(
        PROJECT,
        "argocd:\n",
        "  stage:\n    values: [values/stage.yaml, values/pools.yaml]\n    output: golden/stage\n    argocd: {destination: {name: stage}}\nargocd:\n",
    );
    let out = |small: &Small| small.run(&["render", "--all", "--out"]);
    assert!(out(&small).status.success(), "{}", crate::support::stderr(&out(&small)));
    small.replace(PROJECT, "output: golden/prod", "output: golden/other");
    small.replace(PROJECT, "output: golden/stage", "output: golden/prod");
    small.replace(PROJECT, "output: golden/other", "output: golden/stage");
    assert_eq!(out(&small).status.code(), Some(1));
    let report = small.check();
    assert_eq!(report.errors(), ["TRN015", "TRN015"], "{}", report.list());
    for (found, (directory, cluster)) in report
        .of_code("TRN015")
        .into_iter()
        .zip([("golden/stage", "stage-m4q8w"), ("golden/prod", "prod-x7k2p")])
    {
        assert!(found.message.contains(directory) && found.message.contains(cluster), "{}", report.list());
    }
}

/// Argo CD applies it all the same; nothing else would say so.
#[test]
fn a_manifest_that_was_not_rendered_is_named_wherever_argo_cd_reads_it() {
    let general = "  general:\n    providerSpecFrom: worker\n    instanceType: m6i.xlarge\n    zones: [us-east-2a]\n    size: {fixed: 1}\n";
    let small = Small::new(&pool("us-east-2a", "{min: 0, max: 4}", general));
    committed(&small);
    // The MachineSet is taken into somebody's own hands, and the pool out of the values.
    let whole = small.read(&set_file());
    small.write(&set_file(), whole.split_once('\n').unwrap().1);
    small.pools(&format!("pools:\n{general}"));
    let warned = |report: &crate::support::small::Report| {
        let warning = report.only("TRN021");
        assert_eq!(warning.severity, "warning");
        warning.is(
            &small.at(PROJECT, "golden/prod"),
            &[&set_file(), "`cluster-capacity-prod`", "no rule has seen it"],
            &["`extraObjects`"],
        );
    };
    warned(&small.check());
    warned(&small.commit());
    // It is said for as long as it stands there, not only when something changes.
    warned(&small.check());
    assert_eq!(small.run(&["check", "--deny", "warnings"]).status.code(), Some(1));
    // Beside the bundles nobody reads it, and with the plugin nobody reads any of them.
    small.write("golden/prod/mine.yaml", whole.split_once('\n').unwrap().1);
    small.remove(&set_file());
    assert_eq!(small.check().of_code("TRN021").len(), 0);
    small.write("golden/prod/capacity/mine.yaml", "kind: MachineSet\n");
    small.replace(PROJECT, "targetRevision: main", "targetRevision: main\n    kind: plugin");
    assert_eq!(small.check().of_code("TRN021").len(), 0);
}
