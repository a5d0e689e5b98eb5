//! The providerSpec that is written is one that the webhook and the controllers take.
//!
//! Copied values are checked where they are read and patched ones where they are made. This looks at the
//! result, whatever made it: the CRD leaves the providerSpec open, the webhooks may be absent (failure
//! policy Ignore), and their warnings reach no GitOps sync (machine-api-operator `pkg/webhooks/config.go`,
//! `machine_webhook.go`).

use super::super::Subject;
use super::{pool, provider_spec};
use crate::diag::{Finding, Findings, Severity};
use crate::json::Value as Json;
use crate::platform::{self, ClusterFacts};
use crate::rule;
use std::collections::{BTreeMap, BTreeSet};

rule! {
    /// A providerSpec that makes no machine.
    pub RULE = "PSP030", "provider-spec-refused", Error,
    "the providerSpec of every MachineSet is one that the webhook and the controllers take"
}

/// Checks the MachineSets: the first of each pool, and every one that is not as it was planned.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let cluster = &subject.spec.cluster;
    let Some(platform) = platform::find(cluster.platform.as_str()) else { return };
    let facts = ClusterFacts::of(cluster, None);
    let sets = subject.plan.pools.iter().flat_map(|pool| &pool.machine_sets);
    let planned: BTreeMap<&str, &Json> = sets.map(|set| (set.name.as_str(), &set.provider_spec)).collect();
    let mut seen = BTreeSet::new();
    for object in subject.of_kind("MachineSet") {
        // The zones of a pool come from one copied value, and each was checked when its zone was set.
        let is_as_planned = || planned.get(object.name()) == Some(&provider_spec(object));
        if !seen.insert(pool(object)) && is_as_planned() {
            continue;
        }
        let mut found = Findings::new();
        platform.check_rendered(provider_spec(object), &facts, &mut found);
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
