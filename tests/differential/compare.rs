//! Both verdicts on every case, and how they go together.

use super::case::{Case, Outcome};
use super::explained::{Disagreement, Explained};
use super::judge::Judge;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The verdicts on one case.
pub struct Verdicts {
    /// The platform.
    pub platform: &'static str,
    /// What the case changes.
    pub kind: &'static str,
    /// The case, in words.
    pub name: String,
    /// The errors of poolsmith, as code and message.
    pub refused: Vec<(&'static str, String)>,
    /// What the judges say of the objects that were rendered.
    pub of_rendered: Vec<String>,
    /// What the judges say of the objects as they would be without poolsmith.
    pub of_plain: Vec<String>,
}

impl Verdicts {
    /// Asks both sides.
    pub fn of(case: &Case<'_>, judge: &mut dyn Judge) -> Verdicts {
        Verdicts::from(case, case.run(), judge)
    }

    /// Asks the judges about what poolsmith said.
    pub fn from(case: &Case<'_>, outcome: Outcome, judge: &mut dyn Judge) -> Verdicts {
        let mut complaints = |objects: &[serde_json::Value]| -> Vec<String> {
            let found: BTreeSet<String> =
                objects.iter().flat_map(|object| judge.complaints(case.base, object)).collect();
            found.into_iter().collect()
        };
        Verdicts {
            platform: case.base.platform.name,
            kind: case.kind(),
            name: case.to_string(),
            of_rendered: complaints(&outcome.rendered),
            of_plain: complaints(&outcome.plain),
            refused: outcome.refused,
        }
    }
}

/// What came of the cases of one kind.
#[derive(Debug, Default, Clone)]
pub struct Counts {
    /// Rendered, and accepted either way.
    pub agree_accept: usize,
    /// Refused by both.
    pub agree_refuse: usize,
    /// Refused by us alone.
    pub stricter: usize,
    /// Refused by the judges as it was written, and rendered as something that they accept.
    pub mended: usize,
    /// Rendered as something that the judges refuse.
    pub laxer: usize,
}

impl Counts {
    fn total(&self) -> usize {
        self.agree_accept + self.agree_refuse + self.stricter + self.mended + self.laxer
    }
}

/// What came of all cases.
pub struct Report {
    counts: BTreeMap<(&'static str, &'static str), Counts>,
    stricter_by_code: BTreeMap<&'static str, usize>,
    agreed_by_code: BTreeMap<&'static str, usize>,
    complaints: BTreeMap<String, usize>,
    unexplained: Vec<String>,
    stale: Vec<String>,
    rows: usize,
}

impl Report {
    /// Compares the verdicts and holds the disagreements against the table; of a `whole` run every line of it
    /// is needed.
    pub fn of(verdicts: &[Verdicts], explained: &Explained, whole: bool) -> Report {
        let mut report = Report {
            counts: BTreeMap::new(),
            stricter_by_code: BTreeMap::new(),
            agreed_by_code: BTreeMap::new(),
            complaints: BTreeMap::new(),
            unexplained: Vec::new(),
            stale: Vec::new(),
            rows: explained.count(),
        };
        verdicts.iter().for_each(|verdicts| report.count(verdicts, explained));
        if whole {
            report.stale = explained.stale();
        }
        report
    }

    fn count(&mut self, verdicts: &Verdicts, explained: &Explained) {
        let Verdicts { platform, kind, name, refused, of_rendered, of_plain } = verdicts;
        for complaint in of_plain {
            *self.complaints.entry(shape(complaint)).or_default() += 1;
        }
        let counts = self.counts.entry((platform, kind)).or_default();
        let codes: BTreeSet<&'static str> = refused.iter().map(|(code, _)| *code).collect();
        if refused.is_empty() && !of_rendered.is_empty() {
            counts.laxer += 1;
            self.unexplained
                .push(format!("laxer: {name}\n    they say: {}", of_rendered.join("\n              ")));
        } else if refused.is_empty() && of_plain.is_empty() {
            counts.agree_accept += 1;
        } else if refused.is_empty() {
            counts.mended += 1;
            for complaint in of_plain {
                if !explained.explains(Disagreement::Mended, "-", complaint) {
                    self.unexplained.push(format!("mended: {name}\n    they would say: {complaint}"));
                }
            }
        } else if of_plain.is_empty() {
            counts.stricter += 1;
            for code in codes {
                *self.stricter_by_code.entry(code).or_default() += 1;
            }
            for (code, message) in refused {
                if !explained.explains(Disagreement::Stricter, code, message) {
                    self.unexplained.push(format!("stricter: {name}\n    we say: {code} {message}"));
                }
            }
        } else {
            counts.agree_refuse += 1;
            for code in codes {
                *self.agreed_by_code.entry(code).or_default() += 1;
            }
        }
    }

