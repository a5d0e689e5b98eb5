//! `--select` and `--ignore`: which rules' findings are shown and weighed.

use super::output::is_unreadable_input;
use crate::diag::{Finding, Severity, nearest};
use crate::rules;
use clap::Args;
use std::collections::BTreeSet;

/// Which rules a check is about.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct RuleChoice {
    /// Show and weigh only these rules: codes such as MCH001, or groups such as MCH
    ///
    /// Separated by commas, and may be repeated. A code wins over its group, and --ignore over --select of
    /// the same word. Errors that keep an environment from being judged are shown all the same.
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = RuleWord::parse)]
    select: Vec<RuleWord>,
    /// Neither show nor weigh these rules: codes, or groups of three letters
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = RuleWord::parse)]
    ignore: Vec<RuleWord>,
}

/// The code of a rule, or the letters of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RuleWord(&'static str);

impl RuleWord {
    fn parse(word: &str) -> Result<RuleWord, String> {
        let wanted = word.trim().to_ascii_uppercase();
        let all = rules::all();
        let groups = rules::groups();
        let codes = all.iter().map(|rule| rule.code);
        if let Some(known) = groups.iter().copied().chain(codes.clone()).find(|known| *known == wanted) {
            return Ok(RuleWord(known));
        }
        let named = all.iter().find(|rule| rule.slug == word).map(|rule| rule.code);
        // What has no digit is meant to be a group.
        let near = named.or_else(|| match wanted.bytes().any(|b| b.is_ascii_digit()) {
            true => nearest(&wanted, codes),
            false => nearest(&wanted, groups.iter().copied()),
        });
        let hint = near.map(|near| format!(", did you mean {near}")).unwrap_or_default();
        Err(format!(
            "there is no rule and no group `{}`{hint}; the groups are {}, and `poolsmith rules` lists the codes",
            word.escape_debug(),
            groups.join(", ")
        ))
    }

    /// How exactly this word means a code: 2 for the code itself, 1 for its group, 0 for neither.
    fn exactness(&self, code: &str) -> u8 {
        match self.0 {
            word if word == code => 2,
            word if word.len() == 3 && code.starts_with(word) => 1,
            _ => 0,
        }
    }
}

impl RuleChoice {
    /// Whether the findings of a rule are asked for.
    fn has(&self, code: &str) -> bool {
        let exactness =
            |words: &[RuleWord]| words.iter().map(|word| word.exactness(code)).max().unwrap_or_default();
        let (selected, ignored) = (exactness(&self.select), exactness(&self.ignore));
        let asked = self.select.is_empty() || selected > 0;
        asked && (ignored == 0 || selected > ignored)
    }

    /// Leaves the findings that are asked for. Of an environment in `unjudged`, in which not every rule was
    /// judged, the errors stay as well: without them a run would pass for clean that saw nothing.
    pub(super) fn keep(&self, findings: &mut Vec<Finding>, unjudged: &BTreeSet<String>, is_sound: bool) {
        let blocks = |finding: &Finding| {
            let environment = finding.environment.as_ref();
            finding.weighs(Severity::Error)
                && (!is_sound
                    || is_unreadable_input(finding)
                    || environment.is_some_and(|environment| unjudged.contains(environment)))
        };
        findings.retain(|finding| self.has(finding.rule.code) || blocks(finding));
    }
}

#[cfg(test)]
mod tests {
    use super::{RuleChoice, RuleWord};

    fn choice(select: &[&str], ignore: &[&str]) -> RuleChoice {
        let words = |words: &[&str]| words.iter().map(|word| RuleWord::parse(word).unwrap()).collect();
        RuleChoice { select: words(select), ignore: words(ignore) }
    }

    #[test]
    fn the_more_exact_word_wins() {
        for (select, ignore, code, kept) in [
            (vec![], vec![], "MCH001", true),
            (vec!["MCH"], vec![], "MCH001", true),
            (vec!["MCH"], vec![], "ASC001", false),
            (vec!["MCH"], vec!["MCH001"], "MCH001", false),
            (vec!["MCH"], vec!["MCH001"], "MCH002", true),
            (vec!["MCH001"], vec!["MCH"], "MCH001", true),
            (vec!["MCH001"], vec!["MCH"], "MCH002", false),
            (vec![], vec!["MCH"], "MCH001", false),
            (vec![], vec!["MCH"], "ASC001", true),
            (vec!["mch001"], vec!["mch001"], "MCH001", false),
        ] {
            assert_eq!(choice(&select, &ignore).has(code), kept, "{select:?} {ignore:?} {code}");
        }
    }

    #[test]
    fn an_unknown_word_is_refused_with_the_nearest_one() {
        for (word, hint) in [
            ("MHC001", "did you mean MCH001"),
            ("MHC", "did you mean MCH"),
            ("selector-mismatch", "did you mean MCH001"),
            ("", "the groups are "),
            ("MCH*", "did you mean MCH"),
        ] {
            let message = RuleWord::parse(word).unwrap_err();
            assert!(message.contains(hint), "{word}: {message}");
        }
    }
}
