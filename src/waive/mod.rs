//! What is accepted: waivers and the baseline, laid over the findings after the guards and before anything
//! is written.
//!
//! A finding that is lifted stays what it is and is shown as lifted; it only weighs nothing. Seat belts and
//! input errors are never lifted, whatever a file says.

pub mod baseline;
mod check;
pub mod rules;
mod scope;

pub use scope::Trees;

use crate::diag::{Finding, Findings, Fingerprints, Lifted, Rule, Severity, Sources, Waived};
use crate::spec::Project;
use crate::spec::date::Date;
use crate::spec::waivers::{self, Scope};
use crate::yaml::{Node, Position};
use baseline::Known;
use std::collections::{BTreeMap, BTreeSet};

/// As many places are named where a waiver that lifts nothing may have been meant to hold.
const SHOWN_PLACES: usize = 3;

/// What is accepted in a project.
#[derive(Debug, Default)]
pub struct Acceptance {
    waivers: Vec<Waiver>,
    known: Option<Known>,
}

/// A waiver that is sound.
#[derive(Debug)]
struct Waiver {
    rule: &'static str,
    environment: Option<String>,
    scope: Scope,
    waived: Waived,
    expires: Date,
    /// Where its code, its scope and its last day stand.
    places: [Position; 3],
    /// Whether its last day is over; then it lifts nothing.
    expired: bool,
}

/// What was lifted, and in which environments it is known.
#[derive(Debug, Default)]
pub struct Used {
    waivers: BTreeSet<usize>,
    known: BTreeSet<String>,
    /// The scopes of findings that no waiver of their rule holds for, by rule.
    missed: BTreeMap<&'static str, BTreeSet<Scope>>,
    /// The environments in which every rule was judged.
    environments: BTreeSet<String>,
}

impl Acceptance {
    /// Reads the file of waivers. What is wrong becomes findings; `project` is absent when it was refused
    /// itself.
    pub fn read(tree: Option<&Node>, project: Option<&Project>, findings: &mut Findings) -> Acceptance {
        let Some(tree) = tree else { return Acceptance::default() };
        let decoded = waivers::decode(tree, findings);
        let refused = check::check(tree, project, findings);
        let sound = decoded.into_iter().filter(|(index, _)| !refused.contains(index));
        let waivers = sound.filter_map(|(index, waiver)| {
            let index = index.to_string();
            let place = |key: &str| tree.locate(&["waivers", &index, key]);
            Some(Waiver {
                rule: lifted_rule(&waiver.code)?.code,
                environment: waiver.environment,
                scope: waiver.scope?,
                waived: Waived {
                    reason: waiver.reason,
                    owner: waiver.owner,
                    expires: waiver.expires.to_string(),
                },
                expires: waiver.expires,
                places: [place("code"), place("scope"), place("expires")],
                expired: false,
            })
        });
        Acceptance { waivers: waivers.collect(), known: None }
    }

    /// Takes over the known findings of a baseline.
    pub fn know(&mut self, known: Known) {
        self.known = Some(known);
    }

    /// Judges the last days of the waivers on the day `today`. One that is over lifts nothing any more.
    pub fn judge_days(&mut self, today: Date, findings: &mut Findings) {
        for waiver in &mut self.waivers {
            let [code, _, expires] = waiver.places;
            if waiver.expires < today {
                waiver.expired = true;
                findings.push(
                    Finding::new(
                        &rules::WAIVER_EXPIRED,
                        format!("the waiver of {} expired on {}", waiver.rule, waiver.expires),
                    )
                    .at(expires)
                    .related(code, format!("answered for by {}", waiver.waived.owner.trim()))
                    .help("remove it once what it waives is put right, or agree on a later day"),
                );
            } else if waiver.expires.is_more_than_a_year_after(today) {
                findings.push(
                    Finding::new(
                        &rules::WAIVER_TOO_LONG,
                        format!(
                            "the waiver of {} holds until {}, for more than a year",
                            waiver.rule, waiver.expires
                        ),
                    )
                    .at(expires)
                    .help(format!("write a day up to \"{}\"", today.a_year_on())),
                );
            }
        }
    }

