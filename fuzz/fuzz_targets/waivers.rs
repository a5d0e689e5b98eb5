//! Any text as a file of waivers and as a baseline, laid over the findings of a project that breaks a seat
//! belt, input rules and waivable rules: nothing lifts what cannot be lifted, and a baseline that is written
//! lifts what it was written for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolsmith::diag::{Findings, Severity, Sources};
use poolsmith::load::Overlay;
use poolsmith::pipeline::{Workspace, render_all};
use poolsmith::spec::date::Date;
use poolsmith::waive::baseline::{self, Known};
use poolsmith::waive::{Acceptance, can_be_lifted};
use poolsmith::yaml::parse_one;
use poolsmith_fuzz::{base, limits, tell};
use std::sync::LazyLock;

const TEMPLATE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: case\n  namespace: default\n  annotations: {argocd.argoproj.io/hook: PreSync}\n";
const VALUES: &str = "apiVersion: poolsmith.dev/v1alpha1\nkind: ClusterPools\npools: {general: {machineRole: worker, taints: [{key: nvidia.com/gpu, effect: NoExecute}]}}\n";

struct Broken {
    workspace: Workspace,
    sources: Sources,
    findings: Findings,
}

/// The project that has something to lift, judged once.
static BROKEN: LazyLock<Broken> = LazyLock::new(|| {
    let root = base();
    let overlay = Overlay::from([
        (root.join("templates/case.yaml"), TEMPLATE.into()),
        (root.join("values/case.yaml"), VALUES.into()),
    ]);
    let mut findings = Findings::new();
    let (mut sources, workspace) = Workspace::open_over(&root, &overlay, &mut findings);
    let workspace = workspace.expect("the project opens");
    let names = ["test".to_owned()];
    let rendering = render_all(&workspace, &names, 1, &|one| one).0.remove(0);
    let found: Findings = sources.absorb(&rendering.sources, rendering.findings).into_iter().collect();
    assert!(found.iter().any(|finding| finding.rule.seat_belt.is_some()), "a seat belt is broken");
    assert!(found.iter().any(|finding| can_be_lifted(finding.rule)), "and something that can be lifted");
    Broken { workspace, sources, findings: found }
});

fuzz_target!(|text: &str| {
    let Broken { workspace, sources, findings: found } = &*BROKEN;
    let (mut sources, mut findings) = (sources.clone(), Findings::new());
    let file = sources.add("waivers.yaml", text);
    let Some(tree) = parse_one(text, file, &limits(), &mut findings) else {
        assert!(findings.has_errors(), "refused without a word");
        return;
    };
    let mut acceptance = Acceptance::read(Some(&tree), Some(&workspace.project), &mut findings);
    let mut of_baseline = Findings::new();
    match Known::read(&tree, &mut of_baseline) {
        Some(known) => acceptance.know(known),
        None => assert!(of_baseline.has_errors() || findings.has_errors(), "refused without a word"),
    }
    findings.extend(of_baseline);
    let today: Date = "2026-06-01".parse().expect("a day");
    acceptance.judge_days(today, &mut findings);
    let mut lifted = found.clone();
    let mut used = acceptance.lift(&sources, &mut lifted);
    used.judged("test");
    assert_eq!(lifted.iter().count(), found.iter().count(), "a finding is gone");
    for finding in lifted.iter() {
        assert!(finding.lifted.is_none() || can_be_lifted(finding.rule), "lifted: {finding:?}");
        assert!(finding.lifted.is_none() || !finding.weighs(Severity::Note), "lifted and weighs: {finding:?}");
    }
    assert!(lifted.has_errors(), "a seat belt weighs nothing");
    findings.extend(acceptance.unused(&used, &workspace.project));
    written(lifted, sources.clone());
    tell(findings, &sources);
});

/// A baseline of what is left: it can be read, and lifts all that it was written for.
fn written(findings: Findings, mut sources: Sources) {
    let mut sorted = findings.into_sorted(&sources);
    let Ok((text, count)) = baseline::write(&mut sorted, &sources) else { return };
    let file = sources.add("baseline.yaml", text.as_str());
    let mut own = Findings::new();
    let tree = parse_one(&text, file, &limits(), &mut own).expect("a written baseline can be read");
    let known = Known::read(&tree, &mut own).expect("and is sound");
    let mut acceptance = Acceptance::default();
    acceptance.know(known);
    let mut again: Findings = sorted
        .into_iter()
        .map(|mut finding| {
            finding.lifted = None;
            finding
        })
        .collect();
    acceptance.lift(&sources, &mut again);
    let lifted = again.iter().filter(|finding| finding.lifted.is_some()).count();
    assert!(lifted >= count, "{lifted} of {count} are lifted");
}
