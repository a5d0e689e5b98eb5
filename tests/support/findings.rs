//! The findings that `finding_formats` renders.

use poolsmith::diag::{
    Edit, Finding, Findings, Format, Lifted, ObjectRef, Report, Rule, Severity, Sources, Waived, render,
};
use poolsmith::yaml::{FileId, Position};

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

/// An error that belongs to a seat belt.
pub static OVER_LIMIT: Rule = Rule {
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
pub struct Case {
    pub name: &'static str,
    pub sources: Sources,
    pub findings: Vec<Finding>,
    environments: Vec<String>,
    pub path_prefix: &'static str,
    /// The formats of which there is a golden file.
    pub formats: &'static [Format],
}

impl Case {
    pub fn render(&self, format: Format) -> String {
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

/// Findings as they are meant to be.
pub fn typical() -> Case {
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

/// Texts and positions that try to break out.
pub fn hostile() -> Case {
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
        Finding::new(&NO_TAINT, "no such file").at(Position::whole_file(FileId(u32::MAX))),
        Finding::new(&NO_TAINT, "column 0").at(place(1, 0, 0, 0)),
    ]);
    let findings = findings.into_sorted(&sources);
    Case { name: "hostile", findings, sources, environments: vec![], path_prefix: "", formats: &Format::ALL }
}

/// Findings that a waiver lifts or the baseline knows, beside one that weighs.
fn lifted() -> Case {
    let mut sources = Sources::default();
    let file = sources.add("values/prod.yaml", COMMON);
    let at = |part| position(&sources, file, part);
    let waived = |reason: &str| {
        Some(Lifted::Waived(Waived {
            reason: reason.to_owned(),
            owner: "platform".to_owned(),
            expires: "2027-03-31".to_owned(),
        }))
    };
    let finding = |part, message: &str, lifted: Option<Lifted>| {
        let mut finding = Finding::new(&NO_TAINT, message).at(at(part)).environment("prod");
        finding.lifted = lifted.map(Box::new);
        finding
    };
    let mut findings = Findings::new();
    findings.extend([
        finding("gpu-l40s", "one is waived", waived("a reason with <marks>\nin [two](1) lines")),
        finding("dedicated", "one is known", Some(Lifted::Known)),
        finding("zones", "one weighs", None),
        finding("min", "one is in two environments", waived("shared")).environment("dev"),
        finding("min", "one is in two environments", waived("shared")),
    ]);
    let findings = findings.into_sorted(&sources);
    let environments = ["dev", "prod"].map(str::to_owned).to_vec();
    Case { name: "lifted", findings, sources, environments, path_prefix: "", formats: &Format::ALL }
}

/// Nothing found.
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

/// More findings of one code than are shown.
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
    let formats = &[Format::Human, Format::Concise, Format::Github];
    Case { name: "many", findings, sources, environments: vec![], path_prefix: "", formats }
}

/// All of them.
pub fn cases() -> Vec<Case> {
    vec![typical(), hostile(), lifted(), clean(), many()]
}
