//! Findings that only follow from a fault that is told already.
//!
//! Where something was refused, the steps go on with what is sound, and some rules then judge what is not
//! there: a pool that was left out looks removed, a stand-in for the infraID makes every name another
//! cluster's. Such findings are dropped. They come back, if there is something in them, once the fault
//! before them is mended.

use crate::diag::{Finding, Findings, Severity, Sources};
use crate::spec::Holes;
use crate::yaml::Position;
use std::collections::BTreeSet;

/// What is in doubt in one environment.
pub(crate) struct Doubts<'a> {
    /// The holes of the project file.
    pub(crate) project: &'a Holes,
    /// The holes of the values.
    pub(crate) values: &'a Holes,
    /// Pools that are left out, or of which something was refused.
    pub(crate) pools: &'a BTreeSet<String>,
    /// What the steps before have told.
    pub(crate) told: &'a Findings,
    /// Where the values speak of quotas.
    pub(crate) quotas: Option<Position>,
    /// The texts, to see what a template speaks of.
    pub(crate) sources: &'a Sources,
}

/// A part of a file, and the rules (by the beginning of their codes) that rest on it.
type RestsOn = (&'static [&'static str], &'static [&'static str]);

/// What rests on which part of the values.
const VALUES: &[RestsOn] = &[
    (&["cluster", "infraID"], &["CLU020", "CLU021", "MCH", "TRN"]),
    (&["cluster", "region"], &["CLU010", "CLU022", "CLU023", "CLU031", "PSP021", "PSP022", "PSP023", "QTA"]),
    (&["cluster", "accountID"], &["CLU022", "QTA"]),
    (&["cluster", "platform"], &["ASC010", "ACC", "CLU", "PSP"]),
    (
        &["cluster", "version"],
        &[
            "PSP018", "PSP024", "ASC003", "ASC014", "ASC03", "ASC04", "ACC012", "ACC014", "ACC04", "ACC05",
            "ACC06", "OLM",
        ],
    ),
    (&["cluster", "subnets"], &["CLU031", "PSP021", "PSP022"]),
    (&["cluster", "offerings"], &["CLU030", "CLU031"]),
    (&["quotas"], &["QTA"]),
    (&["autoscaler"], &["ASC001", "ASC003", "ASC011", "ASC02", "ASC03", "ASC04", "SCH"]),
    (&["accelerators"], &["ACC01", "ACC02", "ACC03", "ACC04", "ACC05", "ACC06", "ASC02", "OLM", "OUT042"]),
];

/// What rests on which part of the project file.
const PROJECT: &[RestsOn] = &[
    (&["allow", "overrides"], &["PSP020"]),
    (&["allow", "extraKinds"], &["ARG009"]),
    (&["argocd"], &["ARG01", "OUT04"]),
    (&["argocd", "destination"], &["CLU002"]),
];

impl Doubts<'_> {
    /// The findings without those that follow from what is in doubt.
    pub(crate) fn without_consequences(&self, findings: Findings) -> Findings {
        findings.into_iter().filter(|finding| !self.is_consequence(finding)).collect()
    }

    fn is_consequence(&self, finding: &Finding) -> bool {
        let code = finding.rule.code;
        let rests_on = |table: &[RestsOn], holes: &Holes| {
            table
                .iter()
                .any(|(path, codes)| holes.touch(path) && codes.iter().any(|begin| code.starts_with(begin)))
        };
        self.values.conceal(finding)
            || self.project.conceal(finding)
            || rests_on(VALUES, self.values)
            || rests_on(PROJECT, self.project)
            || self.misses_a_pool(finding)
            || self.misses_a_limit(finding)
            || self.is_told(finding)
    }

    /// Whether a step before has refused what the finding points at, or, of a rule about the objects of a
    /// pool, something of that pool.
    fn is_told(&self, finding: &Finding) -> bool {
        // What a waiver can lift leaves nothing in doubt: the steps go on with all of it.
        let errors =
            || self.told.iter().filter(|told| told.severity == Severity::Error && !told.rule.waivable);
        let place = finding.primary.as_ref().map(|label| label.position);
        let same_place = |told: &Finding| {
            // The same rule tells the same finding again, with a fix.
            told.rule != finding.rule
                && place.is_some_and(|place| place.line > 0)
                && told.primary.as_ref().map(|label| label.position) == place
        };
        // These look once more at what was checked before, now that it is finished.
        let repeats = match finding.rule.code {
            "PSP030" => errors().next().is_some(),
            "ASC080" => errors().any(|told| told.rule.code.starts_with("ASC")),
            "OUT042" => {
                let of_the_project = place
                    .and_then(|place| self.sources.get(place.file))
                    .is_some_and(|file| file.path == crate::load::PROJECT_FILE);
                let derived = finding.pool.is_some() || of_the_project;
                errors().any(|told| derived || told.rule == &crate::spec::rules::INVALID_NAME)
            }
            _ => false,
        };
        if repeats {
            return true;
        }
        let judges_objects =
            ["ARG", "MCH", "ASC0", "CLU03", "OUT04"].iter().any(|begin| finding.rule.code.starts_with(begin));
        let same_pool = |told: &Finding| finding.pool.is_some() && told.pool == finding.pool;
        errors().any(|told| same_place(told) || judges_objects && finding.object.is_some() && same_pool(told))
    }

    /// Whether a rule about quotas misses a limit that stands where something was refused.
    fn misses_a_limit(&self, finding: &Finding) -> bool {
        let Some(quotas) = self.quotas.filter(|_| finding.rule.code.starts_with("QTA")) else { return false };
        let errors = self.told.iter().filter(|told| told.severity == Severity::Error);
        errors.filter_map(|told| told.primary.as_ref()).any(|label| {
            let place = label.position;
            place.file == quotas.file && (quotas.start..quotas.end).contains(&place.start)
        })
    }

    /// Whether a rule that looks at all pools misses one that was left out.
    fn misses_a_pool(&self, finding: &Finding) -> bool {
        // What leaves Git with a refused part comes back with it.
        if finding.rule.code.starts_with("TRN") && finding.pool.is_none() {
            return true;
        }
        if self.pools.is_empty() && !self.values.touch(&["pools"]) {
            return false;
        }
        match finding.rule.code.get(..3) {
            // A MachineSet that is not rendered for now is no removed one.
            Some("TRN") => finding
                .pool
                .as_ref()
                .is_some_and(|pool| self.pools.contains(pool) || self.values.touch(&["pools", pool])),
            // What is counted over all pools, or asked of all of them, misses this one.
            Some("ASC") => finding.rule.code >= "ASC020",
            Some("SCH") => true,
            Some("OUT") => finding.rule == &crate::guard::EMPTY_RENDERING,
            // A template that speaks of pools may speak of one that is left out.
            Some("SRC") => finding
                .primary
                .as_ref()
                .and_then(|label| self.sources.get(label.position.file))
                .is_some_and(|file| file.text.contains("pools")),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_that_is_named_exists() {
        for (_, codes) in VALUES.iter().chain(PROJECT) {
            for begin in *codes {
                assert!(crate::rules::all().iter().any(|rule| rule.code.starts_with(begin)), "{begin}");
            }
        }
    }
}
