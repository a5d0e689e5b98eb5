//! `docs/rules` is what the pages say. `POOLSMITH_BLESS=1` writes it anew.

use super::support;
use poolsmith::diag::{Page, Rule};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const INTRODUCTION: &str = "\
# Rules

Generated from the pages beside the rules in `src`; run `POOLSMITH_BLESS=1 cargo test --test rule_pages`
to write it anew. `poolsmith explain CODE` prints a page, `poolsmith rules` lists them.

A rule with a number in the column *belt* is a seat belt: no waiver lifts it. A code is never used for
another rule; those that are gone stand in [retired.txt](retired.txt).
";

const FORMAT: &str = "
## Cases in the pages

The blocks under *Example* and *Instead* are tests. Each is laid over the small project in
`tests/rule-pages/base`, whose environment `test` layers `values/base.yaml` and `values/case.yaml`.

- A block `yaml values/case.yaml`, or `text` with any other file's name, stands for that file.
- A block `yaml before:values/case.yaml` is the file in an earlier state, whose rendering is the committed
  output.
- A block `remove` with a file's name takes that file away.
- A block `yaml mutate` changes rendered objects before the guards see them, for faults that no input
  leads to: a list of `{object: Kind/name}` with `merge` (a JSON merge patch), `copy` (a second object,
  patched) or `remove: true`.
- A block `arguments` holds further arguments of `poolsmith check`.
- A block `findings` lists what is found at least: a code, or a code with `file:line:column`. It ends a
  case.
- The cases under *Instead* lead to no error and no warning at all.

A last section *Covers* names the faults that the rule prevents by their ids, separated by commas; they stand
in [coverage](coverage), and what became of each in [coverage.md](coverage.md).
";

/// The letters of a code, and what they stand for.
const GROUPS: [(&str, &str); 13] = [
    ("SRC", "Source and YAML"),
    ("SPC", "The spec"),
    ("CLU", "The cluster's identity"),
    ("MCH", "MachineSets and health checks"),
    ("PSP", "ProviderSpecs"),
    ("ASC", "Autoscaling"),
    ("ACC", "Accelerators"),
    ("OLM", "Operators"),
    ("ARG", "Argo CD"),
    ("TRN", "Changes of hands"),
    ("QTA", "Quotas and cost"),
    ("SCH", "Scheduling"),
    ("OUT", "Output"),
];

#[test]
fn docs_rules_is_fresh() {
    let folder = support::repository().join("docs/rules");
    let rules = poolsmith::rules::all();
    let mut files: BTreeMap<String, String> =
        rules.iter().map(|rule| (format!("{}-{}.md", rule.code, rule.slug), page(rule))).collect();
    files.insert("README.md".to_owned(), index(&rules));
    if support::blessing() {
        bless(&folder, &files);
    }
    let help = "run `POOLSMITH_BLESS=1 cargo test --test rule_pages`";
    for (name, text) in &files {
        let committed = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(committed == *text, "docs/rules/{name} is stale: {help}");
    }
    for name in names(&folder) {
        assert!(files.contains_key(&name), "docs/rules/{name} is of no rule: {help}");
    }
}

#[test]
fn every_group_has_a_name() {
    for rule in poolsmith::rules::all() {
        assert!(GROUPS.iter().any(|(letters, _)| rule.code.starts_with(letters)), "{}", rule.code);
    }
}

fn bless(folder: &Path, files: &BTreeMap<String, String>) {
    fs::create_dir_all(folder).unwrap();
    for name in names(folder) {
        fs::remove_file(folder.join(name)).unwrap();
    }
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    // The table of what is covered is `tests/coverage.rs`'s.
    names.filter(|name| name.ends_with(".md") && name != "coverage.md").collect()
}

/// The page with the facts about the rule that stand in its code.
fn page(rule: &Rule) -> String {
    let readable = poolsmith::rules::faults::readable(rule.page);
    let (title, body) = readable.split_once('\n').unwrap_or((&readable, ""));
    let mut text = format!("{title}\n\n{}: {}.", capital(rule.severity.name()), rule.summary);
    match (rule.seat_belt, rule.waivable) {
        (Some(belt), _) => _ = write!(text, " Seat belt {belt}: no waiver lifts it."),
        (None, true) => text.push_str(" A waiver can lift it."),
        (None, false) => {}
    }
    text.push('\n');
    text.push_str(body);
    text
}

fn index(rules: &[&Rule]) -> String {
    let mut text = INTRODUCTION.to_owned();
    for (letters, name) in GROUPS {
        let group: Vec<_> = rules.iter().filter(|rule| rule.code.starts_with(letters)).collect();
        if group.is_empty() {
            continue;
        }
        _ = write!(text, "\n## {name}\n\n| rule | what it asks | severity | belt |\n|---|---|---|---|\n");
        for rule in group {
            // Only for people; a page that cannot be read fails a test of its own.
            let slug = Page::parse(rule.page).map_or(rule.slug, |page| page.slug);
            let belt = rule.seat_belt.map(|belt| belt.to_string()).unwrap_or_default();
            let severity = if rule.waivable {
                format!("{}, waivable", rule.severity.name())
            } else {
                rule.severity.name().to_owned()
            };
            let code = rule.code;
            _ = writeln!(
                text,
                "| [{code}]({code}-{slug}.md) {slug} | {} | {severity} | {belt} |",
                rule.summary
            );
        }
    }
    text.push_str(FORMAT);
    text
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
