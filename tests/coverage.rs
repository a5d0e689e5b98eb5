//! What became of every reported fault and of every rule of the webhooks: `docs/rules/coverage.md`.
//!
//! The faults stand in `docs/rules/coverage/*.tsv`; which of our rules prevents one, its page says under
//! `Covers`. `POOLSMITH_BLESS=1 cargo test --test coverage` writes the page anew, `cargo test --test
//! coverage -- --nocapture` prints the counts.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use poolsmith::diag::{Page, Severity};
use poolsmith::rules::faults::{self, Fate, Fault};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

/// How many of the reported faults are prevented at least.
const LEAST_PREVENTED: usize = 130;
/// The one among the commonest that needs a comparison with what runs.
const NEEDS_A_COMPARISON: &str = "23";

/// A rule that covers a fault.
#[derive(Clone, Copy)]
struct Covering {
    code: &'static str,
    slug: &'static str,
    /// Whether its page has a case that breaks it.
    shown: bool,
    /// Whether it only says something, and neither refuses nor warns.
    notes: bool,
}

/// The rules whose pages say that they cover a fault, by the fault's id.
fn covering() -> BTreeMap<&'static str, Vec<Covering>> {
    let mut covering: BTreeMap<&str, Vec<Covering>> = BTreeMap::new();
    for rule in poolsmith::rules::all() {
        let page = Page::parse(rule.page).unwrap();
        let example = page.section("Example");
        let shown =
            example.is_some_and(|section| section.blocks.iter().any(|block| block.info == "findings"));
        let notes = rule.severity == Severity::Note;
        for id in page.covers() {
            covering.entry(id).or_default().push(Covering { code: rule.code, slug: rule.slug, shown, notes });
        }
    }
    covering
}

/// The faults that something prevents: a note does not.
fn prevented(list: &[Fault]) -> Vec<&'static str> {
    let covering = covering();
    let is_prevented = |fault: &&Fault| match fault.fate {
        Fate::Rule => covering.get(fault.id).is_some_and(|rules| rules.iter().any(|rule| !rule.notes)),
        Fate::Design(_) => true,
        Fate::Note | Fate::Later(_) | Fate::OutOfReach(_) => false,
    };
    list.iter().filter(is_prevented).map(|fault| fault.id).collect()
}

#[test]
fn every_fault_is_accounted_for_once() {
    let covering = covering();
    let mut known = BTreeSet::new();
    let mut wrong: Vec<String> = faults::misshapen().map(|line| format!("no row: {line}")).collect();
    for fault in faults::field_reports().chain(faults::admission()) {
        let id = fault.id;
        if !known.insert(id) {
            wrong.push(format!("{id} stands twice"));
        }
        let rules = covering.get(id).map(Vec::as_slice).unwrap_or_default();
        match fault.fate {
            Fate::Rule | Fate::Note if rules.is_empty() => {
                wrong.push(format!("{id}: no rule's page covers it"));
            }
            Fate::Rule if rules.iter().all(|rule| rule.notes) => {
                wrong.push(format!("{id}: only notes cover it, so its row says `note`"));
            }
            Fate::Rule | Fate::Note if fault.proofs.is_empty() && !rules.iter().any(|rule| rule.shown) => {
                wrong.push(format!("{id}: no page of its rules has a case, so its row names a test"));
            }
            Fate::Design(_) if fault.proofs.is_empty() => wrong.push(format!("{id}: no test proves it")),
            // A note may stand beside a design.
            Fate::Note | Fate::Design(_) if rules.iter().any(|rule| !rule.notes) => {
                wrong.push(format!("{id}: {} covers it, so its row says `rule`", rules[0].code));
            }
            Fate::Later(_) | Fate::OutOfReach(_) if !rules.is_empty() => {
                wrong.push(format!(
                    "{id}: {} covers it, so it neither waits nor is out of reach",
                    rules[0].code
                ));
            }
            _ => {}
        }
        for proof in fault.proofs.iter().filter(|proof| !is_a_test(proof)) {
            wrong.push(format!("{id}: there is no test {proof}"));
        }
    }
    wrong.extend(
        covering.keys().filter(|id| !known.contains(*id)).map(|id| format!("{id} is covered and no fault")),
    );
    assert!(wrong.is_empty(), "{} faults\n{}", wrong.len(), wrong.join("\n"));
}

