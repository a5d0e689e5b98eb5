//! The rules that reading YAML enforces.

use crate::diag::Rule;
use crate::rule;

rule! {
    /// The text is not YAML.
    pub SYNTAX = "SRC001", "syntax", Error,
    "a file must be YAML"
}
rule! {
    /// A map has the same key twice.
    pub DUPLICATE_KEY = "SRC002", "duplicate-key", Error,
    "a map must not have the same key twice"
}
rule! {
    /// A plain scalar that YAML readers disagree about.
    pub AMBIGUOUS_SCALAR = "SRC003", "ambiguous-scalar", Error,
    "a value without quotes must mean the same to every YAML reader"
}
rule! {
    /// A tag other than those of plain text, maps and lists.
    pub UNSUPPORTED_TAG = "SRC004", "unsupported-tag", Error,
    "a value must not carry a YAML tag other than `!!str`, `!!map` and `!!seq`"
}
rule! {
    /// A key that is not text.
    pub NON_STRING_KEY = "SRC005", "non-string-key", Error,
    "a key must be text"
}
rule! {
    /// Too large, too deep, or too many nodes once aliases are expanded.
    pub OVER_LIMIT = "SRC006", "over-limit", Error,
    "a file must stay within the limits on size, depth, nodes and documents"
}
rule! {
    /// No document, or several, where one is expected.
    pub DOCUMENT_COUNT = "SRC007", "document-count", Error,
    "a file that holds one document must hold exactly one"
}
rule! {
    /// An alias without its anchor, or inside it, or a merge of something that is no map.
    pub MISUSED_ALIAS = "SRC008", "misused-alias", Error,
    "an alias must name a finished anchor above it, and `<<` takes maps"
}
rule! {
    /// A character that some readers take for a line break, refuse, or do not show.
    pub ODD_CHARACTER = "SRC009", "odd-character", Error,
    "a file must not hold control characters or unusual line breaks"
}

/// All of them, by code.
pub static ALL: &[&Rule] = &[
    &SYNTAX,
    &DUPLICATE_KEY,
    &AMBIGUOUS_SCALAR,
    &UNSUPPORTED_TAG,
    &NON_STRING_KEY,
    &OVER_LIMIT,
    &DOCUMENT_COUNT,
    &MISUSED_ALIAS,
    &ODD_CHARACTER,
];

#[cfg(test)]
mod tests {
    use super::super::{FileId, Limits, parse_one};
    use super::*;
    use crate::diag::Findings;

    #[test]
    fn every_page_has_its_headings() {
        for rule in ALL {
            assert!(rule.page.starts_with(&format!("# {} {}\n", rule.code, rule.slug)), "{}", rule.code);
            for heading in ["## What it does", "## Why it is bad", "## Example", "## Instead"] {
                assert!(rule.page.contains(&format!("\n{heading}\n")), "{} lacks {heading}", rule.code);
            }
        }
    }

    /// `CODE file:line:column` of each finding in `text`.
    fn found(text: &str) -> Vec<String> {
        let mut findings = Findings::new();
        let _ = parse_one(text, FileId(0), &Limits::default(), &mut findings);
        let line = |finding: crate::diag::Finding| {
            let place = finding.primary.unwrap().position;
            format!("{} values/case.yaml:{}:{}", finding.rule.code, place.line, place.column)
        };
        findings.into_iter().map(line).collect()
    }

    #[test]
    fn the_cases_of_a_page_are_as_it_says() {
        for rule in ALL {
            let blocks = |kind: &str| -> Vec<&str> {
                let fence = format!("```{kind}\n");
                rule.page.split(&*fence).skip(1).filter_map(|rest| rest.split("```").next()).collect()
            };
            let yaml = blocks("yaml values/case.yaml");
            let [bad, good] = yaml.as_slice() else {
                assert_eq!(rule.code, "SRC009", "only a page about what nobody sees has no cases");
                continue;
            };
            let expected: Vec<&str> = blocks("findings").into_iter().flat_map(str::lines).collect();
            assert_eq!(found(bad), expected, "{}", rule.code);
            assert_eq!(found(good), [""; 0], "{}", rule.code);
        }
    }
}