    /// Lifts what is accepted of `findings`, which are those of one environment or those that no single
    /// environment has, and tells what was lifted by what.
    pub fn lift(&self, sources: &Sources, findings: &mut Findings) -> Used {
        let mut used = Used::default();
        if self.waivers.is_empty() && self.known.is_none() {
            return used;
        }
        // Sorted, so that fingerprints of equal findings are told apart as they were when they were written.
        let mut sorted = std::mem::take(findings).into_sorted(sources);
        let mut trees = Trees::new(sources);
        let mut fingerprints = Fingerprints::default();
        for finding in &mut sorted {
            let fingerprint = self.known.as_ref().map(|_| fingerprints.of(finding, sources));
            if !can_be_lifted(finding.rule) {
                continue;
            }
            if let Some(waived) = self.waived(finding, &mut trees, &mut used) {
                finding.lifted = Some(Box::new(Lifted::Waived(waived)));
            } else if let (Some(known), Some(fingerprint)) = (&self.known, fingerprint)
                && known.has(&fingerprint)
            {
                finding.lifted = Some(Box::new(Lifted::Known));
                used.known.insert(fingerprint);
            }
        }
        findings.extend(sorted);
        used
    }

    /// What the waiver says that lifts a finding, if there is one. Every waiver that holds for it is used.
    fn waived(&self, finding: &Finding, trees: &mut Trees<'_>, used: &mut Used) -> Option<Waived> {
        let of_its_rule =
            self.waivers.iter().enumerate().filter(|(_, waiver)| waiver.rule == finding.rule.code);
        let mut found = None;
        let mut is_looked_for = false;
        for (index, waiver) in of_its_rule {
            is_looked_for = true;
            let in_environment = waiver.environment.is_none() || waiver.environment == finding.environment;
            if in_environment && trees.holds(&waiver.scope, finding) {
                used.waivers.insert(index);
                if !waiver.expired {
                    found = found.or_else(|| Some(waiver.waived.clone()));
                }
            }
        }
        if is_looked_for
            && found.is_none()
            && let Some(scope) = trees.scope_of(finding)
        {
            used.missed.entry(finding.rule.code).or_default().insert(scope);
        }
        found
    }

    /// The waivers that lift nothing and the entries of the baseline that are gone, as far as all
    /// environments of `project` that they may concern were judged.
    pub fn unused(&self, used: &Used, project: &Project) -> Findings {
        let mut findings = Findings::new();
        let judged = |name: &String| used.environments.contains(name);
        let all_judged = project.environments.keys().all(judged);
        for (index, waiver) in self.waivers.iter().enumerate() {
            let known = waiver.environment.as_ref().map_or(all_judged, judged);
            // That a waiver is expired says enough.
            if !known || waiver.expired || used.waivers.contains(&index) {
                continue;
            }
            let [code, scope, _] = waiver.places;
            let mut message =
                format!("the waiver of {} for {} lifts nothing", waiver.rule, waiver.scope.written());
            if let Some(environment) = &waiver.environment {
                message.push_str(&format!(" in environment {environment}"));
            }
            let mut finding =
                Finding::new(&rules::WAIVER_UNUSED, message).at(code).related(scope, "its scope");
            let places: Vec<String> = used
                .missed
                .get(waiver.rule)
                .into_iter()
                .flatten()
                .take(SHOWN_PLACES)
                .map(Scope::written)
                .collect();
            finding = match places.as_slice() {
                [] => finding.help("remove it: the rule is kept there"),
                places => finding
                    .help(format!("remove it, or write the scope of what is found: {}", places.join(", "))),
            };
            findings.push(finding);
        }
        if let (Some(known), true) = (&self.known, all_judged) {
            findings.extend(known.gone(&used.known));
        }
        findings
    }
}

impl Used {
    /// Adds what was used elsewhere.
    pub fn join(&mut self, other: Used) {
        self.waivers.extend(other.waivers);
        self.known.extend(other.known);
        for (rule, scopes) in other.missed {
            self.missed.entry(rule).or_default().extend(scopes);
        }
        self.environments.extend(other.environments);
    }

    /// Says that every rule was judged in an environment.
    pub fn judged(&mut self, environment: &str) {
        self.environments.insert(environment.to_owned());
    }
}

/// Whether a waiver or a baseline can take the weight off a rule's findings.
pub fn can_be_lifted(rule: &Rule) -> bool {
    rule.waivable && rule.seat_belt.is_none()
}

/// The rule of that code, if it can be lifted.
fn lifted_rule(code: &str) -> Option<&'static Rule> {
    crate::rules::all().into_iter().find(|rule| rule.code == code && can_be_lifted(rule))
}

/// Whether a finding is worth an entry in a baseline: it can be lifted, fails a run, and is not waived.
fn belongs_in_a_baseline(finding: &Finding) -> bool {
    can_be_lifted(finding.rule) && finding.weighs(Severity::Warning)
}
