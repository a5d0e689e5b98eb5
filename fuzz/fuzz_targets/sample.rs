//! The sample, and the small project with templates and waivers, with one file replaced by any text: each
//! environment renders safely, or is refused with a finding that has a place. The first byte chooses the
//! file.
//!
//! Safe means that every seat belt holds in the bytes, read anew by the second reader; that a template can
//! neither bring nor change an object of the renderer's own kinds; and that rendering again gives the same
//! bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolsmith::diag::{Finding, Findings, Severity, Sources};
use poolsmith::load::Overlay;
use poolsmith::pipeline::{Rendering, Workspace, render_all};
use poolsmith_fuzz::seat_belts::{OWN_KINDS, broken, read};
use poolsmith_fuzz::{base, repository, tell};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The files that are replaced, by project.
const SAMPLE: [&str; 6] = [
    "poolsmith.yaml",
    "values/common.yaml",
    "values/prod.yaml",
    "provider-specs/worker-us-west-2a.yaml",
    "quotas/us-west-2.json",
    "values/dev.yaml",
];
const BASE: [&str; 6] = [
    "templates/case.yaml",
    "waivers.yaml",
    "values/case.yaml",
    "poolsmith.yaml",
    "values/base.yaml",
    "provider-specs/worker.yaml",
];
const TEMPLATE: &str = BASE[0];

static ROOTS: LazyLock<[PathBuf; 2]> =
    LazyLock::new(|| [repository().canonicalize().expect("the sample"), base()]);

/// The small project's own kinds, as they are rendered from the untouched files.
static UNTOUCHED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let (renderings, ..) = rendered(&ROOTS[1], &Overlay::new());
    own_kinds(&renderings.first().expect("the small project renders").0)
});

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let choice = usize::from(*choice) % (SAMPLE.len() + BASE.len());
    let (root, file) = match choice.checked_sub(SAMPLE.len()) {
        None => (&ROOTS[0], SAMPLE[choice]),
        Some(choice) => (&ROOTS[1], BASE[choice]),
    };
    let overlay = Overlay::from([(root.join(file), text.into())]);
    let (first, shared, sources) = rendered(root, &overlay);
    // Twice the work shows as much where it is done now and then.
    let again = if text.len() % 16 == 0 { rendered(root, &overlay).0 } else { Vec::new() };
    let mut again = again.into_iter();
    let mut refused = shared.has_errors();
    let mut places = placed(&tell(shared, &sources));
    for (one, findings) in first {
        if let Some((again, _)) = again.next() {
            assert_eq!(one.files, again.files, "rendering twice differs");
        }
        let wrong = findings.has_errors();
        let sorted = tell(findings, &one.sources);
        // What is wrong with the project keeps every environment from being rendered.
        assert!(refused || wrong || !one.files.is_empty(), "nothing is rendered, without a word");
        if wrong || one.files.is_empty() {
            refused = true;
            places |= placed(&sorted);
            continue;
        }
        let objects = read(one.files.iter().map(|file| file.text.as_str())).expect("the second reader reads it");
        let broken = broken(&objects);
        assert!(broken.is_empty(), "{broken:#?}");
        if file == TEMPLATE && root == &ROOTS[1] {
            assert_eq!(own_kinds(&one), *UNTOUCHED, "a template changed what is not its own");
        }
    }
    assert!(!refused || places, "refused without a place");
});

/// Whether an error among them has a place in a file.
fn placed(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error && finding.primary.is_some())
}

/// Each environment with its findings, and what is wrong between them.
fn rendered(root: &Path, overlay: &Overlay) -> (Vec<(Rendering, Findings)>, Findings, Sources) {
    let mut findings = Findings::new();
    let (mut sources, workspace) = Workspace::open_over(root, overlay, &mut findings);
    let Some(workspace) = workspace else {
        assert!(findings.has_errors(), "refused without a word");
        return (Vec::new(), findings, sources);
    };
    // A pattern may match many files; a few show as much.
    let names: Vec<String> = workspace.project.environments.keys().take(4).cloned().collect();
    let split = |mut rendering: Rendering| {
        let findings = std::mem::take(&mut rendering.findings);
        (rendering, findings)
    };
    let (renderings, own, shared) = render_all(&workspace, &names, 1, &split);
    let shared = sources.absorb(&own, shared);
    findings.extend(shared);
    (renderings, findings, sources)
}

fn own_kinds(rendering: &Rendering) -> Vec<String> {
    let own = |kind: &str| OWN_KINDS.contains(&kind);
    let both = rendering.objects.iter().zip(&rendering.files);
    // Which kinds an AppProject grants follows from the templates.
    both.filter(|(object, _)| own(object.kind()) && object.kind() != "AppProject")
        .map(|(_, file)| file.text.clone())
        .collect()
}
