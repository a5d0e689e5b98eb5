//! The cases in a page: files over the base project, and the findings that they lead to.

use super::{mutate, support};
use poolsmith::diag::Section;
use serde_json::Value as Json;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// One case.
#[derive(Debug, Default)]
pub struct Case<'a> {
    /// The files of the earlier state, whose rendering is the committed output.
    before: Vec<(&'a str, &'a str)>,
    /// The files to write.
    files: Vec<(&'a str, &'a str)>,
    /// The files to remove.
    removed: Vec<&'a str>,
    /// What is done to the rendered objects before the guards look at them.
    mutations: Option<&'a str>,
    /// What `check` is told beside.
    arguments: Vec<&'a str>,
    /// The findings that must be among those found.
    pub expected: Vec<Expected>,
}

/// A finding as a page states it: code, and place as far as it matters.
#[derive(Debug)]
pub struct Expected {
    pub code: String,
    path: Option<String>,
    position: Option<(u64, u64)>,
}

/// What a case led to.
#[derive(Debug, Default)]
pub struct Outcome {
    pub findings: Vec<Found>,
}

/// A finding that was found.
#[derive(Debug, Default)]
pub struct Found {
    pub code: String,
    pub severity: String,
    pub message: String,
    pub help: Option<String>,
    /// Whether a waiver lifts it.
    pub waived: bool,
    /// The file, and line and column in it.
    pub place: Option<(String, Option<(u64, u64)>)>,
}

impl<'a> Case<'a> {
    /// The base project as it is.
    pub fn base() -> Case<'static> {
        Case::default()
    }

    /// The cases of a section: a `findings` block ends one, and a file that is named again begins the
    /// next.
    pub fn all(section: &Section<'a>) -> Result<Vec<Case<'a>>, String> {
        let mut cases = Vec::new();
        let mut case = Case::default();
        for block in &section.blocks {
            if block.info == "findings" {
                let mut finished = std::mem::take(&mut case);
                for line in block.text.lines().filter(|line| !line.trim().is_empty()) {
                    finished.expected.push(Expected::parse(line)?);
                }
                cases.push(finished);
                continue;
            }
            if block.info == "arguments" {
                case.arguments.extend(block.text.split_whitespace());
                continue;
            }
            let Some((kind, target)) = block.info.split_once(' ') else { continue };
            if case.names(target) {
                cases.push(std::mem::take(&mut case));
            }
            match (kind, target.strip_prefix("before:")) {
                ("yaml", None) if target == "mutate" => case.mutations = Some(block.text),
                ("remove", None) => case.removed.push(target),
                ("yaml" | "text", Some(path)) => case.before.push((path, block.text)),
                ("yaml" | "text", None) => case.files.push((target, block.text)),
                _ => {
                    return Err(format!(
                        "the block `{}` in line {} is of no known kind",
                        block.info, block.line
                    ));
                }
            }
        }
        if !case.is_empty() {
            cases.push(case);
        }
        Ok(cases)
    }

    fn names(&self, target: &str) -> bool {
        match target.strip_prefix("before:") {
            // An earlier state begins a case: nothing of the later one may stand before it.
            Some(path) => !self.files.is_empty() || self.before.iter().any(|(known, _)| *known == path),
            None if target == "mutate" => self.mutations.is_some(),
            None => self.files.iter().any(|(known, _)| *known == target),
        }
    }

    fn is_empty(&self) -> bool {
        self.before.is_empty() && self.files.is_empty() && self.removed.is_empty() && self.mutations.is_none()
    }

    /// Lays the case over a copy of the base project and checks it.
    pub fn run(&self) -> Result<Outcome, String> {
        let (_folder, project) = self.lay()?;
        match self.mutations {
            Some(mutations) => mutate::run(&project, mutations),
            None => checked(&project, &self.arguments),
        }
    }

    /// Whether the case is one of files alone.
    pub fn is_input(&self) -> bool {
        self.mutations.is_none()
    }

    /// Lays the case over a copy of the base project.
    pub fn lay(&self) -> Result<(tempfile::TempDir, PathBuf), String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let project = folder.path().join("project");
        support::copy(&support::repository().join("tests/rule-pages/base"), &project);
        if !self.before.is_empty() {
            write_all(&project, &self.before);
            let rendered = support::poolsmith(&project, &["render", "--env", "test", "--out"]);
            if !rendered.status.success() {
                return Err(format!("the earlier state is refused:\n{}", support::stderr(&rendered)));
            }
            support::copy(&support::repository().join("tests/rule-pages/base"), &project);
        }
        write_all(&project, &self.files);
        for path in &self.removed {
            fs::remove_file(project.join(path))
                .map_err(|error| format!("`{path}` cannot be removed: {error}"))?;
        }
        Ok((folder, project))
    }
}

