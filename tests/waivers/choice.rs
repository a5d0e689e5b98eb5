//! Which rules are shown and weighed.

use super::project::{CASE, Project};
use super::support::{self, stderr, stdout};

#[test]
fn rules_are_chosen_by_code_or_group() {
    let project = Project::new();
    for (arguments, exit, codes) in [
        (vec!["--select", "OLM"], 0, vec!["OLM004"]),
        (vec!["--select", "OLM004"], 0, vec!["OLM004"]),
        (vec!["--select", "olm004,SPC022"], 1, vec!["SPC022", "OLM004"]),
        (vec!["--select", "OLM", "--select", "SPC019"], 1, vec!["SPC019", "OLM004"]),
        (vec!["--ignore", "SPC"], 0, vec!["OLM004"]),
        (vec!["--ignore", "SPC022,SPC019", "--deny", "warnings"], 1, vec!["OLM004"]),
        (vec!["--ignore", "SPC", "--select", "SPC019"], 1, vec!["SPC019"]),
        (vec!["--select", "SPC", "--ignore", "SPC019"], 1, vec!["SPC022"]),
        (vec!["--select", "TRN"], 0, vec![]),
    ] {
        assert_eq!(
            project.codes(&arguments),
            (exit, codes.iter().map(|code| (*code).to_owned()).collect()),
            "{arguments:?}"
        );
    }
    for (word, hint) in [
        ("SPC0222", "did you mean SPC022"),
        ("MHC", "did you mean MCH"),
        ("worker-role", "did you mean SPC022"),
        ("*", "the groups are ACC, ARG"),
        ("SPC022,", "the groups are"),
    ] {
        for option in ["--select", "--ignore"] {
            let output = project.run(&["check", option, word]);
            assert_eq!(output.status.code(), Some(2), "{option} {word}");
            assert!(
                stderr(&output).contains(hint) && stderr(&output).contains(option),
                "{}",
                stderr(&output)
            );
        }
    }
}

#[test]
fn a_choice_of_rules_hides_no_run_that_saw_nothing() {
    let project = Project::new();
    project.replace("values/case.yaml", "class: burst", "class: brust");
    let (exit, codes) = project.codes(&["--select", "TRN"]);
    assert_eq!((exit, codes), (1, ["SPC022", "SPC010", "SPC019"].map(str::to_owned).to_vec()));
    project.write("values/case.yaml", "a: [");
    assert_eq!(project.check(&["--ignore", "SRC"]).0, 2);
    project.write("values/case.yaml", CASE);
    project.replace("poolsmith.yaml", "argocd:", "argo:");
    assert_eq!(project.check(&["--select", "TRN"]).0, 1);
}

#[test]
fn what_there_is_to_waive_is_listed() {
    let repository = support::repository();
    let rules = stdout(&support::poolsmith(repository, &["rules"]));
    assert!(rules.lines().any(|line| line.starts_with("SPC022") && line.ends_with("(waivable)")), "{rules}");
    assert!(
        rules.lines().any(|line| line.starts_with("ARG001") && line.ends_with("(seat belt 1)")),
        "{rules}"
    );
    for name in ["waivers", "baseline"] {
        let schema = stdout(&support::poolsmith(repository, &["schema", name]));
        let committed =
            std::fs::read_to_string(repository.join(format!("schemas/{name}.schema.json"))).unwrap();
        assert_eq!(schema, committed, "{name}");
    }
    let help = stdout(&support::poolsmith(repository, &["check", "--help"]));
    for word in ["--today", "--baseline", "--write-baseline", "--select", "--ignore", "reads no clock"] {
        assert!(help.contains(word), "{word} in\n{help}");
    }
}
