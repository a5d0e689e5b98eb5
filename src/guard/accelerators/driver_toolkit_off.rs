//! ACC061: a driver that is built without OpenShift's own toolkit.

use super::{Subject, setting};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A driver that is built without the toolkit of the cluster's own kernel.
    pub RULE = "ACC061", "driver-toolkit-off", Warning, waivable,
    "the driver is built with OpenShift's driver toolkit"
}

/// Checks every rendered ClusterPolicy that installs the driver.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in subject.of_kind("ClusterPolicy").filter(|object| object.group() == "nvidia.com") {
        let spec = &object.value["spec"];
        let precompiled = spec["driver"]["usePrecompiled"] == true;
        if spec["operator"]["use_ocp_driver_toolkit"] != false
            || spec["driver"]["enabled"] == false
            || precompiled
        {
            continue;
        }
        let message = format!(
            "ClusterPolicy `{}` builds the driver without OpenShift's driver toolkit: the next update of the cluster changes the kernel under it",
            object.name()
        );
        let finding = Finding::new(&RULE, message)
            .at(setting(subject, &["clusterPolicyOverrides", "operator", "use_ocp_driver_toolkit"]))
            .help("remove `use_ocp_driver_toolkit: false`");
        findings.push(subject.about(finding, object));
    }
}
