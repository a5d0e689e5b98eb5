//! What an Application ignores is named by pointers to single values.
//!
//! With RespectIgnoreDifferences a path through a list keeps the whole list as it is in the cluster, and
//! every other edit in it never arrives; a jq expression is a set of paths whose errors are swallowed
//! (argoproj/argo-cd `controller/sync.go`, `util/argo/normalizers/diff_normalizer.go`).

use super::super::Subject;
use super::{ByName, Pointer, Pointers, applications, ignored_entries, texts};
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::render::Object;
use crate::rule;

rule! {
    /// An expression, or a pointer to more than one value.
    pub RULE = "ARG011", "ignore-expression", Error, seat belt 4,
    "ignoreDifferences names single values by JSON pointers, never by an expression"
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
            for key in ["jqPathExpressions", "managedFieldsManagers"] {
                if let Some(first) = texts(&entry[key]).next() {
                    findings.push(finding(subject, application, &format!("`{first}` in `{key}`")));
                }
            }
            for pointer in texts(&entry["jsonPointers"]) {
                if !names_one_value(&by_name, entry, pointers.get(pointer)) {
                    findings.push(finding(
                        subject,
                        application,
                        &format!("`{pointer}`, more than one value"),
                    ));
                }
            }
        }
    }
}

/// Whether a pointer leads through no list and to no map or list, as far as the objects tell.
fn names_one_value(by_name: &ByName<'_>, entry: &Json, pointer: &Pointer<'_>) -> bool {
    let mut named = by_name.named(entry["name"].as_str().unwrap_or_default());
    let is_one = |value: &Json| !value.is_object() && !value.is_array();
    // An object of another kind has the name by chance.
    !pointer.through_list
        && named
            .all(|object| object.kind() != entry["kind"] || pointer.value(&object.value).is_none_or(is_one))
}

fn finding(subject: &Subject<'_>, application: &Object, what: &str) -> Finding {
    let message = format!("Application `{}` ignores {what}", application.name());
    let finding = Finding::new(&RULE, message)
        .help("ignore a single value by its JSON pointer, such as /spec/replicas, and state that value");
    subject.about(finding, application)
}
