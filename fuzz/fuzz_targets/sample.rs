//! The sample project with one file replaced by any text: it renders safely, or is refused. The first byte
//! chooses the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolsmith::diag::Findings;
use poolsmith::pipeline::{Workspace, render_all};
use poolsmith::yaml;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const FILES: [&str; 4] =
    ["poolsmith.yaml", "values/common.yaml", "values/prod.yaml", "provider-specs/worker-us-west-2a.yaml"];

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = data.split_first() else { return };
    let root = project();
    let file = FILES[usize::from(*choice) % FILES.len()];
    let path = root.join(file);
    let original = fs::read(repository().join(file)).expect("the sample is there");
    fs::write(&path, text).expect("a file of the project");
    let mut findings = Findings::new();
    let (_, workspace) = Workspace::open(root, &mut findings);
    if let Some(workspace) = workspace
        && workspace.project.environments.len() < 8
    {
        let names: Vec<String> = workspace.project.environments.keys().cloned().collect();
        let (renderings, ..) = render_all(&workspace, &names, 1, &|rendering| rendering);
        for rendering in renderings.iter().filter(|rendering| !rendering.findings.has_errors()) {
            for (object, file) in rendering.objects.iter().zip(&rendering.files) {
                yaml::verify(&file.text, &object.value).expect("what is written is what was rendered");
                safe(&object.value);
            }
        }
    } else {
        assert!(!findings.is_empty(), "refused without a word");
    }
    fs::write(&path, original).expect("a file of the project");
});

/// The seat belts that one object shows by itself.
fn safe(object: &serde_json::Value) {
    let text = |pointer: &str| object.pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or_default();
    let options = text("/metadata/annotations/argocd.argoproj.io~1sync-options");
    assert!(options.contains("Prune=false") && options.contains("Delete=false"), "unprotected: {object}");
    assert!(object.pointer("/metadata/finalizers").is_none());
    assert!(object.pointer("/metadata/annotations/argocd.argoproj.io~1hook").is_none());
    if text("/kind") == "MachineSet" {
        let labels = &object["spec"]["template"]["metadata"]["labels"];
        let selector = object["spec"]["selector"]["matchLabels"].as_object().expect("a selector");
        assert!(!selector.is_empty() && selector.iter().all(|(key, value)| labels[key] == *value));
        assert!(object["spec"]["replicas"].is_u64());
    }
    if text("/kind") == "Application" {
        assert_ne!(object.pointer("/spec/syncPolicy/automated/prune"), Some(&true.into()));
    }
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository")
}

/// A copy of the sample of this process's own.
fn project() -> &'static Path {
    static PROJECT: OnceLock<PathBuf> = OnceLock::new();
    PROJECT.get_or_init(|| {
        let root = std::env::temp_dir().join(format!("poolsmith-fuzz-{}", std::process::id()));
        for part in ["values", "provider-specs", "quotas"] {
            fs::create_dir_all(root.join(part)).expect("a directory");
            for entry in fs::read_dir(repository().join(part)).expect("the sample is there").flatten() {
                fs::copy(entry.path(), root.join(part).join(entry.file_name())).expect("a copy");
            }
        }
        fs::copy(repository().join("poolsmith.yaml"), root.join("poolsmith.yaml")).expect("a copy");
        root
    })
}
