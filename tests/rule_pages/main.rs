//! Every rule has a page, and every page is right: its example breaks the rule and its cure does not.
//!
//! The format of the cases stands in `docs/rules/README.md`, which is generated from the pages.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

#[path = "../support/mod.rs"]
mod support;

mod cases;
mod documentation;
mod mutate;
mod shapes;
mod waivable;

use cases::{Case, Outcome};
use poolsmith::diag::{Page, Rule, Section};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The headings that every page has, in their order; options and what the rule covers may follow.
const HEADINGS: [&str; 4] = ["What it does", "Why it is bad", "Example", "Instead"];
/// What an example says that no input can give: faults of poolsmith itself.
const NO_INPUT: &str = "No input is known that leads here.";
/// What an example says that takes more than files: sizes, rights, other processes.
const NO_PAGE: &str = "A page cannot hold this case.";

/// The pages that are still to be written, by code. It only gets shorter.
fn unfinished() -> BTreeSet<String> {
    lines(&support::repository().join("tests/rule-pages/unfinished.txt"))
}

/// The lines of a file that are neither empty nor comments.
fn lines(path: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(path).expect("the list can be read");
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// Runs `check` over every rule with a complete page and reports what it says of each, all at once.
fn for_every_page(check: impl Fn(&Rule, &Page<'_>) -> Result<(), String>) {
    for_every_rule(|rule, page| if complete(rule, page).is_ok() { check(rule, page) } else { Ok(()) });
}

/// Runs `check` over every rule and reports what it says of each, all at once.
fn for_every_rule(check: impl Fn(&Rule, &Page<'_>) -> Result<(), String>) {
    let unfinished = unfinished();
    let mut faults = Vec::new();
    for rule in poolsmith::rules::all() {
        let checked =
            Page::parse(rule.page).map_err(|error| error.to_string()).and_then(|page| check(rule, &page));
        if let Err(fault) = checked
            && !unfinished.contains(rule.code)
        {
            faults.push(format!("{} {}: {fault}", rule.code, rule.slug));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

fn complete(rule: &Rule, page: &Page<'_>) -> Result<(), String> {
    if (page.code, page.slug) != (rule.code, rule.slug) {
        return Err(format!("its title is `{} {}`", page.code, page.slug));
    }
    let headings: Vec<&str> = page.sections.iter().map(|section| section.heading).collect();
    match headings.strip_prefix(HEADINGS.as_slice()) {
        Some([] | ["Options"] | ["Covers"] | ["Options", "Covers"]) => {}
        _ => return Err(format!("its headings are {headings:?}")),
    }
    match page.sections.iter().find(|section| section.body.is_empty()) {
        Some(empty) => Err(format!("`{}` is empty", empty.heading)),
        None => Ok(()),
    }
}

fn section<'a, 'b>(page: &'b Page<'a>, heading: &str) -> Result<&'b Section<'a>, String> {
    page.section(heading).ok_or_else(|| format!("it has no section `{heading}`"))
}

#[test]
fn every_page_is_complete() {
    for_every_rule(complete);
}

#[test]
fn every_example_breaks_its_rule() {
    for_every_page(|rule, page| {
        let example = section(page, "Example")?;
        if [NO_INPUT, NO_PAGE].iter().any(|sentence| example.body.contains(sentence)) {
            return Ok(());
        }
        let cases = Case::all(example)?;
        if cases.is_empty() || cases.iter().any(|case| case.expected.is_empty()) {
            return Err("its example has no findings block".to_owned());
        }
        for case in cases {
            let outcome = case.run()?;
            for expected in &case.expected {
                if !outcome.findings.iter().any(|finding| expected.is(finding)) {
                    return Err(format!("no finding {expected}, but\n{}", outcome.list()));
                }
            }
            if !case.expected.iter().any(|expected| expected.code == rule.code) {
                return Err("its example expects other rules only".to_owned());
            }
        }
        Ok(())
    });
}

#[test]
fn every_cure_keeps_the_rules() {
    for_every_page(|_, page| {
        for case in Case::all(section(page, "Instead")?)? {
            let outcome = case.run()?;
            let left: Vec<String> = outcome
                .findings
                .iter()
                .filter(|finding| finding.matters())
                .map(ToString::to_string)
                .collect();
            if !left.is_empty() {
                return Err(format!("its cure still gives\n{}", left.join("\n")));
            }
        }
        Ok(())
    });
}

#[test]
fn every_example_has_a_cure() {
    for_every_page(|_, page| {
        let (example, instead) = (section(page, "Example")?, section(page, "Instead")?);
        if Case::all(example)?.is_empty() || !Case::all(instead)?.is_empty() {
            return Ok(());
        }
        Err("its cure has no case".to_owned())
    });
}

#[test]
fn the_base_project_keeps_every_rule() {
    let outcome = Case::base().run().unwrap();
    assert!(outcome.findings.is_empty(), "{}", outcome.list());
}

#[test]
fn messages_have_one_style() {
    for_every_page(|_, page| {
        for case in Case::all(section(page, "Example")?)? {
            for finding in case.run()?.findings {
                style(&finding.message).map_err(|fault| format!("`{}` {fault}", finding.message))?;
                if let Some(help) = &finding.help {
                    style(help)
                        .and_then(|()| begins_with_a_verb(help))
                        .map_err(|fault| format!("the help `{help}` {fault}"))?;
                }
            }
        }
        Ok(())
    });
}

/// What a help tells people to do.
const VERBS: [&str; 53] = [
    "add", "adopt", "allow", "ask", "break", "check", "choose", "close", "commit", "compare", "copy",
    "correct", "define", "delete", "describe", "drain", "free", "give", "grant", "ignore", "install", "keep",
    "leave", "let", "look", "lower", "make", "match", "move", "name", "pin", "put", "raise", "remove",
    "rename", "render", "repeat", "report", "restart", "restore", "retire", "run", "save", "select", "set",
    "shorten", "split", "start", "state", "swap", "use", "wait", "write",
];

fn begins_with_a_verb(help: &str) -> Result<(), String> {
    // A condition or a purpose may come before it.
    let begins = |word: &str| help.starts_with(word);
    let main = match help.split_once(", ") {
        Some((_, main)) if ["if ", "to ", "where "].into_iter().any(begins) => main,
        _ => help,
    };
    let first = main.split_whitespace().next().unwrap_or_default();
    if VERBS.contains(&first) { Ok(()) } else { Err("does not begin with a verb".to_owned()) }
}

/// Lower case unless it begins with a name, and no full stop.
fn style(text: &str) -> Result<(), String> {
    let first = text.split_whitespace().next().unwrap_or_default();
    let begins_like_a_sentence = first.chars().next().is_some_and(char::is_uppercase)
        && first.chars().skip(1).all(|c| c.is_lowercase() || c == ',')
        && !["Application", "Argo", "Machine", "Node", "Subscription", "Namespace", "Spot"].contains(&first);
    if text.is_empty() {
        Err("is empty".to_owned())
    } else if begins_like_a_sentence {
        Err("begins like a sentence".to_owned())
    } else if text.ends_with('.') && !text.ends_with("…") {
        Err("ends with a full stop".to_owned())
    } else if text.contains('\n') {
        Err("has more than one line".to_owned())
    } else {
        Ok(())
    }
}

#[test]
fn codes_and_slugs_are_well_formed_and_used_once() {
    let retired = lines(&support::repository().join("docs/rules/retired.txt"));
    let mut slugs = BTreeMap::new();
    let mut codes = BTreeSet::new();
    for rule in poolsmith::rules::all() {
        let (letters, digits) = rule.code.split_at(3);
        assert!(letters.bytes().all(|b| b.is_ascii_uppercase()), "{}", rule.code);
        assert!(digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()), "{}", rule.code);
        let kebab = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        assert!(rule.slug.bytes().all(kebab) && !rule.slug.starts_with('-'), "{}", rule.slug);
        assert!(codes.insert(rule.code), "{} is used twice", rule.code);
        assert!(!retired.contains(rule.code), "{} was retired and is used again", rule.code);
        let first = slugs.insert(rule.slug, rule.code);
        assert_eq!(first, None, "`{}` names {} as well", rule.slug, rule.code);
        style(rule.summary).unwrap_or_else(|fault| panic!("{}: its summary {fault}", rule.code));
        assert!(!(rule.waivable && rule.seat_belt.is_some()), "{} is a seat belt", rule.code);
    }
}

#[test]
fn every_page_belongs_to_a_rule() {
    let known: BTreeSet<String> =
        poolsmith::rules::all().iter().map(|rule| format!("{}-{}.md", rule.code, rule.slug)).collect();
    let mut folders = vec![support::repository().join("src")];
    let mut pages = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.insert(path.file_name().unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    let strays: Vec<_> = pages.difference(&known).collect();
    assert!(strays.is_empty(), "pages of no registered rule: {strays:?}");
}

#[test]
fn what_is_unfinished_is_so() {
    let rules = poolsmith::rules::all();
    for code in unfinished() {
        let rule = rules.iter().find(|rule| rule.code == code);
        let rule = rule.unwrap_or_else(|| panic!("{code} is the code of no rule"));
        let finished = Page::parse(rule.page).is_ok_and(|page| complete(rule, &page).is_ok());
        assert!(!finished, "{code} has its page now: take it off the list");
    }
}

#[test]
fn outcomes_are_compared_as_far_as_they_are_stated() {
    let finding = cases::Found {
        code: "SPC001".to_owned(),
        place: Some(("values/case.yaml".to_owned(), Some((2, 3)))),
        ..cases::Found::default()
    };
    for (stated, expected) in [
        ("SPC001", true),
        ("SPC001 values/case.yaml", true),
        ("SPC001 values/case.yaml:2:3", true),
        ("SPC001 values/case.yaml:2:4", false),
        ("SPC001 values/base.yaml", false),
        ("SPC002", false),
    ] {
        assert_eq!(cases::Expected::parse(stated).unwrap().is(&finding), expected, "{stated}");
    }
    assert!(cases::Expected::parse("SPC001 values/case.yaml:x:1").is_err());
    let _: Outcome = Outcome::default();
}
