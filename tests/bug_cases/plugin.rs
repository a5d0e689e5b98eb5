//! The config-management plugin, and output that depends on nothing but its input.

use crate::support::small::{POOLS, PROJECT, Small, WORKER};
use crate::support::{stderr, stdout};

/// A pool with something to say about: its zones share a total, and the copied file has noise.
fn talkative() -> Small {
    let small = Small::new(
        "pools:\n  burst:\n    providerSpecFrom: worker\n    instanceType: m6i.xlarge\n    zones: [us-east-2a, us-east-2b]\n    size: {min: 0, max: 3, per: total}\n",
    );
    small.replace(WORKER, "deviceIndex: 0", "deviceIndex: 0\nmetadata:\n  creationTimestamp: null");
    small
}

#[test]
fn bc05_01_what_is_said_never_reaches_stdout() {
    let small = talkative();
    let output = small.run(&["render"]);
    assert!(output.status.success());
    let said = stderr(&output);
    for part in ["ASC016", "PSP003", "us-east-2a 0 to 2, us-east-2b 0 to 1"] {
        assert!(said.contains(part), "{part} is not said: {said}");
        assert!(!stdout(&output).contains(part));
    }
    let mut kinds = Vec::new();
    for document in serde_yaml::Deserializer::from_str(&stdout(&output)) {
        let document: serde_json::Value = serde::Deserialize::deserialize(document).unwrap();
        assert!(document["apiVersion"].is_string(), "{document}");
        kinds.push(document["kind"].as_str().unwrap().to_owned());
    }
    assert_eq!(kinds.iter().filter(|kind| *kind == "MachineSet").count(), 2, "{kinds:?}");
    assert_eq!(kinds.len(), small.objects().0.len());
}

/// Argo CD hands a plugin its variables with the prefix `ARGOCD_ENV_`. Ours are `POOLSMITH_ENV` and
/// `POOLSMITH_BUNDLE`; a variable of another name, such as `CLUSTER`, is never read.
#[test]
fn bc05_03_a_variable_is_read_with_the_prefix_that_argo_cd_gives_it() {
    let small = talkative();
    let generate = |variables: &[(&str, &str)]| small.run_with(&["cmp", "generate"], variables);
    let prefixed = [("ARGOCD_ENV_POOLSMITH_ENV", "prod"), ("ARGOCD_ENV_POOLSMITH_BUNDLE", "capacity")];
    let output = generate(&prefixed);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("name: prod-x7k2p-burst-us-east-2a\n"));
    let output = generate(&[("ARGOCD_ENV_CLUSTER", "prod"), prefixed[1]]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stdout(&output), "");
    let said = stderr(&output);
    for name in ["POOLSMITH_ENV", "ARGOCD_ENV_POOLSMITH_ENV"] {
        assert!(said.contains(name), "{name} is not named: {said}");
    }
}

#[test]
fn bc05_06_argo_cds_own_variables_change_nothing() {
    let small = talkative();
    let asked = [("PARAM_ENV", "prod"), ("PARAM_BUNDLE", "capacity")];
    let generate = |more: &[(&str, &str)]| {
        let output = small.run_with(&["cmp", "generate"], &[&asked, more].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        output.stdout
    };
    let names = [
        "ARGOCD_APP_NAME",
        "ARGOCD_APP_NAMESPACE",
        "ARGOCD_APP_PROJECT_NAME",
        "ARGOCD_APP_REVISION",
        "ARGOCD_APP_REVISION_SHORT",
        "ARGOCD_APP_SOURCE_PATH",
        "ARGOCD_APP_SOURCE_REPO_URL",
        "ARGOCD_APP_SOURCE_TARGET_REVISION",
        "KUBE_VERSION",
        "KUBE_API_VERSIONS",
    ];
    let filled = generate(&names.map(|name| (name, "something")));
    assert!(!filled.is_empty());
    assert_eq!(generate(&names.map(|name| (name, ""))), filled);
    assert_eq!(generate(&[]), filled);
}

#[test]
fn bc06_04_nothing_of_the_day_the_host_or_the_folder_is_in_the_output() {
    let (here, there) = (talkative(), talkative());
    let first = here.run_with(&["render"], &[("USER", "anna"), ("HOSTNAME", "laptop"), ("TZ", "Asia/Tokyo")]);
    // A file that is older or younger is no other input.
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    for path in ["poolsmith.yaml", "values/pools.yaml", WORKER] {
        let file = std::fs::File::options().write(true).open(there.root().join(path)).unwrap();
        file.set_modified(old).unwrap();
    }
    let variables = [("USER", "ci"), ("HOSTNAME", "runner-7"), ("TZ", "UTC"), ("SOURCE_DATE_EPOCH", "1")];
    let project = there.root().to_str().unwrap().to_owned();
    let second = crate::support::poolsmith_with(
        std::path::Path::new("/"),
        &["render", "--project", &project],
        &variables,
    );
    assert!(first.status.success() && second.status.success(), "{}", stderr(&second));
    let text = stdout(&first);
    assert!(text == stdout(&second), "the two differ");
    for part in ["anna", "laptop", "Tokyo", here.root().to_str().unwrap(), "/tmp", "0.1.0"] {
        assert!(!text.contains(part), "{part} is in the output");
    }
    // `creationTimestamp: null` of the copied file has gone as well.
    assert!(!text.contains("imestamp"));
}

/// The case asks for 1.4.0 with 1.3.2; here the running version is whatever this one is.
#[test]
fn bc06_05_another_version_is_refused_before_anything_else_is_said() {
    let small = talkative();
    let project = small.read(PROJECT);
    let requiring = |version: &str, rest: &str| {
        let with = format!("requiredVersion: \"={version}\"\n{rest}environments:");
        small.write(PROJECT, &project.replacen("environments:", &with, 1));
    };
    let running = env!("CARGO_PKG_VERSION");
    requiring(running, "");
    small.commit();
    // A newer project file may have keys that this version does not know, and other bytes: no word of it.
    small.replace(POOLS, "min: 0", "min: 1");
    requiring("98.7.6", "keyOfALaterVersion: 1\n");
    for report in [small.check(), small.render_out(), small.refused(2)] {
        assert_eq!((report.exit, report.findings.len()), (2, 1), "{}", report.list());
        report.only("SPC093").is(
            &small.at(PROJECT, "\"=98.7.6\""),
            &["requires poolsmith =98.7.6", &format!("this is {running}")],
            &["run a version that it allows"],
        );
    }
    // Without the requirement there is all of it.
    small.write(PROJECT, &project);
    assert!(small.check().errors().contains(&"OUT001"));
}
