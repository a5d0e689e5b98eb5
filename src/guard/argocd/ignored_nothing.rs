//! What an Application ignores is there.
//!
//! Argo CD checks no entry against anything: a group that is missing, a kind that is misspelt or a pointer
//! whose `/` is not written `~1` matches nothing and says nothing (argoproj/argo-cd
//! `util/argo/normalizers/diff_normalizer.go`).

use super::super::Subject;
use super::{ByName, Pointers, applications, ignored_entries, texts};
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::render::Object;
use crate::rule;

rule! {
    /// An entry of `ignoreDifferences` without an object, or without its field.
    pub RULE = "ARG010", "ignored-nothing", Error, seat belt 4,
    "every entry of ignoreDifferences matches a rendered object that has the ignored field"
}

/// Checks every entry of every Application.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut pointers = Pointers::default();
    for (bundle, application) in applications(subject) {
        let mut entries = ignored_entries(application).peekable();
        if entries.peek().is_none() {
            continue;
        }
        let by_name = ByName::of(subject, bundle);
        for entry in entries {
            let matching = matching(&by_name, entry);
            if matching.is_empty() {
                let message = format!(
                    "Application `{}` ignores something of {}, and renders no such object",
                    application.name(),
                    shown(entry)
                );
                findings.push(finding(subject, application, message));
                continue;
            }
            for pointer in texts(&entry["jsonPointers"]) {
                // A field that Git does not state has nothing that could be kept as it is.
                let found = pointers.get(pointer);
                if matching
                    .iter()
                    .any(|object| found.value(&object.value).is_some_and(|value| !value.is_null()))
                {
                    continue;
                }
                let message = format!(
                    "Application `{}` ignores `{pointer}` of {}, which has no such field",
                    application.name(),
                    shown(entry)
                );
                findings.push(finding(subject, application, message));
            }
        }
    }
}

/// An entry's kind and name, as a message has them.
fn shown(entry: &Json) -> String {
    format!("{} `{}`", entry["kind"].as_str().unwrap_or("?"), entry["name"].as_str().unwrap_or("*"))
}

/// The objects of an entry's group, kind, name and namespace.
fn matching<'a>(by_name: &ByName<'a>, entry: &Json) -> Vec<&'a Object> {
    let text = |key: &str| entry[key].as_str().unwrap_or_default();
    let (kind, group, namespace) = (text("kind"), text("group"), text("namespace"));
    let is_it = |object: &&Object| {
        object.kind() == kind
            && object.group() == group
            && (namespace.is_empty() || object.namespace() == Some(namespace))
    };
    match text("name") {
        "" => by_name.all().filter(is_it).collect(),
        name => by_name.named(name).filter(is_it).collect(),
    }
}

fn finding(subject: &Subject<'_>, application: &Object, message: String) -> Finding {
    let finding = Finding::new(&RULE, message)
        .help("name group, kind, name and namespace of a rendered object, and a field that it states");
    subject.about(finding, application)
}
