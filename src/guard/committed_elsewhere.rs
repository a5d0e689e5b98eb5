//! The committed output is this cluster's own.
//!
//! A directory that was copied for a new environment, or an `output` that points at another one's, holds
//! MachineSets of another cluster: compared with them nothing would be right, and written over them
//! they would leave that cluster's Git.

use super::Subject;
use super::{changes, machine_sets};
use crate::diag::{Finding, Findings};
use crate::rule;
use std::collections::BTreeMap;

rule! {
    /// An output directory with another cluster's MachineSets.
    pub RULE = "TRN015", "committed-by-another-cluster", Error, seat belt 5,
    "the output directory holds the rendering of this cluster and no other"
}

/// Checks for which cluster the committed MachineSets were rendered.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(committed) = subject.committed else { return };
    let mut foreign: BTreeMap<&str, usize> = BTreeMap::new();
    for set in changes::of_any_cluster(committed).filter(|set| changes::is_foreign(subject, set)) {
        *foreign.entry(machine_sets::cluster(set).unwrap_or_default()).or_default() += 1;
    }
    let (output, ours) = (&subject.plan.argocd.output, &subject.plan.cluster.infra_id);
    for (cluster, count) in foreign {
        let sets = if count == 1 { "1 MachineSet".to_owned() } else { format!("{count} MachineSets") };
        let message = format!(
            "the output directory `{output}` holds {sets} of cluster `{cluster}`, but this environment is cluster `{ours}`"
        );
        findings.push(
            Finding::new(&RULE, message)
                .at(subject.values.locate(&["cluster", "infraID"]))
                .related(
                    subject.project.locate(&["environments", subject.environment, "output"]),
                    "the output directory",
                )
                .help("give the environment an output directory of its own, or correct `infraID`; where the cluster was installed anew, remove the directory first"),
        );
    }
}