/// Whether `file.rs::function` is a function with `#[test]` in the tree.
fn is_a_test(proof: &str) -> bool {
    let Some((file, function)) = proof.split_once("::") else { return false };
    let text = fs::read_to_string(support::repository().join(file)).unwrap_or_default();
    let declaration = format!("fn {function}()");
    text.find(&declaration).is_some_and(|at| text[..at].trim_end().ends_with("#[test]"))
}

#[test]
fn a_proof_is_a_test_function() {
    assert!(is_a_test("tests/coverage.rs::a_proof_is_a_test_function"));
    for proof in ["tests/coverage.rs::is_a_test", "tests/coverage.rs::gone", "tests/gone.rs::gone", "gone"] {
        assert!(!is_a_test(proof), "{proof}");
    }
}

#[test]
fn the_reports_are_all_in_the_list() {
    let Some(path) = support::shared("facts/field-pains.md") else { return };
    let text = fs::read_to_string(path).unwrap();
    let is_id = |cell: &&str| {
        cell.strip_prefix('A')
            .and_then(|rest| rest.split_once('-'))
            .is_some_and(|(area, number)| area.parse::<u32>().is_ok() && number.parse::<u32>().is_ok())
    };
    let first_cells = text.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let reported: BTreeSet<&str> = first_cells.filter(is_id).collect();
    let listed: Vec<&str> = faults::field_reports().map(|fault| fault.id).collect();
    assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), reported);
    assert_eq!((listed.len(), reported.len()), (168, 168));
}

#[test]
fn the_rules_of_the_webhooks_are_all_in_the_list() {
    let Some(path) = support::shared("facts/admission-rules.md") else { return };
    let text = fs::read_to_string(path).unwrap();
    for (heading, letters) in
        [("2. MachineSet", "MS-"), ("3. Machine", "MA-"), ("4. AWS", "AWS-"), ("10. After", "AF-")]
    {
        let section = text.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
        // The last table of the section; its first two lines are the heads.
        let table = section.split("\n\n").filter(|part| part.starts_with('|')).last().unwrap();
        let numbers: Vec<String> = (1..=table.lines().filter(|line| line.starts_with('|')).count() - 2)
            .map(|number| format!("{letters}{number:02}"))
            .collect();
        let listed: Vec<&str> =
            faults::admission().map(|fault| fault.id).filter(|id| id.starts_with(letters)).collect();
        assert_eq!(listed, numbers, "{heading}");
    }
}

#[test]
fn most_are_prevented() {
    let prevented = prevented(&faults::field_reports().collect::<Vec<_>>()).len();
    assert!(prevented >= LEAST_PREVENTED, "{prevented}");
}

/// The reports say which are the commonest and the most preventable: all but one are prevented.
#[test]
fn the_commonest_are_prevented() {
    let Some(path) = support::shared("facts/field-pains.md") else { return };
    let text = fs::read_to_string(path).unwrap();
    let table = text.split("\n## ").find(|section| section.starts_with("Top 25")).unwrap();
    let prevented = prevented(&faults::field_reports().collect::<Vec<_>>());
    let mut open = Vec::new();
    let mut seen = 0;
    for line in table.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let Some(number) = cells.get(1).filter(|cell| cell.parse::<u32>().is_ok()) else { continue };
        seen += 1;
        let ids = ids(cells[3]);
        assert!(!ids.is_empty(), "{line}");
        if *number != NEEDS_A_COMPARISON {
            open.extend(ids.into_iter().filter(|id| !prevented.contains(&id.as_str())));
        }
    }
    assert_eq!((seen, open), (25, Vec::<String>::new()));
}

/// The ids in a text such as `A1-01..04, A3-07/08`.
fn ids(text: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for part in text.split([',', ' ']).map(str::trim).filter(|part| part.starts_with('A')) {
        let (area, numbers) = part.split_once('-').unwrap();
        match numbers.split_once("..") {
            Some((first, last)) => {
                let (first, last): (u32, u32) = (first.parse().unwrap(), last.parse().unwrap());
                ids.extend((first..=last).map(|number| format!("{area}-{number:02}")));
            }
            None => ids.extend(numbers.split('/').map(|number| format!("{area}-{number}"))),
        }
    }
    ids
}

