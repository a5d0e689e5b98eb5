//! What is wrong with waivers beyond their types. It is judged on the tree, so that it is said together
//! with what keeps the file from being decoded.

use super::rules;
use crate::diag::{Finding, Findings, Rule, Severity, nearest};
use crate::spec::Project;
use crate::spec::rules::INVALID_VALUE;
use crate::yaml::{Node, Position};
use std::collections::{BTreeMap, BTreeSet};

/// Keys that hold all there is of something, in value files, the project file and Kubernetes objects.
const SECTIONS: [&str; 14] = [
    "accelerators",
    "allow",
    "argocd",
    "autoscaler",
    "classes",
    "cluster",
    "environments",
    "extraObjects",
    "items",
    "metadata",
    "pools",
    "providerSpecs",
    "quotas",
    "spec",
];

/// The keys of a waiver.
const KEYS: [&str; 6] = ["code", "environment", "scope", "reason", "owner", "expires"];

/// Checks every waiver of the file, and gives back the places in the list of those that are refused.
/// `project` is absent when it was refused itself.
pub fn check(tree: &Node, project: Option<&Project>, findings: &mut Findings) -> BTreeSet<usize> {
    let mut refused = BTreeSet::new();
    let mut seen: BTreeMap<Subject<'_>, usize> = BTreeMap::new();
    for (index, waiver) in tree.get("waivers").and_then(Node::as_seq).unwrap_or_default().iter().enumerate() {
        if waiver.as_map().is_none() {
            continue;
        }
        let mut own = Findings::new();
        check_code(waiver, &mut own);
        check_scope(waiver, &mut own);
        check_environment(waiver, project, &mut own);
        check_words(waiver, &mut own);
        if let Some(subject) = Subject::of(waiver)
            && let Some(first) = seen.insert(subject, index)
        {
            let first = first.to_string();
            own.push(
                Finding::new(
                    &rules::WAIVER_STATED_TWICE,
                    format!("{} is waived twice in the same place", subject.code),
                )
                .at(waiver.locate(&["code"]))
                .related(tree.locate(&["waivers", &first, "code"]), "first here")
                .help("keep one of the two"),
            );
        }
        if !own.is_empty() {
            refused.insert(index);
        }
        findings.extend(own);
    }
    refused
}

/// What a waiver is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Subject<'a> {
    code: &'a str,
    environment: Option<&'a str>,
    scope: (&'a str, &'a str),
}

impl<'a> Subject<'a> {
    fn of(waiver: &'a Node) -> Option<Subject<'a>> {
        let text = |key| waiver.get(key).and_then(Node::as_str);
        let [(key, place)] = waiver.get("scope")?.as_map()? else { return None };
        Some(Subject {
            code: text("code")?,
            environment: text("environment"),
            scope: (&key.name, place.as_str()?),
        })
    }
}

fn check_code(waiver: &Node, findings: &mut Findings) {
    let Some(node) = waiver.get("code") else { return };
    let Some(code) = node.as_str() else { return };
    if is_glob(code) || is_group(code) || code.eq_ignore_ascii_case("all") {
        findings.push(over_broad(
            format!("`{code}` stands for more than one rule"),
            node.position,
            "name one rule; each finding shows its code",
        ));
        return;
    }
    let known = crate::rules::all();
    let Some(rule) = known.iter().find(|rule| rule.code == code) else {
        let by_name = crate::rules::find(code).map(|rule| rule.code);
        let near = by_name.or_else(|| nearest(code, known.iter().map(|rule| rule.code)));
        let help = match near {
            Some(near) => format!("write `{near}`, or look the code up with `poolsmith rules`"),
            None => "look the code up with `poolsmith rules`".to_owned(),
        };
        findings.push(
            Finding::new(&rules::WAIVER_OF_UNKNOWN_RULE, format!("there is no rule `{code}`"))
                .at(node.position)
                .help(help),
        );
        return;
    };
    if let Some(belt) = rule.seat_belt {
        findings.push(
            Finding::new(
                &rules::WAIVER_OF_SEAT_BELT,
                format!("{code} ({}) is seat belt {belt}, which no waiver lifts", rule.slug),
            )
            .at(node.position)
            .help(format!("remove the waiver; `poolsmith explain {code}` says how to keep the rule")),
        );
    } else if !rule.waivable {
        findings.push(
            Finding::new(
                &rules::WAIVER_OF_UNWAIVABLE_RULE,
                format!("{code} ({}) cannot be waived: {}", rule.slug, why_not(rule)),
            )
            .at(node.position)
            .help(format!("remove the waiver; `poolsmith explain {code}` says how to keep the rule")),
        );
    }
}

/// Why no waiver lifts a rule that is no seat belt.
pub fn why_not(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Note => "it is a note, which fails nothing",
        Severity::Warning => "it is no judgement about the spec",
        Severity::Error => "where it is broken, nothing right can be rendered",
    }
}

