//! The rules that are run on the final objects, whatever they came from: one file each.
//!
//! A guard sees the objects as they will be written, and the spec only to point at what to mend. The
//! seat belts among them cannot be waived (see `docs/rules/`).

pub mod accelerators;
mod application_destroys;
mod application_unprotected;
mod autoscaled_to_fixed;
mod boot_image_fought;
mod changes;
mod cluster_autoscaler_name;
pub mod committed;
mod empty_rendering;
pub mod environments;
mod fixed_size_ignored;
mod fixed_to_autoscaled;
mod fixed_to_retiring;
mod foreign_cluster_label;
mod foreign_name;
mod health_check_limit;
mod health_check_scope;
mod health_check_startup;
mod ignored;
mod instance_type_changed;
mod machine_autoscaler_bounds;
mod machine_autoscaler_target;
mod machine_set_removed;
mod machine_sets;
mod object_rendered_twice;
mod object_unprotected;
pub mod registry;
mod replicas_removed;
mod replicas_unguarded;
mod selector;
mod selector_changed;
mod selector_mismatch;
mod selector_overlap;
mod steering_metadata;
mod subject;
mod sync_options;
mod template_kind_forbidden;

pub use empty_rendering::RULE as EMPTY_RENDERING;
pub use subject::{CommittedObject, CommittedObjects, Subject};

use crate::diag::{Findings, ObjectRef, Rule};

/// A rule with the code that finds it broken.
pub struct Guard {
    /// The rule.
    pub rule: &'static Rule,
    /// Finds where it is broken.
    pub check: fn(&Subject<'_>, &mut Findings),
}

/// Runs every guard. An object that no template may bring is judged for nothing else.
pub fn run(subject: &Subject<'_>, findings: &mut Findings) {
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
