//! The guards, in the order in which they run.

use super::{Guard, accelerators as acc};

/// Every guard.
pub static GUARDS: &[Guard] = &[
    Guard { rule: &acc::nvidia_pool_without_operator::RULE, check: acc::nvidia_pool_without_operator::check },
    Guard { rule: &acc::neuron_unconfirmed::RULE, check: acc::neuron_unconfirmed::check },
    Guard { rule: &acc::neuron_unsupported::RULE, check: acc::neuron_unsupported::check },
    Guard { rule: &acc::operands_do_not_tolerate::RULE, check: acc::operands_do_not_tolerate::check },
    Guard { rule: &acc::discovery_does_not_tolerate::RULE, check: acc::discovery_does_not_tolerate::check },
    Guard { rule: &acc::toleration_invalid::RULE, check: acc::toleration_invalid::check },
    Guard { rule: &acc::operand_label_rendered::RULE, check: acc::operand_label_rendered::check },
    Guard { rule: &acc::sharing_default_unknown::RULE, check: acc::sharing_default_unknown::check },
    Guard { rule: &acc::sharing_config_unknown::RULE, check: acc::sharing_config_unknown::check },
    Guard { rule: &acc::sharing_replicas_too_few::RULE, check: acc::sharing_replicas_too_few::check },
    Guard { rule: &acc::shared_resource_invalid::RULE, check: acc::shared_resource_invalid::check },
    Guard {
        rule: &acc::sharing_hidden_from_autoscaler::RULE,
        check: acc::sharing_hidden_from_autoscaler::check,
    },
    Guard { rule: &acc::sharing_config_name_invalid::RULE, check: acc::sharing_config_name_invalid::check },
    Guard { rule: &acc::mig_from_zero::RULE, check: acc::mig_from_zero::check },
    Guard { rule: &acc::mig_label_without_effect::RULE, check: acc::mig_label_without_effect::check },
    Guard { rule: &acc::cluster_policy_key_unknown::RULE, check: acc::cluster_policy_key_unknown::check },
    Guard { rule: &acc::cluster_policy_key_too_new::RULE, check: acc::cluster_policy_key_too_new::check },
    Guard {
        rule: &acc::cluster_policy_key_has_setting::RULE,
        check: acc::cluster_policy_key_has_setting::check,
    },
    Guard { rule: &acc::cluster_policy_key_ignored::RULE, check: acc::cluster_policy_key_ignored::check },
    Guard { rule: &acc::cluster_policy_value_invalid::RULE, check: acc::cluster_policy_value_invalid::check },
    Guard { rule: &acc::manual_approval_incomplete::RULE, check: acc::manual_approval_incomplete::check },
    Guard { rule: &acc::channel_not_served::RULE, check: acc::channel_not_served::check },
    Guard { rule: &acc::channel_unknown::RULE, check: acc::channel_unknown::check },
    Guard { rule: &acc::channel_floats::RULE, check: acc::channel_floats::check },
    Guard {
        rule: &acc::starting_csv_of_another_channel::RULE,
        check: acc::starting_csv_of_another_channel::check,
    },
    Guard { rule: &acc::namespace_shared::RULE, check: acc::namespace_shared::check },
];
