//! The rules between the environments of a project: no two are the same cluster.
//!
//! They are checked once a run. The value files of all environments are read as text for that, each of
//! them once, and parsed only where the text leaves a doubt.

use crate::diag::{Finding, Findings, Rule, Sources};
use crate::load::{self, ProjectFiles};
use crate::rule;
use crate::spec::Project;
use crate::spec::project::{Destination, Environment};
use crate::yaml::{Limits, Node, Position};
use std::collections::BTreeMap;

rule! {
    /// Two environments with one infraID.
    pub INFRA_ID_SHARED = "CLU001", "infra-id-shared", Error, seat belt 9,
    "no two environments have the same infraID"
}
rule! {
    /// Two environments that apply to one cluster.
    pub DESTINATION_SHARED = "CLU002", "destination-shared", Error, seat belt 9,
    "no two environments are applied to the same cluster"
}

/// The rules of this file.
pub static RULES: &[&Rule] = &[&INFRA_ID_SHARED, &DESTINATION_SHARED];

/// The cluster that an Argo CD runs in; each has its own.
const IN_CLUSTER_SERVER: &str = "https://kubernetes.default.svc";
const IN_CLUSTER_NAME: &str = "in-cluster";

/// The environments that a run is about.
pub struct Chosen<'a> {
    /// Their names.
    pub names: &'a [String],
    /// Their infraIDs, as far as they were read without a fault.
    pub infra_ids: BTreeMap<&'a str, &'a str>,
}

/// Checks the environments against each other, as far as one of `chosen` is concerned. Files that the
/// findings point into are added to `sources`.
///
/// What is wrong with a value file itself is said when its environment is rendered.
pub fn check(
    files: &ProjectFiles,
    project: &Project,
    chosen: &Chosen<'_>,
    sources: &mut Sources,
    findings: &mut Findings,
) {
    if project.environments.len() < 2 {
        return;
    }
    check_destinations(project, &files.tree, chosen.names, findings);
    check_infra_ids(files, project, chosen, sources, findings);
}

fn check_destinations(project: &Project, tree: &Node, chosen: &[String], findings: &mut Findings) {
    let mut seen: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for (name, environment) in &project.environments {
        let own = environment.argocd.as_ref().and_then(|argocd| argocd.destination.as_ref());
        let destination = own.unwrap_or(&project.argocd.destination);
        if is_in_cluster(destination) {
            continue;
        }
        let destination = match destination {
            Destination::Server(url) => ("server", url.trim_end_matches('/')),
            Destination::Name(name) => ("name", name.as_str()),
        };
        let Some(&first) = seen.get(&destination) else {
            seen.insert(destination, name);
            continue;
        };
        let Some(concerned) = chosen_one(chosen, first, name) else { continue };
        let place = |name: &str| destination_place(tree, name);
        let message = format!(
            "environments `{first}` and `{name}` are both applied to the cluster `{}`",
            destination.1
        );
        findings.push(
            Finding::new(&DESTINATION_SHARED, message)
                .at(place(name))
                .related(place(first), "applied there too")
                .help("give each environment the `argocd.destination` of its own cluster")
                .environment(concerned),
        );
    }
}

/// Whether the objects are applied to the cluster that Argo CD itself runs in.
pub(super) fn is_in_cluster(destination: &Destination) -> bool {
    match destination {
        Destination::Server(url) => url.trim_end_matches('/') == IN_CLUSTER_SERVER,
        Destination::Name(name) => name == IN_CLUSTER_NAME,
    }
}

fn destination_place(tree: &Node, environment: &str) -> Position {
    let own = ["environments", environment, "argocd", "destination"];
    match tree.find(&own) {
        Some(_) => tree.locate_key(&own),
        None => tree.locate_key(&["environments", environment]),
    }
}

/// The one of two environments that is chosen and that a finding is therefore said of.
fn chosen_one<'a>(chosen: &[String], first: &'a str, second: &'a str) -> Option<&'a str> {
    [second, first].into_iter().find(|name| chosen.iter().any(|chosen| chosen == name))
}

