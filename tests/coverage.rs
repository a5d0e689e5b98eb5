//! What became of every reported fault and of every rule of the webhooks: `docs/rules/coverage.md`.
//!
//! The reports and the rules of the webhooks stand in `tests/coverage/*.tsv`; which of our rules prevents
//! one, its page says under `Covers`. `POOLSMITH_BLESS=1 cargo test --test coverage` writes the page anew,
//! `cargo test --test coverage -- --nocapture` prints the counts.

mod support;

use poolsmith::diag::Page;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

const REPORTS: &str = "tests/coverage/field-reports.tsv";
const ADMISSION: &str = "tests/coverage/admission.tsv";
/// The reports by how common they are and how fully an offline renderer can prevent them: the first
/// twenty-five, but for one that needs a comparison with what runs.
const COMMONEST: &str = "A1-01 A1-02 A1-03 A1-04 A1-26 A8-01 A2-26 A3-07 A3-08 A4-05 A4-11 A7-01 A7-02 A7-04 A7-05 \
    A7-10 A7-11 A2-01 A2-02 A2-03 A3-05 A2-04 A2-05 A2-06 A2-07 A2-08 A2-31 A4-06 A4-07 A2-22 A1-17 A1-18 A1-19 \
    A5-11 A8-02 A8-03 A6-01 A6-02 A6-03 A6-04 A6-09 A1-13 A1-14 A1-15 A1-16 A5-04 A10-01 A2-15 A2-16 A2-17 A10-02 \
    A5-03 A5-13 A9-01 A9-02 A9-03 A9-04 A9-07 A4-01 A4-02 A7-03 A7-09 A7-07 A7-06 A3-04 A3-06 A1-11 A1-12 A3-01 \
    A3-02 A3-03 A3-11 A3-12 A4-03 A4-04 A5-01 A5-02 A5-05 A5-06 A2-13 A4-10 A4-12 A4-13 A4-14 A2-10 A2-11";

/// What became of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    /// Rules refuse it or warn about it.
    Rule,
    /// It cannot be expressed, or cannot happen.
    Design(String),
    /// It waits for a capability.
    Later(String),
    /// No offline tool can.
    OutOfReach(String),
}

/// A fault, and what became of it.
struct Row {
    id: String,
    fault: String,
    fate: Fate,
    proof: Option<String>,
}

fn rows(path: &str) -> Vec<Row> {
    let text = fs::read_to_string(support::repository().join(path)).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| row(line).unwrap_or_else(|| panic!("{path}: {line}"))).collect()
}

fn row(line: &str) -> Option<Row> {
    let mut columns = line.split('\t');
    let (id, fault, how) = (columns.next()?, columns.next()?, columns.next()?);
    let proof = columns.next().map(str::to_owned);
    let fate = match how.split_once(": ") {
        None if how == "rule" => Fate::Rule,
        Some(("design", text)) => Fate::Design(text.to_owned()),
        Some(("later", text)) => Fate::Later(text.to_owned()),
        Some(("out of reach", text)) => Fate::OutOfReach(text.to_owned()),
        _ => return None,
    };
    let is_proved = proof.is_some() == matches!(fate, Fate::Design(_));
    (is_proved && columns.next().is_none()).then(|| Row {
        id: id.to_owned(),
        fault: fault.to_owned(),
        fate,
        proof,
    })
}

/// The codes of the rules whose pages say that they cover a fault, by the fault's id.
fn covering() -> BTreeMap<String, Vec<&'static str>> {
    let mut covering: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    for rule in poolsmith::rules::all() {
        let page = Page::parse(rule.page).unwrap();
        for section in page.sections.iter().filter(|section| section.heading == "Covers") {
            for id in section.body.split(',').map(str::trim) {
                covering.entry(id.to_owned()).or_default().push(rule.code);
            }
        }
    }
    covering
}

