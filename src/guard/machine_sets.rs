//! What the guards read in MachineSets, rendered or committed.

use super::Subject;
use crate::json::Value as Json;
use crate::render::machine_set::{CLUSTER_LABEL, POOL_LABEL, STATE_ANNOTATION, STATE_RETIRING};
use crate::sorted::IntoSorted;
use std::collections::BTreeSet;

/// Who decides how many machines a MachineSet has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hands {
    /// Git does: the size is fixed.
    Git,
    /// The autoscaler does.
    Autoscaler,
    /// A person does, on the way to none.
    Person,
}

/// In whose hands a MachineSet is; `autoscaled` are the names from [`autoscaled`].
pub(super) fn hands(machine_set: &Json, autoscaled: &BTreeSet<&str>) -> Hands {
    if autoscaled.contains(name(machine_set)) {
        Hands::Autoscaler
    } else if machine_set["metadata"]["annotations"][STATE_ANNOTATION] == STATE_RETIRING {
        Hands::Person
    } else {
        Hands::Git
    }
}

/// The names of the MachineSets that MachineAutoscalers target.
pub(super) fn autoscaled<'a>(autoscalers: impl Iterator<Item = &'a Json>) -> BTreeSet<&'a str> {
    autoscalers.filter_map(|autoscaler| autoscaler["spec"]["scaleTargetRef"]["name"].as_str()).into_set()
}

/// The names of the MachineSets that the rendered MachineAutoscalers target.
pub(super) fn autoscaled_now<'s, 'a>(subject: &'s Subject<'a>) -> &'s BTreeSet<&'a str> {
    let rendered = || subject.of_kind("MachineAutoscaler").map(|object| &object.value);
    subject.shared().autoscaled.get_or_init(|| autoscaled(rendered()))
}

/// The names of the MachineSets whose size Argo CD is told to ignore.
pub(super) fn ignored<'a>(applications: impl Iterator<Item = &'a Json>) -> BTreeSet<&'a str> {
    applications
        .filter_map(|application| application["spec"]["ignoreDifferences"].as_array())
        .flatten()
        .filter(|entry| entry["kind"] == "MachineSet")
        .filter(|entry| {
            entry["jsonPointers"].as_array().is_some_and(|list| list.iter().any(|p| p == "/spec/replicas"))
        })
        .filter_map(|entry| entry["name"].as_str())
        .collect()
}

/// The name, empty when there is none.
pub(super) fn name(object: &Json) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

/// The pool that an object belongs to.
pub(super) fn pool(object: &Json) -> Option<&str> {
    object["metadata"]["labels"][POOL_LABEL].as_str()
}

/// The infrastructure name of the cluster that an object was rendered for.
pub(super) fn cluster(object: &Json) -> Option<&str> {
    object["metadata"]["labels"][CLUSTER_LABEL].as_str()
}

/// The labels of its Machines.
pub(super) fn machine_labels(machine_set: &Json) -> &Json {
    &machine_set["spec"]["template"]["metadata"]["labels"]
}

/// The number of machines that is written, if one is.
pub(super) fn replicas(machine_set: &Json) -> Option<u64> {
    machine_set["spec"]["replicas"].as_u64()
}

/// The providerSpec.
pub(super) fn provider_spec(machine_set: &Json) -> &Json {
    &machine_set["spec"]["template"]["spec"]["providerSpec"]["value"]
}

/// The zone, where the providerSpec says it in one of the clouds' ways.
pub(super) fn zone(machine_set: &Json) -> Option<&str> {
    zone_of(provider_spec(machine_set))
}

/// The zone that a providerSpec says.
pub(super) fn zone_of(spec: &Json) -> Option<&str> {
    let places = [&["placement", "availabilityZone"][..], &["zone"], &["availabilityZone"]];
    let at = |path: &[&str]| path.iter().fold(spec, |value, key| &value[*key]).as_str();
    places.into_iter().find_map(at)
}

/// The instance type, under the name that the cloud gives it.
pub(super) fn instance_type(machine_set: &Json) -> Option<&str> {
    let spec = provider_spec(machine_set);
    ["instanceType", "vmSize", "machineType"].into_iter().find_map(|key| spec[key].as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn the_autoscaler_comes_before_the_mark_of_retirement() {
        let retiring = json!({"metadata": {"name": "a", "annotations": {STATE_ANNOTATION: STATE_RETIRING}}});
        let autoscaler = json!({"spec": {"scaleTargetRef": {"name": "a"}}});
        let targets = autoscaled([&autoscaler].into_iter());
        assert_eq!(hands(&retiring, &targets), Hands::Autoscaler);
        assert_eq!(hands(&retiring, &BTreeSet::new()), Hands::Person);
        assert_eq!(hands(&json!({"metadata": {"name": "b"}}), &targets), Hands::Git);
    }

    #[test]
    fn each_cloud_has_its_own_words() {
        let machine_set =
            |spec: Json| json!({"spec": {"template": {"spec": {"providerSpec": {"value": spec}}}}});
        let aws =
            machine_set(json!({"instanceType": "m5.large", "placement": {"availabilityZone": "us-west-2a"}}));
        assert_eq!((instance_type(&aws), zone(&aws)), (Some("m5.large"), Some("us-west-2a")));
        let azure = machine_set(json!({"vmSize": "Standard_D4s_v3", "zone": "1"}));
        assert_eq!((instance_type(&azure), zone(&azure)), (Some("Standard_D4s_v3"), Some("1")));
        assert_eq!(zone(&json!({})), None);
    }
}
