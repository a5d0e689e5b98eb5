//! The guards, in the order in which they run.

use super::*;

/// Every guard.
pub static GUARDS: &[Guard] = &[
    Guard { rule: &application_destroys::APPLICATION_DESTROYS, check: application_destroys::check },
    Guard { rule: &application_unprotected::APPLICATION_UNPROTECTED, check: application_unprotected::check },
    Guard { rule: &object_unprotected::OBJECT_UNPROTECTED, check: object_unprotected::check },
    Guard { rule: &steering_metadata::STEERING_METADATA, check: steering_metadata::check },
    Guard { rule: &replicas_unguarded::REPLICAS_UNGUARDED, check: replicas_unguarded::check },
    Guard { rule: &fixed_size_ignored::FIXED_SIZE_IGNORED, check: fixed_size_ignored::check },
    Guard { rule: &boot_image_fought::BOOT_IMAGE_FOUGHT, check: boot_image_fought::check },
    Guard { rule: &object_rendered_twice::OBJECT_RENDERED_TWICE, check: object_rendered_twice::check },
    Guard { rule: &template_kind_forbidden::TEMPLATE_KIND_FORBIDDEN, check: template_kind_forbidden::check },
    Guard { rule: &cluster_autoscaler_name::CLUSTER_AUTOSCALER_NAME, check: cluster_autoscaler_name::check },
    Guard { rule: &machine_autoscaler_target::MACHINE_AUTOSCALER_TARGET, check: machine_autoscaler_target::check },
    Guard { rule: &machine_autoscaler_bounds::MACHINE_AUTOSCALER_BOUNDS, check: machine_autoscaler_bounds::check },
    Guard { rule: &selector_mismatch::SELECTOR_MISMATCH, check: selector_mismatch::check },
    Guard { rule: &selector_overlap::SELECTOR_OVERLAP, check: selector_overlap::check },
    Guard { rule: &foreign_cluster_label::FOREIGN_CLUSTER_LABEL, check: foreign_cluster_label::check },
    Guard { rule: &foreign_name::FOREIGN_NAME, check: foreign_name::check },
    Guard { rule: &health_check_scope::HEALTH_CHECK_SCOPE, check: health_check_scope::check },
    Guard { rule: &health_check_limit::HEALTH_CHECK_LIMIT, check: health_check_limit::check },
    Guard { rule: &health_check_startup::HEALTH_CHECK_STARTUP, check: health_check_startup::check },
    Guard { rule: &empty_rendering::EMPTY_RENDERING, check: empty_rendering::check },
    Guard { rule: &fixed_to_autoscaled::FIXED_TO_AUTOSCALED, check: fixed_to_autoscaled::check },
    Guard { rule: &machine_set_removed::MACHINE_SET_REMOVED, check: machine_set_removed::check },
    Guard { rule: &autoscaled_to_fixed::AUTOSCALED_TO_FIXED, check: autoscaled_to_fixed::check },
    Guard { rule: &replicas_removed::REPLICAS_REMOVED, check: replicas_removed::check },
    Guard { rule: &selector_changed::SELECTOR_CHANGED, check: selector_changed::check },
    Guard { rule: &instance_type_changed::INSTANCE_TYPE_CHANGED, check: instance_type_changed::check },
    Guard { rule: &fixed_to_retiring::FIXED_TO_RETIRING, check: fixed_to_retiring::check },
];
