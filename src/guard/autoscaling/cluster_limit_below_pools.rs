//! ASC026: a cluster-wide limit that keeps pools from their maximum.

use super::{Sizes, cluster_limits, least, most};
use crate::diag::Findings;
use crate::guard::Subject;
use crate::rule;

rule! {
    /// A limit below what the pools may grow to.
    pub RULE = "ASC026", "cluster-limit-below-pools", Warning, waivable,
    "a cluster-wide limit admits the maximum of every pool beside the control plane and the other nodes"
}

/// Compares the limits with the control plane, the other nodes, and the greatest sizes of the pools.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let sizes = Sizes::of(subject);
    for limit in cluster_limits::all(subject) {
        let sum = limit.sum(subject, sizes, most);
        // What is used up from the beginning is another rule's.
        if !limit.admits(&sum) && limit.admits(&limit.sum(subject, sizes, least)) {
            findings.push(limit.finding(
                subject,
                &RULE,
                "with every pool at its maximum it would take more",
                &sum,
            ));
        }
    }
}
