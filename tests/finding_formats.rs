//! Every format of findings against plain-text files under `tests/golden-findings`, and the
//! structured ones against their schemas.
//!
//! `POOLSMITH_BLESS=1` rewrites the files; it is refused where `CI` is set.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

#[path = "support/findings.rs"]
mod findings;
#[path = "support/sarif.rs"]
mod sarif;

use findings::{Case, OVER_LIMIT, cases, hostile, typical};
use poolsmith::diag::{
    Edit, Finding, Format, Report, Sources, apply_fixes, findings_schema, render, unified_diff,
};
use poolsmith::yaml::{FileId, Position};
use std::path::{Path, PathBuf};

fn golden_path(case: &Case, format: Format) -> PathBuf {
    let name = match format {
        Format::Human | Format::Concise | Format::Github => format!("{}.{}.txt", case.name, format.name()),
        Format::Json | Format::Sarif => format!("{}.{}", case.name, format.name()),
        Format::Junit => format!("{}.junit.xml", case.name),
    };
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden-findings").join(name)
}

/// Compares with a file, or rewrites it when blessing.
fn assert_golden(path: &Path, actual: &str) {
    if std::env::var_os("POOLSMITH_BLESS").is_some() {
        assert!(std::env::var_os("CI").is_none(), "golden files are not blessed in CI");
        std::fs::write(path, actual).expect("the golden file can be written");
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    let diff = unified_diff("golden", &expected, actual);
    assert!(expected == actual, "{} is stale; POOLSMITH_BLESS=1 rewrites it\n{diff}", path.display());
}

#[test]
fn renderings_are_as_in_the_golden_files() {
    for case in cases() {
        for format in case.formats {
            assert_golden(&golden_path(&case, *format), &case.render(*format));
        }
    }
}

#[test]
fn styled_output_differs_only_in_styling() {
    let case = typical();
    let report = Report {
        styled: true,
        tool_version: "1.2.3",
        path_prefix: case.path_prefix,
        ..Report::new(&case.findings, &case.sources)
    };
    let mut styled = String::new();
    render(Format::Human, &report, &mut styled);
    assert!(styled.contains("\u{1b}["));
    let mut plain = String::new();
    let mut rest = styled.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').expect("a style ends with m").1;
    }
    plain.push_str(rest);
    assert_eq!(plain, case.render(Format::Human));
}

#[test]
fn any_number_of_threads_gives_the_same_text() {
    let case = typical();
    let some = case.findings.iter().cycle().take(180).enumerate();
    let findings: Vec<Finding> = some
        .map(|(number, finding)| Finding {
            message: format!("{} {number}", finding.message),
            ..finding.clone()
        })
        .collect();
    for format in Format::ALL {
        let [one, several] = [1, 3].map(|threads| {
            let mut text = String::new();
            render(format, &Report { threads, ..Report::new(&findings, &case.sources) }, &mut text);
            text
        });
        assert!(one.contains(" 179"), "{format:?}");
        assert_eq!(one, several, "{format:?}");
    }
}

#[test]
fn text_formats_show_no_control_character() {
    for format in [Format::Human, Format::Concise, Format::Github, Format::Junit] {
        let text = hostile().render(format);
        let bad =
            text.chars().find(|&c| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c));
        assert_eq!(bad, None, "{format:?}");
    }
    let concise = hostile().render(Format::Concise);
    assert_eq!(concise.lines().count(), hostile().findings.len(), "one line per finding");
    let github = hostile().render(Format::Github);
    assert!(github.lines().all(|line| line.starts_with("::error ") || line.starts_with("::warning ")));
}

#[test]
fn json_follows_its_published_schema() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/findings.schema.json");
    let schema = findings_schema();
    assert_golden(
        &path,
        &format!("{}\n", serde_json::to_string_pretty(&schema).expect("a schema serialises")),
    );
    let validator = jsonschema::validator_for(&schema).expect("the schema is valid");
    for case in cases() {
        let document = serde_json::from_str(&case.render(Format::Json)).expect("the output is JSON");
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{}", case.name);
    }
}

