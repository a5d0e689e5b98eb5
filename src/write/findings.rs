//! The differences of a directory, and what a replacement had to set aside, as findings.

use super::compare::{Comparison, Pending, State};
use super::{Replaced, rules};
use crate::diag::{Finding, Rule};

impl Comparison {
    /// One finding for each difference, foreign files aside; `shown_dir` is the output directory as
    /// people know it.
    pub fn to_findings(&self, environment: &str, shown_dir: &str) -> Vec<Finding> {
        let render = format!("run `poolsmith render --env {environment} --out`");
        let findings = self.differences.iter().filter_map(|difference| {
            let path = format!("{shown_dir}/{}", difference.path);
            let (rule, message, help): (&'static Rule, String, String) = match &difference.state {
                State::Foreign => return None,
                State::Stale { line } => (
                    &rules::STALE_FILE,
                    format!("`{path}` is stale: it differs from what is rendered now, first in line {line}"),
                    format!("{render} and commit the file"),
                ),
                State::LineEndings => (
                    &rules::LINE_ENDINGS_DIFFER,
                    format!("`{path}` differs from what is rendered now in its line endings alone"),
                    format!("add the line `{shown_dir}/** text eol=lf` to `.gitattributes`, then {render}"),
                ),
                State::Missing => (
                    &rules::MISSING_FILE,
                    format!("`{path}` is missing: it is rendered now, but is not there"),
                    format!("{render} and commit the file"),
                ),
                State::LeftOver => (
                    &rules::LEFT_OVER_FILE,
                    format!("`{path}` is left over: it was rendered once, and is not any more"),
                    format!("{render} and commit that it is gone"),
                ),
                State::Blocked(obstacle) => (
                    &rules::BLOCKED_PATH,
                    format!("`{path}` is {}, where rendered files are to be written", obstacle.words()),
                    format!("move it away, or delete it if it is an older rendering, then {render}"),
                ),
                State::Unfinished(pending) => {
                    let undone = match pending {
                        Pending::Replace => "written",
                        Pending::Remove => "removed",
                        Pending::MoveBack => "moved back to its place",
                    };
                    (
                        &rules::UNFINISHED_RUN,
                        format!("a run was interrupted or is under way: `{path}` is still to be {undone}"),
                        format!("{render}, which completes it"),
                    )
                }
            };
            let mut finding = Finding::new(rule, message).help(help);
            finding.environment = Some(environment.to_owned());
            Some(finding)
        });
        findings.collect()
    }
}

impl Replaced {
    /// One finding for each foreign file that had to be set aside.
    pub fn to_findings(&self, environment: &str, shown_dir: &str) -> Vec<Finding> {
        let findings = self.kept.iter().map(|kept| {
            let message = format!(
                "`{shown_dir}/{}` appeared while the directory was written, and is kept as `{shown_dir}/{}`",
                kept.path, kept.at
            );
            let mut finding =
                Finding::new(&rules::FILE_SET_ASIDE, message).help("move it to where it belongs");
            finding.environment = Some(environment.to_owned());
            finding
        });
        findings.collect()
    }

    /// One finding for each file that was written or removed, which a hook fails with: what stands in the
    /// output directory now is not what was about to be committed.
    pub fn to_refreshed(&self, environment: &str, shown_dir: &str) -> Vec<Finding> {
        let written =
            self.written.iter().map(|path| (path, "was not as it is rendered now, and is written anew"));
        let removed = self.removed.iter().map(|path| (path, "is not rendered any more, and is removed"));
        let findings = written.chain(removed).map(|(path, what)| {
            let mut finding = Finding::new(&rules::REFRESHED_OUTPUT, format!("`{shown_dir}/{path}` {what}"))
                .help(format!("look at what changed, run `git add {shown_dir}`, and commit again"));
            finding.environment = Some(environment.to_owned());
            finding
        });
        findings.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::compare::{Difference, Obstacle};
    use super::*;

    #[test]
    fn every_difference_but_a_foreign_file_is_a_finding() {
        let states = [
            (State::Stale { line: 3 }, Some("OUT001")),
            (State::Missing, Some("OUT002")),
            (State::LeftOver, Some("OUT003")),
            (State::Blocked(Obstacle::Directory), Some("OUT004")),
            (State::Unfinished(Pending::Replace), Some("OUT005")),
            (State::LineEndings, Some("OUT006")),
            (State::Foreign, None),
        ];
        for (state, code) in states {
            let difference = Difference { path: "capacity/a.yaml".to_owned(), state };
            let findings = Comparison { differences: vec![difference] }.to_findings("prod", "golden/prod");
            assert_eq!(findings.first().map(|finding| finding.rule.code), code);
            for finding in findings {
                assert!(finding.message.contains("`golden/prod/capacity/a.yaml`"), "{}", finding.message);
                assert!(finding.help.unwrap().contains("`poolsmith render --env prod --out`"));
                assert_eq!(finding.environment.as_deref(), Some("prod"));
            }
        }
    }
}