fn check_scope(waiver: &Node, findings: &mut Findings) {
    let scope = match waiver.get("scope") {
        // Behind an unknown key there may be a scope: that is said already.
        None if waiver.as_map().unwrap_or_default().iter().any(|(key, _)| !KEYS.contains(&&*key.name)) => {
            return;
        }
        None => {
            findings.push(over_broad(
                "the waiver has no scope, so it would lift the rule everywhere".to_owned(),
                waiver.locate(&["code"]),
                "add `scope: {pool: …}`, `scope: {object: …}` or `scope: {path: …}`",
            ));
            return;
        }
        Some(scope) => scope,
    };
    for (key, place) in scope.as_map().unwrap_or_default() {
        let Some(text) = place.as_str() else { continue };
        if is_glob(text) {
            findings.push(wildcard(place, text, "name one place; several places need a waiver each"));
        } else if text.trim().is_empty() {
            findings.push(
                Finding::new(&INVALID_VALUE, format!("the scope's {} is empty", key.name))
                    .at(place.position)
                    .help("name the place that the finding shows"),
            );
        } else if &*key.name == "path" {
            check_path(text, place.position, findings);
        } else if &*key.name == "object" && !is_object(text) {
            findings.push(
                Finding::new(&INVALID_VALUE, format!("`{text}` names no object")).at(place.position).help(
                    "write it as the finding shows it, such as `MachineSet openshift-machine-api/NAME`",
                ),
            );
        }
    }
}

fn check_path(text: &str, place: Position, findings: &mut Findings) {
    let (file, keys) = text.split_once('#').unwrap_or((text, ""));
    let what = if keys.is_empty() {
        format!("`{text}` is a whole file")
    } else if SECTIONS.contains(&keys) {
        format!("`{keys}` of `{file}` is a whole section")
    } else {
        return;
    };
    findings.push(over_broad(
        what,
        place,
        "write the file, `#` and the keys that lead to the value, such as `values/prod.yaml#pools.gpu.size`",
    ));
}

/// `Kind name` or `Kind namespace/name`.
fn is_object(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(kind, name)| {
        !kind.is_empty()
            && !name.is_empty()
            && !name.contains(' ')
            && name.split('/').all(|part| !part.is_empty())
    })
}

fn check_environment(waiver: &Node, project: Option<&Project>, findings: &mut Findings) {
    let Some(node) = waiver.get("environment") else { return };
    let Some(name) = node.as_str() else { return };
    if is_glob(name) {
        let help = "name one environment, or leave `environment` out: the scope alone may be narrow enough";
        findings.push(wildcard(node, name, help));
        return;
    }
    let Some(project) = project else { return };
    if !project.environments.contains_key(name) {
        let known: Vec<&str> = project.environments.keys().map(String::as_str).collect();
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("write `{near}`"),
            None => format!("choose among {}", known.join(", ")),
        };
        findings.push(
            Finding::new(
                &rules::WAIVER_OF_UNKNOWN_ENVIRONMENT,
                format!("there is no environment `{}`", name.escape_debug()),
            )
            .at(node.position)
            .help(help),
        );
    }
}

/// A reason and an owner are words.
fn check_words(waiver: &Node, findings: &mut Findings) {
    for (key, help) in [
        ("reason", "say why the finding is accepted"),
        ("owner", "name the person or team that answers for it"),
    ] {
        if let Some(node) = waiver.get(key)
            && node.as_str().is_some_and(|text| text.trim().is_empty())
        {
            findings.push(
                Finding::new(&INVALID_VALUE, format!("the waiver's {key} is empty"))
                    .at(node.position)
                    .help(help),
            );
        }
    }
}

fn over_broad(message: String, place: Position, help: &str) -> Finding {
    Finding::new(&rules::WAIVER_OVER_BROAD, message).at(place).help(help)
}

fn wildcard(node: &Node, text: &str, help: &str) -> Finding {
    over_broad(format!("`{text}` has a wildcard"), node.position, help)
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Whether this is the letters of a group of rules.
fn is_group(text: &str) -> bool {
    text.len() == 3 && crate::rules::groups().contains(&text.to_ascii_uppercase().as_str())
}
