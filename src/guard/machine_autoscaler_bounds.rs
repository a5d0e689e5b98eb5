//! The bounds of a MachineAutoscaler are ones that the autoscaler takes.
//!
//! Sources: the CRD and cluster-autoscaler-operator `pkg/controller/machineautoscaler/validator.go`;
//! kubernetes-autoscaler `cloudprovider/openshift` (`parseScalingBounds`: an unreadable bound hides every
//! group of the cluster, not only this one) and kubernetes/autoscaler issue 6549 (up to OpenShift 4.16 a
//! group with equal bounds is left out).

use super::Subject;
use crate::diag::{Finding, Findings};
use crate::json::Value as Json;
use crate::render::Origin;
use crate::rule;
use crate::spec::scalars::MinorVersion;

rule! {
    /// Bounds that cost a group, or all of them, the autoscaler.
    pub RULE = "ASC003", "machine-autoscaler-bounds", Error, seat belt 7,
    "the bounds of a MachineAutoscaler are ones that the cluster's autoscaler takes"
}

/// The last release whose autoscaler leaves a group with equal bounds out.
const EQUAL_BOUNDS_DROPPED: MinorVersion = MinorVersion::new(4, 16);

/// Checks every MachineAutoscaler.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let oldest = subject.plan.cluster.version.min;
    for object in subject.of_kind("MachineAutoscaler") {
        let spec = &object.value["spec"];
        let Some((what, help)) = fault(&spec["minReplicas"], &spec["maxReplicas"], oldest) else { continue };
        let message = format!("MachineAutoscaler `{}` {what}", object.name());
        let mut finding = Finding::new(&RULE, message).help(help);
        if let Origin::Pool { pool, .. } = &object.origin {
            finding = finding.at(subject.values.locate(&["pools", pool, "size"]));
        }
        findings.push(subject.about(finding, object));
    }
}

fn fault(min: &Json, max: &Json, oldest: MinorVersion) -> Option<(String, &'static str)> {
    let bound = |value: &Json| value.as_i64().filter(|value| i32::try_from(*value).is_ok());
    let (Some(least), Some(most)) = (bound(min), bound(max)) else {
        return Some((
            format!("has the bounds {min} and {max}, which are not both whole numbers of 32 bits"),
            "write whole numbers",
        ));
    };
    if least < 0 {
        Some((format!("has the least size {least}, below 0"), "write 0 or more"))
    } else if most < 1 {
        Some((format!("has the greatest size {most}, below 1"), "write 1 or more, or a fixed size of 0"))
    } else if most < least {
        Some((format!("has the greatest size {most} below the least, {least}"), "swap or correct them"))
    } else if most == least && oldest <= EQUAL_BOUNDS_DROPPED {
        Some((
            format!(
                "has equal bounds, {least}: the autoscaler of OpenShift {oldest} leaves such a group out, up to {EQUAL_BOUNDS_DROPPED}"
            ),
            "write `fixed` instead of equal bounds, or let every zone have room between min and max",
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn bounds_are_ordered_whole_numbers() {
        let new = MinorVersion::new(4, 17);
        for (min, max) in [(json!(0), json!(1)), (json!(2), json!(2)), (json!(0), json!(i32::MAX))] {
            assert_eq!(fault(&min, &max, new), None, "{min} {max}");
        }
        for (min, max) in [
            (json!(-1), json!(1)),
            (json!(0), json!(0)),
            (json!(3), json!(2)),
            (Json::Null, json!(1)),
            (json!("0"), json!(1)),
            (json!(0.5), json!(1)),
            (json!(0), json!(1_u64 << 31)),
            (json!(0), json!(u64::MAX)),
        ] {
            assert!(fault(&min, &max, new).is_some(), "{min} {max}");
        }
    }

    #[test]
    fn equal_bounds_count_up_to_the_release_that_mends_them() {
        let (two, three) = (json!(2), json!(3));
        assert!(fault(&two, &two, MinorVersion::new(4, 16)).is_some());
        assert!(fault(&two, &two, MinorVersion::new(4, 17)).is_none());
        assert!(fault(&two, &three, MinorVersion::new(4, 14)).is_none());
    }
}
