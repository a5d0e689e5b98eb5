//! ASC024: a GPU limit that keeps pools from their maximum.

use super::{Sizes, gpu_limits, least, most};
use crate::diag::Findings;
use crate::guard::Subject;
use crate::rule;

rule! {
    /// A GPU limit below the maxima of the pools.
    pub RULE = "ASC024", "gpu-limit-below-pools", Note,
    "a GPU limit admits the maximum of every pool"
}

/// Compares the limits with the greatest sizes of the pools. It may be meant: zones that may each grow to
/// the whole size share it by a limit.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let (pools, sizes) = (gpu_limits::pools_by_model(subject), Sizes::of(subject));
    for limit in gpu_limits::all(subject) {
        let (Some(max), Some(pools)) = (limit.max, pools.get(limit.model)) else { continue };
        let (wanted, sum) = gpu_limits::gpus(pools, sizes, most);
        // What is used up from the beginning is another rule's.
        if wanted <= max || gpu_limits::gpus(pools, sizes, least).0 > max {
            continue;
        }
        let message = format!(
            "the GPU limit `{}` holds the pools at {max} of the {sum} = {wanted} GPUs that they may grow to",
            limit.model
        );
        let help = format!("write {wanted} if every pool is to reach its maximum");
        findings.push(gpu_limits::finding(subject, &limit, &RULE, message, help));
    }
}
