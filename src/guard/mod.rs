//! The rules that are run on the final objects, whatever they came from: one file each.
//!
//! A guard sees the objects as they will be written, and the spec only to point at what to mend. The
//! seat belts among them cannot be waived (see `docs/rules/`).

pub mod accelerators;
mod application_destroys;
mod application_unprotected;
mod argocd;
mod autoscaled_to_fixed;
pub mod autoscaling;
mod bare_metal_startup;
mod binding_without_role;
mod boot_image_fought;
mod changes;
mod cluster_autoscaler_name;
pub mod committed;
mod committed_broken;
mod committed_elsewhere;
mod empty_rendering;
pub mod environments;
mod extra;
mod fixed_size_ignored;
mod fixed_size_lowered;
mod fixed_to_autoscaled;
mod fixed_to_retiring;
mod foreign_cluster_label;
mod foreign_name;
mod hands_changed;
mod health_check_conditions;
mod health_check_limit;
mod health_check_scope;
mod health_check_startup;
mod hub_account_on_spoke;
mod identity;
mod ignored;
mod ignored_annotation_changed;
mod instance_type_changed;
mod machine_autoscaler_bounds;
mod machine_autoscaler_target;
mod machine_set_removed;
mod machine_sets;
mod maximum_lowered;
mod object_leaves_git;
mod object_rendered_twice;
mod object_unprotected;
pub mod operators;
mod pools;
pub mod quotas;
pub mod registry;
mod rendered_set;
mod replicas_removed;
mod replicas_unguarded;
pub mod scheduling;
mod selector;
mod selector_changed;
mod selector_mismatch;
mod selector_overlap;
mod sound;
mod steering_metadata;
mod subject;
mod sync_options;
mod template_changed;
mod template_kind_forbidden;
mod unrendered_manifest;
mod zone_share_lowered;

pub use empty_rendering::RULE as EMPTY_RENDERING;
pub use subject::{BrokenFile, CommittedObject, CommittedObjects, Inputs, Subject};

use crate::diag::{Findings, ObjectRef, Rule};

/// A rule with the code that finds it broken.
pub struct Guard {
    /// The rule.
    pub rule: &'static Rule,
    /// Finds where it is broken.
    pub check: fn(&Subject<'_>, &mut Findings),
}

/// Runs the guards of one group of rules, by the letters of their codes.
pub fn run_group(letters: &str, inputs: &Inputs<'_>, findings: &mut Findings) {
    let subject = &Subject::new(inputs);
    for guard in registry::GUARDS.iter().filter(|guard| guard.rule.code.starts_with(letters)) {
        (guard.check)(subject, findings);
    }
}

/// Runs every guard. An object that no template may bring is judged for nothing else.
pub fn run(inputs: &Inputs<'_>, findings: &mut Findings) {
    let subject = &Subject::new(inputs);
    let mut own = Findings::new();
    for guard in registry::GUARDS {
        (guard.check)(subject, &mut own);
    }
    let forbidden: Vec<ObjectRef> = own
        .iter()
        .filter(|finding| finding.rule == &template_kind_forbidden::RULE)
        .filter_map(|finding| finding.object.clone())
        .collect();
    findings.extend(own.into_iter().filter(|finding| {
        finding.rule == &template_kind_forbidden::RULE
            || finding.object.as_ref().is_none_or(|object| !forbidden.contains(object))
    }));
}