#[test]
fn sarif_follows_the_oasis_schema() {
    let Some(validator) = sarif::validator() else { return };
    for case in cases() {
        let log = serde_json::from_str(&case.render(Format::Sarif)).expect("the output is JSON");
        assert_eq!(sarif::errors(&validator, &log), Vec::<String>::new(), "{}", case.name);
    }
}

#[test]
fn sarif_keeps_to_what_code_scanning_demands() {
    for case in cases() {
        let log: serde_json::Value = serde_json::from_str(&case.render(Format::Sarif)).expect("it is JSON");
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().expect("rules are always there");
        assert!(rules.iter().all(|rule| !rule["help"]["text"].as_str().unwrap_or_default().is_empty()));
        for result in run["results"].as_array().expect("results are always there") {
            let location = &result["locations"][0]["physicalLocation"];
            assert!(location["region"]["startLine"].as_u64() >= Some(1), "{result}");
            let uri = location["artifactLocation"]["uri"].as_str().expect("a URI");
            assert!(!uri.contains([':', ' ', '\\']) && !uri.starts_with('/'), "{uri}");
            let index = result["ruleIndex"].as_u64().expect("an index") as usize;
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
    }
}

/// The least that a reader of XML demands: one root, tags that match, known entities.
#[test]
fn junit_is_well_formed() {
    for case in cases() {
        let text = case.render(Format::Junit);
        let mut open = Vec::new();
        let mut rest =
            text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").expect("a declaration");
        while let Some((content, after)) = rest.split_once('<') {
            assert!(!content.contains("]]>"));
            for entity in content.split('&').skip(1) {
                let known = ["amp;", "lt;", "gt;", "quot;", "apos;"];
                assert!(known.iter().any(|name| entity.starts_with(name)), "{entity}");
            }
            let (tag, after) = after.split_once('>').expect("a tag is closed");
            let name = tag.split([' ', '/']).find(|part| !part.is_empty()).expect("a tag has a name");
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name));
            } else if !tag.ends_with('/') {
                open.push(name);
            }
            assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
            rest = after;
        }
        assert_eq!((open, rest.trim()), (vec![], ""));
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    /// Whatever texts and positions say, every format renders, and does so twice alike.
    #[test]
    fn no_text_and_no_position_breaks_a_format(
        text in "([ab:é日\u{1F469}\u{200D}\u{301}\t\r\n\u{1b}\u{202e}]|x{80,200}|\n{90,120}){0,12}",
        places in proptest::collection::vec((0..3u32, 0..8u32, 0..9u32, 0..40u32, 0..60u32), 1..6),
        words in "[ab\n\u{7}\\[\\](%:]{0,12}",
    ) {
        let mut sources = Sources::default();
        sources.add("a.yaml", text.as_str());
        sources.add("b.yaml", text.chars().rev().collect::<String>());
        let position = |&(file, line, column, start, end): &(u32, u32, u32, u32, u32)| {
            Position { file: FileId(file), line, column, start, end }
        };
        let mut finding = Finding::new(&OVER_LIMIT, words.clone())
            .labelled(position(&places[0]), words.clone())
            .help(words.clone())
            .fix(words.clone(), vec![Edit { position: position(&places[0]), replacement: words.clone() }]);
        for place in &places[1..] {
            finding = finding.related(position(place), words.clone());
        }
        let fix = finding.fix.clone();
        apply_fixes(fix.as_deref(), &sources);
        let findings = [finding];
        for format in Format::ALL {
            let (mut first, mut second) = (String::new(), String::new());
            render(format, &Report::new(&findings, &sources), &mut first);
            render(format, &Report { styled: false, ..Report::new(&findings, &sources) }, &mut second);
            proptest::prop_assert_eq!(&first, &second);
            render(format, &Report { styled: true, ..Report::new(&findings, &sources) }, &mut first);
        }
    }
}
