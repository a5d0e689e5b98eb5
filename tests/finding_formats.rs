//! Every format of findings against plain-text files under `tests/golden-findings`, and the
//! structured ones against their schemas.
//!
//! `POOLSMITH_BLESS=1` rewrites the files; it is refused where `CI` is set.

use poolsmith::diag::{
    Edit, Finding, Findings, Format, ObjectRef, Report, Rule, Severity, Sources, findings_schema, render,
};
use poolsmith::yaml::{FileId, Position};
use std::path::{Path, PathBuf};

const PAGE: &str = "# TST001 size-over-limit

## What it does

Refuses a `max` above the limit of the quota.

## Why it is bad

The cloud refuses the machines. Source: the quota's own documentation.

## Example

```yaml values/case.yaml
pools: {gpu: {size: {min: 0, max: 9}}}
```

```findings
TST001 values/case.yaml:1:35
```

## Instead

Lower `max`, or ask for a higher quota.
";

static OVER_LIMIT: Rule = Rule {
    code: "TST001",
    slug: "size-over-limit",
    severity: Severity::Error,
    seat_belt: Some(4),
    waivable: false,
    summary: "a pool may grow beyond the quota",
    page: PAGE,
};

static NO_TAINT: Rule = Rule {
    code: "TST002",
    slug: "gpu-pool-without-taint",
    severity: Severity::Warning,
    seat_belt: None,
    waivable: true,
    summary: "a GPU pool has no taint",
    page: "# TST002 gpu-pool-without-taint\n\n## What it does\n\nWarns.\n\n## Instead\n\nAdd a taint.\n",
};

static UNUSED: Rule = Rule {
    code: "TST003",
    slug: "unused-provider-spec",
    severity: Severity::Note,
    seat_belt: None,
    waivable: true,
    summary: "a providerSpec is used by no pool",
    page: "",
};

/// A named set of findings.
struct Case {
    name: &'static str,
    sources: Sources,
    findings: Vec<Finding>,
    environments: Vec<String>,
    path_prefix: &'static str,
    formats: &'static [Format],
}

impl Case {
    fn render(&self, format: Format) -> String {
        let report = Report {
            tool_version: "1.2.3",
            environments: &self.environments,
            path_prefix: self.path_prefix,
            ..Report::new(&self.findings, &self.sources)
        };
        let mut out = String::new();
        render(format, &report, &mut out);
        out
    }
}

/// The position of the first `part` of a file.
fn position(sources: &Sources, file: FileId, part: &str) -> Position {
    let text = &sources.get(file).expect("the file was added").text;
    let start = text.find(part).expect("the text holds the part");
    let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
    let number = |n: usize| u32::try_from(n).expect("test texts are small");
    Position {
        file,
        line: number(text[..start].matches('\n').count() + 1),
        column: number(text[line_start..start].chars().count() + 1),
        start: number(start),
        end: number(start + part.len()),
    }
}

fn machine_set(name: &str) -> ObjectRef {
    ObjectRef {
        kind: "MachineSet".to_owned(),
        namespace: Some("openshift-machine-api".to_owned()),
        name: name.to_owned(),
    }
}

const COMMON: &str = "\
apiVersion: poolsmith.dev/v1alpha1
kind: ClusterPools
pools:
  gpu-l40s:
    class: gpu
    instanceType: g6e.xlarge
    zones: [us-west-2a, us-west-2b]
    size:
      min: 0
      max: 40 # größer
    rootVolume: {sizeGiB: 120}
    dedicated: false
";

fn typical() -> Case {
    let mut sources = Sources::default();
    let common = sources.add("values/common.yaml", COMMON);
    let prod =
        sources.add("values/prod, new.yaml", "providerSpecs:\n  old: {file: provider-specs/old.yaml}\n");
    let quota = sources.add("quotas/us-west-2.json", "{\n  \"G and VT\": 64\n}\n");
    let at = |file, part| position(&sources, file, part);
    let over = |environment: &str| {
        Finding::new(&OVER_LIMIT, "pool `gpu-l40s` may grow to 160 vCPUs, over the quota of 64")
            .labelled(at(common, "40 #"), "40 machines of 4 vCPUs")
            .related(at(common, "g6e.xlarge"), "4 vCPUs each")
            .related(at(quota, "64"), "the quota")
            .help("lower `max` to 16, or ask for a quota of 160:\naws service-quotas request-service-quota-increase …")
            .note("quotas count vCPUs of all running machines of a family")
            .pool("gpu-l40s")
            .environment(environment)
            .object(machine_set("prod-7kx2p-gpu-l40s-us-west-2a"))
    };
    let mut findings = Findings::new();
    findings.extend([
        over("prod"),
        over("test"),
        Finding::new(&NO_TAINT, "pool `gpu-l40s` has GPUs and no taint, so any pod may land on it")
            .at(at(common, "dedicated: false"))
            .help("remove `dedicated: false`")
            .fix(
                "remove `dedicated: false`",
                vec![Edit { position: at(common, "    dedicated: false\n"), replacement: String::new() }],
            )
            .environment("prod"),
        Finding::new(&UNUSED, "providerSpec `old` is used by no pool").at(at(prod, "old")),
        Finding::new(&NO_TAINT, "the whole file is odd").labelled(Position::whole_file(prod), "100 % odd"),
        Finding::new(&OVER_LIMIT, "the cluster may grow to 3,000 nodes, over the limit of 2,000")
            .object(ObjectRef {
                kind: "ClusterAutoscaler".to_owned(),
                namespace: None,
                name: "default".to_owned(),
            })
            .environment("prod"),
        Finding::new(&UNUSED, "no environment is named `stage`"),
    ]);
    let findings = findings.into_sorted(&sources);
    Case {
        name: "typical",
        findings,
        sources,
        environments: ["dev", "prod", "test"].map(str::to_owned).to_vec(),
        path_prefix: "infra/pools/",
        formats: &Format::ALL,
    }
}

