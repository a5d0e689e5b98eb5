//! ACC023: resources that cannot be shared.

use super::{Subject, nvidia, setting, shares};
use crate::diag::{Finding, Findings};
use crate::plan::accelerators::NvidiaPlan;
use crate::rule;
use crate::spec::accelerators::{MigStrategy, Replicas};

rule! {
    /// Resources that cannot be shared.
    pub RULE = "ACC023", "shared-resource-invalid", Error,
    "a way of sharing names resources that the device plugin makes, each once"
}

/// Finds ways of sharing without resources, and resources that do not exist, repeat or cannot be shared.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((_, plan)) = nvidia(subject) else { return };
    for (name, config) in plan.sharing.iter().flat_map(|sharing| &sharing.configs) {
        let Some((kind, shares)) = shares(config) else { continue };
        if shares.resources.is_empty() {
            let message =
                format!("the way of sharing `{name}` names no resource, which the device plugin refuses");
            let place = setting(subject, &["sharing", "configs", name, kind, "resources"]);
            let help = format!("add `{{name: nvidia.com/gpu, replicas: 2}}`, or write `{name}: exclusive`");
            findings.push(Finding::new(&RULE, message).at(place).help(help));
        }
        for (index, resource) in shares.resources.iter().enumerate() {
            let Some((reason, help)) = fault(plan, kind, shares, index, &resource.name) else { continue };
            let message = format!("the way of sharing `{name}` divides `{}`, {reason}", resource.name);
            let path = ["sharing", "configs", name, kind, "resources", &index.to_string(), "name"];
            findings.push(Finding::new(&RULE, message).at(setting(subject, &path)).help(help));
        }
    }
}

fn fault(
    plan: &NvidiaPlan,
    kind: &str,
    shares: &Replicas,
    index: usize,
    name: &str,
) -> Option<(&'static str, &'static str)> {
    if shares.resources.iter().take(index).any(|earlier| earlier.name == name) {
        return Some(("which it already divides", "remove one of the two"));
    }
    if name == "nvidia.com/gpu" {
        return None;
    }
    if !name.strip_prefix("nvidia.com/mig-").is_some_and(is_profile) {
        return Some((
            "which the device plugin does not make",
            "write `nvidia.com/gpu`, or a partition such as `nvidia.com/mig-1g.10gb`",
        ));
    }
    if kind == "mps" {
        return Some((
            "but MPS does not work on partitions",
            "write `timeSlicing`, or divide `nvidia.com/gpu`",
        ));
    }
    // Of an external ClusterPolicy the strategy is known only when it is stated.
    let known = plan.cluster_policy.is_some() || plan.mig_strategy != MigStrategy::None;
    (known && plan.mig_strategy != MigStrategy::Mixed).then_some((
        "which exists only with the MIG strategy `mixed`",
        "write `mig: {strategy: mixed}`, or divide `nvidia.com/gpu`",
    ))
}

/// Whether `text` looks like `1g.10gb`, `3g.20gb` or `1g.10gb.me`.
fn is_profile(text: &str) -> bool {
    let mut parts = text.split('.');
    let number = |part: Option<&str>, unit: &str| {
        part.and_then(|part| part.strip_suffix(unit))
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    number(parts.next(), "g") && number(parts.next(), "gb")
}

#[cfg(test)]
mod tests {
    use super::is_profile;

    #[test]
    fn profiles_are_told_from_other_names() {
        assert!(is_profile("1g.10gb") && is_profile("7g.80gb") && is_profile("1g.10gb.me"));
        assert!(!is_profile("1g") && !is_profile("10gb") && !is_profile("g.gb") && !is_profile(""));
    }
}