#[test]
fn the_page_is_fresh() {
    let page = page();
    let path = support::repository().join("docs/rules/coverage.md");
    if support::blessing() {
        fs::write(&path, &page).unwrap();
    }
    println!("{}", page.split("\n## ").next().unwrap());
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == page, "it is stale: run `POOLSMITH_BLESS=1 cargo test --test coverage`");
}

#[test]
fn a_page_says_in_words_what_its_rule_prevents() {
    let output = support::poolsmith(support::repository(), &["explain", "ARG005"]);
    let text = support::stdout(&output);
    let (_, covers) = text.split_once("\n## Covers\n\n").expect("it covers something");
    assert!(
        covers.contains("- A1-01: the autoscaler scales up and Argo CD scales straight back\n"),
        "{covers}"
    );
    assert!(covers.lines().all(|line| line.starts_with("- ") && !line.ends_with("unknown")), "{covers}");
}

const INTRODUCTION: &str = "\
# What is prevented

Generated from the rules' pages and from the lists in [coverage](coverage); run
`POOLSMITH_BLESS=1 cargo test --test coverage` to write it anew. A rule is proved by the examples of its
page (`cargo test --test rule_pages`), a design by the tests that are named. What a rule only says in a
note is not counted as prevented, nor is what waits for a capability still to come.

";

fn page() -> String {
    let lists: [(&str, &str, Vec<Fault>); 2] = [
        ("Faults from the field", "faults that people reported", faults::field_reports().collect()),
        (
            "Rules of the webhooks and controllers",
            "rules for MachineSets, Machines and AWS",
            faults::admission().collect(),
        ),
    ];
    let mut text = INTRODUCTION.to_owned();
    text.push_str("| | all | prevented | by a rule | by design | only noted | waits | out of reach |\n|---|---|---|---|---|---|---|---|\n");
    for (_, what, list) in &lists {
        let count = |is: fn(&Fault) -> bool| list.iter().filter(|fault| is(fault)).count();
        _ = writeln!(
            text,
            "| {what} | {} | {} | {} | {} | {} | {} | {} |",
            list.len(),
            prevented(list).len(),
            count(|fault| fault.fate == Fate::Rule),
            count(|fault| matches!(fault.fate, Fate::Design(_))),
            count(|fault| fault.fate == Fate::Note),
            count(|fault| matches!(fault.fate, Fate::Later(_))),
            count(|fault| matches!(fault.fate, Fate::OutOfReach(_))),
        );
    }
    let mut waiting: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for fault in lists.iter().flat_map(|(_, _, list)| list) {
        if let Fate::Later(capability) = fault.fate {
            waiting.entry(capability).or_default().push(fault.id);
        }
    }
    if !waiting.is_empty() {
        text.push('\n');
        for (capability, ids) in waiting {
            _ = writeln!(text, "- waits for {capability}: {}", ids.join(", "));
        }
    }
    let covering = covering();
    for (title, _, list) in &lists {
        _ = write!(text, "\n## {title}\n\n| | fault | prevented by | proof |\n|---|---|---|---|\n");
        for fault in list {
            let proofs: Vec<String> = fault.proofs.iter().map(|proof| format!("`{proof}`")).collect();
            let (by, proof) = match fault.fate {
                Fate::Rule | Fate::Note => {
                    let rules = covering.get(fault.id).map(Vec::as_slice).unwrap_or_default();
                    let shown = rules.iter().any(|rule| rule.shown).then(|| "its examples".to_owned());
                    let noted = if fault.fate == Fate::Note { "noted: " } else { "" };
                    (
                        format!("{noted}{}", links(rules)),
                        shown.into_iter().chain(proofs).collect::<Vec<_>>().join(", "),
                    )
                }
                Fate::Design(reason) => (reason.to_owned(), proofs.join(", ")),
                Fate::Later(capability) => (format!("waits for {capability}"), String::new()),
                Fate::OutOfReach(reason) => (format!("out of reach: {reason}"), String::new()),
            };
            _ = writeln!(text, "| {} | {} | {by} | {proof} |", fault.id, fault.words);
        }
    }
    text
}

fn links(rules: &[Covering]) -> String {
    let link = |rule: &Covering| format!("[{0}]({0}-{1}.md)", rule.code, rule.slug);
    rules.iter().map(link).collect::<Vec<_>>().join(", ")
}
