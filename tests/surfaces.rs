//! Completions and manual pages know every command.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use clap::CommandFactory;
use poolsmith::cli::Cli;
use std::collections::BTreeSet;
use support::{poolsmith, repository, stdout};

/// Every command with its subcommands: the words that it is typed with, and its own long options.
fn commands() -> Vec<(Vec<String>, Vec<String>)> {
    fn walk(command: &clap::Command, typed: Vec<String>, into: &mut Vec<(Vec<String>, Vec<String>)>) {
        let options = command.get_arguments().filter_map(|argument| argument.get_long());
        into.push((typed.clone(), options.map(str::to_owned).collect()));
        for inner in command.get_subcommands() {
            walk(inner, [typed.as_slice(), &[inner.get_name().to_owned()]].concat(), into);
        }
    }
    let mut found = Vec::new();
    walk(&Cli::command(), Vec::new(), &mut found);
    assert!(found.len() > 10, "there are {} commands", found.len());
    found
}

/// A page without the escapes of the format.
fn unescaped(page: &str) -> String {
    page.replace("\\-", "-").replace("\\fB", "").replace("\\fI", "").replace("\\fR", "")
}

#[test]
fn every_command_has_its_manual_page() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("man/man1");
    let output = poolsmith(place.path(), &["man", "--out", "man/man1"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), ""));
    let mut expected = BTreeSet::new();
    for (typed, options) in commands() {
        let name = [&["poolsmith".to_owned()], typed.as_slice()].concat().join("-");
        let page = std::fs::read_to_string(folder.join(format!("{name}.1"))).expect(&name);
        let page = unescaped(&page);
        assert!(page.contains(".SH NAME") && page.contains(".SH SYNOPSIS"), "{name}");
        for option in options {
            assert!(page.contains(&format!("--{option}")), "{name} does not tell of --{option}");
        }
        expected.insert(format!("{name}.1"));
    }
    let written: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(written, expected);
    assert_eq!(poolsmith(place.path(), &["man", "--out", "/dev/null/x"]).status.code(), Some(2));
}

#[test]
fn the_printed_manual_holds_the_pages_of_all_commands() {
    let printed = unescaped(&stdout(&poolsmith(repository(), &["man"])));
    for (typed, options) in commands() {
        let name = [&["poolsmith".to_owned()], typed.as_slice()].concat().join("-");
        assert!(printed.contains(&format!(".TH {name} 1")), "{name} has no page");
        for option in options {
            assert!(printed.contains(&format!("--{option}")), "{name} does not tell of --{option}");
        }
    }
}

#[test]
fn every_shell_completes_every_command_and_option() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = stdout(&poolsmith(repository(), &["completions", shell]));
        for (typed, options) in commands() {
            if let Some(last) = typed.last() {
                assert!(script.contains(last.as_str()), "{shell} does not know {typed:?}");
            }
            for option in options {
                assert!(script.contains(&option), "{shell} does not know --{option} of {typed:?}");
            }
        }
    }
}
