//! ASC025: a cluster-wide limit that is used up before the autoscaler may add anything.

use super::{Sizes, cluster_limits, least};
use crate::diag::Findings;
use crate::guard::Subject;
use crate::rule;

rule! {
    /// A limit below what the cluster always holds.
    pub RULE = "ASC025", "cluster-limit-below-floor", Error,
    "a cluster-wide limit leaves room for what always runs, the control plane included"
}

/// Compares the limits with the control plane, the other nodes, and the fixed and least sizes of the pools.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let sizes = Sizes::of(subject);
    for limit in cluster_limits::all(subject) {
        let sum = limit.sum(subject, sizes, least);
        if !limit.admits(&sum) {
            findings.push(limit.finding(subject, &RULE, "what always runs is more", &sum));
        }
    }
}
