//! ASC023: a GPU limit that is used up before the autoscaler may add anything.
//!
//! Source: the autoscaler's resource limiter counts every labelled node, whoever made it.

use super::{Sizes, gpu_limits, least};
use crate::diag::Findings;
use crate::guard::Subject;
use crate::rule;

rule! {
    /// A GPU limit below what the pools always hold.
    pub RULE = "ASC023", "gpu-limit-too-low", Error,
    "a GPU limit leaves room for the GPUs that fixed sizes and minimums hold"
}

/// Compares the limits with the fixed and least sizes of the pools.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let (pools, sizes) = (gpu_limits::pools_by_model(subject), Sizes::of(subject));
    for limit in gpu_limits::all(subject) {
        let (Some(max), Some(pools)) = (limit.max, pools.get(limit.model)) else { continue };
        let (held, sum) = gpu_limits::gpus(pools, sizes, least);
        if held <= max {
            continue;
        }
        let message = format!(
            "the GPU limit `{}` is {max}, but fixed sizes and minimums alone hold {sum} = {held}",
            limit.model
        );
        let help = format!("write {held} or more, or make the pools smaller");
        findings.push(gpu_limits::finding(subject, &limit, &RULE, message, help));
    }
}