/// What a check of the project finds.
pub fn checked(project: &Path, arguments: &[&str]) -> Result<Outcome, String> {
    let arguments = [&["check", "--format", "json"], arguments].concat();
    let output = support::poolsmith(project, &arguments);
    let report: Json = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("check gives no report: {error}\n{}", support::stderr(&output)))?;
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let found = |finding: &Json| {
        let location = &finding["location"];
        let position = location["line"].as_u64().zip(location["column"].as_u64());
        Found {
            code: text(&finding["code"]),
            severity: text(&finding["severity"]),
            message: text(&finding["message"]),
            help: finding["help"].as_str().map(str::to_owned),
            waived: finding["waived"].is_object(),
            place: location["path"].as_str().map(|path| (path.to_owned(), position)),
        }
    };
    let findings = report["findings"].as_array().map(|findings| findings.iter().map(found).collect());
    Ok(Outcome { findings: findings.unwrap_or_default() })
}

fn write_all(project: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path: PathBuf = project.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder is made");
        fs::write(path, text).expect("the file is written");
    }
}

impl Expected {
    /// `CODE`, `CODE file` or `CODE file:line:column`.
    pub fn parse(line: &str) -> Result<Expected, String> {
        let line = line.trim();
        let Some((code, place)) = line.split_once(' ') else {
            return Ok(Expected { code: line.to_owned(), path: None, position: None });
        };
        let mut parts = place.rsplitn(3, ':');
        let (last, middle, first) = (parts.next(), parts.next(), parts.next());
        let (path, position) = match (first, middle, last) {
            (Some(path), Some(line), Some(column)) => {
                let number = |text: &str| text.parse::<u64>().map_err(|_| format!("`{place}` is no place"));
                (path, Some((number(line)?, number(column)?)))
            }
            _ => (place, None),
        };
        Ok(Expected { code: code.to_owned(), path: Some(path.to_owned()), position })
    }

    /// Whether this is the finding, as far as it is stated.
    pub fn is(&self, found: &Found) -> bool {
        let place = found.place.as_ref();
        self.code == found.code
            && self.path.as_ref().is_none_or(|path| place.is_some_and(|(found, _)| found == path))
            && (self.position.is_none() || place.is_some_and(|(_, position)| *position == self.position))
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(path) = &self.path {
            write!(f, " {path}")?;
        }
        match self.position {
            Some((line, column)) => write!(f, ":{line}:{column}"),
            None => Ok(()),
        }
    }
}

impl Outcome {
    /// Every finding, one a line.
    pub fn list(&self) -> String {
        self.findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }
}

impl Found {
    /// Whether a cure may not lead to it. That the committed output of an earlier state is not what is
    /// rendered now lies in the nature of a change, and a note fails nothing.
    pub fn matters(&self) -> bool {
        self.severity != "note"
            && !self.waived
            && !["OUT001", "OUT002", "OUT003"].contains(&self.code.as_str())
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {}", self.code)?;
        if let Some((path, position)) = &self.place {
            write!(f, " {path}")?;
            if let Some((line, column)) = position {
                write!(f, ":{line}:{column}")?;
            }
        }
        write!(f, " {}", self.message)
    }
}