#[test]
fn every_fault_is_accounted_for_once() {
    let covering = covering();
    let mut known = BTreeSet::new();
    let mut faults = Vec::new();
    for row in rows(REPORTS).into_iter().chain(rows(ADMISSION)) {
        if !known.insert(row.id.clone()) {
            faults.push(format!("{} stands twice", row.id));
        }
        let covered = covering.contains_key(&row.id);
        match row.fate {
            Fate::Rule if !covered => faults.push(format!("{}: no rule's page covers it", row.id)),
            Fate::Later(_) | Fate::OutOfReach(_) if covered => {
                faults.push(format!("{}: rules cover it, so its row says `rule`", row.id));
            }
            _ => {}
        }
        if let Some(proof) = &row.proof
            && !is_a_test(proof)
        {
            faults.push(format!("{}: there is no test {proof}", row.id));
        }
    }
    for id in covering.keys().filter(|id| !known.contains(*id)) {
        faults.push(format!("{id} is covered and stands in no list"));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Whether `file.rs::function` is a function with `#[test]` in the tree.
fn is_a_test(proof: &str) -> bool {
    let Some((file, function)) = proof.split_once("::") else { return false };
    let text = fs::read_to_string(support::repository().join(file)).unwrap_or_default();
    let declaration = format!("fn {function}()");
    text.find(&declaration).is_some_and(|at| text[..at].trim_end().ends_with("#[test]"))
}

#[test]
fn the_lists_are_complete() {
    if let Some(path) = support::shared("facts/field-pains.md") {
        let text = fs::read_to_string(path).unwrap();
        let reported: BTreeSet<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("| A")?.split(" |").next().map(|_| line))
            .filter_map(|line| line.split('|').nth(1).map(str::trim))
            .filter(|id| id[1..].split('-').all(|part| part.parse::<u32>().is_ok()))
            .collect();
        let listed = rows(REPORTS);
        let listed: BTreeSet<&str> = listed.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(listed, reported);
        assert_eq!(listed.len(), 168);
    }
    if let Some(path) = support::shared("facts/admission-rules.md") {
        let text = fs::read_to_string(path).unwrap();
        for (heading, letters) in
            [("2. MachineSet", "MS-"), ("3. Machine", "MA-"), ("4. AWS", "AWS-"), ("10. After", "AF-")]
        {
            let section = text.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
            // The last table of the section; its first two lines are the heads.
            let table = section.split("\n\n").filter(|part| part.starts_with('|')).last().unwrap();
            let listed = rows(ADMISSION).iter().filter(|row| row.id.starts_with(letters)).count();
            assert_eq!(listed, table.lines().filter(|line| line.starts_with('|')).count() - 2, "{heading}");
        }
    }
}

#[test]
fn most_are_prevented_and_the_commonest_all() {
    let reports = rows(REPORTS);
    let prevented = |row: &&Row| matches!(row.fate, Fate::Rule | Fate::Design(_));
    assert!(reports.iter().filter(prevented).count() >= 130);
    let prevented: BTreeSet<&str> = reports.iter().filter(prevented).map(|row| row.id.as_str()).collect();
    let open: Vec<&str> = COMMONEST.split_whitespace().filter(|id| !prevented.contains(id)).collect();
    assert!(open.is_empty(), "{open:?}");
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

fn page() -> String {
    let mut text = String::from(
        "# What is prevented\n\nGenerated from the rules' pages and from `tests/coverage`; run `POOLSMITH_BLESS=1 cargo test --test coverage`\nto write it anew. Rules are proved by the examples of their pages (`cargo test --test rule_pages`).\n\n",
    );
    let lists = [
        ("Faults from the field", "the faults that people have reported", rows(REPORTS)),
        (
            "Rules of the webhooks and controllers",
            "the rules for MachineSets, Machines and AWS",
            rows(ADMISSION),
        ),
    ];
    _ = writeln!(text, "| | all | by a rule | by design | waits | out of reach |\n|---|---|---|---|---|---|");
    for (_, what, rows) in &lists {
        let count = |is: fn(&Fate) -> bool| rows.iter().filter(|row| is(&row.fate)).count();
        _ = writeln!(
            text,
            "| {what} | {} | {} | {} | {} | {} |",
            rows.len(),
            count(|fate| *fate == Fate::Rule),
            count(|fate| matches!(fate, Fate::Design(_))),
            count(|fate| matches!(fate, Fate::Later(_))),
            count(|fate| matches!(fate, Fate::OutOfReach(_))),
        );
    }
    let covering = covering();
    for (title, _, rows) in &lists {
        _ = write!(text, "\n## {title}\n\n| | fault | prevented by | proof |\n|---|---|---|---|\n");
        for row in rows {
            let (by, proof) = match &row.fate {
                Fate::Rule => {
                    let codes = covering.get(&row.id).map(|codes| links(codes)).unwrap_or_default();
                    (codes, "its examples".to_owned())
                }
                Fate::Design(design) => {
                    let proof = row.proof.as_deref().unwrap_or_default();
                    (design.clone(), format!("`{proof}`"))
                }
                Fate::Later(capability) => (format!("waits for: {capability}"), String::new()),
                Fate::OutOfReach(why) => (format!("out of reach: {why}"), String::new()),
            };
            _ = writeln!(text, "| {} | {} | {by} | {proof} |", row.id, row.fault);
        }
    }
    text
}

fn links(codes: &[&str]) -> String {
    let link = |code: &&str| {
        let slug = poolsmith::rules::find(code).map_or("", |rule| rule.slug);
        format!("[{code}]({code}-{slug}.md)")
    };
    codes.iter().map(link).collect::<Vec<_>>().join(", ")
}
