//! The rules that reading YAML enforces.

use crate::diag::{Rule, Severity};

/// A rule of this step: an error that nothing can lift, since what follows would rest on a guess.
macro_rules! source_rule {
    ($(#[$doc:meta])* $name:ident, $code:literal, $slug:literal, $summary:literal) => {
        $(#[$doc])*
        pub static $name: Rule = Rule {
            code: $code,
            slug: $slug,
            severity: Severity::Error,
            seat_belt: None,
            waivable: false,
            summary: $summary,
            page: include_str!(concat!("rules/", $code, "-", $slug, ".md")),
        };
    };
}

source_rule!(
    /// The text is not YAML.
    SYNTAX, "SRC001", "syntax", "a file must be YAML"
);
source_rule!(
    /// A map has the same key twice.
    DUPLICATE_KEY, "SRC002", "duplicate-key", "a map must not have the same key twice"
);
source_rule!(
    /// A plain scalar that YAML readers disagree about.
    AMBIGUOUS_SCALAR, "SRC003", "ambiguous-scalar", "a value without quotes must mean the same to every YAML reader"
);
source_rule!(
    /// A tag other than those of plain text, maps and lists.
    UNSUPPORTED_TAG, "SRC004", "unsupported-tag", "a value must not carry a YAML tag other than `!!str`, `!!map` and `!!seq`"
);
source_rule!(
    /// A key that is not text.
    NON_STRING_KEY, "SRC005", "non-string-key", "a key must be text"
);
source_rule!(
    /// Too large, too deep, or too many nodes once aliases are expanded.
    OVER_LIMIT, "SRC006", "over-limit", "a file must stay within the limits on size, depth, nodes and documents"
);
source_rule!(
    /// No document, or several, where one is expected.
    DOCUMENT_COUNT, "SRC007", "document-count", "a file that holds one document must hold exactly one"
);
source_rule!(
    /// An alias without its anchor, or inside it, or a merge of something that is no map.
    MISUSED_ALIAS, "SRC008", "misused-alias", "an alias must name a finished anchor above it, and `<<` takes maps"
);
source_rule!(
    /// A character that some readers take for a line break, refuse, or do not show.
    ODD_CHARACTER, "SRC009", "odd-character", "a file must not hold control characters or unusual line breaks"
);

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
