//! The ClusterAutoscaler: what was written or derived, and nothing else.
//!
//! A setting that is left out is the operator's to decide, which differs between releases. Setting
//! `balanceSimilarNodeGroups` at all also adds the platform's ignored labels
//! (`pkg/controller/clusterautoscaler/clusterautoscaler.go`). Fields stand in the order of
//! cluster-autoscaler-operator `pkg/apis/autoscaling/v1/clusterautoscaler_types.go`.

use super::fields::Fields;
use super::object::{Bundle, Metadata, Object, Origin};
use crate::json::{Value as Json, json};
use crate::plan::{AutoscalerPlan, Plan};
use crate::sorted::IntoSorted;
use crate::spec::autoscaler::{Autoscaler, Range, ResourceLimits, ScaleDown, ScaleUp, Switch};
use crate::spec::scalars::Duration;

/// The only name that the operator accepts.
const NAME: &str = "default";
/// After the MachineSets, before the MachineAutoscalers.
const WAVE: i32 = 1;

/// The ClusterAutoscaler, if it is ours.
pub(super) fn render(plan: &Plan) -> Vec<Object> {
    if !plan.autoscaler.managed {
        return Vec::new();
    }
    let kind = ("autoscaling.openshift.io/v1", "ClusterAutoscaler");
    let origin = Origin::Section(vec!["autoscaler".to_owned()]);
    let fields = Fields::new().with("spec", spec(&plan.autoscaler));
    vec![fields.into_object(Bundle::Capacity, kind, Metadata::named(NAME).wave(WAVE), origin)]
}

fn spec(plan: &AutoscalerPlan) -> Fields {
    let nothing = Autoscaler::default();
    let settings = plan.settings.as_ref().unwrap_or(&nothing);
    Fields::new()
        .with_filled("resourceLimits", resource_limits(&settings.resource_limits, plan))
        .with_some("scaleDown", settings.scale_down.as_ref().map(scale_down))
        .with_filled("scaleUp", settings.scale_up.as_ref().map(scale_up).unwrap_or_default())
        .with_some("maxPodGracePeriod", settings.max_pod_grace_period)
        .with_some("maxNodeProvisionTime", text(&settings.max_node_provision_time))
        .with_some("podPriorityThreshold", settings.pod_priority_threshold)
        .with_some("balanceSimilarNodeGroups", settings.balance_similar_node_groups)
        .with_filled("balancingIgnoredLabels", set_of_texts(&settings.balancing_ignored_labels))
        .with_some("ignoreDaemonsetsUtilization", settings.ignore_daemonsets_utilization)
        .with_some("skipNodesWithLocalStorage", settings.skip_nodes_with_local_storage)
        .with_some("logVerbosity", settings.log_verbosity)
        .with_filled("expanders", json!(plan.expanders))
        .with_some("enforceNodeGroupMinSize", settings.enforce_node_group_min_size.map(Switch::as_str))
        .with_filled("startupTaints", set_of_texts(&settings.startup_taints))
}

fn resource_limits(limits: &ResourceLimits, plan: &AutoscalerPlan) -> Fields {
    let range = |range: Range| json!({"min": range.min, "max": range.max});
    let gpu = |(name, (min, max)): (&String, &(u32, u32))| json!({"type": name, "min": min, "max": max});
    Fields::new()
        .with_some("maxNodesTotal", limits.max_nodes_total)
        .with_some("cores", limits.cores.map(range))
        .with_some("memory", limits.memory.map(range))
        .with_filled("gpus", plan.gpu_limits.iter().map(gpu).collect::<Json>())
}

fn scale_down(settings: &ScaleDown) -> Fields {
    Fields::new()
        .with("enabled", settings.enabled)
        .with_some("delayAfterAdd", text(&settings.delay_after_add))
        .with_some("delayAfterDelete", text(&settings.delay_after_delete))
        .with_some("delayAfterFailure", text(&settings.delay_after_failure))
        .with_some("unneededTime", text(&settings.unneeded_time))
        .with_some(
            "utilizationThreshold",
            settings.utilization_threshold.as_ref().map(|ratio| ratio.as_str()),
        )
        .with_some("cordonNodeBeforeTerminating", settings.cordon_node_before_terminating.map(Switch::as_str))
}

fn scale_up(settings: &ScaleUp) -> Fields {
    Fields::new().with_some("newPodScaleUpDelay", text(&settings.new_pod_scale_up_delay))
}

fn text(duration: &Option<Duration>) -> Option<&str> {
    duration.as_ref().map(Duration::as_str)
}

/// A list whose order says nothing, so that its order in the spec changes no byte.
fn set_of_texts(texts: &[String]) -> Json {
    let set: std::collections::BTreeSet<&String> = texts.iter().into_set();
    json!(set)
}
