//! The providerSpec that is written is one that the webhook and the controllers take.
//!
//! Copied values are checked where they are read and patched ones where they are made. This looks at the
//! result, whatever made it: the CRD leaves the providerSpec open, the webhooks may be absent (failure
//! policy Ignore), and their warnings reach no GitOps sync (machine-api-operator `pkg/webhooks/config.go`,
//! `machine_webhook.go`).

use super::super::Subject;
use crate::diag::{Finding, Findings, Severity};
use crate::guard::rendered_set;
use crate::json::Value as Json;
use crate::platform::{self, ClusterFacts};
use crate::rule;
use std::collections::BTreeMap;

rule! {
    /// A providerSpec that makes no machine.
    pub RULE = "PSP030", "provider-spec-refused", Error,
    "the providerSpec of every MachineSet is one that the webhook and the controllers take"
}

/// With as many others a providerSpec is compared before it is looked at: that takes a hundredth of the time.
const COMPARED: usize = 16;

/// Checks the MachineSets: the first of each pool, and what differs from that in the others.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let cluster = &subject.spec.cluster;
    let Some(platform) = platform::find(cluster.platform.as_str()) else { return };
    let facts = ClusterFacts::of(cluster, None);
    let mut of_pool: BTreeMap<&str, &Json> = BTreeMap::new();
    // Pools often differ in nothing that a providerSpec holds.
    let mut sound: Vec<&Json> = Vec::new();
    for set in rendered_set::all(subject) {
        let object = set.object;
        if sound.iter().rev().take(COMPARED).any(|known| known.is_identical(set.provider_spec)) {
            of_pool.entry(set.pool).or_insert(set.provider_spec);
            continue;
        }
        let mut found = Findings::new();
        let like = set.planned.and_then(|_| of_pool.get(set.pool).copied());
        platform.check_rendered(set.provider_spec, like, &facts, &mut found);
        // What is wrong with the first of a pool is not said again of the others.
        of_pool.entry(set.pool).or_insert(set.provider_spec);
        if found.is_empty() {
            sound.push(set.provider_spec);
        }
        // What may be waived was told where it was copied.
        let decisive = |fault: &Finding| fault.severity == Severity::Error && !fault.rule.waivable;
        for fault in found.into_iter().filter(decisive) {
            let message = format!("MachineSet `{}`: {} ({})", object.name(), fault.message, fault.rule.code);
            let mut finding = Finding::new(&RULE, message);
            if let Some(help) = fault.help {
                finding = finding.help(help);
            }
            findings.push(subject.about(finding, object));
        }
    }
}