fn check_infra_ids(
    files: &ProjectFiles,
    project: &Project,
    chosen: &Chosen<'_>,
    sources: &mut Sources,
    findings: &mut Findings,
) {
    let mut texts = Texts { files, mentions: BTreeMap::new() };
    let mut claims: BTreeMap<String, Vec<(&str, &Environment)>> = BTreeMap::new();
    for (name, environment) in &project.environments {
        let known = chosen.infra_ids.get(name.as_str()).map(|known| Guess::Certain((*known).to_owned()));
        let infra_id = match known.unwrap_or_else(|| texts.infra_id(environment)) {
            Guess::Certain(infra_id) => Some(infra_id),
            Guess::Doubtful => {
                parsed_infra_id(files, name, environment, &mut Sources::default()).map(|(id, _)| id)
            }
            Guess::None => None,
        };
        if let Some(infra_id) = infra_id {
            claims.entry(infra_id).or_default().push((name, environment));
        }
    }
    for suspects in claims.values().filter(|suspects| suspects.len() > 1) {
        let mut read = Sources::default();
        let mut own = Findings::new();
        let mut stated: BTreeMap<String, (&str, Position)> = BTreeMap::new();
        for (name, environment) in suspects {
            let Some((infra_id, place)) = parsed_infra_id(files, name, environment, &mut read) else {
                continue;
            };
            let Some((first, first_place)) = stated.get(&infra_id) else {
                stated.insert(infra_id, (name, place));
                continue;
            };
            let Some(concerned) = chosen_one(chosen.names, first, name) else { continue };
            let message = format!("environments `{first}` and `{name}` have the same infraID `{infra_id}`");
            own.push(
                Finding::new(&INFRA_ID_SHARED, message)
                    .at(place)
                    .related(*first_place, format!("stated for `{first}`"))
                    .help("state each cluster's own, as `oc get infrastructure cluster -o jsonpath='{.status.infrastructureName}'` prints it")
                    .environment(concerned),
            );
        }
        findings.extend(sources.absorb(&read, own));
    }
}

/// The infraID that the layered values of an environment state, and where.
fn parsed_infra_id(
    files: &ProjectFiles,
    name: &str,
    environment: &Environment,
    sources: &mut Sources,
) -> Option<(String, Position)> {
    let mut ignored = Findings::new();
    let (values, _) = load::layered_values(files, name, &environment.values, sources, &mut ignored)?;
    let node = values.find(&["cluster", "infraID"])?;
    Some((node.as_str()?.to_owned(), node.position))
}

/// What the texts of an environment's value files say about its infraID.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Guess {
    /// The last layer that mentions one states this.
    Certain(String),
    /// It is written in a way that only a parser understands.
    Doubtful,
    /// None of the files mentions one, or one cannot be read.
    None,
}

/// The value files, each read once.
struct Texts<'a> {
    files: &'a ProjectFiles,
    mentions: BTreeMap<&'a str, Guess>,
}

impl<'a> Texts<'a> {
    fn infra_id(&mut self, environment: &'a Environment) -> Guess {
        for path in environment.values.iter().rev() {
            let files = self.files;
            let guess = self.mentions.entry(path).or_insert_with(|| {
                files.root.read(path, Limits::default().bytes).map_or(Guess::None, |text| guess(&text))
            });
            if *guess != Guess::None {
                return guess.clone();
            }
        }
        Guess::None
    }
}

/// Reads the infraID out of a text without parsing it.
fn guess(text: &str) -> Guess {
    let mut found: Option<&str> = None;
    let mut next = 0;
    while let Some(at) = text[next..].find(KEY).map(|at| next + at) {
        let start = text[..at].rfind('\n').map_or(0, |line_break| line_break + 1);
        let end = text[at..].find('\n').map_or(text.len(), |line_break| at + line_break);
        next = end;
        let (before, after) = (&text[start..at], &text[at + KEY.len()..end]);
        if before.starts_with('#') || before.contains(" #") {
            continue;
        }
        let Some(value) = scalar_after(after) else { return Guess::Doubtful };
        if found.replace(value).is_some() {
            return Guess::Doubtful;
        }
    }
    match found {
        Some(value) => Guess::Certain(value.to_owned()),
        None => Guess::None,
    }
}

const KEY: &str = "infraID";

/// The plain or quoted text that follows a key, if it ends on its line.
fn scalar_after(after_key: &str) -> Option<&str> {
    let value = after_key.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let body = quote.map_or(value, |quote| value.trim_start_matches(quote));
    let end =
        body.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))).unwrap_or(body.len());
    let (name, rest) = body.split_at(end);
    let ends = match quote {
        Some(quote) => rest.starts_with(quote),
        None => rest.trim_start().is_empty() || rest.trim_start().starts_with([',', '}', '#']),
    };
    (!name.is_empty() && ends).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_understood_where_it_is_plain() {
        for text in [
            "cluster:\n  name: prod\n  infraID: prod-7kx2p\n",
            "cluster:\n  infraID: \"prod-7kx2p\" # here\n",
            "cluster:\n  infraID:   'prod-7kx2p'",
            "cluster: {name: prod, infraID: prod-7kx2p, region: us-west-2}",
            "cluster: {\"infraID\" : \"prod-7kx2p\"}\n",
            "# infraID: dev-m4q8w\ncluster:\n  infraID: prod-7kx2p\n",
        ] {
            assert_eq!(guess(text), Guess::Certain("prod-7kx2p".to_owned()), "{text}");
        }
        assert_eq!(guess("cluster: {name: prod} # not the infraID\n  # nor infraID\n"), Guess::None);
        for text in [
            "infraID: *id",
            "infraID: &id prod-7kx2p",
            "infraID:\n  prod-7kx2p",
            "infraID: \"prod\\u002d7kx2p\"",
            "infraID: a\ninfraID: b",
            "infraIDs: a",
        ] {
            assert_eq!(guess(text), Guess::Doubtful, "{text}");
        }
    }
}
