//! The table of disagreements that are meant.

use std::cell::Cell;
use std::path::Path;

/// A disagreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disagreement {
    /// We refuse what the judges accept.
    Stricter,
    /// The judges would refuse what was written, and we write something else, which they accept.
    Mended,
}

/// A line of the table: disagreements of one sort. Why they are meant is for people.
#[derive(Debug)]
pub struct Row {
    /// Which sort.
    pub disagreement: Disagreement,
    /// The rule that refuses, or `-`.
    pub code: String,
    /// What the message, ours or the judges', must hold; `*` for any.
    pub holds: String,
    /// Whether a case needed it.
    pub needed: Cell<bool>,
}

/// The table.
#[derive(Debug)]
pub struct Explained {
    rows: Vec<Row>,
}

impl Explained {
    /// Reads the table.
    pub fn read(path: &Path) -> Explained {
        let text =
            std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Explained::parse(&text)
    }

    /// Takes the table out of a text. Lines that begin with `#` say nothing.
    pub fn parse(text: &str) -> Explained {
        let mut rows: Vec<Row> = Vec::new();
        for (number, line) in
            text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        {
            let [disagreement, code, holds, reason] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("line {} has not four columns: {line}", number + 1);
            };
            let disagreement = match disagreement {
                "stricter" => Disagreement::Stricter,
                "mended" => Disagreement::Mended,
                other => panic!("line {}: {other} is no disagreement that can be meant", number + 1),
            };
            assert!(reason.len() > 10, "line {} gives no reason", number + 1);
            let known =
                |row: &Row| row.disagreement == disagreement && row.code == code && row.holds == holds;
            assert!(!rows.iter().any(known), "line {} stands twice", number + 1);
            let [code, holds] = [code, holds].map(str::to_owned);
            rows.push(Row { disagreement, code, holds, needed: Cell::new(false) });
        }
        Explained { rows }
    }

    /// Whether the table explains this; then the line is needed.
    pub fn explains(&self, disagreement: Disagreement, code: &str, message: &str) -> bool {
        let fits = |row: &&Row| {
            row.disagreement == disagreement
                && row.code == code
                && (row.holds == "*" || message.contains(&row.holds))
        };
        let found = self.rows.iter().find(fits);
        if let Some(row) = found {
            row.needed.set(true);
        }
        found.is_some()
    }

    /// Lines that no case needed.
    pub fn stale(&self) -> Vec<String> {
        let stale = self.rows.iter().filter(|row| !row.needed.get());
        stale.map(|row| format!("{} {} {}", word(row.disagreement), row.code, row.holds)).collect()
    }

    /// The rules that it names.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| row.code.as_str())
    }

    /// How many lines there are.
    pub fn count(&self) -> usize {
        self.rows.len()
    }
}

/// The word for it.
pub fn word(disagreement: Disagreement) -> &'static str {
    match disagreement {
        Disagreement::Stricter => "stricter",
        Disagreement::Mended => "mended",
    }
}