    /// Whether every disagreement is explained and every explanation is needed.
    pub fn passes(&self) -> bool {
        self.unexplained.is_empty() && self.stale.is_empty()
    }

    /// How many cases are rendered although the judges refuse them.
    pub fn laxer(&self) -> usize {
        self.counts.values().map(|counts| counts.laxer).sum()
    }

    /// What is not explained, each in full.
    pub fn unexplained(&self) -> &[String] {
        &self.unexplained
    }

    /// Everything, for people; the closing lines last.
    pub fn text(&self, seed: u64) -> String {
        let mut text = String::new();
        for fault in self.unexplained.iter().take(SHOWN) {
            let _ = writeln!(text, "differential: UNEXPLAINED {fault}");
        }
        if self.unexplained.len() > SHOWN {
            let _ = writeln!(text, "differential: … and {} more", self.unexplained.len() - SHOWN);
        }
        for row in &self.stale {
            let _ = writeln!(text, "differential: STALE no case needs the explanation: {row}");
        }
        let by_code = |counts: &BTreeMap<&'static str, usize>| {
            counts.iter().map(|(code, count)| format!("{code} {count}")).collect::<Vec<_>>().join(", ")
        };
        let _ = writeln!(text, "differential: agreed refusals by rule: {}", by_code(&self.agreed_by_code));
        let _ = writeln!(text, "differential: stricter by rule: {}", by_code(&self.stricter_by_code));
        let _ =
            writeln!(text, "differential: the judges gave {} different complaints", self.complaints.len());
        for ((platform, kind), counts) in &self.counts {
            let _ = writeln!(text, "differential: {platform}: {kind}: {}", line(counts));
        }
        let platforms: BTreeSet<&str> = self.counts.keys().map(|(platform, _)| *platform).collect();
        for platform in platforms {
            let mut sum = Counts::default();
            for ((_, _), counts) in self.counts.iter().filter(|((other, _), _)| *other == platform) {
                sum.agree_accept += counts.agree_accept;
                sum.agree_refuse += counts.agree_refuse;
                sum.stricter += counts.stricter;
                sum.mended += counts.mended;
                sum.laxer += counts.laxer;
            }
            let _ = writeln!(
                text,
                "differential: {platform}: seed {seed}, {}; {} lines of explanations, {} stale; unexplained {}",
                line(&sum),
                self.rows,
                self.stale.len(),
                self.unexplained.len()
            );
        }
        text
    }

    /// The complaints of the judges, without what differs from case to case.
    pub fn complaints(&self) -> impl Iterator<Item = (&str, usize)> {
        self.complaints.iter().map(|(complaint, count)| (complaint.as_str(), *count))
    }
}

/// How many faults are printed.
const SHOWN: usize = 60;

fn line(counts: &Counts) -> String {
    let Counts { agree_accept, agree_refuse, stricter, mended, laxer } = counts;
    format!(
        "{} cases: agree-accept {agree_accept}, agree-refuse {agree_refuse}, stricter {stricter}, mended {mended}, laxer {laxer}",
        counts.total()
    )
}

/// A complaint without the values in it.
fn shape(complaint: &str) -> String {
    let mut shape = String::new();
    let mut quoted = false;
    for c in complaint.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                shape.push('"');
            }
            _ if quoted => {}
            '0'..='9' => {
                if !shape.ends_with('#') {
                    shape.push('#');
                }
            }
            _ => shape.push(c),
        }
    }
    shape.chars().take(160).collect()
}