fn hostile() -> Case {
    let mut sources = Sources::default();
    let long_line = format!("{}needle: é{}", "k: {a: ".repeat(4_000), "x".repeat(20_000));
    let text = format!("a: \u{1b}[31mred\u{7}\r\nb:\t\u{202e}txt\u{0}\n{long_line}\nlast: 日本語");
    let file = sources.add("va:lues/%41,\u{1b}]0;x\u{7}.yaml", text);
    let at = |part| position(&sources, file, part);
    let place = |line, column, start, end| Position { file, line, column, start, end };
    let evil = "`\u{1b}[2Jgone\u{9b}31m`\r\n::error::%0A]]></failure> \u{fffe}<&\"'>";
    let mut findings = Findings::new();
    findings.extend([
        Finding::new(&OVER_LIMIT, evil)
            .labelled(at("red"), evil)
            .related(at("txt"), evil)
            .related(at("\u{1b}[31m"), "overlaps")
            .help(evil)
            .note(evil)
            .pool(evil)
            .environment(evil)
            .object(ObjectRef {
                kind: evil.to_owned(),
                namespace: Some(evil.to_owned()),
                name: evil.to_owned(),
            }),
        Finding::new(&OVER_LIMIT, "in a long line")
            .labelled(at("needle"), "here")
            .related(at("é"), "and here"),
        Finding::new(&OVER_LIMIT, "a long span").at(at(&long_line)),
        Finding::new(&OVER_LIMIT, "x".repeat(10_000)),
        Finding::new(&OVER_LIMIT, "in wide characters").at(at("本")),
        Finding::new(&NO_TAINT, "bytes within a character").at(place(4, 7, 48_047, 48_049)),
        Finding::new(&NO_TAINT, "end before start").at(place(1, 4, 9, 3)),
        Finding::new(&NO_TAINT, "bytes of another line").labelled(place(1, 2, 30, 40), "column 2"),
        Finding::new(&NO_TAINT, "bytes past the end").at(place(4, 1, u32::MAX - 1, u32::MAX)),
        Finding::new(&NO_TAINT, "line past the end").labelled(place(u32::MAX, u32::MAX, 0, 3), "nowhere"),
        Finding::new(&NO_TAINT, "no such file").at(Position::whole_file(FileId(u16::MAX))),
        Finding::new(&NO_TAINT, "column 0").at(place(1, 0, 0, 0)),
    ]);
    let findings = findings.into_sorted(&sources);
    Case { name: "hostile", findings, sources, environments: vec![], path_prefix: "", formats: &Format::ALL }
}

fn clean() -> Case {
    Case {
        name: "clean",
        findings: vec![],
        sources: Sources::default(),
        environments: vec!["prod".to_owned()],
        path_prefix: "",
        formats: &Format::ALL,
    }
}

fn many() -> Case {
    let mut sources = Sources::default();
    let text = (0..258).map(|i| format!("key{i}: {i}\n")).collect::<String>();
    let file = sources.add("many.yaml", text);
    let mut findings = Findings::new();
    for i in 0..257 {
        let message = format!("value {i} is one too many");
        findings.push(Finding::new(&OVER_LIMIT, message).at(position(&sources, file, &format!("key{i}:"))));
    }
    findings.push(Finding::new(&NO_TAINT, "after the many").at(position(&sources, file, "key257")));
    let findings = findings.into_sorted(&sources);
    Case { name: "many", findings, sources, environments: vec![], path_prefix: "", formats: &[Format::Human] }
}

fn cases() -> Vec<Case> {
    vec![typical(), hostile(), clean(), many()]
}

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
    if expected != actual {
        let diff = similar::TextDiff::from_lines(expected.as_str(), actual);
        let diff = diff.unified_diff().header("golden", "actual").to_string();
        panic!("{} is stale; POOLSMITH_BLESS=1 rewrites it\n{diff}", path.display());
    }
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
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/sarif-schema-2.1.0.json");
    let Ok(schema) = std::fs::read_to_string(&path) else {
        let fetch = "tests/support/fetch-sarif-schema.sh fetches it";
        assert!(std::env::var_os("CI").is_none(), "{} is missing; {fetch}", path.display());
        println!("skipped: {} is missing; {fetch}", path.display());
        return;
    };
    let mut schema: serde_json::Value = serde_json::from_str(&schema).expect("the schema is JSON");
    // The published pattern for languages is no regular expression: it has an unmatched `]`.
    for holder in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][holder]["properties"]["language"];
        language.as_object_mut().expect("a language is described").remove("pattern");
    }
    let validator = jsonschema::validator_for(&schema).expect("the schema is valid");
    for case in cases() {
        let log = serde_json::from_str(&case.render(Format::Sarif)).expect("the output is JSON");
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new(), "{}", case.name);
    }
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0"})), "the schema demands something");
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
        places in proptest::collection::vec((0..3u16, 0..8u32, 0..9u32, 0..40u32, 0..60u32), 1..6),
        words in "[ab\n\u{7}\\[\\](%:]{0,12}",
    ) {
        let mut sources = Sources::default();
        sources.add("a.yaml", text.as_str());
        sources.add("b.yaml", text.chars().rev().collect::<String>());
        let position = |&(file, line, column, start, end): &(u16, u32, u32, u32, u32)| {
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
        poolsmith::diag::apply_fixes(&fix, &sources);
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
